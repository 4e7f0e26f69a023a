import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../seeds/label-set.json' with { type: 'json' }
import { refusalOf, type Setting } from './judge.ts'
import { labelSetSchema } from './labelset.ts'
import { type Refusal, refusals } from './protocol.ts'
import { CLOCK_AHEAD_MS } from './record.ts'
import type { Role } from './roles.ts'
import type { Root } from './room.ts'

const now = 1_000_000_000
const setting: Setting = {
  text: 'Putin 🇩🇪 denied it',
  labelSet: labelSetSchema.parse(labelSetJson),
  peersJudge: true,
}
const base = { author: 'ada', at: now }
const claim = { ...base, id: 'ada.1', kind: 'claim', spans: [[0, 5]], attributes: {} }
const link = { ...base, id: 'ada.2', type: 'denies', from: 'ada.1', to: 'bo.1' }
const remark = { ...base, id: 'ada.3', on: 'ada.1', body: 'Mine.' }
const accept = { ...base, id: 'ada.5', on: 'bo.1', decision: 'accept' }

type Written = { id: string; [property: string]: unknown }
type Case = [string, Root, Written, Refusal | null]

function judged(root: Root, value: Written, role: Role = 'annotator', within = setting) {
  return refusalOf(root, value.id, value, { person: 'ada', role }, within, now)
}

describe('what a person writes', () => {
  it.each<Case>([
    ['a claim', 'annotations', claim, null],
    ['a claim with an attribute', 'annotations', { ...claim, attributes: { check_worthiness: 'high' } }, null],
    ['a mark whose attribute is left out on purpose', 'annotations', { ...claim, attributes: { gloss: null } }, null],
    [
      'a mark in two parts',
      'annotations',
      {
        ...claim,
        spans: [
          [0, 5],
          [6, 10],
        ],
      },
      null,
    ],
    ['a mark up to the last character', 'annotations', { ...claim, spans: [[0, 20]] }, null],
    ['a relation', 'relations', link, null],
    ['a comment, also on one’s own mark', 'comments', remark, null],
    ['a verdict about another’s mark', 'verdicts', accept, null],
    ['a correction', 'verdicts', { ...accept, fix: { kind: 'denial', spans: [[6, 10]], attributes: {} } }, null],
    ['a clock that is a little ahead', 'annotations', { ...claim, at: now + CLOCK_AHEAD_MS }, null],
    ['a mark made long ago, offline', 'annotations', { ...claim, at: 0 }, null],
  ])('is kept: %s', (_, root, value, refusal) => {
    expect(judged(root, value)).toBe(refusal)
  })

  it.each<Case>([
    ['a mark under another’s name', 'annotations', { ...claim, id: 'bo.1' }, 'not-yours'],
    ['a mark by another under one’s own name', 'annotations', { ...claim, author: 'bo' }, 'malformed-record'],
    ['something that is no mark', 'annotations', { ...claim, spans: 'all' }, 'malformed-record'],
    ['a clock that is far ahead', 'annotations', { ...claim, at: now + CLOCK_AHEAD_MS + 1 }, 'clock-ahead'],
    ['a mark past the text', 'annotations', { ...claim, spans: [[0, 21]] }, 'out-of-range'],
    [
      'a mark whose second part is past the text',
      'annotations',
      {
        ...claim,
        spans: [
          [0, 5],
          [19, 21],
        ],
      },
      'out-of-range',
    ],
    ['a mark through a flag', 'annotations', { ...claim, spans: [[0, 8]] }, 'cuts-character'],
    ['a mark through a surrogate pair', 'annotations', { ...claim, spans: [[7, 12]] }, 'cuts-character'],
    ['an unknown kind', 'annotations', { ...claim, kind: 'rumour' }, 'unknown-kind'],
    ['an attribute of another kind', 'annotations', { ...claim, attributes: { cue: 'x' } }, 'unknown-attribute'],
    ['an unknown value', 'annotations', { ...claim, attributes: { verdict: 'maybe' } }, 'unknown-attribute'],
    ['an unknown relation', 'relations', { ...link, type: 'supports' }, 'unknown-relation'],
    ['a verdict about one’s own mark', 'verdicts', { ...accept, on: 'ada.1' }, 'own-mark'],
    ['a correction past the text', 'verdicts', { ...accept, fix: { spans: [[0, 21]] } }, 'out-of-range'],
    ['a correction through a flag', 'verdicts', { ...accept, fix: { spans: [[0, 8]] } }, 'cuts-character'],
    ['a correction to an unknown kind', 'verdicts', { ...accept, fix: { kind: 'rumour' } }, 'unknown-kind'],
    [
      'a correction to a kind that has no such attribute',
      'verdicts',
      { ...accept, fix: { kind: 'citation', attributes: { cue: 'x' } } },
      'unknown-attribute',
    ],
    [
      'a correction with an attribute that no kind has',
      'verdicts',
      { ...accept, fix: { attributes: { colour: 'red' } } },
      'unknown-attribute',
    ],
  ])('is refused: %s', (_, root, value, refusal) => {
    expect(judged(root, value)).toBe(refusal)
    expect(refusals).toContain(refusal)
  })

  it('may correct an attribute that some kind has, for the kind of the mark is not said', () => {
    expect(judged('verdicts', { ...accept, fix: { attributes: { cue: 'denied' } } })).toBeNull()
  })

  it.each<[Role, Refusal | null, Refusal | null, Refusal | null]>([
    // the role; a mark; a verdict where peers judge, and where they do not
    ['owner', null, null, null],
    ['reviewer', null, null, null],
    ['annotator', null, null, 'may-not-judge'],
    ['viewer', 'read-only', 'read-only', 'read-only'],
  ])(
    'is for a %s to write: a mark %s, a verdict %s or, where peers do not judge, %s',
    (role, mark, verdict, strict) => {
      expect(judged('annotations', claim, role)).toBe(mark)
      expect(judged('comments', remark, role)).toBe(mark)
      expect(judged('verdicts', accept, role)).toBe(verdict)
      expect(judged('verdicts', accept, role, { ...setting, peersJudge: false })).toBe(strict)
    },
  )

  it('is never about one’s own mark, not even as owner', () => {
    expect(judged('verdicts', { ...accept, on: 'ada.1' }, 'owner')).toBe('own-mark')
  })
})
