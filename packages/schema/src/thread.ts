/**
 * Threads, put together from the comments of a room. Comments come from many authors and in any order, and each may be
 * deleted by its own: whatever is missing or runs in a circle, every remark is in exactly one thread.
 */
import type { Comment, Remark, Turn } from './comment.ts'
import { order } from './order.ts'

export interface Thread {
  /** The id of the remark that began it, also where that was deleted. */
  id: string
  /** The annotation or relation it is about, or `article`. */
  on: string
  /** Null when it was deleted, and only answers to it are left. */
  first: Remark | null
  /** In the order in which they were said; an answer never stands before what it answers. */
  replies: readonly Remark[]
  isResolved: boolean
  /** Who last resolved or reopened it, and when. */
  turn: Turn | null
  /** When it began, in milliseconds since 1970. */
  startedAt: number
}

export interface Threads {
  /** The oldest first. */
  all: readonly Thread[]
  byId: ReadonlyMap<string, Thread>
  /** By the annotation or relation they are about, or `article`. */
  on: ReadonlyMap<string, readonly Thread[]>
}

/** When it was first said: `at` is of the last change. Nobody can have said it after that. */
export function saidAt({ at, since }: Remark): number {
  return Math.min(at, since ?? at)
}

/** All that was said in it, in order. */
export function remarksOf({ first, replies }: Thread): readonly Remark[] {
  return first ? [first, ...replies] : replies
}

export function threadsOf(comments: Iterable<Comment>): Threads {
  const remarks = new Map<string, Remark>()
  const turns: Turn[] = []
  for (const comment of comments)
    if ('body' in comment) remarks.set(comment.id, comment)
    else turns.push(comment)

  const beginnings = new Map<string, string>()
  const parts = new Map<string, Remark[]>()
  for (const remark of remarks.values()) {
    const id = remark.replyTo === undefined ? remark.id : beginningOf(remark, remarks, beginnings)
    const part = parts.get(id)
    if (part) part.push(remark)
    else parts.set(id, [remark])
  }

  const latest = new Map<string, Turn>()
  for (const turn of turns) {
    // It may name an answer as well as the beginning.
    const id = beginnings.get(turn.thread) ?? turn.thread
    const other = latest.get(id)
    if (!other || other.at < turn.at || (other.at === turn.at && other.id < turn.id)) latest.set(id, turn)
  }

  const all = Array.from(parts, ([id, part]) => threadOf(id, part, latest.get(id) ?? null))
  all.sort((a, b) => a.startedAt - b.startedAt || order(a.id, b.id))
  return { all, byId: new Map(all.map((thread) => [thread.id, thread])), on: Map.groupBy(all, (thread) => thread.on) }
}

/**
 * The id of the remark that the thread of this one begins with. An answer to an answer is of the same thread; one to
 * what was deleted begins with what is missing; where they answer each other in a circle, the smallest id begins.
 */
function beginningOf(remark: Remark, remarks: ReadonlyMap<string, Remark>, known: Map<string, string>): string {
  const way = new Set<string>()
  let id = remark.id
  let beginning = known.get(id)
  while (beginning === undefined) {
    if (way.has(id)) {
      const circle = [...way]
      beginning = circle.slice(circle.indexOf(id)).sort(order)[0] ?? id
    } else {
      way.add(id)
      const answered = remarks.get(id)?.replyTo
      if (answered === undefined) beginning = id
      else {
        id = answered
        beginning = known.get(id)
      }
    }
  }
  for (const one of way) known.set(one, beginning)
  return beginning
}

function threadOf(id: string, part: readonly Remark[], turn: Turn | null): Thread {
  const first = part.find((remark) => remark.id === id) ?? null
  const replies = inOrder(
    id,
    part.filter((remark) => remark !== first),
  )
  const oldest = first ?? replies[0]
  return {
    id,
    on: oldest?.on ?? 'article',
    first,
    replies,
    isResolved: turn?.state === 'resolved',
    turn,
    startedAt: oldest ? saidAt(oldest) : 0,
  }
}

/** By time; but clocks differ, so what is answered comes before its answers. */
function inOrder(thread: string, replies: readonly Remark[]): Remark[] {
  // The page writes no answers to answers; only other clients do.
  if (replies.every(({ replyTo }) => replyTo === thread))
    return replies.toSorted((a, b) => saidAt(a) - saidAt(b) || order(a.id, b.id))
  const byId = new Map(replies.map((remark) => [remark.id, remark]))
  const times = new Map<string, number>()
  for (const remark of replies) {
    const way: Remark[] = []
    const seen = new Set<string>()
    let answered: Remark | undefined = remark
    while (answered && !times.has(answered.id) && !seen.has(answered.id)) {
      way.push(answered)
      seen.add(answered.id)
      answered = byId.get(answered.replyTo ?? '')
    }
    let before = (answered && times.get(answered.id)) ?? 0
    for (const one of way.reverse()) {
      before = Math.max(saidAt(one), before + 0.001)
      times.set(one.id, before)
    }
  }
  return replies.toSorted((a, b) => (times.get(a.id) ?? 0) - (times.get(b.id) ?? 0) || order(a.id, b.id))
}
