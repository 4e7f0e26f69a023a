/**
 * Where the pictures of the dashboard put what: numbers in, places out. Pure, so that the strangest figures can be tried:
 * none at all, one single day, the day of 23 hours.
 */
import { addDays, type Day, daysBetween, daysFrom } from '@attest/schema/days'
import { scaleBand, scaleLinear } from 'd3-scale'
import { area, curveStepAfter, stack } from 'd3-shape'

export interface Series {
  id: string
  name: string
  /** A CSS colour. */
  color: string
  pattern: number
}

/** One bar, or one column: what it stands for, and how much of each series. */
export interface Datum {
  id: string
  label: string
  values: Readonly<Record<string, number>>
  /** How often something happened beside what is drawn as a length. */
  events?: number
}

export interface Part {
  series: string
  x: number
  y: number
  width: number
  height: number
}

export interface Bar {
  datum: Datum
  total: number
  parts: Part[]
}

interface Tick {
  value: number
  at: number
}

export const ROW_HEIGHT = 40
const BAR_HEIGHT = 16

function totalOf({ values }: Datum, series: readonly Series[]): number {
  return series.reduce((sum, { id }) => sum + (values[id] ?? 0), 0)
}

/** Whole numbers only: there is no half an article. */
function ticksOf(scale: { ticks: (count: number) => number[]; (value: number): number }, count: number): Tick[] {
  return scale
    .ticks(count)
    .filter(Number.isInteger)
    .map((value) => ({ value, at: scale(value) }))
}

/** Bars that lie, each under its name. */
export function layRows(data: readonly Datum[], series: readonly Series[], width: number) {
  const totals = data.map((datum) => totalOf(datum, series))
  const x = scaleLinear()
    .domain([0, Math.max(1, ...totals)])
    .nice()
    .range([0, width])
  const bars = data.map((datum, i): Bar => {
    let from = 0
    const parts = series.flatMap(({ id }): Part[] => {
      const value = datum.values[id] ?? 0
      const left = from
      from += value
      return value === 0
        ? []
        : [{ series: id, x: x(left), y: i * ROW_HEIGHT + 19, width: x(from) - x(left), height: BAR_HEIGHT }]
    })
    return { datum, total: totals[i] ?? 0, parts }
  })
  return { bars, ticks: ticksOf(x, Math.max(2, Math.floor(width / 70))), height: data.length * ROW_HEIGHT }
}

interface Size {
  width: number
  height: number
}

function scalesOf(data: readonly Datum[], series: readonly Series[], { width, height }: Size, padding: number) {
  const x = scaleBand()
    .domain(data.map(({ id }) => id))
    .range([0, width])
    .paddingInner(padding)
  const most = Math.max(1, ...data.map((datum) => totalOf(datum, series)))
  const y = scaleLinear().domain([0, most]).nice().range([height, 0])
  return { x, y }
}

/** Which columns have their name under them: as many as there is room for, and the first always. */
function namedOf(data: readonly Datum[], width: number): Set<string> {
  const step = Math.max(1, Math.ceil((data.length * 64) / Math.max(1, width)))
  return new Set(data.filter((_, i) => i % step === 0).map(({ id }) => id))
}

/** Columns that stand on each other. */
export function layColumns(data: readonly Datum[], series: readonly Series[], size: Size) {
  const { x, y } = scalesOf(data, series, size, data.length > 60 ? 0.1 : 0.25)
  const named = namedOf(data, size.width)
  const rows = stack<unknown, Datum, string>()
    .keys(series.map(({ id }) => id))
    .value(({ values }, key) => values[key] ?? 0)(data)
  const columns = data.map((datum, i) => ({
    datum,
    total: totalOf(datum, series),
    x: x(datum.id) ?? 0,
    width: x.bandwidth(),
    isNamed: named.has(datum.id),
    parts: rows.flatMap((row): Part[] => {
      const [from = 0, to = 0] = row[i] ?? []
      if (to === from) return []
      return [{ series: row.key, x: x(datum.id) ?? 0, y: y(to), width: x.bandwidth(), height: y(from) - y(to) }]
    }),
  }))
  return { columns, ticks: ticksOf(y, 4) }
}

/** Areas that stand on each other and step from one day to the next: a day is as it ended, so one day is a step too. */
export function layAreas(data: readonly Datum[], series: readonly Series[], size: Size) {
  const { x, y } = scalesOf(data, series, size, 0)
  const named = namedOf(data, size.width)
  const rows = stack<unknown, Datum, string>()
    .keys(series.map(({ id }) => id))
    .value(({ values }, key) => values[key] ?? 0)(data)
  const outline = area<readonly [number, number, number]>()
    .x(([at]) => at)
    .y0(([, from]) => y(from))
    .y1(([, , to]) => y(to))
    .curve(curveStepAfter)
  const areas = rows.map((row) => {
    const points = row.map(([from, to], i): [number, number, number] => [x(data[i]?.id ?? '') ?? 0, from, to])
    const last = points.at(-1)
    return { series: row.key, path: last ? (outline([...points, [size.width, last[1], last[2]]]) ?? '') : '' }
  })
  const columns = data.map((datum) => ({
    datum,
    total: totalOf(datum, series),
    x: x(datum.id) ?? 0,
    width: x.bandwidth(),
    isNamed: named.has(datum.id),
  }))
  return { areas, columns, ticks: ticksOf(y, 4) }
}

interface Counted {
  day: Day
  person: string | null
  marks: number
  reviews: number
}

interface Happened {
  id: string
  person: string | null
  marks: number
  reviews: number
}

/** More columns than these nobody tells apart; then a column is a week. */
const MOST_COLUMNS = 92

/** The days from the first on which anything happened to today, those without anything too. */
export function daysOf(
  counted: readonly Counted[],
  today: Day,
): { by: 'day' | 'week'; days: Day[]; happened: Happened[] } {
  const first = [...counted.map(({ day }) => day), today].sort()[0] ?? today
  // A little air, so that one day is not a wall.
  const from = daysBetween(first, today) < 6 ? addDays(today, -6) : first
  if (daysBetween(from, today) < MOST_COLUMNS)
    return {
      by: 'day',
      days: daysFrom(from, today, MOST_COLUMNS),
      happened: counted.map(({ day, ...rest }) => ({ id: day, ...rest })),
    }
  const weekOf = (day: Day) => addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))
  const weeks: Day[] = []
  for (let week = weekOf(from); week <= today; week = addDays(week, 7)) weeks.push(week)
  return { by: 'week', days: weeks, happened: counted.map(({ day, ...rest }) => ({ id: weekOf(day), ...rest })) }
}

const HOUR_MS = 3_600_000

/** The last 48 hours, each as long as any other, whatever the clock on the wall does. */
export function hoursOf(now: number): number[] {
  const last = Math.floor(now / HOUR_MS) * HOUR_MS
  return Array.from({ length: 48 }, (_, i) => last - (47 - i) * HOUR_MS)
}

/** Columns of what happened, by who did it. */
export function columnsOf(
  ids: readonly string[],
  happened: readonly Happened[],
  label: (id: string) => string,
): Datum[] {
  const byId = Map.groupBy(happened, ({ id }) => id)
  return ids.map((id) => {
    const values: Record<string, number> = {}
    let events = 0
    for (const { person, marks, reviews } of byId.get(id) ?? []) {
      if (marks > 0) values[person ?? ''] = (values[person ?? ''] ?? 0) + marks
      events += reviews
    }
    return { id, label: label(id), values, events }
  })
}

/** Beyond so many, people cannot be told apart in a picture; the table has them all. */
export const MOST_PEOPLE = 8

/** The people by how much they did; those beyond what can be told apart are one. */
export function rankPeople(happened: readonly Happened[]): { shown: string[]; rest: Set<string> } {
  const totals = new Map<string, number>()
  for (const { person, marks } of happened)
    if (person !== null && marks > 0) totals.set(person, (totals.get(person) ?? 0) + marks)
  const ranked = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([id]) => id)
  const most = ranked.length > MOST_PEOPLE ? MOST_PEOPLE - 1 : MOST_PEOPLE
  return { shown: ranked.slice(0, most), rest: new Set(ranked.slice(most)) }
}

/** A table as CSV, as spreadsheets read it. What one of them would take for a formula is made text. */
export function csvOf(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) => {
    const text = typeof value === 'string' && /^[\t\r\n ]*[=+\-@|%]/.test(value) ? `'${value}` : String(value)
    return /[",;\r\n\t]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
  }
  // The mark at the start tells Excel that it is UTF-8.
  return `\ufeff${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}
