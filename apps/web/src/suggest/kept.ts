/**
 * What somebody does with suggestions and what is nobody else's business: how sure one has to be to be shown, and, where
 * they do not judge, which they waved away. It is kept in this browser, as what one has seen of the talk is.
 */
import * as z from 'zod'
import { type Cell, makeCell } from '../live/cell.ts'

export interface Kept {
  /** From 0 to 1; suggestions that are less sure are not shown. */
  threshold: number
  rejected: ReadonlySet<string>
  /** By suggestion: the mark of one's own that it became. */
  taken: ReadonlyMap<string, string>
}

const keptSchema = z.object({
  threshold: z.number().min(0).max(1).catch(0),
  rejected: z.array(z.string()).catch([]),
  taken: z.array(z.tuple([z.string(), z.string()])).catch([]),
})

const nothing: Kept = { threshold: 0, rejected: new Set(), taken: new Map() }

// One cell for each article and person for as long as the page is loaded: the text and the panel look at the same.
const cells = new Map<string, Cell<Kept> & { set: (kept: Kept) => void }>()

const nameOf = (person: string, article: string) => `attest.suggestions.${person}.${article}`

export function keptOf(person: string, article: string): Cell<Kept> {
  return cellOf(person, article)
}

export function changeKept(person: string, article: string, change: Partial<Kept>): void {
  const cell = cellOf(person, article)
  const kept = { ...cell.get(), ...change }
  cell.set(kept)
  try {
    const { threshold, rejected, taken } = kept
    localStorage.setItem(
      nameOf(person, article),
      JSON.stringify({ threshold, rejected: [...rejected], taken: [...taken] }),
    )
  } catch {
    // Without storage it is kept until the page is closed.
  }
}

function cellOf(person: string, article: string) {
  const name = nameOf(person, article)
  const known = cells.get(name)
  if (known) return known
  const cell = makeCell<Kept>(read(name))
  // What is written next has what another window wrote meanwhile.
  window.addEventListener('storage', ({ key }) => {
    if (key === name) cell.set(read(name))
  })
  cells.set(name, cell)
  return cell
}

function read(name: string): Kept {
  try {
    const parsed = keptSchema.safeParse(JSON.parse(localStorage.getItem(name) ?? 'null'))
    if (!parsed.success) return nothing
    const { threshold, rejected, taken } = parsed.data
    return { threshold, rejected: new Set(rejected), taken: new Map(taken) }
  } catch {
    return nothing
  }
}
