import { expect, it } from 'vitest'
import { makeClock } from './clock.ts'

function open() {
  const time = { wall: 1_000_000_000, elapsed: 0 }
  const clock = makeClock(
    () => time.wall,
    () => time.elapsed,
  )
  const passes = (ms: number) => {
    time.wall += ms
    time.elapsed += ms
  }
  return { time, clock, passes }
}

const dateOf = (ms: number) => new Date(ms).toUTCString()

it('goes by this computer until the server has said what time it is', () => {
  const { clock, passes } = open()
  passes(5)
  clock.learn(null)
  clock.learn('no date')
  expect(clock.now()).toBe(1_000_000_005)
})

it('goes by this computer where that is right, to the millisecond', () => {
  const { clock, passes } = open()
  clock.learn(dateOf(1_000_001_000))
  passes(1234)
  expect(clock.now()).toBe(1_000_001_234)
})

it('goes by the server where this computer is a day ahead', () => {
  const { clock, passes } = open()
  clock.learn(dateOf(1_000_000_000 - 86_400_000))
  passes(60_000)
  expect(clock.now()).toBe(1_000_060_000 - 86_400_000)
})

it('is not moved by somebody who sets the clock meanwhile', () => {
  const { time, clock, passes } = open()
  clock.learn(dateOf(1_000_000_000))
  time.wall += 86_400_000
  passes(100)
  expect(clock.now()).toBe(1_000_000_100)
})
