import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../seeds/label-set.json' with { type: 'json' }
import type { Annotation } from './annotation.ts'
import { applyFix, correctionOf, feedbackTo, fixFor } from './correction.ts'
import { labelSetSchema } from './labelset.ts'
import type { Role } from './roles.ts'
import { emptyRecords } from './room.ts'
import type { Verdict } from './verdict.ts'

const labelSet = labelSetSchema.parse(labelSetJson)
const mark: Annotation = {
  id: 'ana.1',
  kind: 'denial',
  spans: [[0, 10]],
  attributes: { mode: 'explicit', cue: 'no' },
  author: 'ana',
  at: 1,
}

describe('a correction', () => {
  it('says what was and what should be, and nothing of the rest', () => {
    expect(correctionOf(mark, { spans: [[2, 10]], attributes: { mode: 'explicit', source: null } })).toEqual({
      kind: null,
      spans: { was: [[0, 10]], is: [[2, 10]] },
      attributes: [
        { name: 'cue', was: 'no', is: undefined },
        { name: 'source', was: undefined, is: null },
      ],
    })
  })

  it('of the kind takes along the attributes that the other kind has not', () => {
    expect(correctionOf(mark, { kind: 'claim' }, labelSet)).toMatchObject({
      kind: { was: 'denial', is: 'claim' },
      attributes: [
        { name: 'cue', is: undefined },
        { name: 'mode', is: undefined },
      ],
    })
    expect(applyFix(mark, { kind: 'attribution' }, labelSet).attributes).toEqual({ cue: 'no' })
  })

  it('is none where the mark is so already', () => {
    expect(
      correctionOf(mark, { kind: 'denial', spans: [[0, 10]], attributes: { cue: 'no', mode: 'explicit' } }),
    ).toBeNull()
    expect(correctionOf(mark, undefined)).toBeNull()
    expect(applyFix(mark, null)).toBe(mark)
  })

  it('is made of what somebody wants, and makes that of the mark', () => {
    const wanted = { kind: 'claim', spans: [[3, 9]] as [number, number][], attributes: { check_worthiness: 'low' } }
    const fix = fixFor(mark, wanted)
    expect(applyFix(mark, fix, labelSet)).toEqual({ ...mark, ...wanted })
    expect(fixFor(mark, { ...wanted, kind: 'denial', spans: [[0, 10]] })).toEqual({
      attributes: { check_worthiness: 'low' },
    })
    expect(fixFor(mark, { ...mark, attributes: { cue: 'no', mode: 'explicit' } })).toBeUndefined()
  })

  it('is not taken in by a name that every object has', () => {
    expect(correctionOf(mark, { attributes: { ...mark.attributes, constructor: 'x' } })?.attributes).toEqual([
      { name: 'constructor', was: undefined, is: 'x' },
    ])
  })
})

describe('what others said about one’s marks', () => {
  const judging = {
    roleOf: (person: string): Role => (person === 'rae' ? 'reviewer' : 'annotator'),
    peersJudge: false,
  }
  const say = (id: string, on: string, more: Partial<Verdict>): Verdict => ({
    id,
    on,
    decision: 'accept',
    author: 'rae',
    at: 5,
    ...more,
  })

  it('is all but a bare yes, mark by mark in the order of the text', () => {
    const records = emptyRecords()
    for (const [i, author] of ['ana', 'ana', 'ana', 'ben'].entries()) {
      const id = `${author}.${i}`
      records.annotations.set(id, { ...mark, id, author, spans: [[100 - i, 110]] })
    }
    for (const id of ['ana.4', 'cy.5']) records.annotations.set(id, { ...mark, id, author: id.split('.')[0] ?? '' })
    for (const verdict of [
      say('rae.a', 'ana.0', { decision: 'reject', note: 'Not here' }),
      say('rae.b', 'ana.1', { fix: { kind: 'claim' }, at: 7 }),
      say('rae.c', 'ana.2', {}),
      say('rae.d', 'ben.3', { decision: 'reject' }),
      // The same mark of somebody else stands for both.
      say('rae.f', 'ana.4', { decision: 'duplicate', of: 'cy.5' }),
      say('rae.e', 'ana.9', { decision: 'reject' }),
    ])
      records.verdicts.set(verdict.id, verdict)
    expect(
      feedbackTo('ana', records, judging).map(({ annotation, ruling, verdicts, at }) => [
        annotation.id,
        ruling.outcome,
        verdicts.length,
        at,
      ]),
    ).toEqual([
      ['ana.1', 'accepted', 1, 7],
      ['ana.0', 'rejected', 1, 5],
    ])
  })
})
