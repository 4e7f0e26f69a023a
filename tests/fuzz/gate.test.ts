import { expect, it } from 'vitest'
import { chance } from '../support/seed.ts'
import { fuzzGate, shareOf } from './gate-fuzz.ts'

const MUTATIONS = 25_000

it('lets nothing forged in, and is never at a loss, however updates are bent', () => {
  const { seed } = chance('the gate under bent updates')
  const tally = fuzzGate(seed, MUTATIONS)
  console.info(JSON.stringify(tally))
  // A fuzz whose updates are all refused at the door, or all let in, would find nothing.
  for (const outcome of ['accepted', 'nothing', 'malformed-update', 'not-a-record'])
    expect(shareOf(tally, outcome), outcome).toBeGreaterThan(0.05)
  for (const outcome of ['early', 'not-yours', 'malformed-record', 'foreign-client'])
    expect(shareOf(tally, outcome), outcome).toBeGreaterThan(0.005)
  for (const outcome of [
    'too-much',
    'unknown-root',
    'unknown-kind',
    'unknown-attribute',
    'out-of-range',
    'clock-ahead',
  ])
    expect(tally[outcome] ?? 0, outcome).toBeGreaterThan(0)
}, 300_000)
