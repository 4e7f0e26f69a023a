/** What we aim for beside the others, held against the medians of one run. Aims whose scenarios did not run are left out. */
import type { Figures } from './scenarios.ts'

type Table = Record<string, Figures>

interface Aim {
  aim: string
  scenario: string
  /** What was reached; NaN when a figure is missing. */
  reached(table: Table): number
  isMet(reached: number): boolean
}

const figure = (table: Table, server: string, name: string): number => {
  const value = table[server]?.[name]
  return typeof value === 'number' ? value : Number.NaN
}
const ours = (table: Table, name: string) => figure(table, 'attest', name)
const ratio = (name: string, server: string) => (table: Table) => ours(table, name) / figure(table, server, name)

const aims: Aim[] = [
  {
    aim: 'marks lost that all had seen: 0',
    scenario: 'kill',
    reached: (table) => ours(table, 'lost of 1 000'),
    isMet: (lost) => lost === 0,
  },
  {
    aim: '200 marks a second, p50: at most 1.5 × Hocuspocus without a disk',
    scenario: 'paced-200',
    reached: ratio('p50, ms', 'hocuspocus'),
    isMet: (times) => times <= 1.5,
  },
  {
    aim: '200 marks a second, p99: at most 1.1 × Hocuspocus without a disk',
    scenario: 'paced-200',
    reached: ratio('p99, ms', 'hocuspocus'),
    isMet: (times) => times <= 1.1,
  },
  {
    aim: 'saturated, 200 clients: at least 1.75 × Hocuspocus',
    scenario: 'saturated-200',
    reached: ratio('deliveries/s', 'hocuspocus'),
    isMet: (times) => times >= 1.75,
  },
  {
    aim: 'saturated, 200 clients: at least 9 × the relay',
    scenario: 'saturated-200',
    reached: ratio('deliveries/s', 'relay'),
    isMet: (times) => times >= 9,
  },
  {
    aim: 'cold open of 10 000 marks: under 0.5 × the best other',
    scenario: 'open',
    reached: (table) => {
      const others = ['hocuspocus-sqlite', 'y-websocket'].map((server) => figure(table, server, 'cold, ms'))
      return ours(table, 'cold, ms') / Math.min(...others)
    },
    isMet: (times) => times < 0.5,
  },
  ...['giant frame', 'crafted update'].map((attack) => ({
    aim: `${attack}: others wait at most 10 ms longer (for the slowest answer to a ping, ms)`,
    scenario: 'hostile',
    reached: (table: Table) => ours(table, `${attack}: stall, ms`) - ours(table, 'calm stall, ms'),
    isMet: (ms: number) => ms <= 10,
  })),
  {
    aim: 'a slow reader: the p99 of the others grows by at most 10 ms (ms)',
    scenario: 'slow',
    reached: (table) => ours(table, 'p99 meanwhile, ms') - ours(table, 'p99 before, ms'),
    isMet: (ms) => ms <= 10,
  },
]

/** By scenario, the table of its medians. */
export function aimsReached(tables: Record<string, Table>): { aim: string; reached: number; met: string }[] {
  return aims.flatMap(({ aim, scenario, reached, isMet }) => {
    const table = tables[scenario]
    const value = table ? reached(table) : Number.NaN
    return Number.isNaN(value) ? [] : [{ aim, reached: Number(value.toPrecision(3)), met: isMet(value) ? 'yes' : 'NO' }]
  })
}
