import { describe, expect, it } from 'vitest'
import { Budget, defaultAllowance } from './budget.ts'
import { Crowd, defaultCaps } from './crowd.ts'

/** Milliseconds that pass when they are told to. */
function clock() {
  let ms = 0
  const pass = (more: number) => {
    ms += more
  }
  return { now: () => ms, pass }
}

describe('a budget', () => {
  it('is used up, and grows back with time, but never past what there was', () => {
    const { now, pass } = clock()
    const budget = new Budget({ ...defaultAllowance, messages: { burst: 10, perSecond: 2 } }, now)
    for (let i = 0; i < 10; i++) expect(budget.hears(1)).toBe(true)
    expect(budget.hears(1)).toBe(false)
    pass(1000)
    expect([budget.hears(1), budget.hears(1), budget.hears(1)]).toEqual([true, true, false])
    pass(3_600_000)
    expect(Array.from({ length: 11 }, () => budget.hears(1))).toEqual([...Array(10).fill(true), false])
  })

  it('lets one large thing through, and asks for patience after it', () => {
    const { now, pass } = clock()
    const budget = new Budget({ ...defaultAllowance, bytesAnswered: { burst: 100, perSecond: 100 } }, now)
    expect(budget.answers(1000)).toBe(true)
    pass(8000)
    expect(budget.answers(1)).toBe(false)
    pass(2000)
    expect(budget.answers(1)).toBe(true)
  })

  it('does not shrink when the clock is put back', () => {
    const { now, pass } = clock()
    const budget = new Budget({ ...defaultAllowance, messages: { burst: 10, perSecond: 1 } }, now)
    budget.hears(1)
    pass(-3_600_000)
    expect(Array.from({ length: 10 }, () => budget.hears(1))).toEqual([...Array(9).fill(true), false])
  })
})

describe('the crowd', () => {
  const from = (address: string) => ({ person: 'ada', address, room: 'harbour' })

  it('counts connections by person, address and room, until they leave', () => {
    const crowd = new Crowd({ person: 2, address: 3, room: 4 }, defaultAllowance, () => 0)
    const enter = (person: string, address: string, room: string) => crowd.enter({ person, address, room })
    const first = enter('ada', '10.0.0.1', 'harbour')
    expect(enter('ada', '10.0.0.1', 'market')).not.toBe(null)
    expect(enter('ada', '10.0.0.2', 'square'), 'a third of one person').toBe(null)
    expect(enter('bob', '10.0.0.1', 'harbour')).not.toBe(null)
    expect(enter('cleo', '10.0.0.1', 'harbour'), 'a fourth from one address').toBe(null)
    first?.leave()
    first?.leave()
    expect(enter('ada', '10.0.0.1', 'square')).not.toBe(null)
    expect(enter('ada', '10.0.0.2', 'square')).toBe(null)
  })

  it('takes a proxy on this machine for what it is, however its address is written', () => {
    const crowd = new Crowd({ ...defaultCaps, address: 1 }, defaultAllowance, () => 0)
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      for (let i = 0; i < 3; i++) expect(crowd.enter(from(address)), address).not.toBe(null)
    expect(crowd.enter(from('::ffff:10.0.0.1'))).not.toBe(null)
    expect(crowd.enter(from('::ffff:10.0.0.1'))).toBe(null)
  })

  it('gives a person one budget, also when they come back, and a new one only when it would be whole anyway', () => {
    const { now, pass } = clock()
    const crowd = new Crowd(defaultCaps, { ...defaultAllowance, messages: { burst: 2, perSecond: 1 } }, now)
    const first = crowd.enter(from('127.0.0.1'))
    const second = crowd.enter(from('127.0.0.1'))
    expect([first?.budget.hears(1), second?.budget.hears(1), first?.budget.hears(1)]).toEqual([true, true, false])
    first?.leave()
    second?.leave()
    crowd.tidy()
    expect(crowd.enter(from('127.0.0.1'))?.budget.hears(1)).toBe(false)
    pass(60_000)
    crowd.tidy()
    expect(crowd.enter(from('127.0.0.1'))?.budget.hears(1)).toBe(true)
  })
})
