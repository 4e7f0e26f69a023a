import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../../seeds/label-set.json' with { type: 'json' }
import { blocksOf, hashText } from '../article.ts'
import type { Comment } from '../comment.ts'
import { labelSetSchema } from '../labelset.ts'
import { emptyRecords } from '../room.ts'
import type { Verdict } from '../verdict.ts'
import { anonymised, pseudonymsOf } from './anonymous.ts'
import { type AnnotatedArticle, readAttestJson, writeAttestJson } from './attest-json.ts'
import { choose } from './choose.ts'

const text = 'Ada denies what Ben claims.'

/** Ada has a denial of a claim of Ben’s, which Rita, who reviews, has accepted; and a claim of her own. */
function article(): AnnotatedArticle {
  const records = emptyRecords()
  const mark = (id: string, author: string, kind: string, span: [number, number]) =>
    records.annotations.set(id, { id, kind, spans: [span], attributes: {}, author, at: 1 })
  mark('ada.denial', 'ada', 'denial', [0, 10])
  mark('ada.claim', 'ada', 'claim', [0, 3])
  mark('ben.claim', 'ben', 'claim', [16, 26])
  const link = (id: string, author: string, from: string, to: string, type = 'denies') =>
    records.relations.set(id, { id, type, from, to, author, at: 1 })
  link('ada.r1', 'ada', 'ada.denial', 'ben.claim')
  link('ada.r2', 'ada', 'ada.denial', 'ada.claim')
  link('ben.r3', 'ben', 'ada.claim', 'ben.claim', 'same_as')
  const say = (comment: Comment) => records.comments.set(comment.id, comment)
  say({ id: 'ben.c1', on: 'ada.claim', body: '@Ada Lovelace no?', mentions: ['ada'], author: 'ben', at: 1 })
  say({ id: 'ada.c2', on: 'ada.claim', replyTo: 'ben.c1', body: 'yes', author: 'ada', at: 2 })
  say({ id: 'rita.c3', thread: 'ben.c1', state: 'resolved', author: 'rita', at: 3 })
  say({ id: 'ben.c4', on: 'article', body: 'all of it', author: 'ben', at: 4 })
  const judge = (verdict: Verdict) => records.verdicts.set(verdict.id, verdict)
  judge({ id: 'rita.v1', on: 'ben.claim', decision: 'accept', author: 'rita', at: 5 })
  judge({ id: 'rita.v2', on: 'ada.claim', decision: 'duplicate', of: 'ben.claim', author: 'rita', at: 5 })
  return {
    article: {
      id: 'article',
      title: 'Denied',
      language: 'en',
      direction: 'auto',
      text,
      sha256: hashText(text),
      blocks: blocksOf(text),
      inlines: [],
    },
    project: { id: 'project', name: 'Project', mode: 'open', peersJudge: false },
    labelSet: labelSetSchema.parse(labelSetJson),
    people: [
      { id: 'ada', name: 'Ada Lovelace', role: 'annotator' },
      { id: 'ben', name: 'Ben Okri', role: 'annotator' },
      { id: 'rita', name: 'Rita Levi', role: 'reviewer' },
    ],
    records,
    history: ['ada.claim', 'ben.claim'].map((id, i) => ({
      number: i + 1,
      turn: 1,
      at: 1,
      person: id.slice(0, 3),
      root: 'annotations',
      id,
      type: 'put',
      before: null,
      after: { id, author: id.slice(0, 3), kind: 'claim' },
      isLast: true,
    })),
  }
}

function told({ records, people, history }: AnnotatedArticle) {
  const { annotations, relations, comments, verdicts } = records
  const ids = [annotations, relations, comments, verdicts].flatMap((map) => [...map.keys()])
  return { ids, people: people.map(({ id }) => id), acts: history?.map(({ id }) => id) }
}

describe('what goes out', () => {
  it('is all of it, untouched, where nothing was chosen', () => {
    const given = article()
    expect(choose(given, { layers: 'all' })).toBe(given)
  })

  it('is what some people have made, and what is said about that', () => {
    expect(told(choose(article(), { layers: ['ada'] }))).toEqual({
      ids: ['ada.denial', 'ada.claim', 'ada.r2', 'ben.c1', 'ada.c2', 'rita.c3', 'rita.v2'],
      people: ['ada', 'ben', 'rita'],
      acts: ['ada.claim'],
    })
    expect(told(choose(article(), { layers: ['ben'] }))).toEqual({
      ids: ['ben.claim', 'ben.c4', 'rita.v1'],
      people: ['ben', 'rita'],
      acts: ['ben.claim'],
    })
  })

  it('is what was accepted, or the gold as of one annotator', () => {
    expect(told(choose(article(), { layers: 'accepted' })).ids).toEqual(['ben.claim', 'rita.v1'])
    expect(told(choose(article(), { layers: 'gold' }))).toEqual({ ids: ['gold.m1'], people: ['gold'], acts: undefined })
  })

  it('is a selection of marks, with the relations between them', () => {
    const { ids } = told(choose(article(), { layers: 'all', marks: ['ada.denial', 'ben.claim', 'eve.m'] }))
    expect(ids).toEqual(['ada.denial', 'ben.claim', 'ada.r1', 'rita.v1'])
    expect(told(choose(article(), { layers: 'gold', marks: ['ada.claim'] })).ids).toEqual([])
  })
})

describe('an anonymous file', () => {
  const { people } = article()
  const pseudonyms = pseudonymsOf(people, 'secret')

  it('names nobody anywhere, and is as sound as the other', () => {
    const given = { ...article(), records: article().records }
    const file = JSON.stringify(writeAttestJson(anonymised(given, pseudonyms)))
    for (const { id, name } of people) {
      expect(file).not.toMatch(new RegExp(`"${id}[".]`))
      expect(file).not.toContain(name)
    }
    const reading = readAttestJson(JSON.parse(file))
    expect(reading).toMatchObject({ ok: true })
    const outcomes = (one: AnnotatedArticle) =>
      writeAttestJson(one)
        .outcomes.map(({ outcome }) => outcome)
        .sort()
    expect(outcomes(anonymised(given, pseudonyms))).toEqual(outcomes(given))
  })

  it('calls them otherwise in what mentions them, the longest name first', () => {
    const named = pseudonymsOf(
      [
        { id: 'ada', name: 'Ada' },
        { id: 'l', name: 'Ada L.' },
        { id: 'm', name: 'Adam' },
      ],
      'secret',
    )
    expect(named.within('mail@x @Ada L. and @Adam, @Ada: @Adams')).toBe(
      `mail@x @${named.of('l')} and @${named.of('m')}, @${named.of('ada')}: @Adams`,
    )
  })

  it('orders people by nothing that one could know', () => {
    const orders = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((secret) =>
      people.map(({ id }) => pseudonymsOf(people, secret).of(id)).join(),
    )
    expect(new Set(orders).size).toBeGreaterThan(1)
    expect(pseudonymsOf(people.toReversed(), 'secret').of('ada')).toBe(pseudonyms.of('ada'))
    expect(pseudonyms.of('gone')).toMatch(/^person-x[0-9a-f]{12}$/)
  })
})
