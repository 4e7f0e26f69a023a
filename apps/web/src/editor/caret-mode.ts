/**
 * The switch for people who want the caret of their browser or screen reader in the text. The page is editable then, as
 * browsers show a caret nowhere else, so everything that would write is held off here; what comes through all the same
 * meets `filterTransaction`, and the editor draws its text anew.
 */
import type { Editor } from '@tiptap/core'
import type { ArticleRoom } from '../live/article-room.ts'
import { type Focus, speak } from './focus.ts'
import { words } from './wording.ts'

/** Follows the switch, which is kept for the person in this browser; returns the way to stop. */
export function followCaretMode(editor: Editor, room: ArticleRoom, focus: Focus): () => void {
  const place = `attest-caret:${room.me.id}`
  const show = () => {
    const isOn = focus.isCaret.get()
    if (editor.isDestroyed || editor.options.editable === isOn) return
    editor.setEditable(isOn, false)
    try {
      if (isOn) localStorage.setItem(place, 'on')
      else localStorage.removeItem(place)
    } catch {
      // A browser that keeps nothing: it holds until the page is closed.
    }
  }
  focus.isCaret.set(wasOn(place))
  show()
  return focus.isCaret.subscribe(show)
}

export function toggleCaretMode(focus: Focus): boolean {
  const isOn = !focus.isCaret.get()
  focus.isCaret.set(isOn)
  speak(focus, isOn ? words.caretOn : words.caretOff)
  return true
}

/** What a text that has a caret and cannot be written in says of itself. No keyboard comes up for it on a phone. */
export const caretAttributes = {
  role: 'textbox',
  'aria-multiline': 'true',
  'aria-readonly': 'true',
  inputmode: 'none',
  spellcheck: 'false',
  autocorrect: 'off',
  autocapitalize: 'off',
} as const

/** Handlers of everything that writes; they answer true where the editor shall not see it. */
export function holdOffWriting(editor: Editor, focus: Focus) {
  const hold = (_: unknown, event: Event): boolean => {
    if (!focus.isCaret.get()) return false
    event.preventDefault()
    return true
  }
  return {
    beforeinput: hold,
    paste: hold,
    drop: hold,
    dragstart: hold,
    // An input method asks nobody whether it may write; without the focus it ends at once, with nothing to put in.
    compositionstart: (): boolean => {
      if (!focus.isCaret.get()) return false
      setTimeout(() => {
        if (editor.isDestroyed || document.activeElement !== editor.view.dom) return
        editor.view.dom.blur()
        editor.view.dom.focus({ preventScroll: true })
      })
      return false
    },
  }
}

/** Whether a key would write, were it the browser's. */
export function isWriting({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (['Enter', 'Backspace', 'Delete'].includes(key)) return true
  return [...key].length === 1 && !ctrlKey && !metaKey && !altKey
}

function wasOn(place: string): boolean {
  try {
    return localStorage.getItem(place) === 'on'
  } catch {
    return false
  }
}
