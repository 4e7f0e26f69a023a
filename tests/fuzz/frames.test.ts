import { expect, it } from 'vitest'
import { chance } from '../support/seed.ts'
import { fuzzFrames } from './frame-fuzz.ts'

const FRAMES = 60_000

it('reads bent frames or refuses them, and shows everybody under their own name', () => {
  const { seed } = chance('bent frames')
  const tally = fuzzFrames(seed, FRAMES)
  console.info(JSON.stringify(tally))
  for (const outcome of ['malformed', 'update', 'presence', 'ask', 'presence-query', 'saved'])
    expect(tally[outcome] ?? 0, outcome).toBeGreaterThan(FRAMES / 200)
}, 300_000)
