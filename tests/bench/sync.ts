/**
 * The sync server beside others, under the same load in the same run: `npm run bench sync`. Every repetition goes once
 * round all servers, because the machine is another one from minute to minute; the table shows medians. Only figures of
 * one run can be compared.
 *
 *   --servers attest,relay      only these          --repeat 3     how often each is measured
 *   --scenarios paced-200,open  only these          --quick        short, to see that all of it works
 *   --tries 3                   how often one run may be taken anew because others used the machine meanwhile
 *   --json FILE                 where to write      --lock FILE    held while measuring, for machines that are shared
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { aimsReached } from './sync/aims.ts'
import { Lock } from './sync/lock.ts'
import { machine, type Run, tableOf } from './sync/report.ts'
import { type Figures, type Length, others, runOn, type Scenario, scenarios } from './sync/scenarios.ts'
import { type ServerName, serverNames } from './sync/servers.ts'

const { values } = parseArgs({
  options: {
    servers: { type: 'string' },
    scenarios: { type: 'string' },
    repeat: { type: 'string', default: '3' },
    tries: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string', default: '.cache/bench/sync.json' },
    lock: { type: 'string' },
  },
})

/** Percent of a core that others may use; a run beside more is taken anew. */
const DISTURBED = 20

const length: Length = values.quick ? { warm: 0.5, measure: 1, marks: 1000 } : { warm: 1.5, measure: 4, marks: 10_000 }
const repeat = values.quick ? 1 : Number(values.repeat)
const chosen = pick(Object.keys(scenarios), values.scenarios)
const servers = pick(serverNames, values.servers)
const runs: Run[] = []
const lock = new Lock(values.lock)

for (const name of chosen) {
  const scenario = scenarios[name] as Scenario
  const names = scenario.servers.filter((server) => servers.includes(server))
  if (names.length === 0) continue
  for (let i = 0; i < repeat; i++) {
    await lock.hold()
    for (const server of names)
      runs.push({ scenario: name, title: scenario.title, server, figures: await figuresOf(server, name, scenario) })
    lock.rest()
  }
  console.log(`\n${scenario.title} (${name})`)
  console.table(medians(name))
  save()
}
lock.release()
console.log('\nAims')
console.table(aimsReached(Object.fromEntries(chosen.map((name) => [name, medians(name)]))))
console.log(`${machine()}; medians of ${repeat}. All figures: ${values.json}`)

/** Of some tries the one that the rest of the machine disturbed least; one that it did not disturb is the last. */
async function figuresOf(server: ServerName, name: string, scenario: Scenario): Promise<Figures> {
  const tries: Figures[] = []
  const disturbance = (figures: Figures) => Number(figures[others] ?? Number.POSITIVE_INFINITY)
  do {
    try {
      tries.push(await runOn(server, scenario, length))
    } catch (error) {
      console.error(`${name} on ${server} failed:`, error)
      process.exitCode = 1
      tries.push({ failed: '!' })
    }
  } while (tries.length < Number(values.tries) && disturbance(tries.at(-1) as Figures) > DISTURBED)
  return tries.reduce((best, figures) => (disturbance(figures) < disturbance(best) ? figures : best))
}

function medians(scenario: string): Record<string, Figures> {
  return tableOf(runs.filter((run) => run.scenario === scenario))
}

function save(): void {
  mkdirSync(dirname(values.json), { recursive: true })
  writeFileSync(values.json, `${JSON.stringify({ machine: machine(), repeat, length, runs }, null, 2)}\n`)
}

function pick<T extends string>(all: readonly T[], given: string | undefined): T[] {
  if (given === undefined) return [...all]
  const wanted = given.split(',')
  for (const name of wanted)
    if (!(all as readonly string[]).includes(name)) throw new RangeError(`${name} is none of ${all.join(', ')}`)
  return all.filter((name) => wanted.includes(name))
}
