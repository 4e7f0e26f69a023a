import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../seeds/label-set.json' with { type: 'json' }
import type { Annotation, Attributes } from './annotation.ts'
import type { Comment } from './comment.ts'
import { labelSetSchema } from './labelset.ts'
import type { Relation } from './relation.ts'
import type { Role } from './roles.ts'
import { emptyRecords, type Records } from './room.ts'
import { blocking, type CheckKind, checksOf, openPoints } from './signoff.ts'
import type { Verdict } from './verdict.ts'

const set = labelSetSchema.parse(labelSetJson)
const roles = new Map<string, Role>([
  ['ada', 'annotator'],
  ['ben', 'annotator'],
  ['rae', 'reviewer'],
  ['rob', 'reviewer'],
])
const judging = { roleOf: (person: string) => roles.get(person) ?? null, peersJudge: false }

const authorOf = (id: string) => id.slice(0, id.indexOf('.'))
const mark = (id: string, kind = 'claim', start = 0, attributes: Attributes = {}): Annotation => ({
  id,
  author: authorOf(id),
  at: 1,
  kind,
  spans: [[start, start + 5]],
  attributes,
})
const denies = (id: string, from: string, to: string): Relation => ({
  id,
  author: authorOf(id),
  at: 1,
  type: 'denies',
  from,
  to,
})
const judged = (words: string, more: Partial<Verdict> = {}): Verdict => {
  const [author = '', decision = '', on = ''] = words.split(' ')
  return {
    id: `${author}.${on.replace('.', '-')}`,
    author,
    at: 2,
    on,
    decision: decision as Verdict['decision'],
    ...more,
  }
}
const said = (id: string, on: string): Comment => ({ id, author: authorOf(id), at: 1, on, body: 'Sure?' })

function recordsOf(all: {
  marks?: Annotation[]
  relations?: Relation[]
  comments?: Comment[]
  verdicts?: Verdict[]
}): Records {
  const records = emptyRecords()
  for (const one of all.marks ?? []) records.annotations.set(one.id, one)
  for (const one of all.relations ?? []) records.relations.set(one.id, one)
  for (const one of all.comments ?? []) records.comments.set(one.id, one)
  for (const one of all.verdicts ?? []) records.verdicts.set(one.id, one)
  return records
}

const checks = (all: Parameters<typeof recordsOf>[0]) => checksOf(recordsOf(all), set, judging)
/** What is open, each as `mark` or `mark: what it lacks`. */
const open = (is: CheckKind, all: Parameters<typeof recordsOf>[0]) =>
  (checks(all).find((one) => one.is === is)?.points ?? []).map(({ on, lacks }) =>
    lacks ? `${on}: ${lacks.join(', ')}` : on,
  )
const blocks = (all: Parameters<typeof recordsOf>[0]) => blocking(checks(all)).map(({ is }) => is)

describe('what stands against signing off', () => {
  it('is nothing where nothing was marked, and where all of it is decided and whole', () => {
    expect(openPoints(checks({}))).toEqual({})
    const all = { marks: [mark('ada.1')], verdicts: [judged('rae accept ada.1')] }
    expect(openPoints(checks(all))).toEqual({})
  })

  it('is told, and does not block, where nobody has judged anything', () => {
    const all = { marks: [mark('ben.2', 'claim', 9), mark('ada.1')] }
    expect(open('undecided', all)).toEqual(['ada.1', 'ben.2'])
    expect(blocks(all)).toEqual([])
  })

  it('is a review that was begun and left a mark out', () => {
    const all = { marks: [mark('ada.1'), mark('ben.2', 'claim', 9)], verdicts: [judged('rae accept ada.1')] }
    expect(open('undecided', all)).toEqual(['ben.2'])
    expect(blocks(all)).toEqual(['undecided'])
  })

  it('is nothing at a mark that says what an accepted one says', () => {
    const all = { marks: [mark('ada.1'), mark('ben.2')], verdicts: [judged('rae accept ada.1')] }
    expect(open('undecided', all)).toEqual([])
  })

  it('is a mark about which reviewers are split', () => {
    const all = { marks: [mark('ada.1')], verdicts: [judged('rae accept ada.1'), judged('rob reject ada.1')] }
    expect(open('disputed', all)).toEqual(['ada.1'])
    expect(blocks(all)).toEqual(['disputed'])
  })

  it('is a mark in doubt since the text was revised, until somebody has decided about it', () => {
    const doubts = (['open', 'moved', 'let-go'] as const).map((state, i) => ({ mark: mark(`ada.${i}`), state }))
    const found = checksOf(recordsOf({}), set, judging, doubts)
    expect(openPoints(found)).toEqual({ doubts: 1 })
    expect(blocking(found).map(({ points }) => points)).toEqual([[{ on: 'ada.0' }]])
  })

  it('is a thread without a last word, about a mark or the article', () => {
    const resolved: Comment = { id: 'rae.t', author: 'rae', at: 2, thread: 'ada.c', state: 'resolved' }
    const comments = [said('ada.c', 'ada.1'), said('ben.c', 'article')]
    expect(open('threads', { marks: [mark('ada.1')], comments })).toEqual(['ada.1', 'article'])
    expect(open('threads', { marks: [mark('ada.1')], comments: [...comments, resolved] })).toEqual(['article'])
  })
})

describe('what a mark lacks', () => {
  const claim = mark('ada.c')
  const denial = mark('ada.d', 'denial', 20, { mode: 'explicit' })

  it('is a link or an attribute that its kind asks for', () => {
    expect(open('relations', { marks: [claim, denial] })).toEqual(['ada.d: denies'])
    expect(open('relations', { marks: [claim, denial], relations: [denies('ben.r', 'ada.d', 'ada.c')] })).toEqual([])
    expect(open('attributes', { marks: [mark('ada.d', 'denial', 20)] })).toEqual(['ada.d: mode'])
  })

  it('is a link that leads to a rejected mark, unless that is the duplicate of one that stands', () => {
    const all = { marks: [claim, denial, mark('ben.c')], relations: [denies('ada.r', 'ada.d', 'ada.c')] }
    expect(open('relations', { ...all, verdicts: [judged('rae reject ada.c')] })).toEqual(['ada.d: denies'])
    const verdicts = [judged('rae duplicate ada.c', { of: 'ben.c' })]
    expect(open('relations', { ...all, verdicts })).toEqual([])
  })

  it('is asked of no mark that is rejected', () => {
    const all = { marks: [mark('ada.d', 'denial', 20)], verdicts: [judged('rae reject ada.d')] }
    expect(openPoints(checks(all))).toEqual({})
  })

  it('is asked of the mark as it was corrected', () => {
    const accept = (fix: Verdict['fix']) => ({
      marks: [mark('ada.d', 'denial', 20)],
      verdicts: [judged('rae accept ada.d', { fix })],
    })
    expect(open('attributes', accept({ attributes: { mode: 'explicit' } }))).toEqual([])
    expect(openPoints(checks(accept({ kind: 'claim' })))).toEqual({})
  })

  it('is nothing where somebody else, who marked the same, has it', () => {
    const twin = { ...denial, id: 'ben.d', author: 'ben' }
    const relations = [denies('ben.r', 'ben.d', 'ada.c')]
    expect(open('relations', { marks: [claim, denial, twin], relations })).toEqual([])
  })
})
