import type { Annotation } from '@attest/schema/annotation'
import { putRecord, type Root, removeRecord } from '@attest/schema/room'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { LoggedUpdate } from '../store/log.ts'
import { Chronicle } from './chronicle.ts'

const claim = (id: string, at = 1): Annotation => ({
  id,
  kind: 'claim',
  spans: [[0, 5]],
  attributes: {},
  author: id.slice(0, id.indexOf('.')),
  at,
})

/** A log that people write into by turns, each act at a later minute. */
function openLog() {
  const doc = new Y.Doc()
  const log: LoggedUpdate[] = []
  const write = (person: string, change: (doc: Y.Doc) => void, at = log.length + 1) => {
    const updates: Uint8Array[] = []
    const hear = (update: Uint8Array) => updates.push(update)
    doc.on('update', hear)
    doc.transact(() => change(doc))
    doc.off('update', hear)
    for (const update of updates) log.push({ seq: log.length + 1, update, person, at })
  }
  return {
    doc,
    log,
    write,
    puts: (person: string, record: Annotation) => write(person, (to) => putRecord(to, 'annotations', record)),
    deletes: (person: string, id: string, root: Root = 'annotations') =>
      write(person, (from) => removeRecord(from, root, id)),
  }
}

const read = (log: readonly LoggedUpdate[]) => {
  const chronicle = new Chronicle()
  chronicle.read(log)
  return chronicle
}

const sayings = (chronicle: Chronicle, query = {}) =>
  chronicle
    .page({ limit: 100, isOldestFirst: true, ...query })
    .acts.map(({ person, type, id, at }) => `${at}: ${person} ${type} ${id}`)

describe('a chronicle', () => {
  it('tells who put, changed, deleted and restored what, with what it was before', () => {
    const room = openLog()
    room.puts('ada', claim('ada.1'))
    room.puts('ada', { ...claim('ada.1'), kind: 'denial' })
    room.deletes('ada', 'ada.1')
    room.puts('ada', { ...claim('ada.1'), kind: 'denial' })
    const chronicle = read(room.log)
    expect(sayings(chronicle)).toEqual([
      '1: ada put ada.1',
      '2: ada changed ada.1',
      '3: ada deleted ada.1',
      '4: ada restored ada.1',
    ])
    const [put, changed, deleted, restored] = chronicle.page({ limit: 10, isOldestFirst: true }).acts
    expect(put).toMatchObject({ before: null, after: { kind: 'claim' }, isLast: false })
    expect(changed).toMatchObject({ before: { kind: 'claim' }, after: { kind: 'denial' } })
    expect(deleted).toMatchObject({ before: { kind: 'denial' }, after: null, isLast: false })
    expect(restored).toMatchObject({ after: { kind: 'denial' }, isLast: true })
  })

  it('names whoever did it, not the author of the record', () => {
    const room = openLog()
    room.puts('ada', claim('ada.1'))
    room.deletes('olga', 'ada.1')
    expect(sayings(read(room.log))).toEqual(['1: ada put ada.1', '2: olga deleted ada.1'])
  })

  it('leaves out what changed nothing: a resent record, and one that was overwritten before it came', () => {
    const room = openLog()
    room.puts('ada', claim('ada.1'))
    room.puts('ada', claim('ada.1'))
    const late = new Y.Doc()
    Y.applyUpdate(late, room.log[0]?.update ?? new Uint8Array())
    putRecord(late, 'annotations', { ...claim('ada.1'), kind: 'late' })
    const chronicle = read(room.log)
    expect(sayings(chronicle)).toEqual(['1: ada put ada.1'])
    const missed = Y.encodeStateAsUpdate(late, Y.encodeStateVector(room.doc))
    chronicle.read([{ seq: 3, update: missed, person: 'ada', at: 3 }])
    const shown = sayings(chronicle)
    const wins = shown.length === 2
    Y.applyUpdate(room.doc, missed)
    expect((room.doc.getMap('annotations').get('ada.1') as Annotation).kind).toBe(wins ? 'late' : 'claim')
  })

  it('pages in both directions without a gap or a repetition, whatever is asked for', () => {
    const room = openLog()
    for (let i = 0; i < 25; i++) room.puts(i % 3 === 0 ? 'ada' : 'bo', claim(`${i % 3 === 0 ? 'ada' : 'bo'}.${i}`))
    const chronicle = read(room.log)
    for (const isOldestFirst of [true, false])
      for (const person of [undefined, 'ada']) {
        const found: number[] = []
        for (let from: number | undefined; ; ) {
          const page = chronicle.page({ limit: 4, isOldestFirst, person, from })
          found.push(...page.acts.map(({ number }) => number))
          if (page.next === null) break
          from = page.next
        }
        const all = Array.from({ length: 25 }, (_, i) => i + 1).filter((n) => !person || (n - 1) % 3 === 0)
        expect(found).toEqual(isOldestFirst ? all : all.reverse())
      }
  })

  it('finds what was done to a mark and to what is said of it', () => {
    const room = openLog()
    room.puts('ada', claim('ada.1'))
    room.puts('ada', claim('ada.2'))
    room.write('bo', (doc) =>
      putRecord(doc, 'comments', { id: 'bo.1', on: 'ada.1', body: 'Why?', author: 'bo', at: 1 }),
    )
    room.write('ada', (doc) =>
      putRecord(doc, 'comments', { id: 'ada.3', on: 'ada.1', replyTo: 'bo.1', body: 'So.', author: 'ada', at: 1 }),
    )
    room.write('bo', (doc) =>
      putRecord(doc, 'verdicts', { id: 'bo.2', on: 'ada.2', decision: 'accept', author: 'bo', at: 1 }),
    )
    expect(sayings(read(room.log), { about: 'ada.1' })).toEqual([
      '1: ada put ada.1',
      '3: bo put bo.1',
      '4: ada put ada.3',
    ])
  })

  it('reads on where it was, and says the same as one that reads all at once', () => {
    const room = openLog()
    for (let i = 0; i < 40; i++) {
      room.puts('ada', claim(`ada.${i % 7}`, i))
      if (i % 5 === 0) room.deletes('ada', `ada.${i % 7}`)
    }
    const growing = new Chronicle()
    for (const update of room.log) growing.read([update])
    expect(growing.page({ limit: 1000 })).toEqual(read(room.log).page({ limit: 1000 }))
    expect(growing.seq).toBe(room.log.length)
  })

  it('stops where an update is missing or cannot be read, and says so', () => {
    const room = openLog()
    for (let i = 0; i < 4; i++) room.puts('ada', claim(`ada.${i}`))
    const gap = read(room.log.filter(({ seq }) => seq !== 3))
    expect(gap.page({ limit: 10 })).toMatchObject({ total: 2, flaw: expect.stringContaining('after update 2') })
    const broken = read(
      room.log.map((one) => (one.seq === 2 ? { ...one, update: new Uint8Array([1, 255, 255]) } : one)),
    )
    expect(broken.page({ limit: 10 })).toMatchObject({ total: 1, flaw: expect.stringContaining('after update 1') })
  })

  it('knows which records of a person are there, and since when', () => {
    const room = openLog()
    room.puts('ada', claim('ada.1'))
    room.puts('ada', claim('ada.2'))
    room.puts('ada', { ...claim('ada.1'), kind: 'denial' })
    room.puts('ada', claim('ada.3'))
    room.deletes('ada', 'ada.2')
    room.puts('adam', claim('adam.1'))
    const chronicle = read(room.log)
    expect(chronicle.present('ada', 0)).toEqual(['annotations/ada.1', 'annotations/ada.3'])
    expect(chronicle.present('ada', 2)).toEqual(['annotations/ada.3'])
    expect(chronicle.known(['annotations/ada.2', 'annotations/ada.9'])).toEqual(['annotations/ada.2'])
  })
})
