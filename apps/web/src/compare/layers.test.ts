import type { Annotation } from '@attest/schema/annotation'
import { labelSetSchema } from '@attest/schema/labelset'
import type { Verdict } from '@attest/schema/verdict'
import { expect, it } from 'vitest'
import labels from '../../../../seeds/label-set.json'
import { countOutcomes, judge } from './layers.ts'

const mark = (author: string, start: number): Annotation => ({
  id: `${author}.${start}`,
  kind: 'claim',
  spans: [[start, start + 3]],
  attributes: {},
  author,
  at: 1,
})

const says = (on: string, decision: Verdict['decision'], of?: string): Verdict => ({
  id: `olga.${on}`,
  on,
  decision,
  ...(of !== undefined && { of }),
  author: 'olga',
  at: 2,
})

it('counts what another mark stands for as a duplicate, and not as rejected', () => {
  const page = {
    people: [{ id: 'olga', name: 'Olga', color: 0, role: 'owner' as const }],
    project: { peersJudge: true } as never,
    labelSet: labelSetSchema.parse(labels),
  }
  const layers = ['ana', 'ben'].map((person) => ({
    person,
    annotations: [mark(person, 0), mark(person, 10)],
    relations: [],
  }))
  const verdicts = [says('ana.0', 'accept'), says('ben.0', 'duplicate', 'ana.0'), says('ana.10', 'reject')]
  const judged = judge(page, { state: 'open', at: 3, layers, verdicts, comments: [] })
  expect(countOutcomes(judged)).toEqual({
    accepted: 1,
    duplicate: 1,
    rejected: 1,
    open: 1,
    disputed: 0,
    corrected: 0,
  })
})
