import { describe, expect, it } from 'vitest'
import {
  columnsOf,
  csvOf,
  type Datum,
  daysOf,
  hoursOf,
  layAreas,
  layColumns,
  layRows,
  rankPeople,
  type Series,
} from './chart-data.ts'

const series: Series[] = ['a', 'b'].map((id, pattern) => ({ id, name: id, color: 'red', pattern }))
const size = { width: 400, height: 100 }
const datum = (id: string, a: number, b: number): Datum => ({ id, label: id, values: { a, b } })

describe('where bars and columns stand', () => {
  it('draws nothing of nothing', () => {
    expect(layRows([], series, 400)).toMatchObject({ bars: [], height: 0 })
    expect(layColumns([], series, size).columns).toEqual([])
    expect(layAreas([], series, size).areas.map(({ path }) => path)).toEqual(['', ''])
  })

  it('puts the parts of a bar beside each other, in proportion, and the largest within the width', () => {
    const { bars, ticks } = layRows([datum('one', 3, 5), datum('two', 0, 2)], series, 400)
    const [one, two] = bars
    expect(one?.parts.map(({ x, width }) => [x, width])).toEqual([
      [0, 150],
      [150, 250],
    ])
    expect(two?.parts).toMatchObject([{ series: 'b', x: 0, width: 100 }])
    expect(ticks.every(({ value }) => Number.isInteger(value))).toBe(true)
  })

  it('stands the parts of a column on each other, from the ground up', () => {
    const { columns } = layColumns([datum('one', 1, 3)], series, size)
    const [first, second] = columns[0]?.parts ?? []
    expect((first?.y ?? 0) + (first?.height ?? 0)).toBe(100)
    expect((second?.y ?? 0) + (second?.height ?? 0)).toBe(first?.y)
    expect(second?.y).toBe(0)
  })

  it('has an area for one single day, as wide as the picture', () => {
    const { areas, columns } = layAreas([datum('one', 2, 2)], series, size)
    expect(columns).toMatchObject([{ x: 0, width: 400 }])
    expect(areas[0]?.path).toMatch(/^M0,50/)
    expect(areas[0]?.path).toContain('400')
  })

  it('names as many columns as there is room for', () => {
    const many = Array.from({ length: 90 }, (_, i) => datum(`d${i}`, 1, 0))
    expect(layColumns(many, series, size).columns.filter(({ isNamed }) => isNamed)).toHaveLength(6)
  })
})

describe('days and hours', () => {
  const of = (day: string, marks = 1) => ({ day, person: 'p', marks, reviews: 0 })

  it('shows a week at least, and the days on which nothing happened', () => {
    expect(daysOf([], '2026-11-22').days).toHaveLength(7)
    expect(daysOf([of('2026-11-10')], '2026-11-22').days).toHaveLength(13)
  })

  it('has every day once where the clock is put forward or back', () => {
    for (const [first, today] of [
      ['2026-03-20', '2026-04-02'],
      ['2026-10-18', '2026-10-31'],
    ] as const)
      expect(new Set(daysOf([of(first)], today).days).size).toBe(14)
  })

  it('goes over to weeks, which begin on Mondays, and loses no mark', () => {
    const { by, days, happened } = daysOf([of('2026-01-01', 3), of('2026-11-22', 4)], '2026-11-22')
    expect(by).toBe('week')
    expect(days[0]).toBe('2025-12-29')
    expect(happened.every(({ id }) => days.includes(id))).toBe(true)
    expect(happened.reduce((sum, { marks }) => sum + marks, 0)).toBe(7)
  })

  it('has 48 hours, each of 60 minutes', () => {
    const hours = hoursOf(Date.parse('2026-10-25T12:34:56Z'))
    expect(hours).toHaveLength(48)
    expect(hours.at(-1)).toBe(Date.parse('2026-10-25T12:00:00Z'))
    expect(hours.every((at, i) => i === 0 || at - (hours[i - 1] ?? 0) === 3_600_000)).toBe(true)
  })

  it('adds up what several did, and counts reviews apart', () => {
    const happened = [
      { id: 'd', person: 'p', marks: 2, reviews: 0 },
      { id: 'd', person: null, marks: 3, reviews: 1 },
      { id: 'd', person: 'q', marks: 0, reviews: 2 },
    ]
    expect(columnsOf(['d', 'e'], happened, (id) => id)).toEqual([
      { id: 'd', label: 'd', values: { p: 2, '': 3 }, events: 3 },
      { id: 'e', label: 'e', values: {}, events: 0 },
    ])
  })

  it('draws no more people than can be told apart', () => {
    const happened = Array.from({ length: 12 }, (_, i) => ({ id: 'd', person: `p${i}`, marks: i + 1, reviews: 0 }))
    const { shown, rest } = rankPeople(happened)
    expect(shown).toEqual(['p11', 'p10', 'p9', 'p8', 'p7', 'p6', 'p5'])
    expect(rest.size).toBe(5)
    expect(rankPeople(happened.slice(0, 8)).rest.size).toBe(0)
  })
})

describe('the file of figures', () => {
  it('quotes what has to be, and makes no formula of a title', () => {
    expect(
      csvOf(
        ['Article', 'Marks'],
        [
          ['=HYPERLINK("http://x")', 3],
          ['Said, "so"', -1],
          [' +1', 0],
          ['@a', 1],
        ],
      ),
    ).toBe('\ufeffArticle,Marks\r\n"\'=HYPERLINK(""http://x"")",3\r\n"Said, ""so""",-1\r\n\' +1,0\r\n\'@a,1\r\n')
  })
})
