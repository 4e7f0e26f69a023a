import { expect, it } from 'vitest'
import type { Annotation } from './annotation.ts'
import { countedRecords } from './predicted.ts'
import { emptyRecords, type Records } from './room.ts'

const mark = (author: string, local: string): [string, Annotation] => {
  const id = `${author}.${local}`
  return [id, { id, author, at: 1, kind: 'claim', spans: [[0, 4]], attributes: {} }]
}
const judging = { roleOf: (person: string) => (person === 'olga' ? ('owner' as const) : null), peersJudge: false }

it('counts of what a model has proposed only what was accepted', () => {
  const records: Records = {
    ...emptyRecords(),
    annotations: new Map([mark('ana', '1'), mark('model', '1'), mark('model', '2'), mark('model', '3')]),
    relations: new Map([
      ['ana.l', { id: 'ana.l', author: 'ana', at: 1, type: 'same_as', from: 'ana.1', to: 'model.2' }],
    ]),
    verdicts: new Map([
      ['olga.1', { id: 'olga.1', author: 'olga', at: 2, on: 'model.1', decision: 'accept' }],
      ['olga.2', { id: 'olga.2', author: 'olga', at: 2, on: 'model.3', decision: 'reject' }],
    ]),
  }
  const counted = countedRecords(records, (author) => author === 'model', judging)
  expect([...counted.annotations.keys()]).toEqual(['ana.1', 'model.1'])
  expect(counted.relations.size).toBe(0)
  expect(countedRecords(records, () => false, judging).annotations.size).toBe(4)
})
