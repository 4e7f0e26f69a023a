/** Nothing is told before it is on disk, and a power cut takes nothing back that was told. */
import { join } from 'node:path'
import { expect } from 'vitest'
import { fault } from '../support/fault.ts'
import { cutPower, durableFrom, forgetFailed, type Told, type TracedRun, toldIn, traceRun } from '../support/power.ts'
import { readStored, temporaryFolder } from '../support/product.ts'
import type { Chance } from '../support/seed.ts'

/** What was told too early, in sentences. */
function tooEarly(run: Pick<TracedRun, 'calls' | 'changes'>): string[] {
  const durable = durableFrom(run)
  const found: string[] = []
  for (const { call, changes, is } of toldIn(run))
    for (const { id, word } of changes) {
      const from = durable.get(word)
      if (from === undefined || from > call.from)
        found.push(`${id} (${word}) was ${is} at ${call.from}, on disk ${from === undefined ? 'never' : `at ${from}`}`)
    }
  return found
}

fault(
  'F3',
  'says saved, and shows to others, only what an fsync has put on disk',
  { needs: ['strace'], secondsEach: 0.2, count: () => 1 },
  async ({ amount, times, note }) => {
    await times(async (random) => {
      const run = await traceRun(random, amount)
      const told = toldIn(run)
      const acknowledged = new Set(told.filter(({ is }) => is === 'acknowledged').flatMap(({ changes }) => changes))
      const shown = new Set(told.filter(({ is }) => is === 'shown').flatMap(({ changes }) => changes))
      note({ acknowledged: acknowledged.size, shown: shown.size, 'system calls': run.calls.length })
      expect(tooEarly(run)).toEqual([])
      expect(acknowledged.size).toBe(amount)
      // A version that was replaced within a turn is never shown.
      expect(shown.size).toBeGreaterThan(amount / 2)
      // The same run without its fsyncs, and with them late, would be noticed: the test can fail.
      const calls = run.calls.filter(({ name }) => !name.endsWith('sync'))
      expect(tooEarly({ ...run, calls }).length).toBeGreaterThanOrEqual(amount)
      const late = run.calls.map((call) => (call.name.endsWith('sync') ? { ...call, to: call.to + 1000 } : call))
      expect(tooEarly({ ...run, calls: late }).length).toBeGreaterThan(0)
    })
  },
)

/** The least; they go on until the log has been written into the database. */
const CHANGES = 200

fault(
  'F4',
  'has everything it told of, whenever the power is cut',
  { needs: ['strace'], secondsEach: 2 },
  async ({ amount, times, note }) => {
    let run: (TracedRun & { told: Told[] }) | undefined
    let kept = 0
    let writings = 0
    await times(async (random, index) => {
      // One run is cut at many places.
      if (!run || index % 50 === 0) {
        const traced = await traceRun(random, CHANGES, { writesBack: true })
        run = { ...traced, told: toldIn(traced) }
      }
      const { calls } = run
      const checkpoint = calls.filter(({ name, target }) => name.startsWith('pwrite') && target.endsWith('attest.db'))
      writings = checkpoint.length
      // Half of the cuts fall where the log is written into the database: that is where it is hard.
      const at =
        index % 2 === 0 && checkpoint.length > 0
          ? random.pick(checkpoint).from + random.under(20)
          : random.under(calls.at(-1)?.from ?? 0)
      const view = await readStored(cutPower(run, at, random, join(temporaryFolder('attest-cut-'), 'data')))
      expect(view.problems).toEqual([])
      const lost = lostIn(run, at, view.records)
      expect(lost.missing, `cut at ${at}`).toEqual([])
      kept += lost.told
    })
    note({ 'pages written back': writings, 'changes told before a cut, on average': Math.round(kept / amount) })
    // With nothing written back, or nothing told, the cuts would have proved nothing.
    expect(writings).toBeGreaterThan(0)
    expect(kept).toBeGreaterThan(amount)
  },
)

/** What was told before the cut and is neither there nor followed by a newer one. */
function lostIn(
  run: TracedRun & { told: Told[] },
  at: number,
  records: ReadonlyMap<string, string>,
): { told: number; missing: string[] } {
  const told = new Set<string>()
  for (const { call, changes } of run.told) if (call.from < at) for (const { word } of changes) told.add(word)
  const versions = new Map<string, string[]>()
  for (const { id, word } of run.changes) versions.set(id, [...(versions.get(id) ?? []), word])
  const missing: string[] = []
  for (const [id, words] of versions) {
    const value = records.get(`annotations/${id}`)
    const found = words.findIndex((word) => value?.includes(word))
    const required = words.findLastIndex((word) => told.has(word))
    if (found < required) missing.push(`${id}: version ${found}, told of ${required}`)
  }
  return { told: told.size, missing }
}

fault(
  'F7',
  'has all that it called saved although the disk forgot what one fsync after the other failed to write',
  {
    needs: ['strace'],
    secondsEach: 20,
    count: (amount) => Math.ceil(amount / 20),
  },
  async ({ times, note }) => {
    let failures = 0
    await times(async (random) => {
      // Counted for each thread: each that is started after a failure fails in its turn, after some commits.
      const { failed, lost } = await writeToForgetfulDisk(random, `when=${6 + random.under(8)}`)
      failures += failed
      expect(lost).toEqual([])
    })
    note({ 'fsyncs that failed': failures })
  },
)

/** How many fsyncs failed, and what is not there after a power cut that was called saved. */
async function writeToForgetfulDisk(random: Chance, when: string): Promise<{ failed: number; lost: string[] }> {
  const run = await traceRun(random, 60, { failing: { what: `fsync,fdatasync:error=EIO:${when}` } })
  const failed = run.calls.filter(({ name, isDone }) => name.endsWith('sync') && !isDone).length
  const view = await readStored(forgetFailed(run, join(temporaryFolder('attest-forgetful-'), 'data')))
  expect(view.problems).toEqual([])
  const newest = new Map(run.changes.map(({ id, word }) => [`annotations/${id}`, word]))
  const lost = [...newest].filter(([key, word]) => !view.records.get(key)?.includes(word)).map(([key]) => key)
  return { failed, lost }
}
