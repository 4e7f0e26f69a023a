import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Annotation } from './annotation.ts'
import { type Outcome, outcomeOf, rulingOf, standingVerdicts } from './outcome.ts'
import type { Role } from './roles.ts'
import { type Decision, decisions, type Verdict } from './verdict.ts'

const mark: Annotation = { id: 'ada.1', kind: 'claim', spans: [[0, 5]], attributes: {}, author: 'ada', at: 1 }

const roles = new Map<string, Role>([
  ['ada', 'annotator'],
  ['bo', 'annotator'],
  ['cy', 'annotator'],
  ['di', 'annotator'],
  ['rae', 'reviewer'],
  ['rob', 'reviewer'],
  ['ray', 'reviewer'],
  ['olga', 'owner'],
  ['otto', 'owner'],
  ['vic', 'viewer'],
])

let made = 0

/** `verdict('bo accept 3')`: Bo's verdict about Ada's mark, at that time. */
function verdict(words: string): Verdict {
  const [author = '', decision = '', at = '1'] = words.split(' ')
  const base = { id: `${author}.v${made++}`, on: mark.id, author, at: Number(at) }
  return decision === 'duplicate'
    ? { ...base, decision, of: 'bo.9' }
    : { ...base, decision: decisions.find((one) => one === decision) ?? 'unsure' }
}

function outcome(verdicts: readonly Verdict[], peersJudge = true): Outcome {
  const standing = standingVerdicts(verdicts).get(mark.id) ?? []
  return outcomeOf(mark, standing, { roleOf: (person) => roles.get(person) ?? null, peersJudge })
}

describe('the outcome of a mark', () => {
  it.each<[string, string[], Outcome, Outcome?]>([
    // the verdicts, what they add up to, and what where peers do not judge (the same unless given)
    ['nobody judged', [], 'open'],
    ['a peer accepted', ['bo accept'], 'accepted', 'open'],
    ['a peer rejected', ['bo reject'], 'rejected', 'open'],
    ['a peer called it a duplicate', ['bo duplicate'], 'rejected', 'open'],
    ['a peer was unsure', ['bo unsure'], 'open'],
    ['two peers against one', ['bo accept', 'cy accept', 'di reject'], 'accepted', 'open'],
    ['peers are split', ['bo accept', 'cy reject'], 'disputed', 'open'],
    ['peers are split over a duplicate', ['bo accept', 'cy duplicate'], 'disputed', 'open'],
    ['an unsure peer breaks no tie', ['bo accept', 'cy reject', 'di unsure'], 'disputed', 'open'],
    ['a reviewer outweighs all peers', ['bo accept', 'cy accept', 'rae reject'], 'rejected'],
    ['reviewers are split, whatever the peers say', ['rae accept', 'rob reject', 'bo accept'], 'disputed'],
    ['two reviewers against one', ['rae accept', 'rob reject', 'ray reject'], 'rejected'],
    ['an unsure reviewer leaves it to the peers', ['rae unsure', 'bo accept'], 'accepted', 'open'],
    ['an owner outweighs all reviewers', ['rae reject', 'rob reject', 'olga accept'], 'accepted'],
    ['an owner rejects', ['rae accept', 'olga reject'], 'rejected'],
    ['an owner calls it a duplicate', ['rae accept', 'olga duplicate'], 'rejected'],
    ['an unsure owner leaves it to the reviewers', ['olga unsure', 'rae accept'], 'accepted'],
    ['of two owners the newest holds', ['olga accept 2', 'otto reject 3'], 'rejected'],
    [
      'an owner who became unsure leaves it to the other',
      ['olga accept 2', 'otto reject 1', 'olga unsure 3'],
      'rejected',
    ],
    ['an owner who became unsure does not silence the other', ['olga accept 1', 'otto unsure 3'], 'accepted'],
    ['a changed mind counts once, as it is now', ['bo accept 1', 'bo reject 2'], 'rejected', 'open'],
    ['the newest holds, whenever it arrives', ['bo reject 2', 'bo accept 1'], 'rejected', 'open'],
    ['a viewer has no voice', ['vic accept'], 'open'],
    ['nor somebody who is not in the project', ['zoe reject'], 'open'],
    ['nor the author', ['ada accept'], 'open'],
    ['nor the author against a peer', ['ada accept', 'bo reject'], 'rejected', 'open'],
  ])('%s', (_, words, withPeers, withoutPeers = withPeers) => {
    expect(outcome(words.map(verdict), true)).toBe(withPeers)
    expect(outcome(words.map(verdict), false)).toBe(withoutPeers)
  })

  it('is not decided by its author, even as owner', () => {
    const own: Verdict = { ...verdict('olga accept'), on: 'olga.1' }
    expect(standingVerdicts([own]).size).toBe(0)
  })

  it('does not take the verdicts about another mark', () => {
    const other: Verdict = { ...verdict('bo reject'), on: 'ada.2' }
    expect(outcome([other])).toBe('open')
    expect(
      standingVerdicts([other, verdict('cy accept')])
        .get(mark.id)
        ?.map(({ author }) => author),
    ).toEqual(['cy'])
  })

  it('is not touched by a person whose name begins like the author’s', () => {
    roles.set('ad', 'annotator')
    expect(outcome([verdict('ad reject')])).toBe('rejected')
    roles.delete('ad')
  })

  it('names what a rejected one is a duplicate of, unless most say that it is wrong', () => {
    const of = (...words: string[]) => {
      const standing = standingVerdicts(words.map(verdict)).get(mark.id) ?? []
      return rulingOf(mark, standing, { roleOf: (person) => roles.get(person) ?? null, peersJudge: true }).of
    }
    expect(of('rae duplicate')).toBe('bo.9')
    expect(of('rae duplicate', 'rob reject')).toBe('bo.9')
    expect(of('rae duplicate', 'rob reject', 'ray reject')).toBeNull()
    expect(of('rae duplicate', 'rob accept', 'ray accept')).toBeNull()
    expect(of('rae duplicate', 'olga reject')).toBeNull()
  })

  it.each<[string, [string, Verdict['fix']][], Outcome, Verdict['fix'] | null]>([
    ['no correction', [['rae accept', undefined]], 'accepted', null],
    [
      'the owner’s',
      [
        ['rae accept', { kind: 'denial' }],
        ['olga accept', { kind: 'citation' }],
      ],
      'accepted',
      { kind: 'citation' },
    ],
    [
      'that of one of two who accept',
      [
        ['rae accept', { kind: 'denial' }],
        ['rob accept', undefined],
      ],
      'accepted',
      { kind: 'denial' },
    ],
    [
      'none where most accept it as it is',
      [
        ['rae accept', { kind: 'denial' }],
        ['rob accept', undefined],
        ['ray accept', undefined],
      ],
      'accepted',
      null,
    ],
    [
      'each part by itself',
      [
        ['rae accept', { kind: 'denial' }],
        ['rob accept', { spans: [[1, 5]] }],
      ],
      'accepted',
      { kind: 'denial', spans: [[1, 5]] },
    ],
    [
      'what most want',
      [
        ['rae accept', { kind: 'denial' }],
        ['rob accept', { kind: 'citation' }],
        ['ray accept', { kind: 'denial' }],
      ],
      'accepted',
      { kind: 'denial' },
    ],
    [
      'none of two that contradict each other',
      [
        ['rae accept', { kind: 'denial' }],
        ['rob accept', { kind: 'citation' }],
      ],
      'disputed',
      null,
    ],
    [
      'attributes in whatever order',
      [
        ['rae accept', { attributes: { a: '1', b: '2' } }],
        ['rob accept', { attributes: { b: '2', a: '1' } }],
      ],
      'accepted',
      { attributes: { a: '1', b: '2' } },
    ],
    [
      'none of somebody who rejects',
      [
        ['rae reject', { kind: 'denial' }],
        ['rob accept', undefined],
        ['ray accept', undefined],
      ],
      'accepted',
      null,
    ],
  ])('takes over %s', (_, said, outcome, fix) => {
    const verdicts = said.map(([words, fix]): Verdict => ({ ...verdict(words), ...(fix && { fix }) }))
    const standing = standingVerdicts(verdicts).get(mark.id) ?? []
    const ruling = rulingOf(mark, standing, { roleOf: (person) => roles.get(person) ?? null, peersJudge: true })
    expect([ruling.outcome, ruling.fix]).toEqual([outcome, fix])
  })

  const anyVerdict = fc
    .record({
      author: fc.constantFrom(...roles.keys(), 'zoe'),
      decision: fc.constantFrom<Decision>('accept', 'reject', 'unsure'),
      at: fc.integer({ min: 1, max: 4 }),
      local: fc.integer({ min: 1, max: 3 }),
    })
    .map(
      ({ author, decision, at, local }): Verdict => ({ id: `${author}.${local}`, on: mark.id, author, decision, at }),
    )

  it('is the same for everybody, in whatever order the verdicts arrived', () => {
    fc.assert(
      fc.property(
        // One person's verdict ids are unique, as keys of a map are.
        fc.uniqueArray(anyVerdict, { selector: ({ id }) => id, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        fc.boolean(),
        (verdicts, numbers, peersJudge) => {
          const shuffled = verdicts
            .map((one) => ({ one, key: numbers.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ one }) => one)
          expect(outcome(shuffled, peersJudge)).toBe(outcome(verdicts, peersJudge))
          expect(standingVerdicts(shuffled)).toEqual(standingVerdicts(verdicts))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('has at most one standing verdict of each person', () => {
    fc.assert(
      fc.property(fc.array(anyVerdict, { maxLength: 12 }), (verdicts) => {
        const authors = (standingVerdicts(verdicts).get(mark.id) ?? []).map(({ author }) => author)
        expect(new Set(authors).size).toBe(authors.length)
        expect(authors).not.toContain('ada')
      }),
    )
  })
})
