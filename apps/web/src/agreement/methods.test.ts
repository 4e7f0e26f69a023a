import type { Annotated } from '@attest/schema/agreement/annotated'
import { type ReportOptions, reportOf } from '@attest/schema/agreement/report'
import type { AgreementDone } from '@attest/schema/agreement-api'
import { agreementDoneSchema } from '@attest/schema/agreement-api'
import { describe, expect, it } from 'vitest'
import { methodsText } from './methods.ts'
import { agreementSearchSchema, endOfDay, startOfDay, toggled } from './search.ts'

const context = {
  nameOf: (person: string) => ({ ada: 'Ada', bo: 'Bo' })[person] ?? person,
  labelOf: (kind: string) => ({ claim: 'Claim', denial: 'Denial' })[kind] ?? kind,
  from: null,
  to: null,
}

const layer = (person: string, ...marks: [kind: string, start: number, end: number][]) => ({
  person,
  annotations: marks.map(([kind, start, end], i) => ({
    id: `${person}.${i}`,
    kind,
    spans: [[start, end]] as [[number, number]],
    at: 1,
  })),
  relations: [],
})

/** What the server would tell of these articles. */
function told(annotated: Annotated[], options: Partial<ReportOptions> = {}, more: Partial<AgreementDone> = {}) {
  const report = reportOf(annotated, { kinds: ['claim', 'denial'], ...options })
  return agreementDoneSchema.parse({
    state: 'done',
    when: 'now',
    labels: [],
    revealed: 0,
    leftOut: 0,
    unread: 0,
    compared: report.people,
    after: null,
    drift: { by: 'tenth', people: [] },
    ...report,
    people: [],
    byArticle: [],
    gold: null,
    ...more,
  })
}

const text = 'He said it was so, and she denied it. '.repeat(3)
const articles = (count: number): Annotated[] =>
  Array.from({ length: count }, (_, i) => ({
    article: `a${i}`,
    length: text.length,
    text,
    layers: [
      layer('ada', ['claim', 0, 10], ['denial', 20, 30]),
      layer('bo', ['claim', 0, 10], ['denial', i % 2 === 0 ? 20 : 22, 30]),
    ],
  }))

describe('the methods paragraph', () => {
  it('says what the figures are of, the figures with their intervals, and how they were computed', () => {
    const paragraph = methodsText(told(articles(12), { gamma: { seed: 9 }, seed: 4 }), context)
    expect(paragraph).toContain('on 12 articles that at least two people had annotated (of 12)')
    expect(paragraph).toContain('by 2 annotators (Ada and Bo), who made 48 marks of the kinds Claim and Denial.')
    expect(paragraph).toMatch(/Span F1 = .* was 0\.750 \[0\.\d{3}, 0\.\d{3}\] for exact matches/)
    expect(paragraph).toContain('(by kind: Claim 1.000, Denial 0.500)')
    for (const name of [
      'Cohen’s (1960) kappa',
      'nominal alpha',
      'alpha for unitizing',
      'Dice’s coefficient',
      'UTF-16',
      'UAX 29',
    ])
      expect(paragraph).toContain(name)
    expect(paragraph).toMatch(/Gamma \(Mathet et al\. 2015; .*30 random samples, seed 9; .*\) was 0\.\d{3}/)
    expect(paragraph).toContain('(1,000 draws over 12 articles, seed 4)')
    expect(paragraph).toContain(
      'F1 of relations (the same type, between marks that are aligned) was not defined (no relations were marked).',
    )
    expect(paragraph.replace(/not defined .no relations/, '')).not.toMatch(/NaN|undefined|null|not defined/)
  })

  it('says what is not defined and why, what is left out, and that there are no intervals', () => {
    const [one] = articles(1)
    const done = told(
      [{ ...(one as Annotated), layers: [layer('ada'), layer('bo')] }],
      { draws: 0 },
      { leftOut: 2, unread: 1 },
    )
    const paragraph = methodsText(done, { ...context, from: '2026-11-01' })
    expect(paragraph).toContain('Not included: 2 blind articles not yet revealed and 1 article that could not be read.')
    expect(paragraph).toContain('was not defined (nothing was marked) for exact matches')
    expect(paragraph).toContain('by their newest mark from 2026-11-01')
    expect(paragraph).toContain('There were too few articles for bootstrap intervals.')
    expect(paragraph).not.toContain('Gamma')
  })
})

describe('the address of the page', () => {
  it('keeps what it understands and drops the rest', () => {
    const typed = { kinds: 7, from: 'yesterday', to: '2026-11-02', gold: '1', gamma: 'maybe', measure: 'partial' }
    expect(agreementSearchSchema.parse(typed)).toEqual({ kinds: '7', to: '2026-11-02', gold: true, measure: 'partial' })
  })

  it('takes a value into a list and out again, and leaves nothing behind', () => {
    const one = toggled({}, 'kinds', 'claim')
    expect(toggled(one, 'kinds', 'denial').kinds).toBe('claim,denial')
    expect(toggled(one, 'kinds', 'claim').kinds).toBeUndefined()
  })

  it('ends a day where the next one begins', () => {
    expect(endOfDay('2026-10-31')).toBe(startOfDay('2026-11-01'))
    expect(endOfDay('2026-12-31')).toBe(startOfDay('2027-01-01'))
  })
})
