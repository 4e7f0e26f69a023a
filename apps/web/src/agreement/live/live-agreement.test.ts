import { reportOf } from '@attest/schema/agreement/report'
import type { Annotation } from '@attest/schema/annotation'
import { layersOf } from '@attest/schema/layer'
import type { Relation } from '@attest/schema/relation'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import text from '../../../../../seeds/article.txt?raw'
import { kinds as labelKinds } from '../../../../../seeds/label-set.json'
import ana from '../../../../../tests/fixtures/review/ana.json'
import ben from '../../../../../tests/fixtures/review/ben.json'
import { type Ledger, makeLedger, type Question } from './ledger.ts'
import { type Bench, type LiveAgreement, type Source, watchAgreement } from './live-agreement.ts'

const kinds = labelKinds.map(({ id }) => id)
const opening = { article: 'a', text, kinds, without: [] }

/** The marks and links of both layers, as a room has them. */
function roomOfBoth() {
  const annotations = new Map<string, Annotation>()
  const relations = new Map<string, Relation>()
  for (const layer of [ana, ben]) {
    // What a JSON file holds is not known as pairs.
    for (const one of layer.annotations as unknown as Annotation[]) annotations.set(one.id, one)
    for (const one of layer.relations as Relation[]) relations.set(one.id, one)
  }
  const listeners = new Set<(ids: Iterable<string>) => void>()
  const source: Source = {
    opening,
    ids: () => [...annotations.keys(), ...relations.keys()],
    annotation: (id) => annotations.get(id),
    relation: (id) => relations.get(id),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const change = (...ids: string[]) => {
    for (const listener of listeners) listener(ids)
  }
  return { annotations, relations, source, change, listeners }
}

/** The worker's part in this process, with copies as a worker gets them. */
function benchHere() {
  const bus = new EventTarget()
  let ledger: Ledger | null = null
  const said: Question[] = []
  const bench: Bench = {
    postMessage(question: Question) {
      said.push(structuredClone(question))
      if (question.type === 'open') ledger = makeLedger(question.opening)
      else if (question.type === 'change') ledger?.change(structuredClone(question.change))
      else bus.dispatchEvent(new MessageEvent('message', { data: structuredClone(ledger?.answer(question.about)) }))
    },
    terminate() {},
    addEventListener: bus.addEventListener.bind(bus),
  }
  return { bench, said, bus }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const now = () => Date.now()

function ready<T>(live: LiveAgreement<T>) {
  const standing = live.standing.get()
  if (standing.phase !== 'ready') throw new Error(`it is ${standing.phase}`)
  return standing
}

describe('agreement while people mark', () => {
  it('says what the same layers come to anywhere else', () => {
    const { annotations, relations, source } = roomOfBoth()
    const live = watchAgreement(source, { about: 'figures', bench: benchHere().bench, now })
    expect(live.standing.get().phase).toBe('computing')
    vi.advanceTimersByTime(2000)
    const { answer } = ready(live)
    const layers = layersOf({ annotations, relations })
    expect(answer.marks).toBe(annotations.size)
    expect(answer.report).toEqual(reportOf([{ article: 'a', text, length: text.length, layers }], { kinds, draws: 0 }))
    expect(answer.report.pairs[0]?.counts).toMatchObject({ same: 34, borders: 7, kind: 2 })
  })

  it('follows what is put, changed and taken away', () => {
    const { annotations, source, change } = roomOfBoth()
    const live = watchAgreement(source, { about: 'figures', bench: benchHere().bench, now })
    vi.advanceTimersByTime(2000)
    const before = ready(live).answer.report.pairs[0]?.exact.pooled.value ?? 0
    const [first] = [...annotations.values()].filter(({ author }) => author === 'ana')
    if (!first) throw new Error('no mark')
    annotations.delete(first.id)
    change(first.id)
    expect(ready(live).isOld).toBe(true)
    vi.advanceTimersByTime(2000)
    expect(ready(live)).toMatchObject({ isOld: false, answer: { marks: annotations.size } })
    expect(ready(live).answer.report.pairs[0]?.exact.pooled.value).toBeLessThan(before)
    annotations.set(first.id, first)
    change(first.id)
    vi.advanceTimersByTime(2000)
    expect(ready(live).answer.report.pairs[0]?.exact.pooled.value).toBe(before)
  })

  it('reports now and then while changes go on coming', () => {
    const { annotations, source, change } = roomOfBoth()
    const { bench, said } = benchHere()
    watchAgreement(source, { about: 'figures', bench, now })
    const [id = ''] = annotations.keys()
    for (let i = 0; i < 100; i++) {
      change(id)
      vi.advanceTimersByTime(100)
    }
    const reports = said.filter(({ type }) => type === 'ask').length
    expect(reports).toBeGreaterThanOrEqual(3)
    expect(reports).toBeLessThanOrEqual(5)
  })

  it('tells no more than a few hundred marks at a time', () => {
    const { source } = roomOfBoth()
    const [sample] = ana.annotations as unknown as Annotation[]
    if (!sample) throw new Error('no mark')
    const ids = Array.from({ length: 10_000 }, (_, i) => `ana.${i}`)
    const { bench, said } = benchHere()
    watchAgreement(
      { ...source, ids: () => ids, annotation: (id) => ({ ...sample, id }) },
      { about: 'figures', bench, now },
    )
    vi.advanceTimersByTime(5000)
    const told = said.flatMap((one) => (one.type === 'change' ? [one.change.put.length] : []))
    expect(told.reduce((sum, one) => sum + one, 0)).toBe(10_000)
    expect(Math.max(...told)).toBeLessThanOrEqual(200)
  })

  it('says when its worker has failed, and leaves the room when it is closed', () => {
    const { source, listeners } = roomOfBoth()
    const { bench, bus } = benchHere()
    const live = watchAgreement(source, { about: 'figures', bench, now })
    bus.dispatchEvent(new Event('error'))
    expect(live.standing.get().phase).toBe('failed')
    live.close()
    expect(listeners.size).toBe(0)
  })
})

describe('where people differ', () => {
  it('is told by mark: what another has not, or has otherwise', () => {
    const { annotations, relations } = roomOfBoth()
    const ledger = makeLedger(opening)
    ledger.change({ put: [...annotations.values()], putRelations: [...relations.values()], drop: [] })
    const differing = new Set(ledger.answer('differing'))
    // Only Ana's, other borders, other kind, and of other attributes only.
    expect(['ana.x02', 'ana.m08', 'ben.m08', 'ana.m44', 'ana.m15'].map((id) => differing.has(id))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ])
  })

  it('is nobody’s affair what came with a file, and none of the figures’', () => {
    const { annotations, relations } = roomOfBoth()
    const put = [...annotations.values()]
    const ledger = makeLedger({ ...opening, without: ['ben'] })
    ledger.change({ put, putRelations: [...relations.values()], drop: [] })
    expect(ledger.answer('differing')).toEqual([])
    const { report, marks } = ledger.answer('figures')
    expect(report.people).toEqual(['ana'])
    expect(marks).toBe(put.filter(({ author }) => author === 'ana').length)
  })
})
