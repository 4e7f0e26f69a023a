/** The drawings of agreement: matrices with the number in each cell, and lines over time. SVG without any state. */
import { scaleLinear, scalePoint } from 'd3-scale'
import { line, symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from 'd3-shape'
import type { ReactNode } from 'react'
import { fitText, textWidth } from '../ui/text-width.ts'
import type { Series } from '../work/charts/chart-data.ts'
import chartStyles from '../work/charts/charts.module.css'
import { type DrawingProps, type Drawn, fillOf, Patterns } from '../work/charts/Drawing.tsx'
import styles from './agreement.module.css'

const NAME_FONT = '500 12px "Inter Variable", system-ui, sans-serif'
const LEAST_CELL = 40
const MOST_CELL = 104
const CELL_HEIGHT = 40
const HEAD = 26
/** Names that are wider than a column lean over it, up to this length. */
const MOST_LEANING = 132
const LEAN = Math.SQRT1_2

export interface MatrixCell {
  id: string
  text: string
  /** From 0 to 1: how strong the ground is. Null is hatched. */
  strength: number | null
  tone: 'accent' | 'good' | 'warn' | 'bad'
  /** How large a part of what is counted has other borders, from 0 to 1; without it there is no bar. */
  part?: number
  /** Outlined with dashes: what only one has. */
  isDashed?: boolean
}

export interface Matrix {
  rows: readonly string[]
  columns: readonly string[]
  /** Row by row; null where there is no cell. */
  cells: readonly (readonly (MatrixCell | null)[])[]
}

const hatch: Series[] = [{ id: 'hatch', name: '', color: 'var(--ink-soft)', pattern: 1 }]

/** Numbers in a grid, with their names beside and above. */
export function drawMatrix({ rows, columns, cells }: Matrix, { id, width, active }: DrawingProps): Drawn {
  const left = Math.min(140, Math.max(76, width * 0.24))
  const cellOf = (room: number, count: number) => Math.min(MOST_CELL, Math.max(LEAST_CELL, room / Math.max(1, count)))
  const upright = cellOf(width - left - 2, columns.length)
  const isLeaning = columns.some((name) => textWidth(name, NAME_FONT) > upright - 6)
  const heads = columns.map((name) => fitText(name, isLeaning ? MOST_LEANING : upright - 6, NAME_FONT))
  const lengths = heads.map((name) => (isLeaning ? textWidth(name, NAME_FONT) * LEAN : 0))
  // The last one leans beyond its column.
  const beyond = (lengths.at(-1) ?? 0) + 12
  const cell = isLeaning ? cellOf(width - left - 2 - beyond, columns.length - 0.5) : upright
  const head = HEAD + Math.ceil(Math.max(0, ...lengths))
  const whole =
    left +
    Math.max(cell * columns.length, ...lengths.map((length, i) => (i + 0.5) * cell + (isLeaning ? length + 10 : 0))) +
    2
  const places = cells.flatMap((row, y) =>
    row.flatMap((one, x) => (one ? [{ ...one, x: left + x * cell, y: head + y * CELL_HEIGHT }] : [])),
  )
  return {
    width: Math.max(width, whole),
    height: head + rows.length * CELL_HEIGHT + 2,
    zones: places.map(({ id, x, y }) => ({ id, x, y, width: cell, height: CELL_HEIGHT })),
    svg: (
      <>
        <Patterns id={id} series={hatch} />
        {heads.map((name, i) => {
          const [x, y] = [left + (i + 0.5) * cell, head - 9]
          const leaning = isLeaning && { transform: `rotate(-45 ${x} ${y})`, className: styles['leaning'] }
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: two people may have the same name
            <text key={i} x={x} y={y} className={styles['head']} {...leaning}>
              {name}
            </text>
          )
        })}
        {rows.map((name, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same
          <text key={i} x={0} y={head + i * CELL_HEIGHT + 25} className={chartStyles['name']}>
            {fitText(name, left - 8, NAME_FONT)}
          </text>
        ))}
        {places.map((one) => (
          <g key={one.id}>
            <rect
              x={one.x + 1}
              y={one.y + 1}
              width={cell - 2}
              height={CELL_HEIGHT - 2}
              rx={3}
              // What is filled by a pattern may have no colour of its own.
              {...(one.strength === null
                ? { className: styles['hatched'], fill: fillOf(id, 'hatch') }
                : {
                    className: styles[one.tone],
                    style: { fillOpacity: 0.06 + 0.4 * Math.min(1, Math.max(0, one.strength)) },
                  })}
            />
            {one.isDashed && (
              <rect
                x={one.x + 3.5}
                y={one.y + 3.5}
                width={cell - 7}
                height={CELL_HEIGHT - 7}
                rx={2}
                strokeDasharray="3 3"
                className={styles['dashed']}
              />
            )}
            {one.id === active && (
              <rect
                x={one.x + 1}
                y={one.y + 1}
                width={cell - 2}
                height={CELL_HEIGHT - 2}
                rx={3}
                className={styles['chosen']}
              />
            )}
            {one.part !== undefined && (
              <Part x={one.x + 6} y={one.y + 28} width={cell - 12} tone={one.tone} part={one.part} />
            )}
            <text x={one.x + cell / 2} y={one.y + (one.part === undefined ? 25 : 20)} className={styles['number']}>
              {one.text}
            </text>
          </g>
        ))}
      </>
    ),
  }
}

/** Filled as far as borders are the same, hollow from there. */
function Part({
  x,
  y,
  width,
  tone,
  part,
}: Pick<MatrixCell, 'tone'> & { x: number; y: number; width: number; part: number }) {
  return (
    <>
      <rect x={x} y={y} width={width} height={5} className={`${styles[tone]} ${styles['hollow']}`} />
      <rect x={x} y={y} width={width * (1 - part)} height={5} className={styles[tone]} />
    </>
  )
}

/** The key of a tone of cells. */
export function toneKey({ id }: Series): ReactNode {
  return (
    <>
      <rect x="1" y="1" width="20" height="12" rx="2" className={styles[id]} style={{ fillOpacity: 0.3 }} />
      {id === 'bad' && <rect x="3" y="3" width="16" height="8" strokeDasharray="3 3" className={styles['dashed']} />}
    </>
  )
}

const LEFT = 40
const TOP = 14
const PLOT = 200
const shapes = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond]
const dashes = ['', '6 3', '2 3', '8 3 2 3']

/** Its place among the series says its shape and its dashes, so that nobody has to tell them by colour. */
function shapeOf(series: number): string {
  return symbol(shapes[series % shapes.length], 46)() ?? ''
}

export function lineKey(one: Series): ReactNode {
  return (
    <g className={styles['line']} style={{ color: one.color }}>
      <path d="M1 7H21" strokeDasharray={dashes[Math.floor(one.pattern / shapes.length) % dashes.length]} />
      <path d={shapeOf(one.pattern)} transform="translate(11 7)" className={styles['point']} />
    </g>
  )
}

/** Shares from 0 to 1, a line a series; where a datum has no value of it, the line is broken. */
export function drawLines({ data, series, width, active, axis }: DrawingProps): Drawn {
  const inner = Math.max(80, width - LEFT - 12)
  const y = scaleLinear([0, 1], [PLOT, 0])
  const x = scalePoint(
    data.map(({ id }) => id),
    [10, inner - 10],
  )
  const at = (id: string) => LEFT + (x(id) ?? 0)
  const step = data.length > 1 ? x.step() : inner
  const named = Math.max(1, Math.ceil(56 / Math.max(1, step)))
  const path = line<{ id: string; value: number | undefined }>()
    .defined(({ value }) => value !== undefined)
    .x(({ id }) => at(id))
    .y(({ value }) => TOP + 14 + y(value ?? 0))
  const hot = data.find(({ id }) => id === active)
  return {
    width,
    height: TOP + PLOT + 44,
    zones: data.map(({ id }) => ({ id, x: at(id) - step / 2, y: 0, width: step, height: TOP + PLOT + 44 })),
    svg: (
      <>
        <g className={chartStyles['grid']}>
          {[0, 0.25, 0.5, 0.75, 1].map((value) => (
            <line key={value} x1={LEFT} x2={LEFT + inner} y1={TOP + 14 + y(value)} y2={TOP + 14 + y(value)} />
          ))}
        </g>
        <g className={chartStyles['axis']}>
          <text x={0} y={11} data-anchor="start">
            {axis}
          </text>
          {[0, 0.25, 0.5, 0.75, 1].map((value) => (
            <text key={value} x={LEFT - 6} y={TOP + 18 + y(value)} data-anchor="end">
              {value}
            </text>
          ))}
          {data.map(({ id, label }, i) =>
            i % named === 0 ? (
              <text key={id} x={at(id)} y={TOP + PLOT + 34} data-anchor="middle">
                {label}
              </text>
            ) : null,
          )}
        </g>
        {hot && <rect className={chartStyles['hot']} x={at(hot.id) - 4} y={TOP + 14} width={8} height={PLOT} />}
        {series.map((one) => (
          <g key={one.id} className={styles['line']} style={{ color: one.color }}>
            <path
              d={path(data.map(({ id, values }) => ({ id, value: values[one.id] }))) ?? ''}
              strokeDasharray={dashes[Math.floor(one.pattern / shapes.length) % dashes.length]}
            />
            {data.map(({ id, values }) => {
              const value = values[one.id]
              return value === undefined ? null : (
                <path
                  key={id}
                  d={shapeOf(one.pattern)}
                  transform={`translate(${at(id)} ${TOP + 14 + y(value)})`}
                  className={styles['point']}
                />
              )
            })}
          </g>
        ))}
      </>
    ),
  }
}
