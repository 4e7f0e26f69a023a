import type { Assignment, WorkRow } from '@attest/schema/work'
import { expect, it } from 'vitest'
import { dueOfRow, listed, type WorkFilter, workFilterSchema } from './filter.ts'

const assigned = (person: string, more: Partial<Assignment> = {}): Assignment => ({
  person,
  state: 'todo',
  due: null,
  note: null,
  at: 0,
  ...more,
})
const row = (id: string, more: Partial<WorkRow> = {}): WorkRow => ({
  id,
  title: id,
  length: 1,
  createdAt: 0,
  blind: 'open',
  state: 'todo',
  due: null,
  assignments: [],
  others: 0,
  marks: 0,
  isCounted: true,
  ownMarks: 0,
  openThreads: 0,
  ...more,
})
const rows = [
  row('a', { title: 'Zürich 10', due: '2026-11-20', assignments: [assigned('me')] }),
  row('b', { title: 'Zürich 9', state: 'done', due: '2026-11-20', marks: 5, assignments: [assigned('ben')] }),
  row('c', { title: 'Bern', assignments: [assigned('ben', { due: '2026-11-21' })], marks: 2 }),
  row('d', { title: 'Genf', others: 1 }),
]
const shown = (filter: WorkFilter) =>
  listed(rows, filter, { me: 'me', today: '2026-11-22' })
    .map(({ id }) => id)
    .join('')

it('finds articles by their words, without their accents', () => {
  expect(shown({ q: 'zurich' })).toBe('ab')
  expect(shown({ q: '  10 ZÜR ' })).toBe('a')
})

it('finds them by state, by person, and by what is due', () => {
  expect(shown({ state: 'done' })).toBe('b')
  expect(shown({ person: 'me' })).toBe('a')
  expect(shown({ person: 'ben' })).toBe('bc')
  expect(shown({ person: 'none' })).toBe('')
  expect(shown({ due: 'overdue' })).toBe('ac')
  expect(shown({ due: 'none' })).toBe('d')
})

it('orders them, by numbers as people count, and what is due on no day last', () => {
  expect(shown({ sort: 'title' })).toBe('cdba')
  expect(shown({ sort: 'due' })).toBe('abcd')
  expect(shown({ sort: 'state' })).toBe('acdb')
  expect(shown({ sort: 'marks' })).toBe('bcad')
  expect(shown({ sort: 'new' })).toBe('dcba')
})

it('is due when the first of those who work on it has to be done', () => {
  const due = row('e', {
    due: '2026-11-30',
    assignments: [assigned('x', { due: '2026-11-25' }), assigned('y', { due: '2026-11-01', state: 'submitted' })],
  })
  expect(dueOfRow(due)).toBe('2026-11-25')
})

it('takes from the address what it knows, and nothing else', () => {
  expect(workFilterSchema.parse({ state: 'odd', sort: 'due', q: 'x' })).toEqual({ sort: 'due', q: 'x' })
})
