/**
 * Agreement on items that each have one of several categories. `n` are all items, `a` the ones both put in the same
 * category, `r` and `c` how often the two used each category.
 *
 * observed  Ao = a / n
 * Cohen's kappa (1960)     (Ao - Ae) / (1 - Ae),  Ae = Σ r c / n²            each has a distribution of their own
 * Scott's pi (1955)        the same,              Ae = Σ ((r + c) / 2n)²     both share one
 * Bennett's S (1954)       the same,              Ae = 1 / categories        all categories are as likely
 * Fleiss' kappa (1971)     pi for more than two, of whom each judges all items
 * Krippendorff's alpha     1 - Do / De, for any number of people and with gaps (2004, chapter 11)
 *
 * They are computed in whole numbers as far as they go, so that 0 / 0 is told from what is nearly so.
 */
import { quotient, type Value } from './annotated.ts'

/** How often the first person said what the row stands for while the second said what the column stands for. */
export type Table = readonly (readonly number[])[]

export function observedAgreement(table: Table): Value {
  const { all, alike } = sumsOf(table)
  return quotient(alike, all, 'not-shared')
}

export function cohenKappa(table: Table): Value {
  const { all, alike, rows, columns } = sumsOf(table)
  const byChance = rows.reduce((sum, row, i) => sum + row * (columns[i] as number), 0)
  return beyondChance(all * alike, byChance, all * all)
}

export function scottPi(table: Table): Value {
  const { all, alike, rows, columns } = sumsOf(table)
  const byChance = rows.reduce((sum, row, i) => sum + (row + (columns[i] as number)) ** 2, 0)
  return beyondChance(4 * all * alike, byChance, 4 * all * all)
}

export function bennettS(table: Table): Value {
  const { all, alike } = sumsOf(table)
  return beyondChance(alike * table.length, all, all * table.length)
}

/** `counts[i][k]`: how many put item i in category k; all items have been judged by as many, who are two or more. */
export function fleissKappa(counts: Table): Value {
  const people = sum(counts[0] ?? [])
  if (counts.some((item) => sum(item) !== people)) throw new RangeError('not all items have as many judges')
  const totals = (counts[0] ?? []).map((_, k) => counts.reduce((all, item) => all + (item[k] as number), 0))
  const all = counts.length * people
  const alike = counts.reduce((pairs, item) => pairs + sum(item.map((count) => count * (count - 1))), 0)
  if (people < 2) return { value: null, reason: 'not-shared' }
  return beyondChance((alike * all) / (people - 1), sum(totals.map((total) => total * total)), all * all)
}

/**
 * Krippendorff's alpha for nominal data. `items` has for each item what each person said, null where they said nothing; an
 * item that fewer than two have judged falls out. Where all is in one category nothing is observed and nothing expected to
 * differ: 1 when the scheme has another category that could have been used, else not defined.
 */
export function alphaNominal(items: readonly (readonly (string | null)[])[], categories: number): Value {
  const totals = new Map<string, number>()
  let all = 0
  let differing = 0
  for (const item of items) {
    const said = item.filter((category) => category !== null)
    if (said.length < 2) continue
    all += said.length
    const counts = Map.groupBy(said, (category) => category)
    for (const [category, { length }] of counts) {
      totals.set(category, (totals.get(category) ?? 0) + length)
      differing += (length * (said.length - length)) / (said.length - 1)
    }
  }
  const alikeByChance = [...totals.values()].reduce((pairs, total) => pairs + total * (total - 1), 0)
  return alphaOf({ all, differing, differingByChance: all * (all - 1) - alikeByChance }, categories)
}

/**
 * `all`: how many judgements there are; `differing`: how many of their coincidences differ, each weighted by 1 / (m - 1) of
 * its m judges; `differingByChance`: how many ordered pairs of all judgements do.
 */
export interface Coincidences {
  all: number
  differing: number
  differingByChance: number
}

export function alphaOf({ all, differing, differingByChance }: Coincidences, categories: number): Value {
  if (all === 0) return { value: null, reason: 'not-shared' }
  if (differingByChance > 0) return { value: 1 - (differing * (all - 1)) / differingByChance }
  return categories > 1 ? { value: 1 } : { value: null, reason: 'one-category' }
}

/** (observed - by chance) / (all - by chance), all three in the same measure. */
function beyondChance(observed: number, byChance: number, all: number): Value {
  if (all === 0) return { value: null, reason: 'not-shared' }
  return quotient(observed - byChance, all - byChance, 'one-category')
}

function sumsOf(table: Table): { all: number; alike: number; rows: number[]; columns: number[] } {
  const rows = table.map(sum)
  return {
    all: sum(rows),
    alike: table.reduce((alike, row, i) => alike + (row[i] as number), 0),
    rows,
    columns: table.map((_, i) => table.reduce((all, row) => all + (row[i] as number), 0)),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0)
}
