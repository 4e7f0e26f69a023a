/**
 * Handles at both ends of every part of the selected own mark, to drag with mouse, pen or finger. They stand above and
 * below the line, so that the letters stay free for selecting. Keys (`editor/adjust.ts`) and the buttons of the card do
 * the same, so nobody who cannot drag misses anything.
 */

import { blockIndexAt } from '@attest/schema/article'
import type { Border } from '@attest/schema/border'
import { placeOf } from '@attest/schema/border'
import type { Span } from '@attest/schema/span'
import { type PointerEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { dropBorder, finishAdjusting, spansNow, takeBackAdjusting } from '../editor/adjust.ts'
import type { Adjusting } from '../editor/focus.ts'
import { useWidth } from '../editor/Overlay.tsx'
import { asChanged, isChangeable } from '../editor/own.ts'
import { borderPlace, keepFocus, offsetAtPoint } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import styles from './borders.module.css'

interface Handle {
  border: Border
  left: number
  top: number
  height: number
}

const sides = ['start', 'end'] as const

export function BorderHandles({ bench }: { bench: Workbench }) {
  const { editor, room, focus } = bench
  const selected = useCalmly(focus.selected)
  const adjusting = useLive(focus.adjusting)
  const mode = useLive(focus.mode)
  const records = useLive(room.records)
  const near = useCalmly(focus.near)
  const painted = useCalmly(focus.painted)
  const hasDraft = useCalmly(focus.draft) !== null
  const isHidden = useLive(focus.isHidden)
  const isPeeking = useLive(focus.isPeeking)
  const isBarred = useLive(room.barred) !== null
  const width = useWidth(editor.view.dom)
  const layer = useRef<HTMLDivElement>(null)
  const [handles, setHandles] = useState<readonly Handle[]>([])

  const correcting = useLive(focus.correcting)
  const found = selected === null ? undefined : records.annotations.get(selected)
  // biome-ignore lint/correctness/useExhaustiveDependencies: one's correction is among the records
  const annotation = useMemo(
    () => (found && found.id === correcting ? asChanged(room, found) : found),
    [room, found, correcting, records],
  )
  const isMine = annotation !== undefined && isChangeable(room, focus, annotation) && !isBarred
  const isOut = hasDraft || isHidden || isPeeking || mode.type === 'link'
  const spans = adjusting && adjusting.id === selected ? adjusting.spans : annotation?.spans

  // biome-ignore lint/correctness/useExhaustiveDependencies: painting and width move what is measured here
  useLayoutEffect(() => {
    const origin = layer.current?.getBoundingClientRect()
    if (!origin || !spans || !isMine || isOut) return setHandles([])
    const { blocks, text } = room.page
    const isLaidOut = (offset: number) => offset <= text.length && near.has(blockIndexAt(blocks, offset))
    const placed = spans.flatMap((span: Span, index) =>
      sides.flatMap((side): Handle[] => {
        const border = { index, side }
        const place = isLaidOut(placeOf([span], { index: 0, side })) && borderPlace(editor.view, room.page, span, side)
        if (!place) return []
        return [
          { border, left: place.left - origin.left, top: place.top - origin.top, height: place.bottom - place.top },
        ]
      }),
    )
    setHandles(placed)
  }, [editor, room, spans, isMine, isOut, near, painted, width])

  return (
    <div ref={layer} className={styles['handles']} aria-hidden="true">
      {selected !== null &&
        handles.map(({ border, left, top, height }) => (
          <span
            key={`${border.index}-${border.side}`}
            className={styles['handle']}
            data-border={border.side}
            data-active={isSameBorder(adjusting, selected, border) || undefined}
            style={{ left, top, height }}
            ref={keepFromScrolling}
            onPointerDown={(event) => drag(bench, selected, border, event)}
          >
            <span className={styles['knob']} />
          </span>
        ))}
    </div>
  )
}

/** A finger on a handle moves it, and not the page; React's own listeners come too late to say so. */
function keepFromScrolling(handle: HTMLElement | null) {
  const hold = (event: TouchEvent) => event.preventDefault()
  handle?.addEventListener('touchstart', hold, { passive: false })
  return () => handle?.removeEventListener('touchstart', hold)
}

function isSameBorder(adjusting: Adjusting | null, id: string, { index, side }: Border): boolean {
  return adjusting?.id === id && adjusting.border.index === index && adjusting.border.side === side
}

/** How near to the edges of the window a drag makes the page scroll, and by how much at a time, in pixels. */
const SCROLL_EDGE = 72
const SCROLL_STEP = 12

/** Follows one drag to its end. The pointer stays where it took hold, a little off the border itself. */
function drag(bench: Workbench, id: string, border: Border, start: PointerEvent<HTMLElement>): void {
  const { editor, room, focus } = bench
  const handle = start.currentTarget
  const spans = focus.adjusting.get()?.spans ?? spansNow(room, id)
  const span = spans?.[border.index]
  const place = span && borderPlace(editor.view, room.page, span, border.side)
  if (start.button !== 0 || !spans || !place) return
  // Neither a selection nor a loss of focus comes of it.
  start.preventDefault()
  start.stopPropagation()
  const before = focus.adjusting.get()
  const off = { x: place.left - start.clientX, y: (place.top + place.bottom) / 2 - start.clientY }
  let at = { x: start.clientX, y: start.clientY, isByCharacter: start.altKey }
  let frame = 0
  const stop = new AbortController()
  const listen = { signal: stop.signal, capture: true }
  handle.setPointerCapture(start.pointerId)
  handle.dataset['dragged'] = ''
  focus.isDragging.set(true)
  if (before?.id !== id) focus.adjusting.set({ id, from: spans, spans, border })

  const follow = () => {
    const offset = offsetAtPoint(editor.view, room.page.blocks, at.x + off.x, at.y + off.y)
    if (offset !== null) dropBorder(bench, id, border, offset, at.isByCharacter ? 'character' : 'word')
  }
  const scroll = () => {
    frame = 0
    const step = at.y < SCROLL_EDGE ? -SCROLL_STEP : at.y > window.innerHeight - SCROLL_EDGE ? SCROLL_STEP : 0
    if (step === 0) return
    window.scrollBy({ top: step, behavior: 'instant' })
    follow()
    frame = requestAnimationFrame(scroll)
  }
  const end = (isKept: boolean) => {
    stop.abort()
    cancelAnimationFrame(frame)
    delete handle.dataset['dragged']
    // In the mode of keys a drag is one more step of it; without, it is all.
    const isInMode = focus.mode.get().type === 'adjust'
    if (!isKept && isInMode && before?.id === id) focus.adjusting.set(before)
    else if (!isKept) takeBackAdjusting(bench)
    else if (!isInMode || focus.selected.get() !== id) finishAdjusting(bench)
    // Whatever had the focus may be gone by now, or go with the buttons of the card; the next key is the text's.
    if (document.activeElement === document.body) editor.view.dom.focus({ preventScroll: true })
    keepFocus(editor.view)
    // Painting goes on with this, so it comes last.
    focus.isDragging.set(false)
  }
  document.addEventListener(
    'pointermove',
    (event) => {
      if (event.pointerId !== start.pointerId) return
      // It was let go of where nobody told of it: what was reached until then is what was wanted.
      if (event.buttons === 0) return end(true)
      at = { x: event.clientX, y: event.clientY, isByCharacter: event.altKey }
      follow()
      if (frame === 0) frame = requestAnimationFrame(scroll)
    },
    listen,
  )
  document.addEventListener('pointerup', (event) => event.pointerId === start.pointerId && end(true), listen)
  document.addEventListener('pointercancel', (event) => event.pointerId === start.pointerId && end(false), listen)
  // Without the window, or the handle itself, nobody hears how it ends.
  window.addEventListener('blur', (event) => event.target === window && end(false), listen)
  handle.addEventListener('lostpointercapture', () => end(false), listen)
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape') return
      event.preventDefault()
      event.stopPropagation()
      end(false)
    },
    listen,
  )
}
