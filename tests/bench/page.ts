/**
 * How the page bears marks, beside the tools that run in a page: `npm run bench page`. An article of 20 000 words in 335
 * blocks with none to 10 000 marks of 12 to 600 characters, up to 24 deep, and one of 200 000 words. Every figure is the
 * median of fresh browsers, which take turns, because the machine is another one from minute to minute; only figures of
 * one run can be compared.
 *
 *   --counts 0,10000   only these many marks      --runs 5       how often each is measured
 *   --only attest      attest, peers, key, long   --quick        one run each with 0 and 10 000, to see that it works
 *   --json FILE        where to write             --lock FILE    held while measuring, for machines that are shared
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { launch } from '../support/visitor.ts'
import { makeLoad } from './page/article.ts'
import { bringIn, join, keyToPeer, measure, startProgram } from './page/attest.ts'
import { type Figures, medianOf } from './page/gauges.ts'
import { measurePeer, type Peer, peers, servePeer } from './page/peers.ts'
import { Lock } from './sync/lock.ts'
import { machine } from './sync/report.ts'

const { values } = parseArgs({
  options: {
    counts: { type: 'string' },
    only: { type: 'string', default: 'attest,peers,key,long' },
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string', default: '.cache/bench/page.json' },
    lock: { type: 'string' },
  },
})
const counts = (values.counts ?? (values.quick ? '0,10000' : '0,100,1000,10000')).split(',').map(Number)
const repeat = Number(values.runs ?? (values.quick ? 1 : 5))
const parts = values.only.split(',')
const WORDS = 20_000

/** One line of a table: whom it is about, and how to take its figures once. */
interface Row {
  table: string
  name: string
  measure: () => Promise<Figures>
  close?: () => void
}

const program = await startProgram()
const owners = await launch()
const { context: owner } = await join(owners, program, 'Owner')
const lock = new Lock(values.lock)
const rows: Row[] = []
const most = Math.max(...counts)

/** In a browser of its own. */
const fresh = (take: (browser: Awaited<ReturnType<typeof launch>>) => Promise<Figures>) => async () => {
  const browser = await launch()
  try {
    return await take(browser)
  } finally {
    await browser.close()
  }
}

for (const count of counts) {
  const load = makeLoad(WORDS, count)
  const table = `${WORDS} words, ${load.blocks.length} blocks, ${count} marks`
  if (parts.includes('attest')) {
    const address = await bringIn(owner, program, load)
    rows.push({ table, name: 'Attest', measure: fresh((browser) => measure(browser, program, address, load)) })
  }
  if (parts.includes('peers'))
    for (const peer of Object.keys(peers) as Peer[]) {
      const { address, close } = await servePeer(peer, load)
      rows.push({ table, name: peer, measure: fresh((browser) => measurePeer(browser, address, load)), close })
    }
}
if (parts.includes('key')) {
  const load = makeLoad(WORDS, most)
  const address = await bringIn(owner, program, load)
  const table = `from a key to the screens, ${most} marks`
  rows.push({ table, name: 'Attest', measure: fresh((browser) => keyToPeer(browser, program, address, load)) })
}
if (parts.includes('long'))
  for (const count of [0, most]) {
    const load = makeLoad(10 * WORDS, count)
    const address = await bringIn(owner, program, load)
    const table = `${10 * WORDS} words, ${load.blocks.length} blocks, ${count} marks`
    rows.push({ table, name: 'Attest', measure: fresh((browser) => measure(browser, program, address, load)) })
  }
await owners.close()

const taken = new Map<Row, Figures[]>(rows.map((row) => [row, []]))
for (let i = 0; i < repeat; i++)
  for (const row of rows) {
    await lock.hold()
    try {
      taken.get(row)?.push(await row.measure())
    } catch (error) {
      console.error(`${row.name}, ${row.table}, failed:`, error)
      process.exitCode = 1
    }
    lock.rest()
    save()
  }
lock.release()
for (const row of rows) row.close?.()
await program.close()

for (const [table, figures] of Object.entries(tables())) {
  console.log(`\n${table}`)
  console.table(figures)
}
console.log(`${machine()}, headless Chromium, medians of ${repeat} fresh browsers. All figures: ${values.json}`)

/** A table a load, a row a tool. */
function tables(): Record<string, Record<string, Figures>> {
  const all: Record<string, Record<string, Figures>> = {}
  for (const row of rows) all[row.table] = { ...all[row.table], [row.name]: medians(taken.get(row) ?? []) }
  return all
}

function save(): void {
  mkdirSync(dirname(values.json), { recursive: true })
  const runs = rows.map((row) => ({ table: row.table, name: row.name, figures: taken.get(row) }))
  writeFileSync(values.json, `${JSON.stringify({ machine: machine(), repeat, tables: tables(), runs }, null, 2)}\n`)
}

function medians(all: readonly Figures[]): Figures {
  return Object.fromEntries(
    Object.keys(all[0] ?? {}).map((name) => [
      name,
      Math.round(medianOf(all.map((one) => one[name] ?? Number.NaN)) * 10) / 10,
    ]),
  )
}
