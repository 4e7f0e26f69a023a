import { expect, it } from 'vitest'
import { burnDown } from './burn-down.ts'
import { addDays, dayString, daysBetween, daysFrom, dayTeller, isZone, nextDay } from './days.ts'

it('knows days that there are from those that there are not', () => {
  for (const day of ['2026-11-22', '2028-02-29', '1999-12-31']) expect(dayString.safeParse(day).success, day).toBe(true)
  for (const day of ['2026-02-29', '2026-13-01', '2026-1-1', '22.11.2026', '', '2026-11-22T00:00'])
    expect(dayString.safeParse(day).success, day).toBe(false)
})

it('tells the day where the person is, on both sides of the date line', () => {
  const at = Date.parse('2026-11-22T23:30:00Z')
  expect(dayTeller('UTC')(at)).toBe('2026-11-22')
  expect(dayTeller('Europe/Berlin')(at)).toBe('2026-11-23')
  expect(dayTeller('Pacific/Honolulu')(at)).toBe('2026-11-22')
  expect(isZone('Europe/Berlin')).toBe(true)
  expect(isZone('Europe/Nowhere')).toBe(false)
})

it('counts days over the turn of the clock and of the year', () => {
  expect(nextDay('2026-03-29')).toBe('2026-03-30')
  expect(addDays('2026-10-25', 1)).toBe('2026-10-26')
  expect(daysBetween('2026-12-31', '2027-01-01')).toBe(1)
  expect(daysFrom('2026-10-24', '2026-10-27', 9)).toEqual(['2026-10-24', '2026-10-25', '2026-10-26', '2026-10-27'])
  expect(daysFrom('2026-10-24', '2026-10-27', 2)).toEqual(['2026-10-26', '2026-10-27'])
})

const zone = 'Europe/Berlin'
const at = (time: string) => Date.parse(time)

it('burns nothing down where there are no articles', () => {
  expect(burnDown({ articles: [], changes: [], zone, now: 0, most: 9 })).toEqual([])
})

it('says for each day how it ended, also for the one of 25 hours', () => {
  const days = burnDown({
    articles: [
      { id: 'a', createdAt: at('2026-10-24T10:00:00Z') },
      { id: 'b', createdAt: at('2026-10-25T10:00:00Z') },
    ],
    changes: [
      { article: 'a', to: 'in-progress', at: at('2026-10-24T11:00:00Z') },
      // 23:30 on the 25th in Berlin, where that day has 25 hours.
      { article: 'a', to: 'submitted', at: at('2026-10-25T22:30:00Z') },
      { article: 'gone', to: 'done', at: at('2026-10-25T22:30:00Z') },
      { article: 'a', to: 'done', at: at('2026-10-26T10:00:00Z') },
      { article: 'a', to: 'in-progress', at: at('2026-10-27T10:00:00Z') },
    ],
    zone,
    now: at('2026-10-27T22:00:00Z'),
    most: 9,
  })
  expect(days).toEqual([
    { day: '2026-10-24', open: 1, review: 0, done: 0 },
    { day: '2026-10-25', open: 1, review: 1, done: 0 },
    { day: '2026-10-26', open: 1, review: 0, done: 1 },
    { day: '2026-10-27', open: 2, review: 0, done: 0 },
  ])
})

it('keeps what came before the days it shows', () => {
  const articles = [{ id: 'a', createdAt: at('2026-01-01T10:00:00Z') }]
  const changes = [{ article: 'a', to: 'done' as const, at: at('2026-01-02T10:00:00Z') }]
  expect(burnDown({ articles, changes, zone, now: at('2026-03-01T10:00:00Z'), most: 1 })).toEqual([
    { day: '2026-03-01', open: 0, review: 0, done: 1 },
  ])
})
