/** Where a link begins: pressed, it looks for the other mark; dragged to a mark, a row or a card, it links with that. */
import type { Annotation } from '@attest/schema/annotation'
import { lengthOf } from '@attest/schema/span'
import { Link2 } from 'lucide-react'
import { useContext, useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { characterAtPoint, offsetAtDom } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Shortcuts } from '../ui/shortcuts.ts'
import type { Point } from './geometry.ts'
import styles from './relations.module.css'
import { linksWords as words } from './wording.ts'

/** So far a pointer must move before pressing becomes dragging, in pixels. */
const DRAG_FROM = 6
/** So near to the upper or lower edge a drag scrolls the text. */
const SCROLL_FROM = 70

interface Props {
  bench: Workbench
  from: Annotation
}

export function LinkHandle({ bench, from: { id: from, kind } }: Props) {
  const { room, focus, commands } = bench
  const { labelSet } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const [rope, setRope] = useState<{ from: Point; to: Point } | null>(null)
  const stop = useRef<(() => void) | null>(null)
  const wasDragged = useRef(false)
  const mode = useLive(focus.mode)
  const shortcut = useContext(Shortcuts)
  useEffect(() => () => stop.current?.(), [])
  if (isBarred || !labelSet.relations.some((one) => [...one.from, ...one.to].includes(kind))) return null

  function begin(down: React.PointerEvent<HTMLButtonElement>): void {
    if (down.button !== 0) return
    wasDragged.current = false
    const rect = down.currentTarget.getBoundingClientRect()
    const start = { x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 }
    // Taken by the handle, a finger would go on telling only it where it is.
    if (down.currentTarget.hasPointerCapture(down.pointerId)) down.currentTarget.releasePointerCapture(down.pointerId)
    stop.current = followDrag(bench, from, down.pointerId, start, {
      onMove(to) {
        wasDragged.current = true
        setRope({ from: start, to })
      },
      onEnd: () => setRope(null),
    })
  }

  return (
    <>
      <button
        type="button"
        className={styles['handle']}
        aria-label={words.add}
        title={words.addHint(shortcut('link'))}
        aria-pressed={mode.type === 'link' && mode.from === from}
        onPointerDown={begin}
        onClick={() => {
          // The click that ends a drag over the handle itself is none.
          if (!wasDragged.current) commands.run('link')
          wasDragged.current = false
        }}
      >
        <Link2 aria-hidden="true" />
      </button>
      {rope &&
        createPortal(
          <svg className={styles['rope']} aria-hidden="true">
            <line x1={rope.from.x} y1={rope.from.y} x2={rope.to.x} y2={rope.to.y} />
            <circle cx={rope.to.x} cy={rope.to.y} r="6" />
          </svg>,
          document.body,
        )}
    </>
  )
}

interface Drag {
  onMove: (to: Point) => void
  onEnd: () => void
}

/** Follows a pointer from its press to wherever it is let go of; Esc ends it without a link. Returns the way to give up. */
function followDrag({ editor, room, focus }: Workbench, from: string, pointer: number, start: Point, drag: Drag) {
  const stop = new AbortController()
  const options = { signal: stop.signal, capture: true }
  let isDragging = false
  let at = start
  let frame = 0

  function end(): void {
    stop.abort()
    cancelAnimationFrame(frame)
    if (isDragging) drag.onEnd()
    const mode = focus.mode.get()
    if (isDragging && mode.type === 'link' && mode.from === from) focus.mode.set({ type: 'none' })
  }

  /** The mark under the pointer; of several in the text the shortest that can be the other end. */
  function markAt({ x, y }: Point): string | null {
    const target = document.elementFromPoint(x, y)
    const shown = target?.closest('[data-mark]')?.getAttribute('data-mark')
    if (shown) return shown === from ? null : shown
    const mark = target?.closest('mark')
    if (!mark || !editor.view.dom.contains(mark)) return null
    const { blocks } = room.page
    // Several marks begin and end in one element where they look the same.
    const offset =
      characterAtPoint(editor.view, blocks, mark, { clientX: x, clientY: y }) ??
      offsetAtDom(editor.view, blocks, mark, 0)
    if (offset === null) return null
    const { annotations } = room.records.get()
    const length = (id: string) => lengthOf(annotations.get(id)?.spans ?? [])
    const ids = editor.storage.annotations.painter.idsAt(offset).filter((id) => id !== from)
    const offered = ids.filter((id) => focus.picking.get()?.isOffered(id))
    return (offered.length > 0 ? offered : ids).sort((a, b) => length(a) - length(b))[0] ?? null
  }

  function look(): void {
    const over = markAt(at)
    const to = over && focus.picking.get()?.isOffered(over) ? over : null
    const mode = focus.mode.get()
    if (mode.type !== 'link') {
      end()
      return
    }
    if (mode.to !== to) focus.mode.set({ type: 'link', from, to })
    focus.hovered.set(to)
  }

  function scroll(): void {
    const over = Math.max(0, SCROLL_FROM - at.y) - Math.max(0, at.y - (innerHeight - SCROLL_FROM))
    if (over !== 0) {
      scrollBy({ top: -over / 5, behavior: 'instant' })
      look()
    }
    frame = requestAnimationFrame(scroll)
  }

  document.addEventListener(
    'pointermove',
    (event) => {
      if (event.pointerId !== pointer) return
      at = { x: event.clientX, y: event.clientY }
      if (!isDragging) {
        if (Math.hypot(at.x - start.x, at.y - start.y) < DRAG_FROM || room.barred.get()) return
        isDragging = true
        focus.mode.set({ type: 'link', from, to: null })
        frame = requestAnimationFrame(scroll)
      }
      event.preventDefault()
      drag.onMove(at)
      look()
    },
    options,
  )
  document.addEventListener(
    'pointerup',
    (event) => {
      if (event.pointerId !== pointer) return
      if (!isDragging) return stop.abort()
      const over = markAt({ x: event.clientX, y: event.clientY })
      stop.abort()
      cancelAnimationFrame(frame)
      drag.onEnd()
      // What is asked or told about the mark it was dropped on stands in the bar; beside all marks it was thought better of.
      if (over) focus.picking.get()?.pick(over)
      else focus.mode.set({ type: 'none' })
    },
    options,
  )
  document.addEventListener('pointercancel', (event) => event.pointerId === pointer && end(), options)
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || !isDragging) return
      event.preventDefault()
      event.stopPropagation()
      end()
    },
    options,
  )
  return end
}
