import type { Annotation } from '@attest/schema/annotation'
import { expect, it } from 'vitest'
import { GOLD } from './differences.ts'
import { partiesOf } from './parties.ts'

const mark = (author: string): Annotation => ({
  id: `${author}.1`,
  kind: 'claim',
  spans: [[0, 1]],
  attributes: {},
  author,
  at: 1,
})
const layer = (person: string, marks: number) => ({
  person,
  annotations: Array.from({ length: marks }, () => mark(person)),
  relations: [],
})
const person = (id: string, name: string) => ({ id, name, color: 3, role: 'annotator' as const })

it('tells people with the same initials apart, and leaves out who marked nothing', () => {
  const people = [person('a', 'Ada Byron'), person('b', 'Amy Brown'), person('c', 'Cem'), person('d', 'Dora')]
  const layers = [layer('b', 2), layer('a', 1), layer('c', 1), layer('d', 0), layer('gone', 1)]
  const parties = partiesOf({ people }, { layers }, 7)
  expect(parties.map(({ id, short, marks }) => [id, short, marks])).toEqual([
    ['a', 'A1', 1],
    ['b', 'A2', 2],
    ['c', 'Ce', 1],
    ['gone', 'go', 1],
    [GOLD, '★', 7],
  ])
})
