/**
 * Moving the borders of one's own mark, with keys, buttons or a drag. All of it happens on this page alone until it is
 * done: then it is one act, so one step of undo, and the others see what came of it and not how.
 */
import { type Border, moveBorder, placeOf, snapBorder, stepBorder } from '@attest/schema/border'
import { isSameSpans, quotesOf, type Spans } from '@attest/schema/span'
import { tell } from '../ui/notices.ts'
import { type Adjusting, setDraft, speak } from './focus.ts'
import { asChanged, changeableSelected } from './own.ts'
import { borderPlace, bringIntoView, directionAt, offsetAtPoint, select } from './places.ts'
import { refusalText, words } from './wording.ts'
import type { Workbench } from './workbench.ts'

type Bench = Omit<Workbench, 'commands'>
type Unit = 'character' | 'word'

/** Lets arrow keys and buttons move the borders of the selected mark; its last one first, or the one that is asked for. */
export function startAdjusting(bench: Bench, wanted?: Border): boolean {
  const { editor, room, focus } = bench
  const own = changeableSelected(room, focus)
  const bar = room.barred.get()
  if (bar) tell(refusalText(bar), { tone: 'problem' })
  else if (!own) tell(focus.selected.get() ? words.notYourMark : words.selectYourMark)
  if (!own || bar) return true
  const before = focus.adjusting.get()
  const { from, spans } = before?.id === own.id ? before : { from: own.spans, spans: own.spans }
  const border = wanted ?? { index: spans.length - 1, side: 'end' }
  const at = placeOf(spans, border)
  // What is selected would stand in the way of seeing the borders.
  if (focus.draft.get()) select(editor.view, room.page.blocks, at, at)
  setDraft(focus, null)
  focus.adjusting.set({ id: own.id, from, spans, border })
  focus.mode.set({ type: 'adjust', id: own.id })
  bringIntoView(editor.view, room.page.blocks, [at, at])
  speak(focus, `${words.adjusting} ${heard(room.page.text, { spans, border })}`)
  return true
}

/** Moves a border to where it was dropped, as near as it may go; shown, not yet done. */
export function dropBorder({ room, focus }: Bench, id: string, border: Border, offset: number, by: Unit): void {
  const { text } = room.page
  const before = focus.adjusting.get()
  const now = spansNow(room, id)
  const { from, spans } = before?.id === id ? before : { from: now, spans: now }
  if (!from || !spans || border.index >= spans.length) return
  const moved = moveBorder(text, spans, border, snapBorder(text, offset, border.side, by))
  if (before?.id === id && placeOf(moved, border) === placeOf(before.spans, border)) return
  focus.adjusting.set({ id, from, spans: moved, border })
}

/** Moves a border one step to the left or right as they are seen, and makes it the one that moves. */
export function stepSideways(bench: Bench, border: Border, way: 'left' | 'right', by: Unit): void {
  const { editor, room, focus } = bench
  const adjusting = focus.adjusting.get()
  if (!adjusting) return
  const at = placeOf(adjusting.spans, border)
  const isForward = (directionAt(editor.view, room.page.blocks, at) === 'rtl') === (way === 'left')
  moveTo(bench, border, stepBorder(room.page.text, at, border.side, isForward ? 1 : -1, by))
}

/** Makes what was adjusted one act, and leaves the mode. */
export function finishAdjusting({ editor, room, focus }: Bench): void {
  const adjusting = focus.adjusting.get()
  leaveAdjusting({ focus })
  if (!adjusting) return
  const { id, spans } = adjusting
  if (isSameSpans(spansNow(room, id) ?? [], spans)) speak(focus, words.bordersKept)
  else editor.commands.changeSpans(id, spans, words.adjusted(quotesOf(room.page.text, spans).join(' … ')))
}

/** Leaves the borders as they were. */
export function takeBackAdjusting({ focus }: Pick<Bench, 'focus'>): void {
  leaveAdjusting({ focus })
  speak(focus, words.bordersKept)
}

/**
 * Lets go of what was moved when the mark has other words now, by another act or from another tab: keeping it would take
 * those back.
 */
export function dropAdjusting({ room, focus }: Pick<Bench, 'room' | 'focus'>): void {
  const adjusting = focus.adjusting.get()
  const now = adjusting && spansNow(room, adjusting.id)
  if (!adjusting || isSameSpans(now ?? [], adjusting.from)) return
  leaveAdjusting({ focus })
  if (now) tell(words.changedMeanwhile)
}

/** The words of a mark; of another's, as one has corrected them. */
export function spansNow(room: Bench['room'], id: string): Spans | undefined {
  const annotation = room.records.get().annotations.get(id)
  return annotation && asChanged(room, annotation).spans
}

function leaveAdjusting({ focus }: Pick<Bench, 'focus'>): void {
  // The mode last: whoever hears that it is over finds nothing left to finish.
  focus.adjusting.set(null)
  if (focus.mode.get().type === 'adjust') focus.mode.set({ type: 'none' })
}

/** What a key does while borders are adjusted; false when it is none of ours. */
export function adjustByKey(bench: Bench, event: KeyboardEvent): boolean {
  const { focus } = bench
  const adjusting = focus.adjusting.get()
  if (focus.mode.get().type !== 'adjust' || !adjusting) return false
  const { border } = adjusting
  const withControl = event.ctrlKey || event.metaKey
  // With Shift it is the other end of the same words.
  const moved: Border = event.shiftKey ? { ...border, side: border.side === 'end' ? 'start' : 'end' } : border
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      stepSideways(
        bench,
        moved,
        event.key === 'ArrowLeft' ? 'left' : 'right',
        withControl || event.altKey ? 'word' : 'character',
      )
      return true
    case 'ArrowUp':
    case 'ArrowDown':
      stepLine(bench, moved, event.key === 'ArrowUp' ? -1 : 1)
      return true
    case 'Tab':
      takeNextBorder(bench, event.shiftKey ? -1 : 1)
      return true
    case 'Enter':
      finishAdjusting(bench)
      return true
    case 'Escape':
      takeBackAdjusting(bench)
      return true
    case 'z':
      if (!withControl || event.shiftKey) return false
      takeBackAdjusting(bench)
      return true
  }
  return false
}

/** Goes on with the next border of the mark, or the one before. */
function takeNextBorder({ editor, room, focus }: Bench, step: 1 | -1): void {
  const adjusting = focus.adjusting.get()
  if (!adjusting) return
  const { spans, border } = adjusting
  const count = 2 * spans.length
  const next = (2 * border.index + (border.side === 'end' ? 1 : 0) + step + count) % count
  const taken: Adjusting = { ...adjusting, border: { index: next >> 1, side: next % 2 === 1 ? 'end' : 'start' } }
  focus.adjusting.set(taken)
  const at = placeOf(spans, taken.border)
  bringIntoView(editor.view, room.page.blocks, [at, at])
  speak(focus, heard(room.page.text, taken))
}

/** A line up or down, to what is above or below the border. */
function stepLine(bench: Bench, border: Border, step: 1 | -1): void {
  const { editor, room, focus } = bench
  const adjusting = focus.adjusting.get()
  const span = adjusting?.spans[border.index]
  const place = span && borderPlace(editor.view, room.page, span, border.side)
  if (!place) return
  const lineHeight = Number.parseFloat(getComputedStyle(editor.view.dom).lineHeight)
  const y = (place.top + place.bottom) / 2 + step * lineHeight
  const offset = offsetAtPoint(editor.view, room.page.blocks, place.left, y)
  if (offset !== null) moveTo(bench, border, snapBorder(room.page.text, offset, border.side, 'character'))
}

function moveTo({ editor, room, focus }: Bench, border: Border, to: number): void {
  const adjusting = focus.adjusting.get()
  if (!adjusting) return
  const { text, blocks } = room.page
  const moved: Adjusting = { ...adjusting, border, spans: moveBorder(text, adjusting.spans, border, to) }
  focus.adjusting.set(moved)
  const at = placeOf(moved.spans, border)
  bringIntoView(editor.view, blocks, [at, at])
  speak(focus, heard(text, moved))
}

/** The words at a border, on the side of the mark: at its end the last ones, at its start the first ones. */
function heard(text: string, { spans, border }: Pick<Adjusting, 'spans' | 'border'>): string {
  const [start, end] = spans[border.index] ?? [0, 0]
  const quote =
    border.side === 'end'
      ? /\S+\s*\S*$/u.exec(text.slice(Math.max(start, end - 60), end))?.[0]
      : /^\S*\s*\S+/u.exec(text.slice(start, Math.min(end, start + 60)))?.[0]
  return words.border(border.side, quote ?? '')
}
