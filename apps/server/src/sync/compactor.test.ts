import { emptyRecords, putRecord, readRecords } from '@attest/schema/room'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { Baseline } from './baseline.ts'
import { Compactor } from './compactor.ts'
import { compact, unpack } from './snapshot.ts'
import { readMessage } from './wire.ts'

let compactor: Compactor

beforeEach(() => {
  compactor = new Compactor()
})

afterEach(() => compactor.close())

/** What a page sends while it puts so many comments, and now and then changes one or takes one out. */
function updatesOf(author: string, count: number): { doc: Y.Doc; updates: Uint8Array[] } {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (let i = 0; i < count; i++) {
    const id = `${author}.c${i}`
    const comment = { id, on: 'article', body: `Number ${i}.`.padEnd(200), author, at: i }
    putRecord(doc, 'comments', comment)
    if (i % 3 === 0) putRecord(doc, 'comments', { ...comment, body: 'Changed.' })
    if (i % 7 === 0) doc.getMap('comments').delete(id)
  }
  return { doc, updates }
}

function applied(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc
}

describe('a compaction', () => {
  it('says the same as the updates, in parts that come back from their bytes', async () => {
    const { doc, updates } = updatesOf('ada', 2000)
    const compacted = await compactor.compact(updates)
    if (!compacted) throw new Error('it was not done')
    expect(compacted.parts.length).toBeGreaterThan(2)
    expect(await unpack(compacted.packed)).toEqual(compacted.parts)
    const again = applied(compacted.parts)
    expect(readRecords(again)).toEqual(readRecords(doc))
    expect(Y.encodeStateVector(again)).toEqual(Y.encodeStateVector(doc))
    expect(compacted.packed.length).toBeLessThan(updates.reduce((sum, { length }) => sum + length, 0) / 4)
  })

  it('is done one after the other, each for whoever asked', async () => {
    const counts = [1, 40, 7, 300]
    const all = await Promise.all(counts.map((count) => compactor.compact(updatesOf('ada', count).updates)))
    for (const [i, compacted] of all.entries())
      expect(readRecords(applied(compacted?.parts ?? []))).toEqual(readRecords(updatesOf('ada', counts[i] ?? 0).doc))
  })

  it('is not done when an update is missing, and the next one is', async () => {
    const { updates } = updatesOf('ada', 10)
    await expect(compactor.compact(updates.slice(1))).rejects.toThrow('depends on one that was never written')
    expect(await compactor.compact(updates)).not.toBe(null)
  })

  it('is not done when the server stops', async () => {
    const waiting = compactor.compact(updatesOf('ada', 5000).updates)
    await compactor.close()
    expect(await waiting).toBe(null)
    expect(await compactor.compact([])).toBe(null)
  })
})

describe('a snapshot', () => {
  it('of another format is not taken for one of ours', async () => {
    const { packed } = compact(updatesOf('ada', 3).updates)
    await expect(unpack(Buffer.concat([Buffer.of(2), packed.subarray(1)]))).rejects.toThrow('a snapshot of format 2')
  })
})

describe('the baseline', () => {
  it('gives whoever has nothing all that there is, and says that it is all with the last frame', () => {
    const { doc, updates } = updatesOf('ada', 600)
    const { parts } = compact(updates.slice(0, 700))
    const baseline = new Baseline(parts, updates.slice(700, 720))
    baseline.push(updates.slice(720))
    const messages = baseline.frames().map(readMessage)
    const answers = messages.map((message) => message.type === 'update' && message.isAnswer)
    expect(answers).toEqual([...Array(answers.length - 1).fill(false), true])
    const told = applied(messages.flatMap((message) => (message.type === 'update' ? message.update : [])))
    expect(readRecords(told)).toEqual(readRecords(doc))
  })

  it('has an answer for an empty room', () => {
    const [message, ...others] = new Baseline([], []).frames().map(readMessage)
    if (message?.type !== 'update') throw new Error('that is no answer')
    expect([message.isAnswer, others]).toEqual([true, []])
    expect(readRecords(applied([message.update])).records).toEqual(emptyRecords())
  })

  it('goes on from a compaction that was made while others wrote', () => {
    const { doc, updates } = updatesOf('ada', 1200)
    const baseline = new Baseline([], updates.slice(0, 1000))
    expect(baseline.isLong).toBe(true)
    const beginning = baseline.begin()
    const { parts } = compact(beginning.updates)
    baseline.push(updates.slice(1000))
    beginning.rebase(parts)
    expect(baseline.tail).toBe(updates.length - 1000)
    expect(readRecords(applied(baseline.updates))).toEqual(readRecords(doc))
  })
})
