/** How many articles were open, in review and done at the end of each day: from the rows that say when each changed. */
import { type Day, daysFrom, dayTeller } from './days.ts'
import type { WorkState } from './work.ts'

export interface BurnDownDay {
  day: Day
  open: number
  review: number
  done: number
}

type Column = 'open' | 'review' | 'done'

export function columnOf(state: WorkState): Column {
  if (state === 'done') return 'done'
  return state === 'submitted' || state === 'in-review' ? 'review' : 'open'
}

interface Past {
  /** When each of the articles there are came in. */
  articles: readonly { id: string; createdAt: number }[]
  /** Every change of the state of an article, in the order they were made. */
  changes: readonly { article: string; to: WorkState; at: number }[]
  zone: string
  now: number
  /** At most so many days, the last ones. */
  most: number
}

export function burnDown({ articles, changes, zone, now, most }: Past): BurnDownDay[] {
  const dayOf = dayTeller(zone)
  const first = Math.min(...articles.map(({ createdAt }) => createdAt))
  if (!Number.isFinite(first)) return []
  const came = articles
    .map(({ id, createdAt }) => ({ article: id, day: dayOf(createdAt), to: 'todo' as WorkState, isNew: true }))
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
  const columns = new Map<string, Column>()
  const counts = { open: 0, review: 0, done: 0 }
  let arrived = 0
  let changed = 0
  const days: BurnDownDay[] = []
  const known = new Set(articles.map(({ id }) => id))
  const turned = changes.filter(({ article }) => known.has(article)).map((one) => ({ ...one, day: dayOf(one.at) }))
  const put = (article: string, column: Column) => {
    const before = columns.get(article)
    if (before) counts[before]--
    counts[column]++
    columns.set(article, column)
  }
  const start = came[0]?.day ?? dayOf(first)
  // A clock that was set back since leaves articles that came in after today.
  const end = dayOf(Math.max(now, first))
  for (const day of daysFrom(start, end, Number.POSITIVE_INFINITY)) {
    for (let one = came[arrived]; one && one.day <= day; one = came[++arrived]) put(one.article, 'open')
    for (let one = turned[changed]; one && one.day <= day; one = turned[++changed]) put(one.article, columnOf(one.to))
    days.push({ day, ...counts })
  }
  return days.slice(-most)
}
