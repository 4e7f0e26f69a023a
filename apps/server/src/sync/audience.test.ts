import { beforeEach, expect, it } from 'vitest'
import { Audience, type Peer, type Standing } from './audience.ts'

let audience: Audience
let ada: Peer
let standing: Standing

beforeEach(() => {
  audience = new Audience(() => 0)
  ada = { send() {}, answer() {}, end() {} } as unknown as Peer
  audience.join(ada, 'annotator')
  standing = audience.standingOf(ada) as Standing
  audience.ask(ada, new Uint8Array())
  audience.hears(ada, standing)
})

/** The barriers that are answered, by their numbers. */
const heard = () => audience.hears(ada, standing).barriers.map(({ number }) => number)

it('answers a barrier at once, unless something was dropped that came before it', () => {
  expect(audience.isReady(ada, standing, 1)).toBe(true)
  expect(audience.misses(standing)).toEqual(expect.any(Number))
  expect(audience.isReady(ada, standing, 2)).toBe(false)
  audience.ask(ada, new Uint8Array())
  expect(heard()).toEqual([2])
})

it('asks again for what was dropped after it asked', () => {
  audience.misses(standing)
  audience.ask(ada, new Uint8Array())
  expect(audience.misses(standing)).toBe(null)
  audience.isReady(ada, standing, 1)
  expect(audience.hears(ada, standing)).toEqual({ barriers: [], askIn: expect.any(Number) })
  audience.ask(ada, new Uint8Array())
  expect(heard()).toEqual([1])
})

it('takes an answer that came twice for none to what it is about to ask', () => {
  audience.misses(standing)
  audience.isReady(ada, standing, 1)
  expect(audience.hears(ada, standing)).toEqual({ barriers: [], askIn: null })
  audience.ask(ada, new Uint8Array())
  expect(heard()).toEqual([1])
})
