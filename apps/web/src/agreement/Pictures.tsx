/** The pictures of agreement, each with a table that says the same, and a way to the marks behind every cell. */
import {
  type AgreementDone,
  type Differing,
  type EstimateTold,
  goldId,
  none,
  type ValueTold,
} from '@attest/schema/agreement-api'
import { useMemo, useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { countText } from '../ui/number.ts'
import { Chart } from '../work/charts/Chart.tsx'
import type { Datum, Series } from '../work/charts/chart-data.ts'
import chartStyles from '../work/charts/charts.module.css'
import { type DrawingProps, drawRows } from '../work/charts/Drawing.tsx'
import styles from './agreement.module.css'
import type { Cell } from './api.ts'
import { drawLines, drawMatrix, lineKey, type MatrixCell, toneKey } from './drawings.tsx'
import { type AgreementSearch, type HeatMeasure, heatMeasures } from './search.ts'
import {
  confusionWords,
  differWords,
  driftWords,
  heatWords,
  kindsOfDifference,
  measureNames,
  notDefined,
  valueText,
} from './wording.ts'

export interface PictureProps {
  done: AgreementDone
  search: AgreementSearch
  onSearch: (search: AgreementSearch) => void
  nameOf: (person: string) => string
  labelOf: (kind: string) => string
  onOpen: (cell: Cell) => void
}

type Pair = AgreementDone['pairs'][number]

/** So many people are drawn as lines; the table has them all. */
const MOST_LINES = 16
/** With more of them the pictures of all pairs get the whole width. */
const MANY_PEOPLE = 6
/** So many pairs are drawn as bars. */
const MOST_BARS = 30

export function valueOfPair(pair: Pair, measure: HeatMeasure, kind: string | undefined): ValueTold | EstimateTold {
  if (measure === 'gamma') return pair.gamma
  const figure = pair[measure]
  return (
    (kind === undefined ? figure.pooled : figure.kinds[kind]) ?? { value: null, reason: 'not-computed', interval: null }
  )
}

export function HeatMap({ done, search, onSearch, nameOf, labelOf, onOpen }: PictureProps) {
  const { compared, pairs, kinds, method } = done
  const measure = search.measure ?? 'exact'
  const kind = measure !== 'gamma' && search.kind && kinds.includes(search.kind) ? search.kind : undefined
  const { matrix, data, rows } = useMemo(() => {
    const byId = new Map(pairs.map((pair) => [`${pair.a} ${pair.b}`, pair]))
    const pairOf = (a: string, b: string) => byId.get(`${a} ${b}`) ?? byId.get(`${b} ${a}`)
    const data: (Datum & { cell: Cell | null })[] = []
    const cells = compared.map((a) =>
      compared.map((b): MatrixCell => {
        const id = `${a} ${b}`
        const pair = pairOf(a, b)
        if (a === b || !pair) {
          data.push({ id, label: a === b ? heatWords.same(nameOf(a)) : '', values: {}, cell: null })
          return { id, text: '', strength: a === b ? 0 : null, tone: 'accent' }
        }
        const value = valueOfPair(pair, measure, kind)
        const said = value.value === null ? notDefined(value.reason) : valueText(value.value, 3)
        const cell = { a, b, ...(kind !== undefined && { kind }) }
        data.push({ id, label: heatWords.say(nameOf(a), nameOf(b), said), values: {}, cell })
        const isBelow = value.value !== null && value.value < 0
        return {
          id,
          text: valueText(value.value),
          strength: value.value === null ? null : Math.abs(value.value),
          tone: isBelow ? 'bad' : 'accent',
        }
      }),
    )
    const names = compared.map(nameOf)
    const rows = pairs.map((pair): (string | number)[] => {
      const value = valueOfPair(pair, measure, kind)
      const interval = 'interval' in value ? value.interval : null
      const ends = interval ? [round(interval.low), round(interval.high)] : ['', '']
      return [
        nameOf(pair.a),
        nameOf(pair.b),
        value.value === null ? '' : round(value.value),
        ...(ends as (string | number)[]),
        pair.articles,
        value.value === null ? notDefined(value.reason) : '',
      ]
    })
    return { matrix: { rows: names, columns: names, cells }, data, rows }
  }, [compared, pairs, measure, kind, nameOf])
  const draw = useMemo(() => (props: DrawingProps) => drawMatrix(matrix, props), [matrix])
  const { columns } = heatWords
  return (
    <Chart
      title={heatWords.title}
      hint={heatWords.hint(measureNames[measure], kind === undefined ? heatWords.all : labelOf(kind))}
      axis=""
      data={data}
      series={[]}
      draw={draw}
      sayOf={({ label }) => label}
      isEmpty={pairs.length === 0}
      empty={heatWords.empty}
      columns={compared.length}
      onChoose={(datum) => {
        const cell = data.find(({ id }) => id === datum.id)?.cell
        if (cell) onOpen(cell)
      }}
      chooseHint={heatWords.choose}
      note={heatWords.axis}
      table={{
        columns: [columns.a, columns.b, columns.value, columns.low, columns.high, columns.articles, columns.why],
        rows,
      }}
    >
      <Select
        label={heatWords.measure}
        value={measure}
        options={heatMeasures
          .filter((one) => one !== 'gamma' || method.gamma !== null)
          .map((one) => [one, measureNames[one]])}
        onChange={(value) => onSearch({ ...search, measure: value === 'exact' ? undefined : (value as HeatMeasure) })}
      />
      <Select
        label={heatWords.kind}
        value={kind ?? ''}
        isDisabled={measure === 'gamma'}
        options={[['', heatWords.all], ...kinds.map((one): [string, string] => [one, labelOf(one)])]}
        onChange={(value) => onSearch({ ...search, kind: value === '' ? undefined : value })}
      />
    </Chart>
  )
}

interface Sides {
  /** Null for everybody. */
  a: string | null
  b: string | null
  confusion: readonly (readonly number[])[]
  otherBorders: readonly (readonly number[])[]
}

/** The pairs that can be chosen: those who share articles, everybody, and each against gold where there is one. */
function sidesIn({ pairs, gold, overall }: AgreementDone): Map<string, Sides> {
  const sides = new Map<string, Sides>()
  for (const { a, b, articles, ...counts } of pairs) if (articles > 0) sides.set(`${a},${b}`, { a, b, ...counts })
  for (const { person, articles, ...counts } of gold?.persons ?? [])
    if (articles > 0) sides.set(`${goldId},${person}`, { a: goldId, b: person, ...counts })
  sides.set('all', { a: null, b: null, confusion: overall.confusion, otherBorders: overall.otherBorders })
  return sides
}

const tones: Series[] = [
  { id: 'good', name: confusionWords.same, color: 'var(--good)', pattern: 0 },
  { id: 'warn', name: confusionWords.kind, color: 'var(--warn)', pattern: 0 },
  { id: 'bad', name: confusionWords.missing, color: 'var(--bad)', pattern: 0 },
]

export function Confusion({ done, search, onSearch, nameOf, labelOf, onOpen }: PictureProps) {
  const { kinds } = done
  const sides = useMemo(() => sidesIn(done), [done])
  const chosen = search.pair !== undefined && sides.has(search.pair) ? search.pair : ([...sides.keys()][0] ?? 'all')
  const { a, b, confusion, otherBorders } = sides.get(chosen) as Sides
  const { matrix, data, rows } = useMemo(() => {
    const ids = [...kinds, none]
    const labels = [...kinds.map(labelOf), confusionWords.none]
    const most = Math.max(1, ...confusion.flat())
    const data: (Datum & { row: string; column: string; count: number; moved: number })[] = []
    const cells = ids.map((row, i) =>
      ids.map((column, j): MatrixCell | null => {
        if (row === none && column === none) return null
        const count = confusion[i]?.[j] ?? 0
        const id = `${row} ${column}`
        const moved = otherBorders[i]?.[j] ?? 0
        const label = confusionWords.say(labels[i] ?? row, labels[j] ?? column, count, moved)
        data.push({ id, label, values: {}, row, column, count, moved })
        const isMissing = row === none || column === none
        return {
          id,
          text: countText(count),
          strength: count === 0 ? 0 : 0.15 + (0.85 * count) / most,
          tone: isMissing ? 'bad' : row === column ? 'good' : 'warn',
          isDashed: isMissing,
          ...(!isMissing && count > 0 && { part: moved / count }),
        }
      }),
    )
    const rows = data.map(({ row, column, count, moved }): (string | number)[] => [
      labels[ids.indexOf(row)] ?? row,
      labels[ids.indexOf(column)] ?? column,
      count,
      moved,
    ])
    return { matrix: { rows: labels, columns: labels, cells }, data, rows }
  }, [kinds, confusion, otherBorders, labelOf])
  const draw = useMemo(() => (props: DrawingProps) => drawMatrix(matrix, props), [matrix])
  const name = (person: string | null) => (person === null ? confusionWords.everybody : nameOf(person))
  return (
    <Chart
      title={confusionWords.title}
      hint={a === null ? confusionWords.hintAll : confusionWords.hint(name(a), name(b))}
      axis={confusionWords.axis}
      data={data}
      series={tones}
      keyOf={toneKey}
      draw={draw}
      sayOf={({ label }) => label}
      isEmpty={data.every(({ count }) => count === 0)}
      empty={confusionWords.empty}
      columns={kinds.length + 1}
      {...(a !== null &&
        b !== null && {
          onChoose: ({ id }: Datum) => {
            const cell = data.find((one) => one.id === id)
            if (cell) onOpen({ a, b, row: cell.row, column: cell.column })
          },
          chooseHint: confusionWords.choose,
        })}
      note={confusionWords.bar}
      table={{ columns: [confusionWords.row, confusionWords.column, confusionWords.count, confusionWords.moved], rows }}
    >
      <Select
        label={confusionWords.pair}
        value={chosen}
        options={Array.from(sides, ([key, one]): [string, string] => [
          key,
          one.a === null ? confusionWords.everybody : confusionWords.pairOf(name(one.a), name(one.b)),
        ])}
        onChange={(pair) => onSearch({ ...search, pair })}
      />
    </Chart>
  )
}

const differSeries: Series[] = [
  { id: 'same', name: kindsOfDifference.same, color: 'var(--state-done)', pattern: 0 },
  { id: 'borders', name: kindsOfDifference.borders, color: 'var(--state-in-progress)', pattern: 1 },
  { id: 'kind', name: kindsOfDifference.kind, color: 'var(--state-submitted)', pattern: 4 },
  { id: 'both', name: kindsOfDifference.both, color: 'var(--state-in-review)', pattern: 3 },
  { id: 'missing', name: kindsOfDifference.missing, color: 'var(--bad)', pattern: 2 },
]

export function Differ({ done: { pairs }, nameOf, onOpen }: PictureProps) {
  const all = useMemo(
    () =>
      pairs
        .filter(({ articles }) => articles > 0)
        .map(({ a, b, counts: { onlyA, onlyB, ...counts } }) => ({
          a,
          b,
          id: `${a} ${b}`,
          label: confusionWords.pairOf(nameOf(a), nameOf(b)),
          values: { ...counts, missing: onlyA + onlyB },
        })),
    [pairs, nameOf],
  )
  const data = useMemo(() => {
    if (all.length <= MOST_BARS) return all
    const agreed = ({ values: { same, borders, kind, both, missing } }: (typeof all)[number]) =>
      same / Math.max(1, same + borders + kind + both + missing)
    return all.toSorted((a, b) => agreed(a) - agreed(b)).slice(0, MOST_BARS)
  }, [all])
  return (
    <Chart
      title={differWords.title}
      hint={differWords.hint}
      axis={differWords.axis}
      data={data}
      series={differSeries}
      draw={drawRows}
      sayOf={({ label, values }) =>
        `${label}: ${differSeries.map(({ id, name }) => `${name} ${countText(values[id] ?? 0)}`).join(', ')}`
      }
      empty={differWords.empty}
      onChoose={({ id }) => {
        const pair = all.find((one) => one.id === id)
        if (pair) onOpen({ a: pair.a, b: pair.b })
      }}
      chooseHint={differWords.choose}
      note={data.length < all.length ? differWords.most(data.length, all.length) : null}
      table={{
        columns: [differWords.pair, ...differSeries.map(({ name }) => name)],
        rows: all.map(({ label, values }) => [
          label,
          ...differSeries.map(
            ({ id }) => values[id as keyof Differing['differences'][number] & keyof typeof values] ?? 0,
          ),
        ]),
      }}
    />
  )
}

export function DriftChart({ done: { drift }, nameOf }: PictureProps) {
  const [isPartial, setPartial] = useState(false)
  const [isAsked, setAsked] = useState(false)
  const hasGold = drift.people.some(({ periods }) => periods.some(({ exactGold }) => exactGold.value !== null))
  const isGold = isAsked && hasGold
  const { data, series, rows } = useMemo(() => {
    const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' })
    const periods = drift.people[0]?.periods ?? []
    const data = periods.map(({ from }, i): Datum => {
      const values: Record<string, number> = {}
      for (const { person, periods } of drift.people) {
        const period = periods[i]
        const value = (
          isGold ? period?.[isPartial ? 'partialGold' : 'exactGold'] : period?.[isPartial ? 'partial' : 'exact']
        )?.value
        if (value !== undefined && value !== null) values[person] = value
      }
      return { id: String(i), label: drift.by === 'week' ? day.format(from) : String(i + 1), values }
    })
    const series = drift.people
      .slice(0, MOST_LINES)
      .map(
        ({ person }, i): Series => ({ id: person, name: nameOf(person), color: `var(--series-${i % 8})`, pattern: i }),
      )
    const rows = drift.people.flatMap(({ person, periods }) =>
      periods.map(({ from, marks, exact, partial, exactGold, partialGold }, i): (string | number)[] => [
        drift.by === 'week' ? new Date(from).toISOString().slice(0, 10) : i + 1,
        nameOf(person),
        marks,
        ...[exact, partial, ...(hasGold ? [exactGold, partialGold] : [])].map((one) =>
          one.value === null ? notDefined(one.reason) : round(one.value),
        ),
      ]),
    )
    return { data, series, rows }
  }, [drift, isPartial, isGold, hasGold, nameOf])
  return (
    <Chart
      title={driftWords.title}
      hint={(isGold ? driftWords.goldHint : driftWords.hint)[drift.by]}
      axis={isGold ? driftWords.goldAxis : driftWords.axis}
      data={data}
      series={series}
      draw={drawLines}
      keyOf={lineKey}
      isEmpty={data.every(({ values }) => Object.keys(values).length === 0)}
      sayOf={({ label, values }) =>
        `${driftWords.period[drift.by]} ${label}: ${series
          .map(({ id, name }) => `${name} ${values[id] === undefined ? driftWords.nothing : valueText(values[id])}`)
          .join(', ')}`
      }
      empty={driftWords.empty}
      note={series.length < drift.people.length ? driftWords.most(series.length, drift.people.length) : null}
      table={{
        columns: [
          driftWords.period[drift.by],
          driftWords.person,
          driftWords.marks,
          driftWords.exact,
          driftWords.partialColumn,
          ...(hasGold ? [driftWords.exactGold, driftWords.partialGold] : []),
        ],
        rows,
      }}
    >
      {hasGold && (
        <Select
          label={driftWords.against}
          value={isGold ? 'gold' : 'others'}
          options={[
            ['others', driftWords.others],
            ['gold', driftWords.gold],
          ]}
          onChange={(value) => setAsked(value === 'gold')}
        />
      )}
      <Button variant="quiet" isPressedState={isPartial} onPress={() => setPartial(!isPartial)}>
        {driftWords.partial}
      </Button>
    </Chart>
  )
}

export function Pictures(props: PictureProps) {
  return (
    <div className={chartStyles['charts']}>
      <div data-wide={props.done.compared.length > MANY_PEOPLE || undefined}>
        <HeatMap {...props} />
      </div>
      <Confusion {...props} />
      <DriftChart {...props} />
      <div data-wide={props.done.compared.length > MANY_PEOPLE || undefined}>
        <Differ {...props} />
      </div>
    </div>
  )
}

interface SelectProps {
  label: string
  value: string
  options: readonly (readonly [value: string, name: string])[]
  onChange: (value: string) => void
  isDisabled?: boolean
}

export function Select({ label, value, options, onChange, isDisabled = false }: SelectProps) {
  return (
    <label className={styles['select']}>
      <span>{label}</span>
      <select value={value} disabled={isDisabled} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([id, name]) => (
          <option key={id} value={id}>
            {name.slice(0, 80).toWellFormed()}
          </option>
        ))}
      </select>
    </label>
  )
}

/** In a file and a table, no more digits than say something. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
