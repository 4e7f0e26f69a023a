/**
 * A picture with all that goes with it: what it shows in a sentence, a legend, the values under the pointer or the arrow
 * keys, a table that says the same, and both as files. The picture is gone through as a slider is, which every screen
 * reader knows; the table is for those who would rather read.
 */
import { ChartColumn, Download, FileSpreadsheet, Table as TableIcon } from 'lucide-react'
import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'
import { Button } from '../../ui/Button.tsx'
import { Empty } from '../../ui/states.tsx'
import { chartWords as words } from '../wording.ts'
import { csvOf, type Datum, type Series } from './chart-data.ts'
import { chartFile, save } from './chart-file.tsx'
import styles from './charts.module.css'
import { type DrawingProps, type Drawn, fillOf, Patterns } from './Drawing.tsx'

export interface ChartProps {
  title: string
  hint: string
  /** What is measured. */
  axis: string
  data: readonly Datum[]
  series: readonly Series[]
  draw: (props: DrawingProps) => Drawn
  /** The columns of the table, and its rows. */
  table: { columns: readonly string[]; rows: readonly (readonly (string | number)[])[] }
  /** What is said of a datum. */
  sayOf: (datum: Datum) => string
  /** Where there is nothing to draw. */
  empty: string
  /** What else there is to say under it. */
  note?: string | null
  hasEvents?: boolean
  /** Said where a picture of nothing but zeros is no empty one. */
  isEmpty?: boolean
  /** How many data stand in one row, where going down is going to the next row. */
  columns?: number
  /** What a click, or Enter, does; `chooseHint` says so. */
  onChoose?: (datum: Datum) => void
  chooseHint?: string
  /** The key of a series, 22 by 14, where it is drawn otherwise than as a surface. */
  keyOf?: (series: Series) => React.ReactNode
  children?: React.ReactNode
}

export function Chart(props: ChartProps) {
  const { title, hint, axis, data, series, draw, table, sayOf, empty, note, hasEvents = false, children } = props
  const { columns = 1, onChoose, chooseHint, keyOf } = props
  const id = useId().replaceAll(/[^a-zA-Z0-9]/g, '')
  const [isTable, setIsTable] = useState(false)
  const [active, setActive] = useState<string | null>(null)
  const [box, width] = useWidth()
  const isEmpty =
    props.isEmpty ?? (data.length === 0 || data.every(({ values, events }) => !events && sumOf(values) === 0))
  const drawn = useMemo(
    () => (width > 0 && !isEmpty ? draw({ id, data, series, width, active, axis }) : null),
    [draw, id, data, series, width, active, axis, isEmpty],
  )
  const at = data.findIndex((datum) => datum.id === active)
  const here = data[at]

  const point = (event: PointerEvent<HTMLElement>) => {
    setActive(zoneAt(event))
  }
  const zoneAt = ({ currentTarget, clientX, clientY }: MouseEvent<HTMLElement>): string | null => {
    const { left, top } = currentTarget.getBoundingClientRect()
    const [x, y] = [clientX - left, clientY - top]
    // Between two columns it is the one before.
    const zone = drawn?.zones.find((one) => x >= one.x && x < one.x + one.width && y >= one.y && y < one.y + one.height)
    return zone?.id ?? null
  }
  const choose = (event: MouseEvent<HTMLElement>) => {
    const datum = data.find(({ id }) => id === zoneAt(event))
    if (datum) onChoose?.(datum)
  }
  const hintOf = chooseHint ? `${words.hint} ${chooseHint}` : words.hint
  const go = (event: KeyboardEvent) => {
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at < 0 ? 0 : at + columns,
      ArrowLeft: at - 1,
      ArrowUp: at - columns,
      Home: 0,
      End: data.length - 1,
    }[event.key]
    if (event.key === 'Escape') setActive(null)
    if (event.key === 'Enter' && here && onChoose) {
      event.preventDefault()
      onChoose(here)
    }
    if (to === undefined) return
    // Beyond the first or last row there is nowhere to go.
    if (columns > 1 && event.key.startsWith('Arrow') && (to < 0 || to >= data.length)) return event.preventDefault()
    event.preventDefault()
    setActive(data[Math.max(0, Math.min(data.length - 1, to))]?.id ?? null)
  }
  return (
    <section className={styles['chart']} aria-labelledby={`${id}-title`}>
      <header>
        <h3 id={`${id}-title`}>{title}</h3>
        <div className={styles['tools']}>
          {children}
          <Button
            variant="quiet"
            hint={isTable ? words.picture : words.table}
            aria-label={`${title}: ${words.table}`}
            isPressedState={isTable}
            onPress={() => setIsTable(!isTable)}
          >
            {isTable ? <ChartColumn aria-hidden="true" /> : <TableIcon aria-hidden="true" />}
          </Button>
          <Button
            variant="quiet"
            hint={words.svg}
            aria-label={`${title}: ${words.svg}`}
            isDisabled={isEmpty}
            onPress={() => save(`${title}.svg`, 'image/svg+xml', chartFile({ ...props, hasEvents }))}
          >
            <Download aria-hidden="true" />
          </Button>
          <Button
            variant="quiet"
            hint={words.csv}
            aria-label={`${title}: ${words.csv}`}
            onPress={() => save(`${title}.csv`, 'text/csv;charset=utf-8', csvOf(table.columns, table.rows))}
          >
            <FileSpreadsheet aria-hidden="true" />
          </Button>
        </div>
      </header>
      <p className={styles['hint']}>{hint}</p>
      {isEmpty && !isTable ? (
        <Empty title={empty} />
      ) : isTable ? (
        <Table title={title} {...table} />
      ) : (
        <>
          <Legend id={id} series={series} hasEvents={hasEvents} keyOf={keyOf} />
          <div ref={box} className={styles['box']} data-scrolls={(drawn && drawn.width > width) || undefined}>
            {drawn && (
              <div
                className={styles['plot']}
                style={{ height: drawn.height, width: drawn.width }}
                data-chooses={onChoose ? '' : undefined}
                role="slider"
                tabIndex={0}
                aria-label={words.values(title)}
                aria-orientation={draw.name === 'drawRows' ? 'vertical' : 'horizontal'}
                aria-valuemin={0}
                aria-valuemax={data.length - 1}
                aria-valuenow={Math.max(0, at)}
                aria-valuetext={here ? sayOf(here) : hintOf}
                onKeyDown={go}
                onBlur={() => setActive(null)}
                onPointerMove={point}
                onPointerDown={point}
                onClick={onChoose && choose}
                onPointerLeave={(event) => event.pointerType === 'mouse' && setActive(null)}
              >
                <svg
                  aria-hidden="true"
                  className={styles['svg']}
                  width={drawn.width}
                  height={drawn.height}
                  viewBox={`0 0 ${drawn.width} ${drawn.height}`}
                >
                  {drawn.svg}
                </svg>
              </div>
            )}
          </div>
          <p className={styles['readout']} data-testid="readout">
            {here ? sayOf(here) : hintOf}
          </p>
        </>
      )}
      {note && <p className={styles['hint']}>{note}</p>}
    </section>
  )
}

interface LegendProps extends Pick<ChartProps, 'series'> {
  id: string
  hasEvents: boolean
  keyOf: ChartProps['keyOf'] | undefined
}

function Legend({ id, series, hasEvents, keyOf }: LegendProps) {
  if (series.length < 2 && !hasEvents) return null
  return (
    <ul className={styles['legend']}>
      {series.map((one) => (
        <li key={one.id}>
          <svg aria-hidden="true" width="22" height="14" className={styles['svg']}>
            {keyOf ? (
              keyOf(one)
            ) : (
              <>
                <Patterns id={`${id}-key`} series={[one]} />
                <rect
                  x="1"
                  y="1"
                  width="20"
                  height="12"
                  fill={fillOf(`${id}-key`, one.id)}
                  stroke={one.color}
                  className={styles['part']}
                />
              </>
            )}
          </svg>
          <span dir="auto">{one.name}</span>
        </li>
      ))}
      {hasEvents && (
        <li>
          <svg aria-hidden="true" width="14" height="14" className={styles['svg']}>
            <path className={styles['event']} d="M7 2l5 5l-5 5l-5 -5z" />
          </svg>
          {words.reviews}
        </li>
      )}
    </ul>
  )
}

function Table({ title, columns, rows }: { title: string } & ChartProps['table']) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section className={styles['table']} tabIndex={0} aria-label={`${title}: ${words.table}`}>
      <table>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row has nothing of its own but its place
            <tr key={i}>
              {row.map((value, column) =>
                column === 0 ? (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the same of a cell
                  <th key={column} scope="row" dir="auto">
                    {value}
                  </th>
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the same of a cell
                  <td key={column} data-number={typeof value === 'number' || undefined}>
                    {typeof value === 'number' ? value.toLocaleString('en') : value}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function sumOf(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((sum, value) => sum + value, 0)
}

/** How wide the box is; 0 before it is known. */
function useWidth(): [React.RefCallback<HTMLElement>, number] {
  const [width, setWidth] = useState(0)
  const observer = useRef<ResizeObserver | null>(null)
  useEffect(() => () => observer.current?.disconnect(), [])
  const box = useMemo(
    () => (element: HTMLElement | null) => {
      observer.current?.disconnect()
      if (!element) return
      observer.current = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)))
      observer.current.observe(element)
    },
    [],
  )
  return [box, width]
}
