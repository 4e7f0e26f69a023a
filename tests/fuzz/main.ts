/**
 * `npm run fuzz -- [mutations] [seed]`: the fuzz of tests/fuzz/gate.test.ts at the amount of a release, on all cores.
 * Tells every few seconds how far it is; stops at the first finding, prints how to have it again, and ends with 1.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { AGAIN, fuzzGate, type Tally } from './gate-fuzz.ts'

const MUTATIONS = 10_000_000
const TELL_EVERY_MS = 5000

type Told = { is: 'tally'; tally: Tally; mebibytes: number } | { is: 'finding'; problem: string }

const [mutations = MUTATIONS, seed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number)
if (!(mutations > 0 && seed >= 0)) {
  console.error('npm run fuzz -- [mutations] [seed]')
  process.exit(2)
}
if (process.send) work()
else await oversee()

function work(): void {
  const tell = (told: Told) => process.send?.(told)
  const tellTally = (tally: Tally) =>
    tell({ is: 'tally', tally, mebibytes: Math.round(process.memoryUsage().rss / 2 ** 20) })
  let toldAt = 0
  try {
    const all = fuzzGate(seed, mutations, (tally) => {
      if (Date.now() - toldAt < TELL_EVERY_MS / 2) return
      toldAt = Date.now()
      tellTally(tally)
    })
    tellTally(all)
  } catch (error) {
    tell({ is: 'finding', problem: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    process.exitCode = 1
  }
  process.disconnect()
}

async function oversee(): Promise<void> {
  // What is run again is run as it was.
  const workers = mutations <= AGAIN ? 1 : availableParallelism()
  const tallies: Tally[] = Array.from({ length: workers }, () => ({}))
  const sizes: number[] = []
  const start = Date.now()
  console.log(`${mutations.toLocaleString('en')} mutations with ${workers} workers, seed ${seed}`)
  const report = () => {
    const done = tallies.flatMap((tally) => Object.values(tally)).reduce((sum, count) => sum + count, 0)
    const seconds = (Date.now() - start) / 1000
    const left = ((mutations - done) * seconds) / Math.max(1, done) / 60
    console.log(
      `${done.toLocaleString('en')} done, ${Math.round(done / seconds).toLocaleString('en')} a second, ${left.toFixed(1)} minutes left, workers of ${sizes.join(' and ')} MiB`,
    )
  }
  const timer = setInterval(report, TELL_EVERY_MS)
  const children: ChildProcess[] = []
  const codes = await Promise.all(
    tallies.map((_, i) => {
      const own = Math.floor((mutations * (i + 1)) / workers) - Math.floor((mutations * i) / workers)
      const child = fork(new URL(import.meta.url), [String(own), String((seed + i * 7919) % 2 ** 31)])
      children.push(child)
      child.on('message', (told: Told) => {
        if (told.is === 'tally') {
          tallies[i] = told.tally
          sizes[i] = told.mebibytes
        } else {
          console.error(told.problem)
          for (const other of children) if (other !== child) other.kill()
        }
      })
      return new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)))
    }),
  )
  clearInterval(timer)
  report()
  const sum: Tally = {}
  for (const [outcome, count] of tallies.flatMap((tally) => Object.entries(tally)))
    sum[outcome] = (sum[outcome] ?? 0) + count
  console.table(Object.fromEntries(Object.entries(sum).sort(([, a], [, b]) => b - a)))
  process.exitCode = codes.every((code) => code === 0) ? 0 : 1
}
