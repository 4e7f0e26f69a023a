/**
 * A room with a past, and what honest people send to it next: the stuff that the fuzz bends. All of it comes from one
 * seed, so that a finding can be had again.
 */
import { readFileSync } from 'node:fs'
import { labelSetSchema } from '@attest/schema/labelset'
import { roleSchema } from '@attest/schema/roles'
import {
  makeUndoManager,
  putRecord,
  type RecordOf,
  type Root,
  readRecords,
  removeRecord,
  rootMap,
  roots,
} from '@attest/schema/room'
import { mergeSpans, type Span, snapToGraphemes } from '@attest/schema/span'
import * as Y from 'yjs'
import { type Case, judge } from '../../apps/server/src/sync/gate.ts'
import type { Chance } from '../support/seed.ts'

const seeds = new URL('../../seeds/', import.meta.url)
const labelSet = labelSetSchema.parse(JSON.parse(readFileSync(new URL('label-set.json', seeds), 'utf8')))
// With characters of more than one code unit, of more than one code point, and of more than one byte.
const text = `${readFileSync(new URL('article.txt', seeds), 'utf8')}\n🇩🇪🇫🇷 👩‍👩‍👧 é ไทยำ ﾊﾟ`

export const setting: Case['setting'] = { text, labelSet, peersJudge: true }
export const now = 1_800_000_000_000

export const roles = {
  ada: roleSchema.enum.annotator,
  bob: roleSchema.enum.annotator,
  eve: roleSchema.enum.annotator,
  rita: roleSchema.enum.reviewer,
  olga: roleSchema.enum.owner,
  vic: roleSchema.enum.viewer,
}
export type Person = keyof typeof roles
export const people = Object.keys(roles) as Person[]
const writers = people.filter((person) => roles[person] !== 'viewer')

/** What a person sends, and as what. */
export interface Sent {
  person: Person
  update: Uint8Array
  isAnswer: boolean
}

export function emptyDoc(): Y.Doc {
  const doc = new Y.Doc()
  for (const root of roots) rootMap(doc, root)
  return doc
}

export function copyOf(update: Uint8Array): Y.Doc {
  const doc = emptyDoc()
  Y.applyUpdate(doc, update)
  return doc
}

export function rootMapsOf(doc: Y.Doc): Y.Map<unknown>[] {
  return roots.map((root) => rootMap(doc, root))
}

/** What the server knows when it judges. */
export function caseOf(person: Person, isAnswer: boolean, owners: ReadonlyMap<number, string>): Case {
  return {
    writer: { person, role: roles[person] },
    setting,
    now,
    ownerOf: (client) => owners.get(client) ?? null,
    clientsOf: (whose) => [...owners.values()].filter((owner) => owner === whose).length,
    clientsInRoom: owners.size,
    isAnswer,
  }
}

/** Somebody at a page, who does as chance has it. */
class Page {
  readonly person: Person
  readonly doc: Y.Doc
  readonly #chance: Chance
  readonly #undo: Y.UndoManager

  constructor(person: Person, doc: Y.Doc, chance: Chance) {
    this.person = person
    this.doc = doc
    this.#chance = chance
    this.#undo = makeUndoManager(doc, this)
  }

  acts(): void {
    const { under, pick } = this.#chance
    const own = this.#ids('annotations').filter((id) => id.startsWith(`${this.person}.`))
    const others = this.#ids('annotations').filter((id) => !id.startsWith(`${this.person}.`))
    const act = under(20)
    if (act < 6 || own.length === 0) this.#marks()
    else if (act < 9) this.#marks(pick(own))
    else if (act < 11) this.#removes(pick(own))
    else if (act < 12) this.#undo.undo()
    else if (act < 13) this.#undo.redo()
    else if (act < 15 && others.length > 0) this.#judges(pick(others))
    else if (act < 17 && others.length > 0)
      this.#puts('relations', { type: pick(labelSet.relations).id, from: pick(own), to: pick(others) })
    else if (act < 19)
      this.#puts('comments', {
        on: under(2) ? pick(own) : 'article',
        body: pick(['Why?', 'Ja – «nein» 😀', 'x'.repeat(under(300) + 1)]),
      })
    else if (this.#ids('comments').length > 0)
      this.#puts('comments', { thread: pick(this.#ids('comments')), state: pick(['resolved', 'reopened']) })
  }

  #ids(root: Root): string[] {
    return [...rootMap(this.doc, root).keys()]
  }

  #marks(id?: string): void {
    const { under, pick } = this.#chance
    const kind = pick(labelSet.kinds)
    const attribute = pick(kind.attributes)
    const attributes = {
      [attribute.id]: under(3) === 0 ? null : attribute.values ? pick(attribute.values) : 'in “other” words',
    }
    const spans = Array.from({ length: 1 + under(3) }, () => this.#span())
    this.#puts('annotations', { kind: kind.id, spans: mergeSpans(spans), attributes: under(2) ? attributes : {} }, id)
  }

  #judges(on: string): void {
    const { under, pick } = this.#chance
    const others = this.#ids('annotations').filter((id) => id !== on)
    const [of] = others
    if (of !== undefined && under(4) === 0) this.#puts('verdicts', { on, decision: 'duplicate', of })
    else if (under(2))
      this.#puts('verdicts', { on, decision: pick(['accept', 'reject', 'unsure']), note: 'so it seems' })
    else
      this.#puts('verdicts', { on, decision: 'accept', fix: { kind: pick(labelSet.kinds).id, spans: [this.#span()] } })
  }

  #removes(id: string): void {
    this.doc.transact(() => removeRecord(this.doc, 'annotations', id), this)
  }

  #span(): Span {
    const start = this.#chance.under(text.length - 40)
    return snapToGraphemes(text, [start, start + 1 + this.#chance.under(39)])
  }

  #puts(root: Root, fields: object, id = `${this.person}.${this.#chance.under(2 ** 31).toString(36)}`): void {
    // The fields are those of this root, by whoever calls it; spans are mutable only in name.
    const record = { id, author: this.person, at: now - this.#chance.under(1e9), ...fields } as RecordOf[Root]
    this.doc.transact(() => putRecord(this.doc, root, record), this)
  }
}

export interface Harbour {
  /** The room as it begins, as an update. */
  start: Uint8Array
  owners: ReadonlyMap<number, string>
  /** Each of these can be said in the room as it begins. */
  honest: Sent[]
}

const PAGES = 10
const HONEST = 200

/** Ten pages work together for a while; then each of many goes on from there by itself, on line or off. */
export function makeHarbour(chance: Chance): Harbour {
  const room = emptyDoc()
  const owners = new Map<number, string>()
  const clientOf = () => 1 + chance.under(2 ** 32 - 1)
  const pages = Array.from({ length: PAGES }, (_, i) => {
    const doc = emptyDoc()
    doc.clientID = clientOf()
    const person = writers[i % writers.length] ?? 'ada'
    owners.set(doc.clientID, person)
    return new Page(person, doc, chance)
  })
  const hear = (page: Page) => {
    const update = Y.encodeStateAsUpdate(page.doc, Y.encodeStateVector(room))
    const judgement = judge(room, update, caseOf(page.person, true, owners))
    if (judgement.is !== 'accepted') throw new Error(`what ${page.person} does is ${JSON.stringify(judgement)}`)
    if (judgement.update) Y.applyUpdate(room, judgement.update)
    Y.applyUpdate(page.doc, Y.encodeStateAsUpdate(room, Y.encodeStateVector(page.doc)))
  }
  for (let act = 0; act < 150; act++) {
    const page = chance.pick(pages)
    page.acts()
    if (chance.under(3) === 0) hear(page)
  }
  for (let round = 0; round < 2; round++) for (const page of pages) hear(page)

  const start = Y.encodeStateAsUpdate(room)
  const honest: Sent[] = []
  while (honest.length < HONEST) {
    const { person, doc } = chance.pick(pages)
    const copy = copyOf(start)
    // Another visit of the person, or the page that was there before.
    copy.clientID = chance.under(3) === 0 ? doc.clientID : clientOf()
    const page = new Page(person, copy, chance)
    const updates: Uint8Array[] = []
    copy.on('update', (update: Uint8Array) => updates.push(update))
    for (let acts = chance.under(3) === 0 ? 1 + chance.under(12) : 1; acts > 0; acts--) page.acts()
    if (updates.length === 0) continue
    const isAnswer = chance.under(3) === 0
    const update = isAnswer ? Y.encodeStateAsUpdate(copy, Y.encodeStateVector(room)) : Y.mergeUpdates(updates)
    honest.push({ person, update, isAnswer })
  }
  honest.push({ person: 'vic', update: start, isAnswer: true })
  const { unreadable } = readRecords(room)
  if (unreadable.length > 0) throw new Error(`honest people wrote ${JSON.stringify(unreadable)}`)
  return { start, owners, honest }
}
