/** How far the people of a project agree, as the server tells it: to whom, of what, and the figures themselves. */
import type { AgreementDone, Differing } from '@attest/schema/agreement-api'
import { emptyRecords, type Records } from '@attest/schema/room'
import { describe, expect, it } from 'vitest'
import { cutsOf } from '../../apps/server/src/agreement/figures.ts'
import { answerOf, type Name, openRound, type Round, roundText } from '../support/round.ts'
import { problemOf } from './support.ts'

type Marked = readonly [kind: string, words: string]

/** One article is open, one blind and one revealed; in the last, Bo has come round to Ada's view since. */
describe('the agreement of a project', () => {
  let round: Round
  let articles: { open: string; blind: string; revealed: string }
  const ask = (name: Name, query = '') =>
    round.browsers[name].read<AgreementDone>(`/api/projects/${round.project}/agreement${query}`)
  const differences = (name: Name, query: string) =>
    round.browsers[name].read<Differing>(`/api/projects/${round.project}/agreement/differences?${query}`)
  const put = (name: Name, room: string, marks: readonly Marked[]) => {
    const records = recordsOf(round.ids[name], marks)
    return round.server.rooms.putRecords(room, records, round.ids[name])
  }

  // One server for all that follows, because that is what takes time.
  it('is of everything for whoever reviews, and of what is not blind for the others, who are told how much is left out', async () => {
    round = await openRound({ mode: 'open' })
    const { ids } = round
    const open = await round.article()
    await round.change({ mode: 'blind' })
    const [blind, revealed] = [await round.article(), await round.article()]
    articles = { open, blind, revealed }
    await put('ada', open, [
      ['claim', 'The old bridge'],
      ['claim', 'Nobody was hurt'],
    ])
    await put('bo', open, [
      ['claim', 'The old bridge'],
      ['denial', 'Nobody was hurt'],
    ])
    for (const article of [blind, revealed]) {
      await put('ada', round.layer('ada', article), [['claim', 'old bridge']])
      await put('bo', round.layer('bo', article), [['claim', 'the police']])
    }
    await answerOf(round.browsers.olga.post(`/api/articles/${revealed}/reveal`))
    await put('bo', revealed, [['claim', 'old bridge']])

    for (const name of ['olga', 'rita'] as const) {
      const { articles, leftOut, compared, revealed } = await ask(name)
      expect({ articles, leftOut, revealed }).toEqual({ articles: 3, leftOut: 0, revealed: 1 })
      expect(compared).toEqual([ids.ada, ids.bo].sort())
    }
    for (const name of ['ada', 'bo', 'vic'] as const) {
      const found = await ask(name)
      expect(found).toMatchObject({ articles: 2, leftOut: 1 })
      expect(found.byArticle.map(({ article }) => article)).not.toContain(blind)
      const told = await differences(name, `a=${ids.ada}&b=${ids.bo}`)
      expect(told.differences.map(({ article }) => article)).not.toContain(blind)
      const asked = await ask(name, `?articles=${blind}`)
      expect(asked).toMatchObject({ articles: 0, leftOut: 1, people: [] })
    }
    expect((await differences('rita', `a=${ids.ada}&b=${ids.bo}&articles=${blind}`)).total).toBe(2)
    await figures()
    await before()
    await cells()
    await submitted()
    await gold()
    await sources()
    await again()
  })

  /** 2 of Ada's 3 marks are Bo's 4 as well: F1 is 2 · 2 / (3 + 4). */
  async function figures() {
    const { ids } = round
    const { pairs, overall, method, drift } = await ask('ada')
    expect(pairs).toHaveLength(1)
    expect(overall.exact.pooled.value).toBeCloseTo(4 / 7, 12)
    expect(overall.counts).toEqual({ same: 2, borders: 0, kind: 1, both: 0, missing: 1 })
    expect(method.bootstrap).toBeNull()
    expect(overall.gammaOfPairs).toMatchObject({ value: null, reason: 'not-computed' })
    expect(drift.by).toBe('tenth')
    expect(drift.people.map(({ person }) => person)).toEqual([ids.ada, ids.bo].sort())
    const asked = await ask('ada', '?gamma=pairs&seed=5&kinds=claim')
    expect(asked.kinds).toEqual(['claim'])
    expect(asked.method.gamma).toMatchObject({ seed: 5, samples: 30 })
    expect(asked.overall.gammaOfPairs.value).toEqual(expect.any(Number))
    expect((await ask('ada', `?people=${ids.ada}`)).pairs).toEqual([])
    const future = await ask('ada', `?from=${Date.now() + 1e9}`)
    expect(future).toMatchObject({ articles: 0, pairs: [] })
    for (const query of ['when=then', 'from=x', 'gamma=maybe', 'seed=-1'])
      expect(
        await problemOf(await round.browsers.ada.get(`/api/projects/${round.project}/agreement?${query}`)),
      ).toBeTruthy()
  }

  async function before() {
    const found = await ask('ada', '?when=before')
    expect(found.articles).toBe(1)
    expect(found.overall.exact.pooled.value).toBe(0)
    expect(found.after?.exact.pooled.value).toBeCloseTo(2 / 3, 12)
    expect((await ask('ada')).after).toBeNull()
  }

  async function cells() {
    const { ids } = round
    const [a, b] = [ids.ada, ids.bo]
    const cell = await differences('ada', `a=${a}&b=${b}&row=claim&column=denial`)
    expect(cell.total).toBe(1)
    expect(cell.differences[0]).toMatchObject({
      article: articles.open,
      what: 'kind',
      a: { kind: 'claim', quote: 'Nobody was hurt' },
      b: { kind: 'denial' },
    })
    expect((await differences('ada', `a=${a}&b=${b}&what=missing`)).differences).toMatchObject([
      { article: articles.revealed, a: null, b: { quote: 'the police' } },
    ])
    expect((await differences('ada', `a=${a}&b=${b}&row=-`)).total).toBe(1)
    expect((await differences('ada', `a=${a}&b=${b}&row=claim&column=claim`)).total).toBe(2)
    const limited = await differences('ada', `a=${a}&b=${b}&limit=1`)
    expect([limited.total, limited.differences.length]).toEqual([2, 1])
    const path = `/api/projects/${round.project}/agreement/differences?a=${a}&b=${a}`
    expect(await problemOf(await round.browsers.ada.get(path))).toMatch('name two people')
  }

  /** Rita found nothing to mark, and said so: that is an answer, and no gap. */
  async function submitted() {
    await round.assign([articles.open], ['rita'])
    expect((await ask('olga')).compared).not.toContain(round.ids.rita)
    await round.step('rita', 'start', articles.open)
    await round.step('rita', 'submit', articles.open)
    const { compared, pairs } = await ask('olga')
    expect(compared).toContain(round.ids.rita)
    expect(pairs.find(({ a, b }) => [a, b].includes(round.ids.rita))?.exact.pooled.value).toBe(0)
  }

  async function gold() {
    const { ids, server } = round
    const none = await ask('ada', '?against=gold')
    expect(none.gold).toBeNull()
    const verdict = (n: number, on: string, decision: 'accept' | 'reject') => ({
      id: `${ids.olga}.v${n}`,
      on,
      decision,
      author: ids.olga,
      at: 10 + n,
    })
    const judge = (...verdicts: ReturnType<typeof verdict>[]) => {
      const records = { ...emptyRecords(), verdicts: new Map(verdicts.map((one) => [one.id, one])) }
      return server.rooms.putRecords(articles.open, records, ids.olga)
    }
    await judge(verdict(1, `${ids.ada}.The-old-bridge`, 'accept'))
    // A verdict is still missing, so Ada's other mark is neither right nor wrong.
    expect((await ask('ada', '?against=gold')).gold).toBeNull()
    await judge(
      verdict(2, `${ids.ada}.Nobody-was-hurt`, 'reject'),
      verdict(3, `${ids.bo}.Nobody-was-hurt`, 'accept'),
      verdict(4, `${ids.bo}.The-old-bridge`, 'accept'),
    )
    const { gold } = await ask('ada', '?against=gold')
    expect(gold).toMatchObject({ articles: 1, undecided: 0 })
    const of = (person: string) => gold?.persons.find((one) => one.person === person)
    expect(of(ids.ada)?.exactPrecision.pooled.value).toBeCloseTo(1 / 2, 12)
    expect(of(ids.bo)?.exactRecall.pooled.value).toBe(1)
    const wrong = await differences('ada', `a=~gold&b=${ids.ada}`)
    expect(wrong.differences).toMatchObject([{ what: 'kind', a: { kind: 'denial' }, b: { kind: 'claim' } }])
  }

  /** What a model has marked is nobody's: it is compared, and keeps gold waiting, for nobody who did not ask. */
  async function sources() {
    const { ids, server } = round
    const before = await ask('ada', '?against=gold')
    const model = { id: 'layer-of-a-model', projectId: round.project, kind: 'prediction', by: ids.olga } as const
    await server.catalog.sources.add([{ ...model, name: 'rules', title: 'rules 1' }])
    await server.rooms.putRecords(articles.open, recordsOf(model.id, [['claim', 'the police said']]), ids.olga)
    const after = await ask('ada', '?against=gold')
    expect(after.people.find(({ id }) => id === model.id)).toMatchObject({ source: 'prediction', role: null })
    expect(after.compared).toEqual(before.compared)
    expect(after.overall).toEqual(before.overall)
    expect(after.gold).toEqual(before.gold)
    const asked = await ask('ada', `?people=${ids.ada},${model.id}`)
    expect(asked.compared).toEqual([ids.ada, model.id].sort())
    expect(asked.pairs).toHaveLength(1)
  }

  async function again() {
    const before = await ask('ada')
    expect(await ask('ada')).toEqual(before)
    await put('ada', articles.revealed, [['claim', 'the mayor']])
    expect((await ask('ada')).overall.counts.missing).toBe(before.overall.counts.missing + 1)
  }
})

describe('the periods of a drift', () => {
  const day = 86_400_000

  it('are weeks from Monday on where there are four of them', () => {
    const monday = Date.UTC(2026, 0, 5)
    expect(cutsOf([monday + day, monday + 22 * day])).toEqual({
      by: 'week',
      cuts: [0, 1, 2, 3, 4].map((week) => monday + 7 * week * day),
    })
  })

  it('are tenths of the marks otherwise, each with something in it', () => {
    const times = Array.from({ length: 40 }, (_, i) => 1000 + i)
    expect(cutsOf(times)).toMatchObject({ by: 'tenth', cuts: { length: 11, 0: 1000, 10: 1040 } })
    expect(cutsOf([5, 5, 5])).toEqual({ by: 'tenth', cuts: [5, 6] })
    expect(cutsOf([])).toEqual({ by: 'tenth', cuts: [] })
  })
})

function recordsOf(author: string, marks: readonly Marked[]): Records {
  const records = emptyRecords()
  for (const [kind, words] of marks) {
    const id = `${author}.${words.replace(/\W+/g, '-')}`
    const start = roundText.indexOf(words)
    const spans: [number, number][] = [[start, start + words.length]]
    records.annotations.set(id, { id, kind, spans, attributes: {}, author, at: Date.now() })
  }
  return records
}
