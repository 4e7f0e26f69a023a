import { expect, it } from 'vitest'
import type { Annotation } from './annotation.ts'
import { type Comment, commentSchema } from './comment.ts'
import { gapsIn, isTouched } from './gap.ts'

const text = 'The ministry denied it, and nobody was told.'
const mark = (id: string, kind: string, start: number, end: number, at = 1): Annotation => ({
  id,
  author: id.slice(0, id.indexOf('.')),
  at,
  kind,
  spans: [[start, end]],
  attributes: {},
})
const flag = (id: string, on: string, at = 5, gap = true): Comment => ({
  id,
  author: id.slice(0, id.indexOf('.')),
  at,
  on,
  body: `Which is it? (${id})`,
  ...(gap && { gap: true as const }),
})
const found = (annotations: Annotation[], comments: Comment[]) =>
  gapsIn(
    {
      annotations: new Map(annotations.map((one) => [one.id, one])),
      comments: new Map(comments.map((one) => [one.id, one])),
    },
    text,
  )

const ada = mark('ada.1', 'denial', 4, 22)
const ben = mark('ben.1', 'claim', 4, 22)

it('tells of a flagged mark its words, its kinds and who differs', () => {
  expect(found([ada, ben, mark('cy.1', 'claim', 28, 44)], [flag('ben.c', 'ada.1')])).toEqual([
    {
      id: 'ben.c',
      mark: 'ada.1',
      quote: 'ministry denied it',
      kinds: ['denial', 'claim'],
      difference: 'kind',
      views: [
        { person: 'ben', mark: 'ben.1', kind: 'claim', quote: 'ministry denied it' },
        { person: 'ada', mark: 'ada.1', kind: 'denial', quote: 'ministry denied it' },
      ],
      note: 'Which is it? (ben.c)',
      by: 'ben',
      at: 5,
    },
  ])
})

it('leaves out what is no flag, and keeps one whose mark is gone', () => {
  const gaps = found([ada], [flag('ben.c', 'ada.1', 9), flag('ben.d', 'cy.gone', 3), flag('ben.e', 'ada.1', 4, false)])
  expect(gaps.map(({ id, mark, kinds, difference }) => [id, mark, kinds, difference])).toEqual([
    ['ben.d', null, [], null],
    ['ben.c', 'ada.1', ['denial'], 'alone'],
  ])
})

it('asks again for marks of the kind that are older than the new version', () => {
  const kinds = new Set(['denial'])
  expect(isTouched(ada, kinds, 2)).toBe(true)
  expect(isTouched({ ...ada, at: 2 }, kinds, 2)).toBe(false)
  expect(isTouched(ben, kinds, 2)).toBe(false)
})

it('is a remark like any other, with one thing more', () => {
  expect(commentSchema.safeParse(flag('ben.c', 'ada.1')).success).toBe(true)
  expect(commentSchema.safeParse({ ...flag('ben.c', 'ada.1'), gap: false }).success).toBe(false)
})
