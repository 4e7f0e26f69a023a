/**
 * The keyboard in an article that cannot be edited: browsers show no cursor there, so this is our own, moved by
 * `Selection.modify`, which knows lines, words and both directions of writing better than we could.
 */
import { stepBorder } from '@attest/schema/border'
import { quotesOf, type Span, sentenceAt, snapToGraphemes, snapToWords, trimSpan, wordAt } from '@attest/schema/span'
import type { Editor } from '@tiptap/core'
import type { EditorView } from '@tiptap/pm/view'
import { actionOf, type Bindings } from '../commands/bindings.ts'
import { chordOf, digitOf, isApple } from '../commands/chords.ts'
import type { Commands } from '../commands/commands.ts'
import { actionOfId } from '../commands/keymap.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import type { Cell } from '../live/cell.ts'
import { tell } from '../ui/notices.ts'
import { adjustByKey, takeBackAdjusting } from './adjust.ts'
import { type Focus, setDraft, speak } from './focus.ts'
import { chooseLabel, markWithLock, toggleLock, unlock } from './lock.ts'
import { bringIntoView, cursorOffset, rangeOf, select, selectedSpan } from './places.ts'
import { words } from './wording.ts'

type Granularity = 'character' | 'word' | 'line' | 'lineboundary' | 'documentboundary'

/** What keys are answered with. */
export interface KeyHandling {
  editor: Editor
  room: ArticleRoom
  focus: Focus
  commands: Commands
  bindings: Cell<Bindings>
}

/** Does what a key asks for; true when it did, and the browser should do nothing more. */
export function handleKeys(handling: KeyHandling, event: KeyboardEvent): boolean {
  const { editor, room, focus, commands, bindings } = handling
  if (event.isComposing || event.defaultPrevented) return false
  // A link in the text has the focus: its keys are the browser's, which opens it.
  if (event.target !== editor.view.dom) return false
  if (adjustByKey(handling, event)) {
    event.preventDefault()
    return true
  }
  const action = actionOf(bindings.get(), chordOf(event), 'article')
  // A key that is held must not accept and take back, over and over.
  if (event.repeat && action && !actionOfId(action).repeats) {
    event.preventDefault()
    return true
  }
  const isHandled =
    (action !== null && commands.run(action)) ||
    (!focus.isCaret.get() && moveByKey(editor.view, room, focus, event)) ||
    label(handling, event)
  if (isHandled) event.preventDefault()
  return isHandled
}

/** The digits stand for the kinds of the project. */
function label(handling: KeyHandling, event: KeyboardEvent): boolean {
  const { editor, room, focus, bindings } = handling
  if (bindings.get().label.length === 0 || event.repeat) return false
  const digit = event.altKey || event.ctrlKey || event.metaKey ? null : digitOf(event)
  const kind = digit ? room.page.labelSet.kinds.find((one) => one.key === digit) : undefined
  if (!kind) return false
  // Where the figures are typed with Shift, that is no wish for more than the figure.
  if (event.shiftKey && event.key !== digit) return toggleLock(handling, kind.id)
  const selected = focus.selected.get()
  if (!focus.draft.get() && selected) return editor.commands.relabel(selected, kind.id)
  return chooseLabel(handling, kind.id)
}

function moveByKey(view: EditorView, room: ArticleRoom, focus: Focus, event: KeyboardEvent): boolean {
  const withControl = event.ctrlKey || event.metaKey
  // On a Mac, Alt with an arrow is the word; elsewhere Alt is the browser's, which goes back and forth with it.
  if (event.altKey && (withControl || !isApple)) return false
  switch (event.key) {
    case 'a':
      if (!withControl) return false
      select(view, room.page.blocks, 0, room.page.text.length)
      return true
    case 'ArrowLeft':
    case 'ArrowRight':
      return move(view, room, focus, event, withControl || event.altKey ? 'word' : 'character')
    case 'ArrowUp':
    case 'ArrowDown':
      return !withControl && move(view, room, focus, event, 'line')
    case 'Home':
    case 'End':
      return move(view, room, focus, event, withControl ? 'documentboundary' : 'lineboundary')
  }
  return false
}

function move(view: EditorView, room: ArticleRoom, focus: Focus, event: KeyboardEvent, by: Granularity): boolean {
  const selection = document.getSelection()
  if (!selection) return false
  const { blocks, text } = room.page
  if (cursorOffset(view, blocks) === null) select(view, blocks, ...startOf(room, focus))
  const isForward = event.key === 'ArrowRight' || event.key === 'ArrowDown' || event.key === 'End'
  // Left and right are what is seen; forward and backward are what is read. They differ in right-to-left text.
  const isSideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight'
  const direction = isSideways ? (isForward ? 'right' : 'left') : isForward ? 'forward' : 'backward'
  const before = cursorOffset(view, blocks)
  if (by === 'documentboundary') {
    // The window's document goes on after the article, so the browser would walk out of it.
    const head = isForward ? text.length : 0
    const span = selectedSpan(view, blocks)
    const anchor = event.shiftKey ? (span ? (span[0] === before ? span[1] : span[0]) : (before ?? 0)) : head
    select(view, blocks, anchor, head)
  } else selection.modify(event.shiftKey ? 'extend' : 'move', direction, by)
  const after = cursorOffset(view, blocks)
  // The browser may walk out of the article; then it stays where it was.
  if (after === null) select(view, blocks, before ?? 0, before ?? 0)
  const offset = after ?? before ?? 0
  focus.cursor.set(offset)
  bringIntoView(view, blocks, [offset, offset])
  const span = selectedSpan(view, blocks)
  // The browser tells of a selection a moment later; the next key may be the label.
  setDraft(focus, span && trimSpan(text, snapToGraphemes(text, span)))
  speak(focus, span ? text.slice(...span) : heard(text, offset, by))
  return true
}

/** Where the cursor first appears: at the selected mark, else at the first block in view. */
function startOf(room: ArticleRoom, focus: Focus): Span {
  const selected = focus.selected.get()
  const at =
    (selected ? room.records.get().annotations.get(selected)?.spans[0]?.[0] : undefined) ?? focus.cursor.get() ?? 0
  return [at, at]
}

function heard(text: string, offset: number, by: Granularity): string {
  if (by === 'line') {
    const stop = text.indexOf('\n', offset)
    return text.slice(offset, Math.min(offset + 120, stop < 0 ? text.length : stop))
  }
  if (by === 'word') return /^\s*\S+/.exec(text.slice(offset, offset + 80))?.[0] ?? ''
  if (offset >= text.length || text.charAt(offset) === '\n') return words.lineBreak
  return text.slice(...snapToGraphemes(text, [offset, offset + 1]))
}

/** Selects the sentence at the cursor; asked again, the next one as well. */
export function selectSentence(view: EditorView, room: ArticleRoom, focus: Focus): boolean {
  const { blocks, text } = room.page
  const at = cursorOffset(view, blocks) ?? focus.cursor.get() ?? 0
  const current = selectedSpan(view, blocks)
  let sentence = sentenceAt(text, at)
  // Asked again, it adds the next sentence, so that a claim of two can be taken in two strokes.
  if (sentence && current && current[0] <= sentence[0] && current[1] >= sentence[1]) {
    const next = sentence[1] < text.length ? sentenceAt(text, Math.min(text.length, sentence[1] + 1)) : null
    sentence = next ? trimSpan(text, [current[0], next[1]]) : current
  }
  if (!sentence) return false
  select(view, blocks, ...sentence)
  focus.cursor.set(sentence[1])
  setDraft(focus, sentence)
  speak(focus, text.slice(...sentence))
  bringIntoView(view, blocks, sentence)
  return true
}

/** Selects the word at the cursor, or the next one after it; asked again, the next one as well. */
export function selectWord(view: EditorView, room: ArticleRoom, focus: Focus): boolean {
  const { blocks, text } = room.page
  const current = selectedSpan(view, blocks)
  const at = current ? current[1] : (cursorOffset(view, blocks) ?? focus.cursor.get() ?? 0)
  const end = !current && at < text.length && wordAt(text, at) ? snapToWords(text, [at, at + 1])?.[1] : undefined
  const to = end ?? stepBorder(text, at, 'end', 1, 'word')
  const from = current ? current[0] : stepBorder(text, to, 'start', -1, 'word')
  const span = trimSpan(text, [from, to])
  if (!span) return false
  select(view, blocks, ...span)
  focus.cursor.set(span[1])
  setDraft(focus, span)
  speak(focus, text.slice(...span))
  bringIntoView(view, blocks, span)
  return true
}

/** Selects the mark at the cursor, or offers those that overlap there. */
export function openAtCursor(editor: Editor, room: ArticleRoom, focus: Focus): boolean {
  const { view } = editor
  const { blocks, text } = room.page
  // Who selects with the keyboard says with Enter that the selection is done.
  if (markWithLock({ editor, focus })) return true
  const offset = cursorOffset(view, blocks) ?? focus.cursor.get()
  if (offset === null) return false
  const { annotations } = room.records.get()
  const ids = editor.storage.annotations.painter.idsAt(offset)
  if (ids.length === 0) {
    tell(words.noMarkHere)
    return true
  }
  const [only] = ids
  if (ids.length === 1 && only) return editor.commands.selectAnnotation(only)
  const rect = rangeOf(view, blocks, [offset, offset]).getBoundingClientRect()
  focus.choice.set({ ids, takesFocus: true, at: { left: rect.left, top: rect.top, bottom: rect.bottom } })
  speak(focus, words.marksHere(ids.length, quotesOf(text, annotations.get(only ?? '')?.spans ?? []).join(' … ')))
  return true
}

/** One step out of whatever one is in; false when there is nothing to leave. */
export function leave(view: EditorView, room: ArticleRoom, focus: Focus): boolean {
  if (focus.choice.get()) focus.choice.set(null)
  else if (focus.mode.get().type === 'adjust') takeBackAdjusting({ focus })
  else if (focus.mode.get().type !== 'none') focus.mode.set({ type: 'none' })
  else if (focus.correcting.get()) focus.correcting.set(null)
  else if (focus.followed.get()) focus.followed.set(null)
  else if (focus.draft.get()) {
    const at = cursorOffset(view, room.page.blocks) ?? focus.cursor.get() ?? 0
    select(view, room.page.blocks, at, at)
    focus.draft.set(null)
  } else if (focus.lock.get()) unlock({ room, focus })
  else if (focus.chosen.get().size > 0) {
    focus.chosen.set(new Set())
    speak(focus, words.noneChosen)
  } else if (focus.selected.get()) focus.selected.set(null)
  else return false
  return true
}
