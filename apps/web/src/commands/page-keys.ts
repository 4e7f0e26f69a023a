import { useEffect } from 'react'
import { actionOf, type KeyStore } from './bindings.ts'
import { chordOf, isSingle } from './chords.ts'
import type { Commands } from './commands.ts'
import { actionOfId } from './keymap.ts'

/** The keys that act wherever the focus is: help, because whoever needs it does not know where the others act, and undo. */
export function usePageKeys(commands: Commands, keys: KeyStore): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const chord = chordOf(event)
      const action = actionOf(keys.bindings.get(), chord, 'page')
      if (!action || isTaken(event.target, chord)) return
      if (event.repeat && !actionOfId(action).repeats) return event.preventDefault()
      if (commands.run(action)) event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [commands, keys])
}

/** Whether the keys belong to what has the focus: a field, a dialog, a menu; and of a list those that find an entry. */
function isTaken(target: EventTarget | null, chord: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.matches('input, textarea, select')) return true
  if (target.closest('[role="dialog"], [role="alertdialog"], [role="menu"]')) return true
  return isSingle(chord) && target.closest('[role="listbox"], [role="grid"], [role="tree"]') !== null
}
