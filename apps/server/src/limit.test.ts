import { expect, it } from 'vitest'
import { Limit } from './limit.ts'

it('lets so many through and says how long the next has to wait', () => {
  let now = 0
  const limit = new Limit({ most: 3, withinMs: 60_000, now: () => now })
  expect([1, 2, 3].map(() => limit.take('a'))).toEqual([null, null, null])
  now = 20_000
  expect(limit.take('a')).toBe(40)
  expect(limit.take('b')).toBe(null)
  now = 60_000
  expect(limit.take('a')).toBe(null)
})

it('does not let whoever is refused wait longer and longer', () => {
  let now = 0
  const limit = new Limit({ most: 1, withinMs: 1000, now: () => now })
  limit.take('a')
  for (now = 1; now < 1000; now += 100) expect(limit.take('a')).toBe(1)
  now = 1000
  expect(limit.take('a')).toBe(null)
})

it('takes a good try back, and begins anew when told', () => {
  const limit = new Limit({ most: 2, withinMs: 60_000 })
  limit.take('a')
  limit.take('a')
  limit.giveBack('a')
  expect(limit.take('a')).toBe(null)
  expect(limit.take('a')).not.toBe(null)
  limit.forget('a')
  expect(limit.take('a')).toBe(null)
})

it('keeps its memory small when somebody makes up keys, and its count of those it knows', () => {
  const limit = new Limit({ most: 2, withinMs: 60_000 })
  limit.take('known')
  limit.take('known')
  let let_ = 0
  for (let i = 0; i < 60_000; i++) if (limit.take(`made up ${i}`) === null) let_++
  // The first 49 999 once each, and two of all that came later.
  expect(let_).toBe(50_001)
  expect(limit.take('known')).not.toBe(null)
})
