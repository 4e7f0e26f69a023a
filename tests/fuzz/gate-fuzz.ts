/**
 * The gate under bent updates. After each of them: nothing threw, nothing took long or much memory, and
 * - of a refused one (or one that brings nothing) the room is what it was: it holds as many structs of each client, nobody
 *   has opened a transaction, and, each so often, it is the same to the byte;
 * - of an accepted one every record that changed is the sender's and valid, every other is the very same, each client that
 *   wrote is the sender's, nothing pends, and there is nothing in the document but records.
 * At the end of each round, pages that heard the accepted updates one by one, merged, and as a snapshot, have the same;
 * the first of them to the byte, so no refused one has left anything.
 */
import { getHeapStatistics } from 'node:v8'
import { refusalOf } from '@attest/schema/judge'
import { authorOf } from '@attest/schema/record'
import { canAnnotate } from '@attest/schema/roles'
import { type Root, rootMap, roots } from '@attest/schema/room'
import * as Y from 'yjs'
import { type Judgement, judge } from '../../apps/server/src/sync/gate.ts'
import { type Chance, chanceOf } from '../support/seed.ts'
import { bend } from './bend.ts'
import { caseOf, copyOf, emptyDoc, type Harbour, makeHarbour, now, roles, type Sent, setting } from './harbour.ts'

/** Mutations from one beginning, after which the room is made anew: what was accepted makes the honest updates old. */
const ROUND = 300
/** Rounds of one harbour. */
const ROUNDS = 40

/** Mutations of one harbour: a finding is among the first so many of the seed that it names. */
export const AGAIN = ROUND * ROUNDS

const MOST_MS = 50
const MOST_BYTES = 32 * 1024 * 1024
/** To compare the whole document costs more than all the rest, so each time it is only this share of them. */
const COMPARE_EVERY = 25

/** How many mutations ended how: 'accepted', 'nothing', 'early', or a reason of refusal. */
export type Tally = Record<string, number>

/** What a mutation did that it may not do, and how to have it again. */
export class Finding extends Error {
  override name = 'Finding'

  constructor(problem: string, seed: number, sent: Sent | null) {
    const said = sent
      ? `${sent.person} ${sent.isAnswer ? 'answers' : 'says'} ${Buffer.from(sent.update).toString('hex')}`
      : ''
    super(`${problem}\nagain with: npm run fuzz -- ${AGAIN} ${seed}\n${said}`)
  }
}

/** Runs so many mutations; throws the first `Finding`. */
export function fuzzGate(seed: number, mutations: number, tell: (tally: Tally) => void = () => {}): Tally {
  const tally: Tally = {}
  for (let done = 0, own = seed; done < mutations; own = (own + 0x9e3779b1) >>> 0) {
    const harbour = makeHarbour(chanceOf(own))
    for (let round = 0; round < ROUNDS && done < mutations; round++) {
      const count = Math.min(ROUND, mutations - done)
      try {
        new Round(harbour, chanceOf((own ^ Math.imul(round + 1, 0x85ebca6b)) >>> 0), tally).run(count)
      } catch (error) {
        throw error instanceof Problem ? new Finding(error.message, own, error.sent) : error
      }
      done += count
      tell(tally)
    }
  }
  return tally
}

class Problem extends Error {
  readonly sent: Sent | null

  constructor(message: string, sent: Sent | null) {
    super(message)
    this.sent = sent
  }
}

type Items = Map<Root, Map<string, { item: Y.Item; deleted: boolean }>>

class Round {
  readonly #harbour: Harbour
  readonly #chance: Chance
  readonly #tally: Tally
  readonly #room: Y.Doc
  readonly #owners: Map<number, string>
  readonly #accepted: Uint8Array[] = []
  readonly #told: Uint8Array[] = []
  readonly #peer: Y.Doc
  /** The room as it was, when it is to be compared. */
  #bytes: Uint8Array | null = null
  #mutations = 0
  #transactions = 0
  #sent: Sent | null = null

  constructor(harbour: Harbour, chance: Chance, tally: Tally) {
    this.#harbour = harbour
    this.#chance = chance
    this.#tally = tally
    this.#owners = new Map(harbour.owners)
    this.#room = copyOf(harbour.start)
    this.#peer = copyOf(harbour.start)
    this.#room.on('beforeTransaction', () => this.#transactions++)
    this.#room.on('update', (update: Uint8Array) => this.#told.push(update))
  }

  run(count: number): void {
    for (this.#mutations = 0; this.#mutations < count; this.#mutations++) {
      this.#sent = bend(this.#chance, this.#harbour, this.#room)
      const outcome = this.#hear(this.#sent)
      this.#tally[outcome] = (this.#tally[outcome] ?? 0) + 1
    }
    this.#sent = null
    this.#comparePages()
  }

  #hear(sent: Sent): string {
    this.#bytes = this.#mutations % COMPARE_EVERY === 0 ? Y.encodeStateAsUpdate(this.#room) : null
    const judgement = this.#judge(sent)
    if (judgement.is === 'refused') return judgement.reason
    if (judgement.is === 'early') return 'early'
    if (!judgement.update) return 'nothing'
    this.#apply(sent, judgement.update)
    return 'accepted'
  }

  #judge(sent: Sent): Judgement {
    const before = this.#transactions
    const sizes = sizesOf(this.#room)
    const about = caseOf(sent.person, sent.isAnswer, this.#owners)
    const bytes = sent.update.slice()
    const judged = this.#measured(() => judge(this.#room, sent.update, about))
    if (this.#transactions !== before) this.#fail('judging opened a transaction')
    if (sizesOf(this.#room) !== sizes) this.#fail('judging changed the structs of the room')
    if (this.#bytes && Buffer.compare(Y.encodeStateAsUpdate(this.#room), this.#bytes) !== 0)
      this.#fail('judging changed the room')
    if (Buffer.compare(bytes, sent.update) !== 0) this.#fail('judging changed the message')
    return judged
  }

  /** A machine that has other things to do may be slow once, not four times; what a collector does is not the gate's. */
  #measured<T>(act: () => T): T {
    let least = { ms: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }
    let result: T | undefined
    for (let attempt = 0; attempt < 4; attempt++) {
      const before = heapBytes()
      const start = performance.now()
      try {
        result = act()
      } catch (error) {
        this.#fail(`judging threw ${error instanceof Error ? error.stack : error}`)
      }
      least = {
        ms: Math.min(least.ms, performance.now() - start),
        bytes: Math.min(least.bytes, heapBytes() - before),
      }
      if (least.ms <= MOST_MS && least.bytes <= MOST_BYTES) return result as T
    }
    return this.#fail(`judging took ${least.ms} ms and ${least.bytes} bytes`)
  }

  #apply({ person }: Sent, update: Uint8Array): void {
    const before = this.#items()
    const states = statesOf(this.#room)
    const start = performance.now()
    Y.applyUpdate(this.#room, update)
    const took = performance.now() - start
    if (!canAnnotate(roles[person])) this.#fail('a viewer changed something')
    this.#checkShape(this.#room)
    this.#checkClients(person, states)
    this.#checkRecords(person, before)
    Y.applyUpdate(this.#peer, update)
    this.#checkShape(this.#peer)
    this.#accepted.push(update)
    if (took > MOST_MS) this.#applyAgain()
  }

  #applyAgain(): void {
    const update = this.#accepted.at(-1) ?? new Uint8Array([0, 0])
    const times = [1, 2, 3].map(() => {
      const copy = copyOf(this.#harbour.start)
      for (const before of this.#accepted.slice(0, -1)) Y.applyUpdate(copy, before)
      const start = performance.now()
      Y.applyUpdate(copy, update)
      return performance.now() - start
    })
    if (Math.min(...times) > MOST_MS) this.#fail(`applying it took ${Math.min(...times)} ms`)
  }

  /** The struct that holds the value of each key, or last held one. */
  #items(): Items {
    return new Map(
      roots.map((root) => [
        root,
        new Map([...rootMap(this.#room, root)._map].map(([key, item]) => [key, { item, deleted: item.deleted }])),
      ]),
    )
  }

  #checkRecords(person: string, before: Items): void {
    for (const root of roots)
      for (const [key, item] of rootMap(this.#room, root)._map) {
        const was = before.get(root)?.get(key)
        if (was?.item === item && was.deleted === item.deleted) continue
        if (authorOf(key) !== person) this.#fail(`${person} changed ${key}`)
        if (item.deleted) continue
        const [value, ...more] = item.content.getContent()
        if (more.length > 0) this.#fail(`${key} has several values`)
        const writer = { person, role: roles[person as keyof typeof roles] }
        const reason = refusalOf(root, key, value, writer, setting, now)
        if (reason) this.#fail(`${key} is there, and should be refused: ${reason}`)
        const again = JSON.parse(JSON.stringify(value))
        if (again.id !== key || again.author !== person) this.#fail(`${key} says it is ${again.id} by ${again.author}`)
      }
  }

  #checkClients(person: string, before: Map<number, number>): void {
    for (const [client, clock] of statesOf(this.#room)) {
      if (before.get(client) === clock) continue
      const owner = this.#owners.get(client) ?? person
      if (owner !== person) this.#fail(`${person} wrote with client ${client} of ${owner}`)
      this.#owners.set(client, person)
    }
  }

  #checkShape(doc: Y.Doc): void {
    const { pendingStructs, pendingDs } = doc.store
    if (pendingStructs || pendingDs) this.#fail('something pends')
    for (const name of doc.share.keys())
      if (!(roots as readonly string[]).includes(name)) this.#fail(`there is a root ${name}`)
  }

  #comparePages(): void {
    const plain = (doc: Y.Doc) => JSON.stringify(roots.map((root) => sorted(rootMap(doc, root).toJSON())))
    const merged = copyOf(this.#harbour.start)
    if (this.#accepted.length > 0) Y.applyUpdate(merged, Y.mergeUpdates(this.#accepted))
    const told = copyOf(this.#harbour.start)
    for (const update of this.#told) Y.applyUpdate(told, update)
    const opened = copyOf(Y.encodeStateAsUpdate(this.#room))
    const restarted = emptyDoc()
    Y.applyUpdateV2(restarted, Y.encodeStateAsUpdateV2(this.#room))
    if (Buffer.compare(Y.encodeStateAsUpdate(this.#peer), Y.encodeStateAsUpdate(this.#room)) !== 0)
      this.#fail('the room holds something else than what was accepted')
    for (const [name, page] of Object.entries({ peer: this.#peer, merged, told, opened, restarted })) {
      this.#checkShape(page)
      if (plain(page) !== plain(this.#room)) this.#fail(`the page “${name}” shows something else than the room`)
      if (!isSameState(page, this.#room)) this.#fail(`the page “${name}” is in another state than the room`)
    }
  }

  #fail(problem: string): never {
    throw new Problem(problem, this.#sent)
  }
}

/** Of each client, how many structs there are: cheap to tell, and different after almost any change. */
function sizesOf({ store }: Y.Doc): string {
  let sizes = ''
  for (const [client, structs] of store.clients) sizes += `${client} ${structs.length} `
  return sizes
}

function statesOf({ store }: Y.Doc): Map<number, number> {
  return new Map([...store.clients.keys()].map((client) => [client, Y.getState(store, client)]))
}

function isSameState(a: Y.Doc, b: Y.Doc): boolean {
  const [vector, other] = [statesOf(a), statesOf(b)]
  if (vector.size !== other.size || [...vector].some(([client, clock]) => other.get(client) !== clock)) return false
  return Y.equalDeleteSets(Y.createDeleteSetFromStructStore(a.store), Y.createDeleteSetFromStructStore(b.store))
}

function sorted(records: Record<string, unknown>): [string, unknown][] {
  return Object.entries(records).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** What is held outside of V8's heap (the bytes of arrays) counts as well. */
function heapBytes(): number {
  const { used_heap_size: used, external_memory: external } = getHeapStatistics()
  return used + external
}

/** The share of what was accepted; people whose updates nobody bent are in it. */
export function shareOf(tally: Tally, outcome: string): number {
  const all = Object.values(tally).reduce((sum, count) => sum + count, 0)
  return (tally[outcome] ?? 0) / all
}
