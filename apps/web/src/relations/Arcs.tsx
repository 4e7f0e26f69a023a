/** The links of the selected mark as arcs over the text, from words to words. It only shows: nothing in it can be clicked. */
import type { Annotation } from '@attest/schema/annotation'
import { relationsOf } from '@attest/schema/links'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { kindStyle } from '../annotations/describe.ts'
import { rangeOf } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { textWidth } from '../ui/text-width.ts'
import { type Arc, arcBetween, type Box, type Point, pathOf, placeLabels, shareLabels } from './geometry.ts'
import { relationName } from './link-mode.ts'
import styles from './relations.module.css'
import { linksWords } from './wording.ts'

/** More arcs than this from one mark say nothing; its card lists them all. */
const MOST = 24

interface Wanted {
  id: string
  from: Annotation
  to: Annotation
  label: string
  isPreview: boolean
}

interface Drawn extends Arc {
  window: Box
  id: string
  label: string
  style: string
  isPreview: boolean
}

export function Arcs({ bench }: { bench: Workbench }) {
  const { editor, room, focus } = bench
  const { blocks } = room.page
  const selected = useCalmly(focus.selected)
  const pointed = useLive(focus.relation)
  const mode = useLive(focus.mode)
  const isHidden = useLive(focus.isHidden)
  const isPeeking = useLive(focus.isPeeking)
  const records = useLive(room.records)
  const painted = useCalmly(focus.painted)
  useLive(room.article)
  const layer = useRef<SVGSVGElement>(null)
  const [drawn, setDrawn] = useState<readonly Drawn[]>([])

  const wanted = useMemo<readonly Wanted[]>(() => {
    const { annotations, relations } = records
    const listed = selected && mode.type === 'none' ? relationsOf(selected, records) : []
    const one = pointed ? relations.get(pointed) : undefined
    const all = one && !listed.includes(one) ? [...listed, one] : listed
    const links = all.slice(0, MOST).flatMap(({ id, type, from, to }) => {
      const [start, end] = [annotations.get(from), annotations.get(to)]
      return start && end ? [{ id, from: start, to: end, label: relationName(room, type), isPreview: false }] : []
    })
    const [start, end] = mode.type === 'link' ? [annotations.get(mode.from), annotations.get(mode.to ?? '')] : []
    return start && end && start !== end
      ? [...links, { id: 'preview', from: start, to: end, label: '', isPreview: true }]
      : links
  }, [room, records, selected, pointed, mode])

  const isNone = wanted.length === 0 || isHidden || isPeeking

  // biome-ignore lint/correctness/useExhaustiveDependencies: painting moves what is measured here
  useLayoutEffect(() => {
    if (isNone) return setDrawn([])
    const measure = () => {
      const origin = layer.current?.getBoundingClientRect()
      if (!origin || editor.view.isDestroyed) return
      const boxes = new Map<string, Box[]>()
      const end = blocks.at(-1)?.end ?? 0
      const boxesOf = ({ id, spans }: Annotation) => {
        const found =
          boxes.get(id) ??
          linesOf(
            spans.filter((span) => span[1] <= end).map((span) => rangeOf(editor.view, blocks, span)),
            origin,
          )
        boxes.set(id, found)
        return found
      }
      // The bar lies over the top of the window; what is scrolled to keeps clear of it.
      const bar = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0
      const window = { left: 0, right: origin.width, top: bar - origin.top, bottom: innerHeight - origin.top }
      setDrawn(
        wanted.flatMap(({ id, from, to, label, isPreview }, track) => {
          const arc = arcBetween({ from: boxesOf(from), to: boxesOf(to), window, track })
          return arc ? [{ ...arc, window, id, label, isPreview, style: kindStyle(room, from) }] : []
        }),
      )
    }
    measure()
    // Only the ends outside the window depend on where it is; the others move with the text.
    let frame = 0
    const later = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0
        measure()
      })
    }
    const size = new ResizeObserver(later)
    size.observe(editor.view.dom)
    addEventListener('scroll', later, { passive: true })
    addEventListener('resize', later)
    return () => {
      cancelAnimationFrame(frame)
      size.disconnect()
      removeEventListener('scroll', later)
      removeEventListener('resize', later)
    }
  }, [editor, room, blocks, wanted, isNone, painted])

  const labels = useMemo(() => {
    const shared = shareLabels(
      drawn.filter(({ isPreview }) => !isPreview),
      pointed,
    )
    const sized = shared.map(({ arc, count }) => {
      const text = count > 1 ? linksWords.several(arc.label, count) : arc.label
      const { spine, window } = arc
      return { arc, text, spine, window, width: textWidth(text, LABEL_FONT) + 12, height: LABEL_HEIGHT }
    })
    const places = placeLabels(sized)
    return sized.flatMap((label, i) => {
      const place = places[i]
      return place ? [{ ...label, ...place }] : []
    })
  }, [drawn, pointed])

  const isPointing = pointed !== null && drawn.some(({ id }) => id === pointed)
  return (
    <svg ref={layer} className={styles['arcs']} aria-hidden="true" data-testid="arcs">
      {drawn.map((arc) => (
        <g
          key={arc.id}
          className={styles['arc']}
          style={{ '--arc': `var(--kind-${arc.style})` } as React.CSSProperties}
          data-preview={arc.isPreview || undefined}
          data-faint={(isPointing && arc.id !== pointed) || undefined}
          data-pointed={arc.id === pointed || undefined}
        >
          <path className={styles['halo']} d={pathOf(arc.points)} />
          <path className={styles['line']} d={pathOf(arc.points)} />
          <path className={styles['head']} d={headOf(arc.points)} />
          {!arc.isCut.from && <circle className={styles['head']} cx={arc.points[0]?.x} cy={arc.points[0]?.y} r="3" />}
        </g>
      ))}
      {labels.map(({ arc, text, width, at, isTurned }) => (
        <g
          key={arc.id}
          className={styles['label']}
          style={{ '--arc': `var(--kind-${arc.style})` } as React.CSSProperties}
          data-faint={(isPointing && arc.id !== pointed) || undefined}
          transform={`translate(${at.x} ${at.y})${isTurned ? ' rotate(-90)' : ''}`}
        >
          <rect x={-width / 2} y={-LABEL_HEIGHT / 2} width={width} height={LABEL_HEIGHT} rx={LABEL_HEIGHT / 2} />
          <text textAnchor="middle" dy="0.34em">
            {text}
          </text>
        </g>
      ))}
    </svg>
  )
}

const LABEL_FONT = '600 10.5px "Inter Variable", system-ui, sans-serif'
/** As high as there is room beside the text of a phone, and between two lines. */
const LABEL_HEIGHT = 14

/** A point at the end of the arc, in the direction in which it comes in. */
function headOf(points: readonly Point[]): string {
  const [before, end] = points.slice(-2)
  if (!before || !end) return ''
  const angle = Math.atan2(end.y - before.y, end.x - before.x)
  const at = (distance: number, turn: number) =>
    `${(end.x - distance * Math.cos(angle + turn)).toFixed(1)} ${(end.y - distance * Math.sin(angle + turn)).toFixed(1)}`
  return `M${at(0, 0)}L${at(8, 0.45)}L${at(8, -0.45)}Z`
}

/** One box for each line of words. A range tells every piece of it, and of an element in it also the lanes below the words. */
function linesOf(ranges: readonly Range[], origin: DOMRect): Box[] {
  const lines: Box[] = []
  for (const range of ranges)
    for (const rect of range.getClientRects()) {
      if (rect.width === 0) continue
      const box = {
        left: rect.left - origin.left,
        right: rect.right - origin.left,
        top: rect.top - origin.top,
        bottom: rect.bottom - origin.top,
      }
      const same = lines.find((line) => Math.abs(line.top - box.top) < 6)
      if (!same) lines.push(box)
      else {
        same.left = Math.min(same.left, box.left)
        same.right = Math.max(same.right, box.right)
        same.bottom = Math.min(same.bottom, box.bottom)
      }
    }
  return lines
}
