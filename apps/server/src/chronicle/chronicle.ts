/**
 * The history of one room, read from its log: each update is applied once, in order, to a document, and what that did to
 * the records are the acts. It can only grow, so what was read stays, and only what came since is read the next time.
 * Values are kept as JSON, which takes a third of what objects do.
 */
import type { Act, ActsPage, ActsQuery } from '@attest/schema/history'
import { observeRecords, type Root, recordKey, rootMap, roots } from '@attest/schema/room'
import * as Y from 'yjs'
import type { LoggedUpdate } from '../store/log.ts'

interface Kept {
  turn: number
  at: number
  person: string
  root: Root
  id: string
  type: Act['type']
  /** The index of the act before on the same record; -1 for none. */
  previous: number
  /** JSON; null where the record is gone. */
  after: string | null
}

export class Chronicle {
  readonly #doc = new Y.Doc()
  readonly #acts: Kept[] = []
  /** The newest act on each record, by `recordKey`. */
  readonly #last = new Map<string, number>()
  /** What the document had under each key, to tell whether an update changed anything. */
  readonly #values = new Map<string, unknown>()
  /** The records that have ever been about a record, by its id. */
  readonly #about = new Map<string, Set<string>>()
  #changed: [Root, ReadonlySet<string>][] = []
  #seq = 0
  #flaw: string | null = null

  constructor() {
    observeRecords(this.#doc, (changed) => this.#changed.push(...changed))
  }

  /** The last update that is in it. */
  get seq(): number {
    return this.#seq
  }

  get size(): number {
    return this.#acts.length
  }

  /** Takes in what follows, in order. After an update that cannot be read, nothing more is. */
  read(updates: readonly LoggedUpdate[]): void {
    for (const { seq, update, person, at } of updates) {
      if (this.#flaw !== null) return
      this.#changed = []
      try {
        if (seq !== this.#seq + 1) throw new Error(`update ${this.#seq + 1} is missing`)
        Y.applyUpdate(this.#doc, update)
        if (this.#doc.store.pendingStructs) throw new Error(`update ${seq} depends on one that is not there`)
      } catch {
        this.#flaw = `What came after update ${this.#seq} cannot be read: what is stored is damaged there.`
        return
      }
      this.#seq = seq
      for (const [root, ids] of this.#changed) for (const id of ids) this.#note(root, id, { seq, person, at })
    }
  }

  page({ from, limit, isOldestFirst = false, ...query }: ActsQuery): ActsPage {
    const step = isOldestFirst ? 1 : -1
    const end = isOldestFirst ? this.#acts.length : -1
    const wanted = query.about === undefined ? null : this.#keysAbout(query.about)
    const acts: Act[] = []
    let index = from === undefined ? (isOldestFirst ? 0 : this.#acts.length - 1) : from - 1 + step
    for (; index !== end && acts.length < limit; index += step) {
      const act = this.#acts[index]
      if (!act) break
      if (query.person !== undefined && act.person !== query.person) continue
      if (query.type !== undefined && act.type !== query.type) continue
      if (query.root !== undefined && act.root !== query.root) continue
      if (wanted && !wanted.has(recordKey(act.root, act.id))) continue
      acts.push(this.#tell(index, act))
    }
    const isEnd = index === end || !this.#acts[index]
    return { acts, next: isEnd ? null : (acts.at(-1)?.number ?? null), total: this.#acts.length, flaw: this.#flaw }
  }

  /** The newest act on a record; null for one that was never there. */
  lastOn(root: Root, id: string): Act | null {
    const index = this.#last.get(recordKey(root, id))
    const act = index === undefined ? undefined : this.#acts[index]
    return act && index !== undefined ? this.#tell(index, act) : null
  }

  /** Those of the keys under which there ever was a record. */
  known(keys: readonly string[]): string[] {
    return keys.filter((key) => this.#last.has(key))
  }

  /** The keys of all records of this author that are there and were first put at this time or later. */
  present(author: string, since: number): string[] {
    const first = new Map<string, number>()
    const prefix = `${author}.`
    for (const { root, id, at } of this.#acts) {
      const key = recordKey(root, id)
      if (id.startsWith(prefix) && !first.has(key)) first.set(key, at)
    }
    return [...first].filter(([key, at]) => at >= since && this.#values.has(key)).map(([key]) => key)
  }

  #note(root: Root, id: string, { seq, person, at }: { seq: number; person: string; at: number }): void {
    const key = recordKey(root, id)
    const value = rootMap(this.#doc, root).get(id)
    const before = this.#values.get(key)
    // An update may hold what was replaced already when it came, or the same once more.
    if (value === before) return
    const after = value === undefined ? null : JSON.stringify(value)
    const previous = this.#last.get(key) ?? -1
    if (after !== null && after === this.#acts[previous]?.after) return
    if (value === undefined) this.#values.delete(key)
    else this.#values.set(key, value)
    if (previous < 0 && after === null) return
    const type = after === null ? 'deleted' : before !== undefined ? 'changed' : previous < 0 ? 'put' : 'restored'
    for (const target of targetsOf(value)) this.#about.set(target, (this.#about.get(target) ?? new Set()).add(key))
    this.#last.set(key, this.#acts.length)
    this.#acts.push({ turn: seq, at, person, root, id, type, previous, after })
  }

  #tell(index: number, { turn, at, person, root, id, type, previous, after }: Kept): Act {
    const before = this.#acts[previous]?.after ?? null
    return {
      number: index + 1,
      turn,
      at,
      person,
      root,
      id,
      type,
      before: before === null ? null : JSON.parse(before),
      after: after === null ? null : JSON.parse(after),
      isLast: this.#last.get(recordKey(root, id)) === index,
    }
  }

  /** The record itself, links and verdicts and talk about it, and the replies to that. */
  #keysAbout(id: string): Set<string> {
    const keys = new Set(roots.map((root) => recordKey(root, id)))
    for (const target of [id, ...(this.#about.get(id) ?? [])].map((key) => key.slice(key.indexOf('/') + 1)))
      for (const key of this.#about.get(target) ?? []) keys.add(key)
    return keys
  }
}

/** The ids of the records that a value is about. */
function targetsOf(value: unknown): string[] {
  const { from, to, on, of, thread, replyTo } = Object(value) as Record<string, unknown>
  return [from, to, on, of, thread, replyTo].filter((target) => typeof target === 'string')
}
