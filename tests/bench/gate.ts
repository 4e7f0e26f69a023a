/**
 * What the gate costs: `judge` alone, for what a page sends, in rooms of ever more marks by ten people with a hundred
 * Yjs clients. Prints a table and a line of JSON. A run measures this machine as it is now, so only figures of one run
 * can be compared.
 */
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { labelSetSchema } from '@attest/schema/labelset'
import { makeRecordId } from '@attest/schema/record'
import { putRecord, type RecordOf, type Root, removeRecord, rootMap, roots } from '@attest/schema/room'
import { type Span, snapToGraphemes } from '@attest/schema/span'
import * as Y from 'yjs'
import { judge } from '../../apps/server/src/sync/gate.ts'
import { type Chance, chanceOf } from '../support/seed.ts'

const COUNTS = [0, 10_000, 100_000]
const PEOPLE = 10
const PAGES_EACH = 10
const ROUNDS = 4000
/** Of a hundred marks each, there are as many fewer. */
const ROUNDS_OF_MANY = 150
/** How much of the rounds is not counted, because the code is not compiled yet. */
const WARM_UP = 0.4
const SEED = 7

const seeds = new URL('../../seeds/', import.meta.url)
const article = readFileSync(new URL('article.txt', seeds), 'utf8')
const texts = { article, 'a megabyte': article.repeat(Math.ceil(1_000_000 / article.length)).slice(0, 1_000_000) }
const labelSet = labelSetSchema.parse(JSON.parse(readFileSync(new URL('label-set.json', seeds), 'utf8')))
const kinds = labelSet.kinds.map(({ id }) => id)
const now = Date.now()

/** One page of one person: writes with its own client into its copy of the room. */
class Page {
  readonly person: string
  readonly doc: Y.Doc
  readonly #text: string
  readonly #chance: Chance

  constructor(person: string, text: string, chance: Chance, doc = emptyDoc()) {
    this.person = person
    this.doc = doc
    this.#text = text
    this.#chance = chance
  }

  marks(): string {
    return this.#puts('annotations', { kind: this.#chance.pick(kinds), spans: [this.#span()], attributes: {} })
  }

  relabels(id: string): void {
    this.#puts('annotations', { kind: this.#chance.pick(kinds), spans: [this.#span()], attributes: {} }, id)
  }

  judges(on: string): void {
    this.#puts('verdicts', { on, decision: this.#chance.pick(['accept', 'reject', 'unsure']) })
  }

  removes(id: string): void {
    removeRecord(this.doc, 'annotations', id)
  }

  #span(): Span {
    const start = this.#chance.under(this.#text.length - 100)
    return snapToGraphemes(this.#text, [start, start + 3 + this.#chance.under(90)])
  }

  #puts(root: Root, fields: object, id = makeRecordId(this.person)): string {
    // The fields are those of this root, by whoever calls it.
    putRecord(this.doc, root, { id, author: this.person, at: now, ...fields } as RecordOf[Root])
    return id
  }
}

function emptyDoc(): Y.Doc {
  const doc = new Y.Doc()
  for (const root of roots) rootMap(doc, root)
  return doc
}

const acts: Record<string, (page: Page, chance: Chance, own: string[], others: string[]) => void> = {
  'a new mark': (page) => page.marks(),
  'a relabelled mark': (page, chance, own) => page.relabels(chance.pick(own)),
  'a deletion': (page, chance, own) => page.removes(own.splice(chance.under(own.length), 1)[0] ?? ''),
  'a verdict': (page, chance, _, others) => page.judges(chance.pick(others)),
  '100 marks at once': (page) => page.doc.transact(() => Array.from({ length: 100 }, () => page.marks())),
}

interface Figures {
  p50: number
  p99: number
}

/** Microseconds of judging, by what is done. */
function measure(text: string, count: number): Record<string, Figures> {
  const chance = chanceOf(SEED)
  const owners = new Map<number, string>()
  const counts = new Map<string, number>()
  const room = emptyDoc()
  for (let i = 0; i < PEOPLE * PAGES_EACH; i++) {
    const page = new Page(`person${i % PEOPLE}`, text, chance)
    page.doc.clientID = 1000 + i * 7919
    owners.set(page.doc.clientID, page.person)
    counts.set(page.person, (counts.get(page.person) ?? 0) + 1)
    page.doc.transact(() => {
      for (let mark = 0; mark < count / (PEOPLE * PAGES_EACH); mark++) page.marks()
    })
    Y.applyUpdate(room, Y.encodeStateAsUpdate(page.doc))
  }

  const figures: Record<string, Figures> = {}
  for (const [name, act] of Object.entries(acts)) {
    const copy = emptyDoc()
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(room))
    const page = new Page('person3', text, chance, copy)
    copy.clientID = 1000 + 3 * 7919
    const rounds = name.startsWith('100') ? ROUNDS_OF_MANY : ROUNDS
    // In an empty room there must be something to relabel, to delete and to judge all the same.
    const preparing = /relabelled|deletion|verdict/.test(name) ? rounds : 0
    copy.transact(() => {
      for (let i = Object.keys(rootMap(copy, 'annotations').toJSON()).length / PEOPLE; i < preparing; i++) page.marks()
    })
    const doc = emptyDoc()
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(copy))
    const ids = [...rootMap(copy, 'annotations').keys()]
    const own = ids.filter((id) => id.startsWith('person3.'))
    const others = ['person4.0', ...ids.filter((id) => !id.startsWith('person3.'))]
    let sent: Uint8Array = new Uint8Array()
    copy.on('update', (update: Uint8Array) => {
      sent = update
    })
    const times: number[] = []
    for (let i = 0; i < rounds; i++) {
      act(page, chance, own, others)
      const from = performance.now()
      const judgement = judge(doc, sent, {
        writer: { person: 'person3', role: 'annotator' },
        setting: { text, labelSet, peersJudge: true },
        now,
        ownerOf: (client) => owners.get(client) ?? null,
        clientsOf: (person) => counts.get(person) ?? 0,
        clientsInRoom: owners.size,
        isAnswer: false,
      })
      const until = performance.now()
      if (judgement.is !== 'accepted' || !judgement.update) throw new Error(`${name}: ${JSON.stringify(judgement)}`)
      if (i >= rounds * WARM_UP) times.push((until - from) * 1000)
      Y.applyUpdate(doc, judgement.update)
    }
    figures[name] = { p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
  }
  return figures
}

function percentile(values: number[], part: number): number {
  const value = values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN
  return Math.round(value * 10) / 10
}

const table: Record<string, Record<string, string>> = {}
const results: { text: string; marks: number; figures: Record<string, Figures> }[] = []
for (const [name, text] of Object.entries(texts))
  for (const marks of COUNTS) {
    const figures = measure(text, marks)
    results.push({ text: name, marks, figures })
    table[`${marks.toLocaleString('en')} marks, ${name}`] = Object.fromEntries(
      Object.entries(figures).map(([act, { p50, p99 }]) => [act, `${p50} / ${p99}`]),
    )
  }
console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}; microseconds, p50 / p99`)
console.table(table)
console.log(JSON.stringify({ unit: 'µs', results }))
