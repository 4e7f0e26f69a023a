/** The picture of the claim graph as one goes about in it: by wheel, fingers, buttons and keys. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Workbench } from '../editor/workbench.ts'
import { useCalmly } from '../live/use-live.ts'
import { type Item, itemsOf, PartPicture } from './GraphPicture.tsx'
import styles from './graph.module.css'
import { PART_GAP } from './layout.ts'
import type { Layout, Placed } from './use-layout.ts'
import { graphWords as words } from './wording.ts'

/** What the buttons do. */
export interface Zoom {
  by: (factor: number) => void
  fit: () => void
}

interface View {
  x: number
  y: number
  scale: number
}

interface Props {
  bench: Workbench
  layout: Layout
  zoom: RefObject<Zoom | null>
  onPick: (mark: string) => void
}

const LARGEST = 2
const SMALLEST = 0.05
/** Smaller than this nothing can be read, so nothing is written, and a whole article is drawn in a frame. */
const READABLE = 0.35
/** It opens as wide as the window allows, but never too small to read. */
const OPENS_AT_LEAST = 0.72

const ways: Partial<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

const factors: Partial<Record<string, number>> = { '+': 1.25, '=': 1.25, '-': 0.8 }

export function GraphView({ bench, layout, zoom, onPick }: Props) {
  const { room, focus } = bench
  const box = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  const [view, setView] = useState<View | null>(null)
  const [hovered, setHovered] = useState<string | null>(null)
  const [focused, setFocused] = useState<string | null>(null)
  const [active, setActive] = useState<string | null>(null)
  const selected = useCalmly(focus.selected)
  const items = useMemo(() => layout.placed.flatMap(itemsOf), [layout])
  const byId = useMemo(() => new Map(items.map((item) => [item.id, item])), [items])
  const near = useMemo(() => neighboursOf(layout.placed), [layout])

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  // Until somebody moves it, it shows its beginning as wide as there is room.
  const opening = useMemo<View>(() => {
    const scale = Math.min(1, Math.max(OPENS_AT_LEAST, layout.width > 0 ? size.width / layout.width : 1))
    return { scale, x: Math.max(-PART_GAP * scale * 0.5, (size.width - layout.width * scale) / 2), y: 0 }
  }, [layout.width, size.width])
  const at = view ?? opening

  const change = useCallback(
    (to: (view: View) => View) => setView((before) => kept(to(before ?? opening), layout, size)),
    [opening, layout, size],
  )
  const scaleBy = useCallback(
    (factor: number, x = size.width / 2, y = size.height / 2) =>
      change((before) => {
        const scale = Math.min(LARGEST, Math.max(SMALLEST, before.scale * factor))
        const grown = scale / before.scale
        return { scale, x: x - (x - before.x) * grown, y: y - (y - before.y) * grown }
      }),
    [change, size],
  )
  const fit = useCallback(() => {
    if (layout.width === 0 || layout.height === 0) return
    const scale = Math.max(SMALLEST, Math.min(1, size.width / layout.width, size.height / layout.height))
    setView({ scale, x: (size.width - layout.width * scale) / 2, y: (size.height - layout.height * scale) / 2 })
  }, [layout, size])
  useEffect(() => {
    zoom.current = { by: scaleBy, fit }
  }, [zoom, scaleBy, fit])

  /** Moves as little as brings it into sight. */
  const show = useCallback(
    (item: Item) =>
      change((before) => {
        const left = before.x + item.x * before.scale
        const top = before.y + item.y * before.scale
        const [width, height] = [item.width * before.scale, item.height * before.scale]
        return {
          ...before,
          x: before.x + push(left, width, size.width),
          y: before.y + push(top, height, size.height),
        }
      }),
    [change, size],
  )

  // Whoever goes about in the text finds the same mark here.
  const shown = useRef<string | null>(null)
  useEffect(() => {
    const item = selected ? byId.get(selected) : undefined
    if (!item || shown.current === selected || size.height === 0) return
    shown.current = selected
    setActive(item.id)
    show(item)
  }, [selected, byId, show, size])

  useEffect(() => {
    const element = box.current
    if (!element) return
    return followGestures(element, {
      move: (x, y) => change((before) => ({ ...before, x: before.x + x, y: before.y + y })),
      scale: scaleBy,
    })
  }, [change, scaleBy])

  const on = useMemo(
    () => ({
      pick(item: Item) {
        shown.current = item.mark.id
        setActive(item.id)
        onPick(item.mark.id)
      },
      hover(item: Item | null) {
        setHovered(item?.id ?? null)
        focus.hovered.set(item?.node.type === 'marks' ? item.mark.id : null)
      },
      focus(item: Item) {
        setActive(item.id)
        setFocused(item.id)
      },
    }),
    [focus, onPick],
  )
  // A new function at every rendering of the panel would draw every part again.
  const newest = useRef(on)
  newest.current = on
  const steady = useMemo(
    () => ({
      pick: (item: Item) => newest.current.pick(item),
      hover: (item: Item | null) => newest.current.hover(item),
      focus: (item: Item) => newest.current.focus(item),
    }),
    [],
  )

  const entry = active !== null && byId.has(active) ? active : (items[0]?.id ?? null)
  const goTo = (item: Item | undefined) => {
    if (!item) return
    setActive(item.id)
    show(item)
    // It may be drawn only now that it is in sight.
    requestAnimationFrame(() => target(box.current, item.id)?.focus({ preventScroll: true }))
  }
  const onKey = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const from = byId.get(entry ?? '')
    const way = ways[event.key]
    const factor = factors[event.key]
    if (way) goTo(from && nearest(items, from, ...way))
    else if (factor) scaleBy(factor)
    else if (event.key === 'Home') goTo(items[0])
    else if (event.key === 'End') goTo(items.at(-1))
    else if (event.key === '0') fit()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  const lit = byId.get(hovered ?? focused ?? '')
  const hot = lit ? near.get(lit.node.id) : undefined
  const isIn = ({ left, top, width, height }: Placed) =>
    at.y + top * at.scale < size.height &&
    at.y + (top + height) * at.scale > 0 &&
    at.x + left * at.scale < size.width &&
    at.x + (left + width) * at.scale > 0
  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture in which one goes about is no form's fieldset
    <div
      ref={box}
      role="group"
      aria-label={`${words.title}. ${words.how}`}
      className={styles['view']}
      onKeyDown={onKey}
      onBlur={() => setFocused(null)}
    >
      <svg width={size.width} height={size.height} role="presentation">
        <g transform={`translate(${at.x} ${at.y}) scale(${at.scale})`}>
          {layout.placed.filter(isIn).map((part) => {
            const has = (id: string | null) =>
              id !== null && part.part.nodes.some((node) => node.marks.some((mark) => mark.id === id) || node.id === id)
            return (
              <PartPicture
                key={part.part.id}
                room={room}
                part={part}
                isSmall={at.scale < READABLE}
                on={steady}
                hot={hot && has(lit?.id ?? null) ? hot : null}
                selected={has(selected) ? selected : null}
                active={has(entry) ? entry : null}
              />
            )
          })}
        </g>
      </svg>
    </div>
  )
}

function target(box: HTMLElement | null, id: string): SVGGElement | null {
  return box?.querySelector<SVGGElement>(`[data-item="${CSS.escape(id)}"]`) ?? null
}

/** Each node with those that it is joined with. */
function neighboursOf(parts: readonly Placed[]): Map<string, ReadonlySet<string>> {
  const near = new Map<string, Set<string>>()
  const add = (id: string, other: string) => near.set(id, (near.get(id) ?? new Set([id])).add(other))
  for (const { part } of parts)
    for (const { from, to } of part.edges) {
      add(from, to)
      add(to, from)
    }
  return near
}

/** The item that is next in a direction: near along it, and not far to its side. */
function nearest(items: readonly Item[], from: Item, x: number, y: number): Item | undefined {
  const middle = (item: Item) => ({ x: item.x + item.width / 2, y: item.y + item.height / 2 })
  const start = middle(from)
  let best: Item | undefined
  let least = Number.POSITIVE_INFINITY
  for (const item of items) {
    const { x: dx, y: dy } = { x: middle(item).x - start.x, y: middle(item).y - start.y }
    const along = dx * x + dy * y
    const aside = Math.abs(dx * y) + Math.abs(dy * x)
    const far = along + 2 * aside
    if (item.id === from.id || along <= 4 || far >= least) continue
    least = far
    best = item
  }
  return best
}

const EDGE = 24

/** How far something must be moved to be seen; nothing where it is in sight. */
function push(start: number, length: number, room: number): number {
  if (start < EDGE) return EDGE - start
  return start + length > room - EDGE ? Math.max(room - EDGE - length - start, EDGE - start) : 0
}

/** Never so far that nothing of the picture would be left in sight. */
function kept(view: View, layout: Layout, size: { width: number; height: number }): View {
  const [width, height] = [layout.width * view.scale, layout.height * view.scale]
  const within = (at: number, length: number, room: number) => Math.min(room * 0.7, Math.max(room * 0.3 - length, at))
  return { ...view, x: within(view.x, width, size.width), y: within(view.y, height, size.height) }
}

interface Gestures {
  move: (x: number, y: number) => void
  scale: (factor: number, x: number, y: number) => void
}

/** So far a pointer moves before a press on a node is a drag of the picture. */
const DRAG_FROM = 5

function followGestures(element: HTMLElement, { move, scale }: Gestures): () => void {
  const stop = new AbortController()
  const options = { signal: stop.signal }
  const pointers = new Map<number, { x: number; y: number }>()
  let isDragging = false
  let start = { x: 0, y: 0 }
  const inBox = ({ clientX, clientY }: MouseEvent) => {
    const { left, top } = element.getBoundingClientRect()
    return { x: clientX - left, y: clientY - top }
  }
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      const { x, y } = inBox(event)
      // A wheel may tell lines; a pinch on a pad comes as a wheel with Ctrl.
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      if (event.ctrlKey || event.metaKey) scale(Math.exp(-event.deltaY * unit * 0.006), x, y)
      else if (event.shiftKey) move(-event.deltaY * unit, 0)
      else move(-event.deltaX * unit, -event.deltaY * unit)
    },
    { ...options, passive: false },
  )
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return
      pointers.set(event.pointerId, inBox(event))
      if (pointers.size === 1) {
        isDragging = false
        start = inBox(event)
      }
    },
    options,
  )
  element.addEventListener(
    'pointermove',
    (event) => {
      const before = pointers.get(event.pointerId)
      if (!before) return
      const now = inBox(event)
      if (!isDragging && pointers.size === 1 && Math.hypot(now.x - start.x, now.y - start.y) < DRAG_FROM) return
      if (!isDragging) {
        isDragging = true
        element.setPointerCapture(event.pointerId)
      }
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at)
      pointers.set(event.pointerId, now)
      if (!other) return move(now.x - before.x, now.y - before.y)
      const distance = (a: { x: number; y: number }) => Math.hypot(a.x - other.x, a.y - other.y) || 1
      scale(distance(now) / distance(before), (now.x + other.x) / 2, (now.y + other.y) / 2)
      move((now.x - before.x) / 2, (now.y - before.y) / 2)
    },
    options,
  )
  for (const end of ['pointerup', 'pointercancel'] as const)
    element.addEventListener(end, (event) => void pointers.delete(event.pointerId), options)
  // The click that ends a drag goes nowhere.
  element.addEventListener(
    'click',
    (event) => {
      if (isDragging) event.stopPropagation()
      isDragging = false
    },
    { ...options, capture: true },
  )
  return () => stop.abort()
}
