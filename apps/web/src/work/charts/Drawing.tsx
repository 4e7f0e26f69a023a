/** The drawings themselves: SVG of what was laid out, without any state, so that a file can be made of them as well. */
import type { ReactNode } from 'react'
import { fitText } from '../../ui/text-width.ts'
import { type Datum, layAreas, layColumns, layRows, ROW_HEIGHT, type Series } from './chart-data.ts'
import styles from './charts.module.css'

export interface DrawingProps {
  /** Unique in the page: patterns are found by it. */
  id: string
  data: readonly Datum[]
  series: readonly Series[]
  width: number
  /** The datum that is pointed at. */
  active: string | null
  axis: string
}

export interface Drawn {
  svg: ReactNode
  width: number
  height: number
  /** Where each datum is pointed at, along the way one goes through them. */
  zones: { id: string; x: number; y: number; width: number; height: number }[]
}

const LABEL_FONT = '500 12px "Inter Variable", system-ui, sans-serif'
const AXIS = 22
const LEFT = 44
const TOP = 26
const PLOT = 190

/** How a series is filled; the ids of people, kinds and states hold nothing that an address could not. */
export function fillOf(id: string, series: string): string {
  return `url(#${idOf(id, series)})`
}

function idOf(id: string, series: string): string {
  return `${id}-${series === '' ? 'none' : series.replaceAll(/[^\w-]/g, '_')}`
}

/** Pattern first, colour second: what is told apart by colour alone, some people cannot tell apart. */
export function Patterns({ id, series }: { id: string; series: readonly Series[] }) {
  return (
    <defs>
      {series.map((one) => (
        <pattern
          key={one.id}
          id={idOf(id, one.id)}
          className={styles['pattern']}
          width="8"
          height="8"
          patternUnits="userSpaceOnUse"
          style={{ color: one.color }}
        >
          <rect width="8" height="8" className={styles['ground']} />
          <rect width="8" height="8" className={styles['tint']} data-full={one.pattern % 8 === 0 || undefined} />
          {motifs[one.pattern % 8]}
        </pattern>
      ))}
    </defs>
  )
}

const motifs: ReactNode[] = [
  null,
  <path key="1" d="M-2 2l4-4M0 8l8-8M6 10l4-4" className={styles['line']} />,
  <path key="2" d="M2 2h2v2h-2zM6 6h2v2h-2z" className={styles['dot']} />,
  <path key="3" d="M0 2h8M0 6h8" className={styles['line']} />,
  <path key="4" d="M0 0l8 8M8 0l-8 8" className={styles['line']} />,
  <path key="5" d="M2 0v8M6 0v8" className={styles['line']} />,
  <path key="6" d="M-2 6l4 4M0 0l8 8M6 -2l4 4" className={styles['line']} />,
  <path key="7" d="M0 4h8M4 0v8" className={styles['line']} />,
]

/** Bars that lie. */
export function drawRows({ id, data, series, width, active, axis }: DrawingProps): Drawn {
  const inner = Math.max(80, width - 2)
  const { bars, ticks, height } = layRows(data, series, inner)
  return {
    width,
    height: height + AXIS + 16,
    zones: data.map((datum, i) => ({ id: datum.id, x: 0, y: i * ROW_HEIGHT, width, height: ROW_HEIGHT })),
    svg: (
      <>
        <Patterns id={id} series={series} />
        <g className={styles['grid']}>
          {ticks.map(({ value, at }) => (
            <line key={value} x1={at} x2={at} y1={0} y2={height} />
          ))}
        </g>
        {bars.map(({ datum, total, parts }, i) => (
          <g key={datum.id} data-active={datum.id === active || undefined} className={styles['item']}>
            <text x={0} y={i * ROW_HEIGHT + 14} className={styles['name']}>
              {fitText(datum.label, inner - 56, LABEL_FONT)}
            </text>
            <text x={inner} y={i * ROW_HEIGHT + 14} className={styles['value']}>
              {total.toLocaleString('en')}
            </text>
            {parts.map((part) => (
              <rect
                key={part.series}
                x={part.x}
                y={part.y}
                width={Math.max(1, part.width)}
                height={part.height}
                fill={fillOf(id, part.series)}
                stroke={colorOf(series, part.series)}
                className={styles['part']}
              />
            ))}
          </g>
        ))}
        <g className={styles['axis']}>
          <line x1={0} x2={inner} y1={height} y2={height} />
          {ticks.map(({ value, at }) => (
            <text key={value} x={at} y={height + 15} data-anchor={at < 8 ? 'start' : at > inner - 8 ? 'end' : 'middle'}>
              {value.toLocaleString('en')}
            </text>
          ))}
          <text x={inner} y={height + 32} data-anchor="end">
            {axis}
          </text>
        </g>
      </>
    ),
  }
}

function colorOf(series: readonly Series[], id: string): string {
  return series.find((one) => one.id === id)?.color ?? 'currentcolor'
}

interface Column {
  datum: Datum
  x: number
  width: number
  isNamed: boolean
}

function Axes({
  ticks,
  columns,
  width,
  axis,
}: {
  ticks: { value: number; at: number }[]
  columns: Column[]
  width: number
  axis: string
}) {
  const right = LEFT + width
  return (
    <>
      <g className={styles['grid']}>
        {ticks.map(({ value, at }) => (
          <line key={value} x1={LEFT} x2={right} y1={TOP + at} y2={TOP + at} />
        ))}
      </g>
      <g className={styles['axis']}>
        <text x={0} y={12} data-anchor="start">
          {axis}
        </text>
        {ticks.map(({ value, at }) => (
          <text key={value} x={LEFT - 6} y={TOP + at + 4} data-anchor="end">
            {value.toLocaleString('en')}
          </text>
        ))}
        <line x1={LEFT} x2={right} y1={TOP + PLOT} y2={TOP + PLOT} />
        {columns
          .filter(({ isNamed, x }) => isNamed && x < width - 24)
          .map(({ datum, x }) => (
            <text key={datum.id} x={LEFT + x} y={TOP + PLOT + 16} data-anchor="start">
              {datum.label}
            </text>
          ))}
      </g>
    </>
  )
}

const zonesOf = (columns: Column[], width: number) =>
  columns.map(({ datum, x }, i) => ({
    id: datum.id,
    x: LEFT + x,
    y: TOP,
    width: (columns[i + 1]?.x ?? width) - x,
    height: PLOT,
  }))

/** Columns that stand on each other; what happened beside them is a diamond over the column. */
export function drawColumns({ id, data, series, width, active, axis }: DrawingProps): Drawn {
  const inner = Math.max(80, width - LEFT - 2)
  const { columns, ticks } = layColumns(data, series, { width: inner, height: PLOT })
  return {
    width,
    height: TOP + PLOT + AXIS,
    zones: zonesOf(columns, inner),
    svg: (
      <>
        <Patterns id={id} series={series} />
        <Axes ticks={ticks} columns={columns} width={inner} axis={axis} />
        {columns.map(({ datum, x, width, parts }) => (
          <g key={datum.id} data-active={datum.id === active || undefined} className={styles['item']}>
            {datum.id === active && <rect className={styles['hot']} x={LEFT + x} y={TOP} width={width} height={PLOT} />}
            {parts.map((part) => (
              <rect
                key={part.series}
                x={LEFT + part.x}
                y={TOP + part.y}
                width={part.width}
                height={part.height}
                fill={fillOf(id, part.series)}
                stroke={colorOf(series, part.series)}
                className={styles['part']}
              />
            ))}
            {(datum.events ?? 0) > 0 && (
              <path
                className={styles['event']}
                d={`M${LEFT + x + width / 2} ${TOP - 10}l4.5 4.5l-4.5 4.5l-4.5 -4.5z`}
              />
            )}
          </g>
        ))}
      </>
    ),
  }
}

/** Areas that stand on each other, from day to day. */
export function drawAreas({ id, data, series, width, active, axis }: DrawingProps): Drawn {
  const inner = Math.max(80, width - LEFT - 2)
  const { areas, columns, ticks } = layAreas(data, series, { width: inner, height: PLOT })
  const hot = columns.find(({ datum }) => datum.id === active)
  return {
    width,
    height: TOP + PLOT + AXIS,
    zones: zonesOf(columns, inner),
    svg: (
      <>
        <Patterns id={id} series={series} />
        <Axes ticks={ticks} columns={columns} width={inner} axis={axis} />
        <g transform={`translate(${LEFT} ${TOP})`}>
          {areas.map(({ series: one, path }) => (
            <path key={one} d={path} fill={fillOf(id, one)} stroke={colorOf(series, one)} className={styles['part']} />
          ))}
          {hot && <rect className={styles['hot']} x={hot.x} y={0} width={Math.max(2, hot.width)} height={PLOT} />}
        </g>
      </>
    ),
  }
}
