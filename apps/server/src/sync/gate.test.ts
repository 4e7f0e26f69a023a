import { readFileSync } from 'node:fs'
import { labelSetSchema } from '@attest/schema/labelset'
import { limits, type Refusal } from '@attest/schema/protocol'
import { CLOCK_AHEAD_MS } from '@attest/schema/record'
import type { Role } from '@attest/schema/roles'
import { makeUndoManager, putRecord, readRecords, removeRecord, rootMap, roots } from '@attest/schema/room'
import fc from 'fast-check'
import * as encoding from 'lib0/encoding'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { type Case, judge, judging, writerOf } from './gate.ts'

const seeds = new URL('../../../../seeds/', import.meta.url)
const setting = {
  text: 'The minister denied that the bridge had been closed. 👩‍👩‍👧 were there.',
  labelSet: labelSetSchema.parse(JSON.parse(readFileSync(new URL('label-set.json', seeds), 'utf8'))),
  peersJudge: true,
}
const now = Date.now()

/** The server's document, and the people who send to it. */
class Harbour {
  readonly doc = newDoc()
  readonly roles = new Map<string, Role>()
  /** How many more there are in the room than have written. */
  formerClients = 0
  /** Whose each client is, when it is not by what it wrote. */
  owners: Case['ownerOf'] | null = null

  get clients(): number[] {
    return [...this.doc.store.clients.keys()]
  }

  case(person: string, isAnswer: boolean): Case {
    return {
      writer: { person, role: this.roles.get(person) ?? 'annotator' },
      setting,
      now,
      ownerOf: this.owners ?? ((client) => writerOf(this.doc, client)),
      clientsOf: (whose) => this.clients.filter((client) => writerOf(this.doc, client) === whose).length,
      clientsInRoom: this.clients.length + this.formerClients,
      isAnswer,
    }
  }

  /**
   * How long each step of judging takes, in milliseconds; the least of several runs, so that what else the machine does
   * is not in it.
   */
  steps(person: string, update: Uint8Array, isAnswer = false): number[] {
    const least: number[] = []
    for (let run = 0; run < 6; run++) {
      const work = judging(this.doc, update, this.case(person, isAnswer))
      for (let step = 0, isDone = false; !isDone; step++) {
        const start = performance.now()
        isDone = work.next().done === true
        least[step] = Math.min(least[step] ?? Number.POSITIVE_INFINITY, performance.now() - start)
      }
    }
    return least
  }

  /** What becomes of an update: 'taken', 'nothing' new, 'early', or why it was refused. */
  hears(person: string, update: Uint8Array, isAnswer = false): Refusal | 'taken' | 'nothing' | 'early' {
    const before = Y.encodeStateAsUpdate(this.doc)
    const judgement = judge(this.doc, update, this.case(person, isAnswer))
    expect(Y.encodeStateAsUpdate(this.doc), 'judging changes nothing').toEqual(before)
    if (judgement.is === 'refused') return judgement.reason
    if (judgement.is === 'early') return 'early'
    if (!judgement.update) return 'nothing'
    Y.applyUpdate(this.doc, judgement.update)
    expect([this.doc.store.pendingStructs, this.doc.store.pendingDs]).toEqual([null, null])
    return 'taken'
  }

  /** What somebody who comes back says: all the room has not, and all deletions there ever were. */
  hearsAgain(page: Page) {
    return this.hears(page.person, Y.encodeStateAsUpdate(page.doc, Y.encodeStateVector(this.doc)), true)
  }

  tells(...pages: Page[]): void {
    for (const page of pages) Y.applyUpdate(page.doc, Y.encodeStateAsUpdate(this.doc, Y.encodeStateVector(page.doc)))
  }

  get marks(): unknown {
    return rootMap(this.doc, 'annotations').toJSON()
  }
}

class Page {
  readonly person: string
  readonly doc: Y.Doc
  readonly undo: Y.UndoManager
  #local = 0

  constructor(person: string, doc = newDoc()) {
    this.person = person
    this.doc = doc
    this.undo = makeUndoManager(doc, this)
  }

  marks(span: [number, number], kind = 'claim', id = `${this.person}.m${++this.#local}`): string {
    this.puts(id, { kind, spans: [span] })
    return id
  }

  puts(id: string, fields: Record<string, unknown>): void {
    const record = { id, author: this.person, at: now, kind: 'claim', spans: [[0, 3]], attributes: {}, ...fields }
    this.doc.transact(() => putRecord(this.doc, 'annotations', record as never), this)
  }

  removes(id: string): void {
    this.doc.transact(() => removeRecord(this.doc, 'annotations', id), this)
  }

  /** What the act sends, as its update event does. */
  sends(act: () => void): Uint8Array {
    const updates: Uint8Array[] = []
    const listen = (update: Uint8Array) => updates.push(update)
    this.doc.on('update', listen)
    act()
    this.doc.off('update', listen)
    return Y.mergeUpdates(updates)
  }

  get everything(): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc)
  }
}

function newDoc(): Y.Doc {
  const doc = new Y.Doc()
  for (const root of roots) rootMap(doc, root)
  return doc
}

interface Crowd {
  each?: number
  /** The clients are those after this one. */
  from?: number
  areChained?: boolean
  key?: string
}

function together() {
  const harbour = new Harbour()
  const ada = new Page('ada')
  const eve = new Page('eve')
  const mark = ada.marks([0, 12])
  expect(harbour.hears('ada', ada.everything)).toBe('taken')
  harbour.tells(eve)
  return { harbour, ada, eve, mark }
}

describe('of one’s own', () => {
  it('takes a mark, its replacement and its deletion', () => {
    const harbour = new Harbour()
    const ada = new Page('ada')
    expect(
      harbour.hears(
        'ada',
        ada.sends(() => ada.marks([0, 3])),
      ),
    ).toBe('taken')
    expect(
      harbour.hears(
        'ada',
        ada.sends(() => ada.puts('ada.m1', { kind: 'denial' })),
      ),
    ).toBe('taken')
    expect(harbour.marks).toMatchObject({ 'ada.m1': { kind: 'denial' } })
    expect(
      harbour.hears(
        'ada',
        ada.sends(() => ada.removes('ada.m1')),
      ),
    ).toBe('taken')
    expect(harbour.marks).toEqual({})
  })

  it('takes what was undone and redone', () => {
    const harbour = new Harbour()
    const ada = new Page('ada')
    ada.marks([0, 3])
    ada.puts('ada.m1', { kind: 'denial' })
    expect(harbour.hears('ada', ada.everything)).toBe('taken')
    for (const [act, kind] of [
      ['undo', 'claim'],
      ['redo', 'denial'],
    ] as const) {
      expect(
        harbour.hears(
          'ada',
          ada.sends(() => ada.undo[act]()),
        ),
      ).toBe('taken')
      expect(harbour.marks).toMatchObject({ 'ada.m1': { kind } })
    }
    expect(
      harbour.hears(
        'ada',
        ada.sends(() => ada.undo.undo()),
      ),
    ).toBe('taken')
    expect(
      harbour.hears(
        'ada',
        ada.sends(() => ada.undo.undo()),
      ),
    ).toBe('taken')
    expect(harbour.marks).toEqual({})
  })

  it('takes a day’s work off line at once, with what was changed and deleted again', () => {
    const harbour = new Harbour()
    const ada = new Page('ada')
    for (let i = 0; i < 20; i++) {
      const id = ada.marks([0, 3 + i])
      // Kept for undo, Yjs joins the values that were replaced into one struct of several.
      for (const kind of ['denial', 'citation', 'attribution']) ada.puts(id, { kind })
      if (i % 3 === 0) ada.removes(id)
    }
    for (let i = 0; i < 7; i++) ada.undo.undo()
    expect(harbour.hearsAgain(ada)).toBe('taken')
    expect(harbour.marks).toEqual(rootMap(ada.doc, 'annotations').toJSON())
  })

  it('takes the same work in pieces, in whatever portions it comes', () => {
    const ada = new Page('ada')
    const pieces: Uint8Array[] = []
    ada.doc.on('update', (update: Uint8Array) => pieces.push(update))
    for (let i = 0; i < 10; i++) {
      const id = ada.marks([0, 3 + i])
      for (const kind of ['denial', 'citation', 'attribution']) ada.puts(id, { kind })
      if (i % 3 === 0) ada.removes(id)
    }
    for (const portion of [1, 2, 3, 7, pieces.length]) {
      const harbour = new Harbour()
      for (let i = 0; i < pieces.length; i += portion)
        expect(harbour.hears('ada', Y.mergeUpdates(pieces.slice(i, i + portion)))).toBe('taken')
      expect(harbour.marks).toEqual(rootMap(ada.doc, 'annotations').toJSON())
    }
  })

  it('takes only the rest of a run of which the room has the beginning', () => {
    const harbour = new Harbour()
    const ada = new Page('ada')
    const id = ada.marks([0, 3])
    ada.puts(id, { kind: 'denial' })
    harbour.hears('ada', ada.everything)
    for (const kind of ['citation', 'attribution', 'claim']) ada.puts(id, { kind })
    ada.removes(id)
    const other = ada.marks([4, 12])
    expect(harbour.hears('ada', ada.everything)).toBe('taken')
    expect(Object.keys(harbour.marks as object)).toEqual([other])
    expect(Y.encodeStateVector(harbour.doc)).toEqual(Y.encodeStateVector(ada.doc))
  })

  it('takes what two pages of one person did to one mark at once', () => {
    const { harbour, ada, mark } = together()
    const tab = new Page('ada')
    harbour.tells(tab)
    ada.puts(mark, { kind: 'denial' })
    tab.puts(mark, { kind: 'citation' })
    expect(harbour.hearsAgain(ada)).toBe('taken')
    expect(harbour.hearsAgain(tab)).toBe('taken')
    harbour.tells(ada, tab)
    expect(rootMap(ada.doc, 'annotations').toJSON()).toEqual(harbour.marks)
    expect(rootMap(tab.doc, 'annotations').toJSON()).toEqual(harbour.marks)
  })

  it('finds nothing new in what the room has, whoever sends it', () => {
    const { harbour, ada, eve, mark } = together()
    ada.puts(mark, { kind: 'denial' })
    ada.removes(ada.marks([4, 12]))
    harbour.hearsAgain(ada)
    harbour.tells(eve)
    harbour.roles.set('vic', 'viewer')
    for (const person of ['ada', 'eve', 'vic']) {
      expect(harbour.hears(person, Y.encodeStateAsUpdate(eve.doc), true)).toBe('nothing')
      expect(harbour.hears(person, Y.encodeStateAsUpdate(ada.doc))).toBe('nothing')
    }
    expect(harbour.hears('ada', Y.encodeStateAsUpdate(newDoc()), true)).toBe('nothing')
  })

  it('takes an old page’s marks, which knew of others’ that were deleted since', () => {
    const { harbour, ada, eve, mark } = together()
    eve.marks([4, 12])
    ada.removes(mark)
    harbour.hears('ada', ada.everything)
    expect(harbour.hearsAgain(eve)).toBe('taken')
    expect(Object.keys(harbour.marks as object)).toEqual(['eve.m1'])
  })

  it('does not ask that a value was right that its author has deleted', () => {
    const harbour = new Harbour()
    const ada = new Page('ada')
    ada.puts('ada.m1', { kind: 'no-longer-a-kind' })
    ada.puts('ada.m1', { kind: 'claim' })
    expect(harbour.hearsAgain(ada)).toBe('taken')
    expect(harbour.marks).toMatchObject({ 'ada.m1': { kind: 'claim' } })
  })
})

describe('of others', () => {
  it('refuses a new record under another’s name', () => {
    const { harbour, eve } = together()
    const forged = eve.sends(() => eve.puts('ada.m9', { author: 'ada' }))
    expect(harbour.hears('eve', forged)).toBe('not-yours')
    expect(harbour.hears('eve', eve.everything, true)).toBe('not-yours')
  })

  it('refuses a key and an author that differ', () => {
    const { harbour, eve } = together()
    expect(
      harbour.hears(
        'eve',
        eve.sends(() => eve.puts('eve.m1', { author: 'ada' })),
      ),
    ).toBe('malformed-record')
    const other = new Page('eve')
    expect(
      harbour.hears(
        'eve',
        other.sends(() => other.puts('eve.m1', { id: 'eve.m2' })),
      ),
    ).toBe('taken')
    const third = new Page('eve')
    const crossed = third.sends(() => {
      rootMap(third.doc, 'annotations').set('eve.m1', {
        ...(rootMap(other.doc, 'annotations').get('eve.m2') as object),
      })
    })
    expect(harbour.hears('eve', crossed)).toBe('malformed-record')
  })

  it('refuses to replace another’s record, though the update does not say whose it is', () => {
    const { harbour, eve, mark } = together()
    const forged = eve.sends(() => rootMap(eve.doc, 'annotations').set(mark, { id: mark, author: 'ada' }))
    expect(forged.includes('a'.charCodeAt(0)) && Buffer.from(forged).includes('ada.m')).toBe(true)
    expect(harbour.hears('eve', forged)).toBe('not-yours')
    expect(harbour.hears('eve', eve.everything, true)).toBe('not-yours')
    expect(harbour.marks).toMatchObject({ [mark]: { author: 'ada' } })
  })

  it('refuses it too when the key is inherited from a struct in the same update', () => {
    const { harbour, eve, mark } = together()
    const forged = eve.sends(() => {
      const map = rootMap(eve.doc, 'annotations')
      map.set(mark, { id: mark })
      map.set(mark, { id: mark, again: true })
    })
    expect(harbour.hears('eve', forged)).toBe('not-yours')
  })

  it('refuses to delete another’s record', () => {
    const { harbour, eve, mark } = together()
    expect(
      harbour.hears(
        'eve',
        eve.sends(() => eve.removes(mark)),
      ),
    ).toBe('not-yours')
    expect(harbour.hears('eve', eve.everything, true)).toBe('not-yours')
  })

  it('refuses everything of an update when one thing in it is not the sender’s', () => {
    const { harbour, eve, mark } = together()
    const mixed = eve.sends(() => {
      eve.marks([4, 12])
      eve.removes(mark)
    })
    expect(harbour.hears('eve', mixed)).toBe('not-yours')
  })

  it('refuses to go on with another’s client, whose next act it would swallow', () => {
    const { harbour, ada, eve } = together()
    eve.doc.clientID = ada.doc.clientID
    const forged = eve.sends(() => eve.marks([4, 12]))
    expect(harbour.hears('eve', forged)).toBe('foreign-client')
    expect(
      harbour.hears(
        'ada',
        ada.sends(() => ada.marks([13, 19])),
      ),
    ).toBe('taken')
  })

  it('refuses every change by those who may only read, also of what they wrote once', () => {
    const { harbour, ada, mark } = together()
    harbour.roles.set('ada', 'viewer')
    expect(
      harbour.hears(
        'ada',
        ada.sends(() => ada.marks([4, 12])),
      ),
    ).toBe('read-only')
    const page = new Page('ada')
    harbour.tells(page)
    expect(
      harbour.hears(
        'ada',
        page.sends(() => page.removes(mark)),
      ),
    ).toBe('read-only')
  })
})

describe('of what is no record', () => {
  const acts: Record<string, { act: (doc: Y.Doc) => void; reason: Refusal }> = {
    'an unknown root': { act: (doc) => doc.getMap('admins').set('eve.x', { id: 'eve.x' }), reason: 'unknown-root' },
    'a root named like a property of all objects': {
      act: (doc) => doc.getMap('constructor').set('eve.x', {}),
      reason: 'unknown-root',
    },
    'a list': { act: (doc) => doc.getArray('annotations2').insert(0, [1, 2, 3]), reason: 'not-a-record' },
    'a text': { act: (doc) => doc.getText('notes').insert(0, 'hello'), reason: 'not-a-record' },
    'formatted text': { act: (doc) => doc.getText('notes').insert(0, 'hello', { bold: true }), reason: 'not-a-record' },
    'a nested map': { act: (doc) => doc.getMap('annotations').set('eve.x', new Y.Map()), reason: 'not-a-record' },
    'a nested text': { act: (doc) => doc.getMap('annotations').set('eve.x', new Y.Text('x')), reason: 'not-a-record' },
    'a document in a document': {
      act: (doc) => doc.getMap('annotations').set('eve.x', new Y.Doc()),
      reason: 'not-a-record',
    },
    bytes: { act: (doc) => doc.getMap('annotations').set('eve.x', new Uint8Array(9)), reason: 'not-a-record' },
    'bytes in an object': {
      act: (doc) => doc.getMap('annotations').set('eve.x', { id: new Uint8Array(9) }),
      reason: 'not-a-record',
    },
    'a bigint': { act: (doc) => doc.getMap('annotations').set('eve.x', { at: 5n }), reason: 'not-a-record' },
    XML: { act: (doc) => doc.getXmlFragment('x').insert(0, [new Y.XmlText('x')]), reason: 'not-a-record' },
    'a prototype': {
      act: (doc) => doc.getMap('annotations').set('eve.x', JSON.parse('{"__proto__": {"id": "eve.x"}}')),
      reason: 'not-a-record',
    },
    'an abyss': {
      act: (doc) => {
        let deep: unknown = 1
        for (let i = 0; i < 3000; i++) deep = [deep]
        doc.getMap('annotations').set('eve.x', deep)
      },
      reason: 'not-a-record',
    },
    'a string': { act: (doc) => doc.getMap('annotations').set('eve.x', 'claim'), reason: 'malformed-record' },
    null: { act: (doc) => doc.getMap('annotations').set('eve.x', null), reason: 'malformed-record' },
    nothing: { act: (doc) => doc.getMap('annotations').set('eve.x', undefined), reason: 'malformed-record' },
    'a key without an author': { act: (doc) => doc.getMap('annotations').set('x', {}), reason: 'not-yours' },
    'a key that is no id, deleted again': {
      act: (doc) => {
        doc.getMap('annotations').set('eve.x y z', {})
        doc.getMap('annotations').delete('eve.x y z')
      },
      reason: 'malformed-record',
    },
  }

  it.each(Object.keys(acts))('refuses %s', (name) => {
    const { harbour } = together()
    // A document of its own, so that a root may have another type than the page's.
    const doc = new Y.Doc()
    acts[name]?.act(doc)
    expect(harbour.hears('eve', Y.encodeStateAsUpdate(doc))).toBe(acts[name]?.reason)
    expect(harbour.hears('eve', Y.encodeStateAsUpdate(doc), true)).toBe(acts[name]?.reason)
  })

  const wrong: Record<string, { fields: Record<string, unknown>; reason: Refusal }> = {
    'a span past the end': { fields: { spans: [[0, 4000]] }, reason: 'out-of-range' },
    'an empty span': { fields: { spans: [[3, 3]] }, reason: 'malformed-record' },
    'half an emoji': { fields: { spans: [[53, 54]] }, reason: 'cuts-character' },
    'a kind nobody defined': { fields: { kind: 'rumour' }, reason: 'unknown-kind' },
    'an attribute nobody defined': { fields: { attributes: { mood: 'bad' } }, reason: 'unknown-attribute' },
    'a field nobody defined': { fields: { admin: true }, reason: 'malformed-record' },
    'a time in the future': { fields: { at: now + CLOCK_AHEAD_MS + 1 }, reason: 'clock-ahead' },
    'a time that is no number': { fields: { at: Number.NaN }, reason: 'not-a-record' },
    'a time that never ends': { fields: { at: Number.POSITIVE_INFINITY }, reason: 'not-a-record' },
    'a minus before its zero': { fields: { spans: [[-0, 3]] }, reason: 'not-a-record' },
    'a time past what is exact': { fields: { at: 2 ** 53 }, reason: 'malformed-record' },
  }

  it.each(Object.keys(wrong))('refuses a mark with %s', (name) => {
    const { harbour, eve } = together()
    const { fields = {}, reason } = wrong[name] ?? {}
    expect(
      harbour.hears(
        'eve',
        eve.sends(() => eve.puts('eve.x', fields)),
      ),
    ).toBe(reason)
  })
})

describe('of what cannot be judged yet', () => {
  it('keeps nothing that follows on something it has not', () => {
    const harbour = new Harbour()
    const ada = new Page('ada')
    ada.marks([0, 3])
    const second = ada.sends(() => ada.marks([4, 12]))
    expect(harbour.hears('ada', second)).toBe('early')
    expect(harbour.marks).toEqual({})
    expect(harbour.hearsAgain(ada)).toBe('taken')
    expect(Object.keys(harbour.marks as object)).toHaveLength(2)
  })

  it('keeps no replacement of a record it has not', () => {
    const harbour = new Harbour()
    const ada = new Page('ada')
    const mark = ada.marks([0, 3])
    const tab = new Page('ada')
    Y.applyUpdate(tab.doc, ada.everything)
    expect(
      harbour.hears(
        'ada',
        tab.sends(() => tab.puts(mark, { kind: 'denial' })),
      ),
    ).toBe('early')
  })

  it('keeps no deletion of a record it has not', () => {
    const harbour = new Harbour()
    const ada = new Page('ada')
    const mark = ada.marks([0, 3])
    expect(
      harbour.hears(
        'ada',
        ada.sends(() => ada.removes(mark)),
      ),
    ).toBe('early')
  })

  it('leaves out deletions of what nobody has any more', () => {
    const { harbour, eve } = together()
    const ghost = new Page('ghost')
    ghost.removes(ghost.marks([0, 3]))
    const state = Y.encodeStateAsUpdate(ghost.doc)
    Y.applyUpdate(eve.doc, state)
    const onlyDeletions = Y.diffUpdate(state, Y.encodeStateVector(eve.doc))
    expect(harbour.hears('eve', onlyDeletions)).toBe('early')
    expect(harbour.hears('eve', onlyDeletions, true)).toBe('nothing')
  })
})

describe('of forged updates', () => {
  const write = (...parts: (number | string | { info: number })[]) =>
    encoding.encode((encoder) => {
      for (const part of parts)
        if (typeof part === 'string') encoding.writeVarString(encoder, part)
        else if (typeof part === 'object') encoding.writeUint8(encoder, part.info)
        else encoding.writeVarUint(encoder, part)
    })
  const huge = Number.MAX_SAFE_INTEGER
  const named = { info: 0b0010_0001 }
  const linked = { info: 0b1000_0001 }
  const shapes: Record<string, { update: Uint8Array; becomes: string }> = {
    'nothing at all': { update: new Uint8Array(), becomes: 'malformed-update' },
    'a huge count of clients': { update: write(huge), becomes: 'malformed-update' },
    'a huge count of structs': { update: write(1, 2 ** 40, 5, 0, 0), becomes: 'malformed-update' },
    'a huge count of deletions': { update: write(0, 1, 5, 2 ** 40), becomes: 'malformed-update' },
    'a huge length': {
      update: write(1, 1, 5, 0, { info: 40 }, 1, 'annotations', 'eve.x', 2 ** 45),
      becomes: 'malformed-update',
    },
    'a huge clock': { update: write(1, 1, 5, huge, linked, 5, 1, 1, 0), becomes: 'malformed-update' },
    'garbage structs': { update: write(1, 1, 5, 0, 0, 7, 0), becomes: 'not-a-record' },
    'a run of deleted ones without an end': {
      update: write(1, 1, 5, 0, named, 1, 'annotations', 'eve.x', 2 ** 40, 0),
      becomes: 'malformed-update',
    },
    'an empty run': { update: write(1, 1, 5, 0, named, 1, 'annotations', 'eve.x', 0, 0), becomes: 'malformed-update' },
    'a list item of a map': { update: write(1, 1, 5, 0, 1, 1, 'annotations', 1, 0), becomes: 'not-a-record' },
    'a struct that is its own origin': { update: write(1, 1, 5, 0, linked, 5, 0, 1, 0), becomes: 'malformed-update' },
    'an origin in its own future': {
      update: write(1, 2, 5, 0, linked, 5, 1, 1, named, 1, 'annotations', 'eve.x', 1, 0),
      becomes: 'malformed-update',
    },
    'two that are each other’s origin': {
      update: write(2, 1, 6, 0, linked, 5, 0, 1, 1, 5, 0, linked, 6, 0, 1, 0),
      becomes: 'malformed-update',
    },
    'a right neighbour': { update: write(1, 1, 5, 0, { info: 65 }, 5, 0, 1, 0), becomes: 'not-a-record' },
    'the same client twice': {
      update: write(2, 1, 5, 0, named, 1, 'annotations', 'eve.x', 1, 1, 5, 1, named, 1, 'annotations', 'eve.y', 1, 0),
      becomes: 'malformed-update',
    },
    // Their number alone decides.
    'deletions of more clients than a room may have': {
      update: Buffer.concat([write(0, limits.roomClients + 1), Buffer.alloc(2 * limits.roomClients + 2)]),
      becomes: 'too-much',
    },
    'a line of nothing': { update: write(1, 0, 5, 0, 0, 0), becomes: 'malformed-update' },
    'a run of several values at once': {
      update: write(1, 1, 5, 0, { info: 40 }, 1, 'annotations', 'eve.x', 2, { info: 126 }, { info: 126 }, 0),
      becomes: 'not-a-record',
    },
    'half of a surrogate pair in a key': {
      update: write(
        1,
        1,
        5,
        0,
        named,
        1,
        'annotations',
        6,
        ...[0x65, 0x2e, 0xed, 0xa0, 0x80, 0x78].map((info) => ({ info })),
        1,
        0,
      ),
      becomes: 'malformed-update',
    },
    'deletions out of order': { update: write(0, 1, 5, 2, 4, 1, 0, 1), becomes: 'malformed-update' },
    'deletions that overlap': { update: write(0, 1, 5, 2, 0, 3, 2, 3), becomes: 'malformed-update' },
    'something after the end': { update: write(0, 0, 0), becomes: 'malformed-update' },
    'a skipped beginning': {
      update: write(1, 2, 5, 0, 10, 3, named, 1, 'annotations', 'eve.x', 1, 0),
      becomes: 'early',
    },
    'an update of version 2': { update: Y.encodeStateAsUpdateV2(newDoc()), becomes: 'malformed-update' },
  }

  it.each(Object.keys(shapes))('sees through %s', (name) => {
    const { harbour } = together()
    expect(harbour.hears('eve', shapes[name]?.update ?? new Uint8Array())).toBe(shapes[name]?.becomes)
  })

  it('does not read past the message into the memory beside it', () => {
    const { harbour } = together()
    const memory = Buffer.from(write(1, 1, 5, 0, 40, 1, 'annotations', 1000))
    const secret = Buffer.concat([memory, Buffer.alloc(2000, 'secret')])
    expect(harbour.hears('eve', secret.subarray(0, memory.length))).toBe('malformed-update')
  })

  /**
   * An update of so many deleted values by each of so many clients, all for one key. Each may replace that of the client
   * before, and the first client's that of the last one.
   */
  const crowd = (clients: number, { each = 1, from = 0, areChained = false, key = 'eve.x' }: Crowd = {}) =>
    encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, clients)
      for (let client = clients; client > 0; client--) {
        for (const part of [each, from + client, 0]) encoding.writeVarUint(encoder, part)
        for (let clock = 0; clock < each; clock++) {
          const isFirst = !areChained || (client === 1 && clock === 0)
          encoding.writeUint8(encoder, isFirst ? named.info : linked.info)
          if (isFirst) {
            encoding.writeVarUint(encoder, 1)
            encoding.writeVarString(encoder, 'annotations')
            encoding.writeVarString(encoder, key)
          } else {
            encoding.writeVarUint(encoder, from + (client === 1 ? clients : client - 1))
            encoding.writeVarUint(encoder, client === 1 ? clock - 1 : clock)
          }
          encoding.writeVarUint(encoder, 1)
        }
      }
      encoding.writeVarUint(encoder, 0)
    })

  it('follows a long chain of origins across clients, and is done at once', () => {
    const harbour = new Harbour()
    const start = performance.now()
    // The first one waits for the last: the worst order for whoever goes from one to the next.
    expect(harbour.hears('eve', crowd(limits.newClients, { each: 156, areChained: true }))).toBe('taken')
    expect(performance.now() - start).toBeLessThan(1500)
  })

  it('does not let one key have so many rivals that Yjs would be busy with them for seconds', () => {
    const harbour = new Harbour()
    const start = performance.now()
    expect(harbour.hears('eve', crowd(1, { each: limits.structs }))).toBe('too-much')
    // In portions, it is the ones before that make each new one expensive.
    let portion = 0
    for (let outcome = 'taken'; outcome === 'taken' && portion < 200; portion++)
      outcome = harbour.hears('eve', crowd(1, { each: 200, from: portion }))
    expect(portion).toBeLessThan(5)
    expect(performance.now() - start).toBeLessThan(1500)
  })

  it('does not let rivals be sent in an order in which they cost nothing, when they cost seconds in another', () => {
    const { harbour } = together()
    const start = [1, 1, 0, named, 1, 'annotations', 'eve.x', 1]
    const rivals = [250, 5, 0, ...Array.from({ length: 250 }, () => [named, 1, 'annotations', 'eve.x', 1]).flat()]
    const chain = [9000, 9, 0, linked, 1, 0, 1, ...Array.from({ length: 8999 }, (_, i) => [linked, 9, i, 1]).flat()]
    // Of clients 5 and 9, Yjs takes the higher first whatever is written first, and so does each page that opens the room.
    expect(harbour.hears('eve', write(3, ...start, ...rivals, ...chain, 0))).toBe('too-much')
    let outcomes = ''
    for (const lines of [start, rivals, chain]) outcomes += ` ${harbour.hears('eve', write(1, ...lines, 0))}`
    expect(outcomes).toContain('too-much')
    const page = newDoc()
    const before = performance.now()
    Y.applyUpdate(page, Y.encodeStateAsUpdate(harbour.doc))
    expect(performance.now() - before).toBeLessThan(500)
  })

  it('does not let one client have so many structs, or so many of them move, that Yjs is busy for seconds', () => {
    const harbour = new Harbour()
    const each = limits.structs / 2
    /** Tombstones with a live value each, which becomes one struct with it when it is deleted. */
    const pairs = (portion: number) =>
      encoding.encode((encoder) => {
        for (const part of [1, each * 2, 7, portion * each * 2]) encoding.writeVarUint(encoder, part)
        for (let i = 0; i < each; i++) {
          const id = `eve.${portion * each + i}`
          encoding.writeUint8(encoder, named.info)
          encoding.writeVarUint(encoder, 1)
          for (const part of ['verdicts', id]) encoding.writeVarString(encoder, part)
          encoding.writeVarUint(encoder, 1)
          encoding.writeUint8(encoder, 0b1000_1000)
          for (const part of [7, (portion * each + i) * 2, 1]) encoding.writeVarUint(encoder, part)
          encoding.writeAny(encoder, { id, author: 'eve', at: 0, on: 'ada.x', decision: 'accept' })
        }
        encoding.writeVarUint(encoder, 0)
      })
    const judged = (update: Uint8Array) => judge(harbour.doc, update, harbour.case('eve', false))
    const tooMuch = { is: 'refused', reason: 'too-much' }
    const portions = limits.clientStructs / limits.structs
    for (let portion = 0; portion < portions; portion++) {
      if (portion === portions - 1) expect(judged(pairs(portion)).is).toBe('accepted')
      Y.applyUpdate(harbour.doc, pairs(portion))
    }
    expect(judged(pairs(portions))).toEqual(tooMuch)

    const deletions = (count: number) =>
      write(0, 1, 7, count, ...Array.from({ length: count }, (_, i) => [i * 2 + 1, 1]).flat())
    const splits = (count: number) =>
      write(1, count, 9, 0, ...Array.from({ length: count }, (_, i) => [linked, 7, i * 2, 1]).flat(), 0)
    for (const update of [deletions(10_000), splits(10_000)]) expect(judged(update)).toEqual(tooMuch)
    for (const update of [deletions(900), splits(400)]) {
      expect(judged(update).is).toBe('accepted')
      Y.applyUpdate(harbour.doc, update)
    }
  })

  it('does not let a few frames bring so many clients that no state vector fits into a frame any more', () => {
    const { harbour, ada } = together()
    const start = performance.now()
    // Of the size of the frame that once ended a room for good, six of which were enough.
    expect(harbour.hears('eve', crowd(33_000, { from: 1 }))).toBe('too-much')
    expect(harbour.hears('eve', crowd(limits.newClients + 1))).toBe('too-much')
    expect(performance.now() - start).toBeLessThan(1500)
    expect(harbour.hears('eve', crowd(limits.newClients, { areChained: true }))).toBe('taken')
    expect(harbour.hears('eve', crowd(limits.newClients, { areChained: true }))).toBe('nothing')
    expect(
      harbour.hears(
        'ada',
        ada.sends(() => ada.marks([4, 12])),
      ),
    ).toBe('taken')
  })

  it('lets one person have some thousand clients in a room, and no more', () => {
    const { harbour, ada } = together()
    const eve = new Page('eve')
    harbour.hears(
      'eve',
      eve.sends(() => eve.marks([4, 12])),
    )
    let clients = 1
    for (let outcome = 'taken'; outcome === 'taken' && clients < 10_000; ) {
      outcome = harbour.hears('eve', crowd(63, { from: clients, key: `eve.x${clients}` }))
      if (outcome === 'taken') clients += 63
      else expect(outcome).toBe('too-much')
    }
    expect(clients).toBe(limits.clients)
    expect(Y.encodeStateVector(harbour.doc).length).toBeLessThan(limits.frameBytes / 20)
    const other = new Page('eve')
    expect(
      harbour.hears(
        'eve',
        other.sends(() => other.marks([4, 12])),
      ),
    ).toBe('too-much')
    // With a page that was there before she goes on, and the others do not notice.
    expect(
      harbour.hears(
        'eve',
        eve.sends(() => eve.marks([4, 12])),
      ),
    ).toBe('taken')
    const tab = new Page('ada')
    for (const page of [ada, tab])
      expect(
        harbour.hears(
          'ada',
          page.sends(() => page.marks([4, 12], 'claim', `ada.${page.doc.clientID}`)),
        ),
      ).toBe('taken')
  })

  it('passes on what a crowd brings in an order in which Yjs can merge it with what others did', () => {
    const { harbour, ada } = together()
    const start = Y.encodeStateAsUpdate(harbour.doc)
    // The wrong way round: merged as it stands, with anything else, whole lines of it are lost.
    const lines = Array.from({ length: 9 }, (_, i) => [1, 10 + i, 0, named, 1, 'annotations', `eve.x${i}`, 1]).flat()
    const judgement = judge(harbour.doc, write(9, ...lines, 0), harbour.case('eve', false))
    if (judgement.is !== 'accepted' || !judgement.update) throw new Error(JSON.stringify(judgement))
    Y.applyUpdate(harbour.doc, judgement.update)
    const mark = ada.sends(() => ada.marks([4, 12]))
    expect(harbour.hears('ada', mark)).toBe('taken')
    const page = newDoc()
    Y.applyUpdate(page, start)
    Y.applyUpdate(page, Y.mergeUpdates([judgement.update, mark]))
    expect(Y.encodeStateVector(page)).toEqual(Y.encodeStateVector(harbour.doc))
  })

  it('lets a room have no more clients than its state vector can name', () => {
    const { harbour, ada, eve } = together()
    harbour.hearsAgain(ada)
    harbour.formerClients = limits.roomClients - harbour.clients.length - 1
    const last = eve.sends(() => eve.marks([4, 12]))
    const tab = new Page('eve')
    const late = tab.sends(() => tab.marks([4, 12], 'claim', 'eve.late'))
    expect(harbour.hears('eve', Y.mergeUpdates([last, late]))).toBe('too-much')
    expect(harbour.hears('eve', last)).toBe('taken')
    expect(harbour.hears('eve', late)).toBe('too-much')
    for (const page of [ada, eve])
      expect(
        harbour.hears(
          page.person,
          page.sends(() => page.marks([0, 12])),
        ),
      ).toBe('taken')
  })

  it('counts clients when they write, not when they were first seen', () => {
    const { harbour, ada } = together()
    const eve = new Page('eve')
    harbour.owners = (client) => (client === ada.doc.clientID ? 'ada' : 'eve')
    // She has shown them all by her presence, over many connections.
    expect(harbour.hears('eve', crowd(limits.newClients + 1))).toBe('too-much')
    harbour.formerClients = limits.roomClients - harbour.clients.length
    const mark = eve.sends(() => eve.marks([4, 12]))
    expect(harbour.hears('eve', mark)).toBe('too-much')
    harbour.formerClients = 0
    expect(harbour.hears('eve', mark)).toBe('taken')
  })

  it('takes as many structs at once as are in a frame of honest work, and no more', () => {
    const most = crowd(1, { each: limits.structs, areChained: true })
    expect(new Harbour().hears('eve', most)).toBe('taken')
    expect(new Harbour().hears('eve', crowd(1, { each: limits.structs + 1, areChained: true }))).toBe('too-much')
    const inTwoLines = crowd(2, { each: limits.structs / 2 + 1, areChained: true })
    expect(new Harbour().hears('eve', inTwoLines)).toBe('too-much')
  })

  it('does not judge a value of more parts than any record has', () => {
    const { harbour } = together()
    const eve = new Page('eve')
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`a${i}`, null]))
    for (const fields of [
      many,
      { attributes: many },
      { spans: Array.from({ length: 60_000 }, (_, i) => [i, i + 1]) },
    ]) {
      const update = eve.sends(() => eve.puts('eve.x', fields))
      const start = performance.now()
      expect(harbour.hears('eve', update)).toBe('too-much')
      expect(performance.now() - start).toBeLessThan(100)
    }
  })

  it('takes what two pages of one person did off line to the same thousand marks', () => {
    const harbour = new Harbour()
    const ada = new Page('ada')
    for (let i = 0; i < 1000; i++) ada.marks([0, 3])
    harbour.hears('ada', ada.everything)
    const tab = new Page('ada')
    harbour.tells(tab)
    for (const page of [ada, tab])
      for (let round = 0; round < 3; round++)
        for (const id of rootMap(page.doc, 'annotations').keys()) page.puts(id, { kind: 'denial' })
    expect(harbour.hearsAgain(ada)).toBe('taken')
    expect(harbour.hearsAgain(tab)).toBe('taken')
  })

  describe('of a megabyte', () => {
    const work = (act: (page: Page) => void) => {
      const page = new Page('eve')
      page.doc.transact(() => act(page))
      return page.everything
    }
    const times = <T>(count: number, what: (i: number) => T) => Array.from({ length: count }, (_, i) => what(i))
    const megabytes: Record<string, () => Uint8Array> = {
      'deletions of many clients': () =>
        encoding.encode((encoder) => {
          for (const part of [0, limits.roomClients]) encoding.writeVarUint(encoder, part)
          for (let i = 0; i < limits.roomClients; i++)
            for (const part of [2 ** 31 + i, 1, 0, 1]) encoding.writeVarUint(encoder, part)
        }),
      'some thousand marks': () =>
        work((page) => {
          for (let i = 0; i < 4500; i++) page.marks([0, 12], 'claim', `eve.${String(i).padStart(64, '0')}`)
        }),
      'a mark by each of many pages': () =>
        encoding.encode((encoder) => {
          encoding.writeVarUint(encoder, 4000)
          for (let i = 0; i < 4000; i++) {
            const id = `eve.${String(i).padStart(64, '0')}`
            for (const part of [1, 10_000 - i, 1]) encoding.writeVarUint(encoder, part)
            encoding.writeUint8(encoder, 40)
            encoding.writeVarUint(encoder, 1)
            for (const part of ['annotations', id]) encoding.writeVarString(encoder, part)
            encoding.writeVarUint(encoder, 1)
            const mark = { id, author: 'eve', at: now, kind: 'claim', spans: [[0, 3]], attributes: {} }
            encoding.writeAny(encoder, mark)
          }
          encoding.writeVarUint(encoder, 0)
        }),
      'a record of the largest kind, again and again': () => {
        const spans = times(64, (i) => [i, i + 1]).filter((_, i) => i % 2 === 0 && i < 50)
        return work((page) => {
          for (let i = 0; i < 3000; i++) page.puts(`eve.${i}`, { spans })
        })
      },
      'deletions of what was never there': () =>
        encoding.encode((encoder) => {
          for (const part of [0, 1, 5, 200_000]) encoding.writeVarUint(encoder, part)
          for (let i = 0; i < 200_000; i++) for (const part of [i * 2, 1]) encoding.writeVarUint(encoder, part)
        }),
      'one client’s tombstones, and deletions of each of them': () =>
        encoding.encode((encoder) => {
          for (const part of [1, 1, 5, 0, 33, 1]) encoding.writeVarUint(encoder, part)
          for (const part of ['annotations', 'eve.x']) encoding.writeVarString(encoder, part)
          for (const part of [400_000, 1, 5, 200_000]) encoding.writeVarUint(encoder, part)
          for (let i = 0; i < 200_000; i++) for (const part of [i * 2, 1]) encoding.writeVarUint(encoder, part)
        }),
      'a run of small values': () =>
        encoding.encode((encoder) => {
          for (const part of [1, 1, 5, 0, 40, 1]) encoding.writeVarUint(encoder, part)
          for (const part of ['annotations', 'eve.x']) encoding.writeVarString(encoder, part)
          encoding.writeVarUint(encoder, 1_000_000)
          for (let i = 0; i < 1_000_000; i++) encoding.writeUint8(encoder, 126)
          encoding.writeVarUint(encoder, 0)
        }),
      'one value of many parts': () => {
        const many = (depth: number): unknown => (depth === 0 ? 0 : times(60, () => many(depth - 1)))
        return work((page) => page.puts('eve.x', { note: many(3) }))
      },
      'one long text': () => work((page) => page.puts('eve.x', { note: 'ö'.repeat(500_000) })),
      'one long key': () => work((page) => page.puts(`eve.${'ö'.repeat(250_000)}`, {})),
      'empty lines': () =>
        encoding.encode((encoder) => {
          encoding.writeVarUint(encoder, 200_000)
          for (let i = 0; i < 200_000; i++) for (const part of [0, i, 0]) encoding.writeVarUint(encoder, part)
          encoding.writeVarUint(encoder, 0)
        }),
    }

    it.each(Object.keys(megabytes))('takes no long step for %s', (name) => {
      const { harbour, mark } = together()
      const eve = new Page('eve')
      eve.puts(mark, {})
      // All of her pages have been here before.
      if (name === 'a mark by each of many pages') Y.applyUpdate(harbour.doc, crowd(4000, { from: 6000, key: 'eve.y' }))
      const update = megabytes[name]?.() ?? new Uint8Array()
      expect(update.length).toBeGreaterThan(400_000)
      for (const isAnswer of [false, true]) {
        const steps = harbour.steps('eve', update, isAnswer)
        // Some tenths, when nobody collects garbage and the machine has nothing else to do.
        expect(Math.max(...steps)).toBeLessThan(20)
      }
    })

    it('has a step for each of its records, and is judged in any case as at once', () => {
      const { harbour } = together()
      const update = megabytes['some thousand marks']?.() ?? new Uint8Array()
      expect(update.length).toBeGreaterThan(limits.frameBytes * 0.9)
      expect(harbour.steps('eve', update).length).toBeGreaterThan(3 * 4500)
      expect(harbour.hears('eve', update)).toBe('taken')
    })
  })

  it('never breaks, and never touches what is another’s, however an update is bent', () => {
    const { harbour, ada, eve, mark } = together()
    const before = Y.encodeStateAsUpdate(harbour.doc)
    const honest = [
      eve.sends(() => eve.marks([4, 12])),
      eve.sends(() => eve.puts('eve.m1', { kind: 'denial' })),
      eve.sends(() => eve.removes('eve.m1')),
      eve.everything,
      ada.everything,
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...honest),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(400),
        fc.boolean(),
        (update, bends, cut, isAnswer) => {
          const bent = update.slice(0, cut < update.length && cut % 3 === 0 ? cut : update.length)
          for (const [at, byte] of bends) bent[at % Math.max(1, bent.length)] = byte
          const room = new Harbour()
          Y.applyUpdate(room.doc, before)
          room.hears('eve', bent, isAnswer)
          const { records, unreadable } = readRecords(room.doc)
          expect(unreadable).toEqual([])
          expect(records.annotations.get(mark)).toEqual(readRecords(harbour.doc).records.annotations.get(mark))
          for (const id of records.annotations.keys()) expect(id === mark || id.startsWith('eve.')).toBe(true)
        },
      ),
      { numRuns: 3000 },
    )
  })
})
