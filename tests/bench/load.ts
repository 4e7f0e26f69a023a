/**
 * The loads that the server has to bear, one after the other: `npm run bench load`. Each is measured once, on a server
 * of its own; beside the figures stands what is aimed for.
 *
 *   --only rooms,storm  only these        --quick      short and small, to see that all of it works
 *   --json FILE         where to write    --lock FILE  held while measuring, for machines that are shared
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { type LoadCase, loads } from './sync/loads.ts'
import { Lock } from './sync/lock.ts'
import { machine, type Run, tableOf } from './sync/report.ts'
import { startServer } from './sync/servers.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string', default: '.cache/bench/load.json' },
    lock: { type: 'string' },
  },
})
const scale = { seconds: values.quick ? 2 : 20, isQuick: values.quick }
const only = values.only?.split(',')
for (const name of only ?? []) if (!(name in loads)) throw new RangeError(`${name} is none of ${Object.keys(loads)}`)
const runs: Run[] = []
const lock = new Lock(values.lock)

for (const [name, load] of Object.entries(loads)) {
  if (only && !only.includes(name)) continue
  await lock.hold()
  const server = await startServer('attest', load.needs)
  try {
    runs.push({ scenario: name, title: load.title, server: 'attest', figures: await load.run(server, scale) })
    report(name, load)
  } catch (error) {
    console.error(`${name} failed:`, error)
    process.exitCode = 1
  } finally {
    await server.close()
    lock.rest()
  }
}
lock.release()
console.log(`${machine()}. All figures: ${values.json}`)

function report(name: string, { title, aims }: LoadCase): void {
  console.log(`\n${title} (${name})`)
  const table = tableOf(runs.filter((run) => run.scenario === name))
  console.table(table)
  for (const { figure, atMost } of aims) {
    const reached = Number(table['attest']?.[figure])
    console.log(
      `  ${figure}: at most ${atMost} is aimed for, ${reached} ${reached <= atMost ? 'reached' : 'IS MISSED'}`,
    )
  }
  mkdirSync(dirname(values.json), { recursive: true })
  writeFileSync(values.json, `${JSON.stringify({ machine: machine(), runs }, null, 2)}\n`)
}
