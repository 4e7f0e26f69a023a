/** Figures into tables: a row a server, a column a figure, the median of all its runs. */
import { cpus, totalmem } from 'node:os'
import { type Figures, medianOf } from './scenarios.ts'

export interface Run {
  scenario: string
  title: string
  server: string
  figures: Figures
}

export function tableOf(runs: readonly Run[]): Record<string, Figures> {
  const table: Record<string, Figures> = {}
  for (const server of new Set(runs.map((run) => run.server)))
    table[server] = merge(runs.filter((run) => run.server === server).map((run) => run.figures))
  return table
}

function merge(all: readonly Figures[]): Figures {
  const merged: Figures = {}
  for (const name of new Set(all.flatMap((figures) => Object.keys(figures)))) {
    const values = all.flatMap((figures) => figures[name] ?? [])
    const numbers = values.filter((value) => typeof value === 'number')
    merged[name] =
      numbers.length === values.length ? rounded(medianOf(numbers)) : [...new Set(values.map(String))].join(', ')
  }
  return merged
}

/** To three digits, and to the unit where there are more. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}

export function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${cpus()[0]?.model}, ${memory} GiB, Node ${process.version}`
}
