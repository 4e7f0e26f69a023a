/** Which articles of a project are listed, and in which order: it stands in the address, so a view can be linked to. */
import { dueOf, isOverdue, type WorkRow, workStates } from '@attest/schema/work'
import * as z from 'zod'

const sorts = ['age', 'new', 'title', 'state', 'due', 'marks'] as const

export const workFilterSchema = z.object({
  q: z.string().max(200).optional().catch(undefined),
  state: z.enum(workStates).optional().catch(undefined),
  /** The id of a person, `none` for articles nobody has, `me`. */
  person: z.string().max(64).optional().catch(undefined),
  due: z.enum(['overdue', 'some', 'none']).optional().catch(undefined),
  sort: z.enum(sorts).optional().catch(undefined),
})

export type WorkFilter = z.infer<typeof workFilterSchema>
export type WorkSort = (typeof sorts)[number]
export const workSorts: readonly WorkSort[] = sorts

/** The day an article is due for whom it concerns: the soonest of its own and those of what is not submitted. */
export function dueOfRow(row: WorkRow): string | null {
  const open = row.assignments.filter(({ state }) => state === 'todo' || state === 'in-progress')
  return open.reduce<string | null>((soonest, one) => dueOf(one.due, soonest), row.due)
}

const letters = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

interface Looking {
  me: string
  today: string
}

export function listed(rows: readonly WorkRow[], filter: WorkFilter, { me, today }: Looking): WorkRow[] {
  const words = fold(filter.q ?? '')
    .split(/\s+/u)
    .filter((word) => word !== '')
  const whose = filter.person === 'me' ? me : filter.person
  const found = rows.filter((row) => {
    if (filter.state && row.state !== filter.state) return false
    if (whose === 'none' && row.assignments.length + row.others > 0) return false
    if (whose && whose !== 'none' && !row.assignments.some(({ person }) => person === whose)) return false
    if (filter.due && !isDueLike(row, filter.due, today)) return false
    if (words.length === 0) return true
    const title = fold(row.title)
    return words.every((word) => title.includes(word))
  })
  return found.sort(orders[filter.sort ?? 'age'])
}

function isDueLike(row: WorkRow, wanted: NonNullable<WorkFilter['due']>, today: string): boolean {
  const due = dueOfRow(row)
  if (wanted === 'none') return due === null
  return wanted === 'some' ? due !== null : isOverdue(due, row.state, today)
}

/** So that `Zurich` finds `Zürich`. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

const byAge = (a: WorkRow, b: WorkRow) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)
const orders: Record<WorkSort, (a: WorkRow, b: WorkRow) => number> = {
  age: byAge,
  new: (a, b) => byAge(b, a),
  title: (a, b) => letters.compare(a.title, b.title) || byAge(a, b),
  state: (a, b) => workStates.indexOf(a.state) - workStates.indexOf(b.state) || byAge(a, b),
  // What has no day comes last.
  due: (a, b) => order(dueOfRow(a) ?? '~', dueOfRow(b) ?? '~') || byAge(a, b),
  marks: (a, b) => b.marks - a.marks || byAge(a, b),
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
