/** Choosing several marks, to change them together: what clicks with keys held, checkboxes and the filter do to the choice. */
import { type Focus, speak } from '../editor/focus.ts'
import { choiceWords } from './wording.ts'

/** Puts a mark into the choice, or takes it out. */
export function toggleChosen(focus: Focus, id: string): void {
  const chosen = new Set(focus.chosen.get())
  if (!chosen.delete(id)) chosen.add(id)
  setChosen(focus, chosen)
}

/** Adds these marks to the choice. */
export function addChosen(focus: Focus, ids: Iterable<string>): void {
  setChosen(focus, new Set([...focus.chosen.get(), ...ids]))
}

export function setChosen(focus: Focus, chosen: ReadonlySet<string>): void {
  const before = focus.chosen.get()
  if (chosen.size === 0 && before.size === 0) return
  focus.chosen.set(chosen)
  speak(focus, choiceWords.chosen(chosen.size))
}

/**
 * What a click means beyond going to the mark: with Ctrl or Command it is chosen or no more, with Shift all from the
 * last one in `order` are. False when no such key was held.
 */
export function chooseByClick(
  focus: Focus,
  id: string,
  { ctrlKey, metaKey, shiftKey }: Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>,
  order: readonly string[] = [],
): boolean {
  const selected = focus.selected.get()
  if (shiftKey) {
    const to = order.indexOf(id)
    const from = order.indexOf(anchors.get(focus) ?? selected ?? id)
    if (to < 0) return false
    addChosen(focus, order.slice(Math.min(to, from < 0 ? to : from), Math.max(to, from) + 1))
    return true
  }
  anchors.set(focus, id)
  if (!ctrlKey && !metaKey) return false
  // As everywhere: what is selected already is the first of the several.
  if (focus.chosen.get().size === 0 && selected && selected !== id) addChosen(focus, [selected])
  toggleChosen(focus, id)
  return true
}

/** From where Shift chooses: the mark that was last clicked. */
const anchors = new WeakMap<Focus, string>()
