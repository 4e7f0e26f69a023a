import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import type { Annotation } from './annotation.ts'
import type { Comment } from './comment.ts'
import { authorOf, makeRecordId, recordId } from './record.ts'
import type { Relation } from './relation.ts'
import {
  isRoot,
  makeUndoManager,
  observeRecords,
  parseRecord,
  putRecord,
  type Root,
  readRecordKey,
  readRecords,
  recordKey,
  removeRecord,
  rootMap,
  roots,
} from './room.ts'
import type { Verdict } from './verdict.ts'

const claim: Annotation = { id: 'ada.1', kind: 'claim', spans: [[0, 5]], attributes: {}, author: 'ada', at: 1 }
const link: Relation = { id: 'ada.2', type: 'denies', from: 'ada.1', to: 'bo.1', author: 'ada', at: 1 }
const remark: Comment = { id: 'ada.3', on: 'bo.1', body: 'Why?', author: 'ada', at: 1 }
const turn: Comment = { id: 'ada.4', thread: 'ada.3', state: 'resolved', author: 'ada', at: 1 }
const accept: Verdict = { id: 'ada.5', on: 'bo.1', decision: 'accept', author: 'ada', at: 1 }

function share(from: Y.Doc, to: Y.Doc) {
  Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)), 'peer')
}

describe('a room', () => {
  it('gives everybody the same records', () => {
    const [ada, bo] = [new Y.Doc(), new Y.Doc()]
    putRecord(ada, 'annotations', claim)
    putRecord(ada, 'relations', link)
    putRecord(ada, 'comments', remark)
    putRecord(bo, 'comments', turn)
    putRecord(bo, 'verdicts', accept)
    share(ada, bo)
    share(bo, ada)
    expect(readRecords(ada)).toEqual(readRecords(bo))
    expect(readRecords(bo)).toEqual({
      records: {
        annotations: new Map([[claim.id, claim]]),
        relations: new Map([[link.id, link]]),
        comments: new Map<string, Comment>([
          [remark.id, remark],
          [turn.id, turn],
        ]),
        verdicts: new Map([[accept.id, accept]]),
      },
      unreadable: [],
    })
  })

  it('keeps a record as it was last put, and none that was taken out', () => {
    const doc = new Y.Doc()
    putRecord(doc, 'annotations', claim)
    putRecord(doc, 'annotations', { ...claim, kind: 'denial' })
    putRecord(doc, 'annotations', { ...claim, id: 'ada.9' })
    removeRecord(doc, 'annotations', 'ada.9')
    removeRecord(doc, 'annotations', 'nobody.1')
    expect([...readRecords(doc).records.annotations.values()]).toEqual([{ ...claim, kind: 'denial' }])
  })

  it('shows what it cannot read as unreadable, beside all that it can', () => {
    const doc = new Y.Doc()
    putRecord(doc, 'annotations', claim)
    rootMap(doc, 'annotations').set('ada.7', { ...claim, id: 'ada.8' })
    rootMap(doc, 'annotations').set('ada.8', 7)
    rootMap(doc, 'verdicts').set('ada.9', new Y.Map())
    const { records, unreadable } = readRecords(doc)
    expect([...records.annotations.keys()]).toEqual(['ada.1'])
    expect(unreadable.map(({ root, key }) => `${root} ${key}`).sort()).toEqual([
      'annotations ada.7',
      'annotations ada.8',
      'verdicts ada.9',
    ])
  })

  it('has four roots and no other', () => {
    expect(roots.every(isRoot)).toBe(true)
    for (const name of ['', 'prosemirror', 'toString', '__proto__', 'constructor']) expect(isRoot(name)).toBe(false)
  })
})

describe('a record', () => {
  it.each<[string, Root, string, unknown]>([
    ['an annotation', 'annotations', 'ada.1', claim],
    [
      'a discontinuous annotation',
      'annotations',
      'ada.1',
      {
        ...claim,
        spans: [
          [0, 1],
          [3, 9],
        ],
      },
    ],
    ['an attribute that is known to be missing', 'annotations', 'ada.1', { ...claim, attributes: { source: null } }],
    ['a relation', 'relations', 'ada.2', link],
    ['a comment', 'comments', 'ada.3', remark],
    ['a comment on the article', 'comments', 'ada.3', { ...remark, on: 'article' }],
    ['a reply', 'comments', 'ada.3', { ...remark, replyTo: 'bo.4' }],
    ['a resolved thread', 'comments', 'ada.4', turn],
    ['a verdict', 'verdicts', 'ada.5', accept],
    ['a duplicate', 'verdicts', 'ada.5', { ...accept, decision: 'duplicate', of: 'bo.2' }],
    ['a correction', 'verdicts', 'ada.5', { ...accept, fix: { kind: 'denial', spans: [[0, 2]] }, note: 'Shorter.' }],
  ])('is read: %s', (_, root, key, value) => {
    expect(parseRecord(root, key, value)).toEqual({ ok: true, record: value })
  })

  it.each<[string, Root, string, unknown]>([
    ['nothing', 'annotations', 'ada.1', undefined],
    ['a number', 'annotations', 'ada.1', 1],
    ['a list', 'annotations', 'ada.1', [claim]],
    ['a record of another root', 'relations', 'ada.1', claim],
    ['a key that is not the id', 'annotations', 'ada.2', claim],
    ['an author who is not the one of the key', 'annotations', 'ada.1', { ...claim, author: 'bo' }],
    ['a key without an author', 'annotations', '1', { ...claim, id: '1' }],
    ['a key with two dots', 'annotations', 'ada.1.2', { ...claim, id: 'ada.1.2' }],
    ['an unknown property', 'annotations', 'ada.1', { ...claim, color: 'red' }],
    ['no spans', 'annotations', 'ada.1', { ...claim, spans: [] }],
    ['an attribute that is a number', 'annotations', 'ada.1', { ...claim, attributes: { source: 1 } }],
    ['an attribute with a strange name', 'annotations', 'ada.1', { ...claim, attributes: { 'So urce': 'x' } }],
    ['an endless attribute', 'annotations', 'ada.1', { ...claim, attributes: { source: 'x'.repeat(2001) } }],
    [
      'very many attributes',
      'annotations',
      'ada.1',
      { ...claim, attributes: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, 'x'])) },
    ],
    ['a time that is not whole', 'annotations', 'ada.1', { ...claim, at: 1.5 }],
    ['a time before 1970', 'annotations', 'ada.1', { ...claim, at: -1 }],
    ['a relation to itself', 'relations', 'ada.2', { ...link, to: link.from }],
    ['an empty comment', 'comments', 'ada.3', { ...remark, body: '' }],
    ['a comment on nothing', 'comments', 'ada.3', { ...remark, on: 'page' }],
    ['a duplicate of nothing', 'verdicts', 'ada.5', { ...accept, decision: 'duplicate' }],
    ['an accepted mark with an original', 'verdicts', 'ada.5', { ...accept, of: 'bo.2' }],
    ['an unknown decision', 'verdicts', 'ada.5', { ...accept, decision: 'maybe' }],
  ])('is not read, and said why: %s', (_, root, key, value) => {
    expect(parseRecord(root, key, value)).toEqual({ ok: false, problem: expect.stringMatching(/\S/) })
  })

  it('has an id of its own that names its author', () => {
    const ids = Array.from({ length: 100 }, () => makeRecordId('ada-1_B'))
    expect(new Set(ids).size).toBe(100)
    for (const id of ids) {
      expect(recordId.safeParse(id).success).toBe(true)
      expect(authorOf(id)).toBe('ada-1_B')
    }
    expect(authorOf('nobody')).toBe('')
    expect(authorOf('.1')).toBe('')
  })
})

describe('the key of a record among those of all roots', () => {
  it('says which root it is in and what its id is there', () => {
    // What is shown as unreadable may have any id.
    for (const root of roots)
      for (const id of ['ada.1', '', 'a/b', '/'])
        expect(readRecordKey(recordKey(root, id)), `${root} ${id}`).toEqual({ root, id })
  })

  it('tells records of two roots apart that have the same id', () => {
    expect(new Set(roots.map((root) => recordKey(root, 'ada.1'))).size).toBe(roots.length)
  })

  it('is not read when it names no root of ours', () => {
    for (const key of ['', 'ada.1', 'annotations', '/ada.1', 'notes/ada.1', 'constructor/ada.1', 'annotation/s/ada.1'])
      expect(readRecordKey(key), key).toBeNull()
  })
})

describe('watching a room', () => {
  it('tells the changed keys of each root, once for each act, with its origin', () => {
    const doc = new Y.Doc()
    const listener = vi.fn()
    const stop = observeRecords(doc, listener)
    doc.transact(() => {
      putRecord(doc, 'annotations', claim)
      putRecord(doc, 'annotations', { ...claim, id: 'ada.9' })
      removeRecord(doc, 'annotations', 'ada.9')
      putRecord(doc, 'verdicts', accept)
    }, 'me')
    expect(listener).toHaveBeenCalledOnce()
    expect(listener.mock.lastCall?.[0]).toEqual(
      new Map([
        ['annotations', new Set(['ada.1', 'ada.9'])],
        ['verdicts', new Set(['ada.5'])],
      ]),
    )
    expect(listener.mock.lastCall?.[1].origin).toBe('me')
    stop()
    removeRecord(doc, 'annotations', 'ada.1')
    expect(listener).toHaveBeenCalledOnce()
  })

  it('hears of what a peer did, from the first update on', () => {
    const [ada, bo] = [new Y.Doc(), new Y.Doc()]
    putRecord(bo, 'comments', remark)
    const listener = vi.fn()
    observeRecords(ada, listener)
    share(bo, ada)
    expect(listener.mock.lastCall?.[0]).toEqual(new Map([['comments', new Set(['ada.3'])]]))
  })

  it('stays quiet about what is no record', () => {
    const doc = new Y.Doc()
    const listener = vi.fn()
    observeRecords(doc, listener)
    doc.getMap('elsewhere').set('a', 1)
    expect(listener).not.toHaveBeenCalled()
  })
})

describe('undo', () => {
  it('takes back one act of one’s own at a time, in any root, and nothing of anybody else', () => {
    const doc = new Y.Doc()
    const undo = makeUndoManager(doc, 'me')
    const act = (origin: string, what: () => void) => doc.transact(what, origin)
    const keys = () => roots.flatMap((root) => [...rootMap(doc, root).keys()]).sort()
    act('me', () => putRecord(doc, 'annotations', claim))
    act('peer', () => putRecord(doc, 'annotations', { ...claim, id: 'bo.1', author: 'bo' }))
    act('me', () => putRecord(doc, 'verdicts', accept))
    act('me', () => removeRecord(doc, 'annotations', 'ada.1'))
    expect(keys()).toEqual(['ada.5', 'bo.1'])
    undo.undo()
    expect(keys()).toEqual(['ada.1', 'ada.5', 'bo.1'])
    expect(readRecords(doc).records.annotations.get('ada.1')).toEqual(claim)
    undo.undo()
    expect(keys()).toEqual(['ada.1', 'bo.1'])
    undo.undo()
    expect(keys()).toEqual(['bo.1'])
    undo.undo()
    expect(keys()).toEqual(['bo.1'])
    for (let i = 0; i < 4; i++) undo.redo()
    expect(keys()).toEqual(['ada.5', 'bo.1'])
  })

  it('brings back what a record was before it was changed', () => {
    const doc = new Y.Doc()
    const undo = makeUndoManager(doc, 'me')
    doc.transact(() => putRecord(doc, 'annotations', claim), 'me')
    doc.transact(() => putRecord(doc, 'annotations', { ...claim, kind: 'denial' }), 'me')
    undo.undo()
    expect(readRecords(doc).records.annotations.get('ada.1')).toEqual(claim)
    undo.redo()
    expect(readRecords(doc).records.annotations.get('ada.1')?.kind).toBe('denial')
  })
})
