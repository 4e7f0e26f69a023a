/**
 * How a fault is tried: so many times as the table says, each time from a seed of its own, which is in the message when
 * it fails. What cannot be tried on this machine is skipped aloud: a line in the output, and a test that counts as skipped.
 */
import { appendFileSync } from 'node:fs'
import { it } from 'vitest'
import { type Amount, amounts, type FaultName } from '../faults/amounts.ts'
import { command } from './product.ts'
import { type Chance, chanceOf, someSeed } from './seed.ts'

const isRelease = process.env['FAULTS'] === 'release'
const factor = Number(process.env['FACTOR'] ?? 1)

export interface Trial {
  /** How often, or for how long. */
  amount: number
  /** Does it `amount` times, or as often as is said, each time with chance from a seed that the failure will name. */
  times(one: (chance: Chance, index: number) => Promise<void>, count?: number): Promise<void>
  /** How long something may take: what is promised, for a release; ten times that on a machine that does much else. */
  limit(milliseconds: number): number
  /** A figure for the summary. */
  note(figures: Record<string, number | string>): void
}

interface Conditions {
  /** What the machine must have or allow; see `needs`. */
  needs?: readonly Need[]
  /** The longest that one of them may take, in seconds. */
  secondsEach: number
  /**
   * A weakness of the product that is known to fail this: it is told aloud and in the summary, and is no failure of the
   * tests, until it is mended and this line goes.
   */
  known?: string
  /** How many there are, where it is not the number in the table. */
  count?: (amount: number) => number
}

const needs = {
  /** Looking into, and meddling with, the system calls of a process. */
  strace: () => void command('strace', '-qq', '-e', 'trace=none', 'true'),
  /** Mounting a small disk. */
  tmpfs: () => void command('unshare', '-m', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', '/mnt'),
  /** Networks of one's own. */
  namespaces: () => {
    command('ip', '-V')
    command('unshare', '-n', 'ip', 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'other')
  },
} as const

export type Need = keyof typeof needs

/** One fault as a test. Its name begins with that of the fault, so that `npm run faults -- F3` finds it. */
export function fault(
  name: FaultName,
  sentence: string,
  { needs: wanted = [], known, secondsEach, count = (amount) => amount }: Conditions,
  body: (trial: Trial) => Promise<void>,
): void {
  const row: Amount = amounts[name]
  const whole = isRelease ? row.perRelease : row.perCommit
  const amount = Math.max(1, Math.round(whole * factor))
  // A loaded machine may need several times what a quiet one does; a test that hangs still comes to an end.
  const timeout = (300 + secondsEach * count(amount)) * 1000
  it(`${name}: ${sentence}`, { timeout }, async (context) => {
    for (const need of wanted) {
      const missing = missingFor(need)
      if (missing === null) continue
      console.warn(`SKIPPED ${name}, “${sentence}”: this machine has no ${need}, or no right to it (${missing})`)
      tell({ name, sentence, result: 'skipped', because: `${need}: ${missing}` })
      context.skip(`there is no ${need}`)
    }
    const base = someSeed()
    const from = performance.now()
    const figures: Record<string, number | string> = {}
    let seed = base
    console.info(`${name}: ${amount} ${row.of}, SEED=${base}`)
    try {
      await body({
        amount,
        limit: (milliseconds) => (isRelease ? milliseconds : 10 * milliseconds),
        note: (more) => void Object.assign(figures, more),
        async times(one, times = count(amount)) {
          for (let index = 0; index < times; index++) {
            seed = base + index
            await one(chanceOf(seed), index)
          }
        },
      })
    } catch (error) {
      if (known) {
        console.warn(`KNOWN WEAKNESS ${name}, “${sentence}”: ${known} (seed ${seed}: ${firstLine(error)})`)
        tell({ name, sentence, result: 'weak', amount, of: row.of, seed, commit: commit(), because: known })
        return context.skip(`known weakness: ${known}`)
      }
      const again = `${name} failed with seed ${seed} at commit ${commit()}: SEED=${seed} npm run faults -- ${name}`
      tell({ name, sentence, result: 'failed', amount, of: row.of, seed, commit: commit(), because: firstLine(error) })
      throw new Error(`${again}\n${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
    if (known) console.warn(`${name}, “${sentence}” holds this time; its mark of a known weakness may go`)
    const seconds = Math.round((performance.now() - from) / 100) / 10
    console.info(`${name}: held, in ${seconds} s ${JSON.stringify(figures)}`)
    tell({ name, sentence, result: 'held', amount, of: row.of, seed: base, seconds, figures })
  })
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n').slice(0, 2).join(' ').slice(0, 300)
}

const found = new Map<Need, string | null>()

/** Why it is not there, or null. */
function missingFor(need: Need): string | null {
  const known = found.get(need)
  if (known !== undefined) return known
  let missing: string | null = null
  try {
    needs[need]()
  } catch (error) {
    missing = (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? ''
  }
  found.set(need, missing)
  return missing
}

function commit(): string {
  try {
    return command('git', 'describe', '--always', '--dirty').trim()
  } catch {
    return 'unknown'
  }
}

/** For `npm run faults`, which makes a summary of it. */
function tell(result: object): void {
  const file = process.env['FAULTS_RESULTS']
  if (file) appendFileSync(file, `${JSON.stringify(result)}\n`)
}
