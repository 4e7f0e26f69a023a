/**
 * The whole article beside the text, in a strip: what is marked where, what one's window shows, what was found. A click
 * or a drag goes there. It is a picture for the eye and the pointer, and nothing else: the page scrolls with the keys,
 * and the list of marks is what it is read and walked through with.
 */
import type { Annotation } from '@attest/schema/annotation'
import { type Block, blockIndexAt } from '@attest/schema/article'
import { type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { kindLabel, kindStyle } from '../annotations/describe.ts'
import { useShown } from '../annotations/reading-order.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import styles from './finding.module.css'
import { hitsOf } from './hits.ts'
import { COLUMN_PX, type Column, drawMinimap, GAP_PX } from './minimap.ts'
import { minimapWords } from './wording.ts'

interface Props {
  bench: Workbench
  isShown: (annotation: Annotation) => boolean
}

/** So long after a change it is drawn, in milliseconds: the text comes first, and in a busy room marks by the dozen. */
const DRAW_AFTER_MS = 120

type Lane = Omit<Column, 'color'> & { variable: string }

export function Minimap({ bench, isShown }: Props) {
  const { editor, room, focus } = bench
  const { blocks, text } = room.page
  const marks = useShown(room, isShown)
  const records = useLive(room.records)
  const hits = useLive(hitsOf(focus))
  const differing = useCalmly(focus.differing)
  const { labelSet } = useLive(room.article)
  const strip = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const probes = useRef<HTMLSpanElement>(null)
  const [height, setHeight] = useState(0)
  const look = useLook()

  const lanes = useMemo(() => {
    const known = new Set(labelSet.kinds.map(({ id }) => id))
    const all: Lane[] = labelSet.kinds.map(({ id, label, pattern }) => ({
      name: label,
      variable: `--kind-${id}`,
      pattern,
      kind: id,
      has: ({ kind }) => kind === id,
    }))
    const odd = marks.find(({ kind }) => !known.has(kind))
    if (odd)
      all.push({
        name: kindLabel(room, odd),
        variable: `--kind-${kindStyle(room, odd)}`,
        pattern: 'dotted',
        has: ({ kind }) => !known.has(kind),
      })
    const isMine = ({ author }: Annotation) => author === room.me.id
    if (marks.some(isMine) && !marks.every(isMine))
      all.push({ name: minimapWords.mine, variable: `--person-${room.me.color}`, pattern: 'solid', has: isMine })
    const isDisputed = ({ id }: Annotation) => records.outcomes.get(id) === 'disputed'
    if (marks.some(isDisputed))
      all.push({ name: minimapWords.disputed, variable: '--warn', pattern: 'solid', has: isDisputed })
    if (differing.size > 0)
      all.push({
        name: minimapWords.differing,
        variable: '--bad',
        pattern: 'dashed',
        has: ({ id }) => differing.has(id),
      })
    return all
  }, [room, labelSet, marks, records, differing])

  useLayoutEffect(() => {
    const element = strip.current
    if (!element) return
    const observer = new ResizeObserver(() => setHeight(element.clientHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  /** When it is to be drawn next: changes that go on coming do not put it off. */
  const dueAt = useRef<number | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another look has other colours
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    // On a narrow screen there is no strip.
    if (!context || height === 0) return
    const draw = () => {
      dueAt.current = null
      const ratio = window.devicePixelRatio
      const width = lanes.length * (COLUMN_PX + GAP_PX)
      context.canvas.width = Math.round(width * ratio)
      context.canvas.height = Math.round(height * ratio)
      // What a variable of the style sheet comes to in this scheme is only known of an element that has it.
      const colors = Array.from(probes.current?.children ?? [], (probe) => getComputedStyle(probe).color)
      const columns = lanes.map((lane, index) => ({ ...lane, color: colors[index] ?? '' }))
      drawMinimap(context, { marks, hits, hitColor: colors.at(-1) ?? '', columns, length: text.length, height, ratio })
    }
    dueAt.current ??= performance.now() + DRAW_AFTER_MS
    const timer = setTimeout(draw, Math.max(0, dueAt.current - performance.now()))
    return () => clearTimeout(timer)
  }, [marks, hits, lanes, height, look, text])

  const box = useWindowBox(bench, height)
  const goTo = useGoTo(editor.view.dom, blocks)
  const onPointer = (event: PointerEvent<HTMLElement>) => {
    const rect = event.currentTarget.getBoundingClientRect()
    const share = Math.min(1, Math.max(0, (event.clientY - rect.top) / rect.height))
    goTo(Math.round(share * text.length))
  }
  if (text.length === 0) return null
  return (
    <div
      ref={strip}
      className={styles['minimap']}
      aria-hidden="true"
      data-testid="minimap"
      title={lanes.map(({ name }) => name).join(' · ')}
      style={{ width: lanes.length * (COLUMN_PX + GAP_PX) - GAP_PX + 8 }}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        // The selection in the text stays as it is.
        event.preventDefault()
        event.currentTarget.setPointerCapture(event.pointerId)
        onPointer(event)
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && onPointer(event)}
    >
      <canvas ref={canvas} style={{ height, width: lanes.length * (COLUMN_PX + GAP_PX) }} />
      <div className={styles['window']} style={{ top: box.top, height: Math.max(6, box.bottom - box.top) }} />
      <span ref={probes} hidden>
        {lanes.map(({ name, variable }) => (
          <i key={name} style={{ color: `var(${variable})` }} />
        ))}
        <i style={{ color: 'var(--current-hit)' }} />
      </span>
    </div>
  )
}

/** Counts changes of what a canvas must be drawn again for: light or dark, forced colours, another screen. */
function useLook(): number {
  const [look, setLook] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: at another resolution another one is to be listened for
  useEffect(() => {
    const queries = [
      '(prefers-color-scheme: dark)',
      '(forced-colors: active)',
      `(resolution: ${window.devicePixelRatio}dppx)`,
    ].map((query) => window.matchMedia(query))
    const onChange = () => setLook((before) => before + 1)
    for (const query of queries) query.addEventListener('change', onChange)
    return () => {
      for (const query of queries) query.removeEventListener('change', onChange)
    }
  }, [look])
  return look
}

/** What of the strip the window shows, measured at the blocks in it alone. */
function useWindowBox({ editor, room, focus }: Workbench, height: number): { top: number; bottom: number } {
  const { blocks, text } = room.page
  const near = useCalmly(focus.near)
  const [box, setBox] = useState({ top: 0, bottom: 0 })
  useEffect(() => {
    if (height === 0) return
    let frame = 0
    const measure = () => {
      frame = 0
      let [first, last] = [Number.POSITIVE_INFINITY, 0]
      for (const index of near) {
        const rect = editor.view.dom.children[index]?.getBoundingClientRect()
        const block = blocks[index]
        if (!rect || !block || rect.bottom <= 0 || rect.top >= window.innerHeight || rect.height === 0) continue
        const offsetAt = (y: number) =>
          block.start + Math.min(1, Math.max(0, (y - rect.top) / rect.height)) * (block.end - block.start)
        first = Math.min(first, offsetAt(0))
        last = Math.max(last, offsetAt(window.innerHeight))
      }
      if (first > last) return
      setBox({ top: (first / text.length) * height, bottom: (last / text.length) * height })
    }
    const later = () => {
      frame ||= requestAnimationFrame(measure)
    }
    later()
    window.addEventListener('scroll', later, { passive: true })
    window.addEventListener('resize', later)
    return () => {
      cancelAnimationFrame(frame)
      window.removeEventListener('scroll', later)
      window.removeEventListener('resize', later)
    }
  }, [editor, blocks, text, near, height])
  return box
}

/** So often a place is approached: blocks on the way turn out to be higher or lower than they were estimated. */
const APPROACH_STEPS = 6

/** Puts the words at an offset into the middle of the window, at once. */
function useGoTo(article: HTMLElement, blocks: readonly Block[]): (offset: number) => void {
  const frame = useRef(0)
  useEffect(() => () => cancelAnimationFrame(frame.current), [])
  return (offset) => {
    const index = blockIndexAt(blocks, offset)
    const block = blocks[index]
    const element = article.children[index]
    if (!block || !element) return
    const share = (offset - block.start) / Math.max(1, block.end - block.start)
    const approach = (stepsLeft: number) => {
      const { top, height } = element.getBoundingClientRect()
      const distance = top + share * height - window.innerHeight / 2
      if (Math.abs(distance) < 2) return
      window.scrollBy({ top: distance, behavior: 'instant' })
      if (stepsLeft > 0) frame.current = requestAnimationFrame(() => approach(stepsLeft - 1))
    }
    cancelAnimationFrame(frame.current)
    approach(APPROACH_STEPS)
  }
}
