/** What of the talk is new to a person: what concerns them, is by somebody else, and they have not looked at. */
import type { Remark } from '@attest/schema/comment'
import { authorOf } from '@attest/schema/record'
import { remarksOf, type Threads } from '@attest/schema/thread'

/** Why a remark concerns somebody: it names them, goes on where they took part, or is about a mark or link of theirs. */
export type Concern = 'mention' | 'answer' | 'mark'

export interface News {
  /** By the id of the remark. */
  remarks: ReadonlyMap<string, Concern>
  /** How many remarks of a thread are new, by the id of the thread. */
  threads: ReadonlyMap<string, number>
}

/** Under what a remark is kept as seen. One that was seen, and names the person since, is news again. */
export function seenAs({ id, mentions }: Remark, person: string): string {
  return mentions?.includes(person) ? `${id}@` : id
}

export function newsFor(person: string, { all }: Threads, seen: ReadonlySet<string>): News {
  const news = new Map<string, Concern>()
  const perThread = new Map<string, number>()
  for (const thread of all) {
    const remarks = remarksOf(thread)
    const isOwn = authorOf(thread.on) === person
    // Whoever answered has read what was there; a browser that is new to them does not know.
    const answered = remarks.findLastIndex(({ author }) => author === person)
    let takesPart = isOwn
    for (const [i, remark] of remarks.entries()) {
      const isNamed = remark.mentions?.includes(person) ?? false
      const isOthers = remark.author !== person
      if (isOthers && (isNamed || (takesPart && i > answered)) && !seen.has(seenAs(remark, person))) {
        news.set(remark.id, isNamed ? 'mention' : isOwn ? 'mark' : 'answer')
        perThread.set(thread.id, (perThread.get(thread.id) ?? 0) + 1)
      }
      if (isNamed || !isOthers) takesPart = true
    }
  }
  return { remarks: news, threads: perThread }
}
