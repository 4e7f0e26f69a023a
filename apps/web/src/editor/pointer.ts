/**
 * What a pointer does over the article: a drag makes a draft, or with a label chosen beforehand a mark; a click picks
 * the shortest mark under it and offers the others. Everything else goes through the commands.
 */
import { lengthOf, type Span, snapToGraphemes, snapToWords, trimSpan } from '@attest/schema/span'
import type { Editor } from '@tiptap/react'
import type { ArticleRoom } from '../live/article-room.ts'
import { type Focus, setDraft } from './focus.ts'
import { markWithLock } from './lock.ts'
import { characterAtPoint, cursorOffset, offsetAtDom, selectedSpan } from './places.ts'

/** So long a third click may come after the second, in milliseconds. */
const THIRD_CLICK_MS = 350

/** Turns what the pointer and the browser's selection do over the article into drafts, marks, picks and hovers. */
export function followPointer(editor: Editor, room: ArticleRoom, focus: Focus): () => void {
  const { view } = editor
  const { blocks, text } = room.page
  const { painter } = editor.storage.annotations
  const stop = new AbortController()
  const options = { signal: stop.signal }
  let byCharacter = false
  /** How many quick clicks on one spot the browser counts: two select the word, three the paragraph. */
  let clicks = 0
  /** Whether this press has made a mark: then the click that it ends with picks none. */
  let isMade = false
  let secondClick: ReturnType<typeof setTimeout> | undefined

  const onSelection = () => {
    const selection = document.getSelection()
    // A field or a button elsewhere has the selection now; what was about to be marked stays.
    if (!selection?.anchorNode || !selection.focusNode) return
    if (!view.dom.contains(selection.anchorNode) && !view.dom.contains(selection.focusNode)) return
    const raw = selectedSpan(view, blocks)
    const draft = raw && fit(text, raw, byCharacter || isFromKeyboard())
    setDraft(focus, draft)
    const offset = cursorOffset(view, blocks)
    if (offset !== null && document.activeElement === view.dom) focus.cursor.set(offset)
  }
  // With the keyboard every step is exact already: the person chose character, word or line.
  const isFromKeyboard = () => !focus.isDragging.get() && lastInput === 'key'
  let lastInput: 'key' | 'pointer' = 'pointer'

  const marksAt = (event: MouseEvent): string[] => {
    const mark = event.target instanceof Element ? event.target.closest('mark') : null
    if (!mark || !view.dom.contains(mark)) return []
    // Several marks begin and end in one element where they look the same.
    const offset = characterAtPoint(view, blocks, mark, event) ?? offsetAtDom(view, blocks, mark, 0)
    return offset === null ? [] : shortestFirst(painter.idsAt(offset), room)
  }

  document.addEventListener('selectionchange', onSelection, options)
  view.dom.addEventListener('keydown', () => (lastInput = 'key'), options)
  view.dom.addEventListener(
    'pointerdown',
    (event) => {
      lastInput = 'pointer'
      focus.isTouch.set(event.pointerType === 'touch')
      clearTimeout(secondClick)
      isMade = false
      byCharacter = event.altKey
      focus.choice.set(null)
      if (event.pointerType !== 'touch' && event.button === 0) focus.isDragging.set(true)
    },
    options,
  )
  view.dom.addEventListener('mousedown', (event) => (clicks = event.detail), options)
  const endDrag = (event: PointerEvent) => {
    byCharacter = event.altKey
    const wasDragging = focus.isDragging.get()
    if (wasDragging) onSelection()
    focus.isDragging.set(false)
    // A drag that began beside the text left the focus there, and the keys would not reach the words.
    if (focus.draft.get() && document.activeElement === document.body) view.dom.focus({ preventScroll: true })
    // On touch the handles of the selection can still be moved: there, a tap on the label says that it is done.
    if (!wasDragging || !focus.draft.get() || !focus.lock.get()) return
    isMade = true
    // A third click would want the paragraph, not the word.
    if (clicks === 2) secondClick = setTimeout(() => markWithLock({ editor, focus }), THIRD_CLICK_MS)
    else markWithLock({ editor, focus })
  }
  document.addEventListener('pointerup', endDrag, options)
  document.addEventListener('pointercancel', endDrag, options)
  document.addEventListener(
    'pointermove',
    (event) => {
      // The button was let go of where the page does not hear it, and painting waits for the end of the drag.
      if (event.buttons === 0 && focus.isDragging.get()) endDrag(event)
    },
    options,
  )
  view.dom.addEventListener(
    'click',
    (event) => {
      if (isMade || selectedSpan(view, blocks) || (event.target instanceof Element && event.target.closest('a'))) return
      const all = marksAt(event)
      const picking = focus.picking.get()
      const offered = picking ? all.filter((id) => picking.isOffered(id)) : all
      const ids = offered.length > 0 ? offered : all
      // One looks for a mark, so a click beside them is a slip; and which of several is meant is asked first.
      if (!picking || ids.length === 1) editor.commands.selectAnnotation(ids[0] ?? null, { scroll: false })
      if (ids.length > 1)
        focus.choice.set({
          ids,
          takesFocus: false,
          at: { left: event.clientX, top: event.clientY - 16, bottom: event.clientY + 32 },
        })
    },
    options,
  )
  view.dom.addEventListener(
    'pointermove',
    (event) => focus.hovered.set(event.buttons ? null : (marksAt(event)[0] ?? null)),
    options,
  )
  // A key that is let go of elsewhere is not heard here.
  view.dom.addEventListener('blur', () => focus.isPeeking.set(false), options)
  view.dom.addEventListener('pointerleave', () => focus.hovered.set(null), options)
  return () => {
    stop.abort()
    clearTimeout(secondClick)
  }
}

function fit(text: string, raw: Span, byCharacter: boolean): Span | null {
  return byCharacter ? trimSpan(text, snapToGraphemes(text, raw)) : snapToWords(text, raw)
}

function shortestFirst(ids: readonly string[], room: ArticleRoom): string[] {
  const { annotations } = room.records.get()
  const length = (id: string) => lengthOf(annotations.get(id)?.spans ?? [])
  return [...ids].sort((a, b) => length(a) - length(b))
}
