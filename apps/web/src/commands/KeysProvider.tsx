/** Has everything on the page that shows a key show it as it is bound now. */
import { type ReactNode, useCallback, useContext, useEffect } from 'react'
import { useLive } from '../live/use-live.ts'
import { Shortcuts } from '../ui/shortcuts.ts'
import type { KeyStore } from './bindings.ts'
import { keyName } from './chords.ts'
import { type ActionId, actions } from './keymap.ts'

export function KeysProvider({ keys, children }: { keys: KeyStore; children: ReactNode }) {
  const bindings = useLive(keys.bindings)
  useEffect(() => {
    // Only other tabs are told of it.
    window.addEventListener('storage', keys.refresh)
    return () => window.removeEventListener('storage', keys.refresh)
  }, [keys])
  const find = useCallback(
    (shortcut: string) => {
      if (!isAction(shortcut)) return /^[1-9]$/.test(shortcut) && bindings.label.length === 0 ? null : keyName(shortcut)
      const [first] = bindings[shortcut]
      return first === undefined ? null : keyName(first)
    },
    [bindings],
  )
  return <Shortcuts value={find}>{children}</Shortcuts>
}

/** The key of an action as it is shown, or null when it has none now. */
export function useKey(action: ActionId): string | null {
  return useContext(Shortcuts)(action)
}

function isAction(word: string): word is ActionId {
  return Object.hasOwn(actions, word)
}
