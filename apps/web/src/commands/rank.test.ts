import { expect, it } from 'vitest'
import { rank } from './rank.ts'

const names = [
  'Next mark',
  'Next mark that lacks something',
  'Previous mark',
  'Next article',
  'Accept the selected marks',
  'Delete the selected marks',
  'Marks of Zoë Ünal',
]

const found = (typed: string) =>
  names
    .flatMap((name) => ({ name, score: rank(typed, name) ?? Number.NEGATIVE_INFINITY }))
    .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.score - a.score)
    .map(({ name }) => name)

it.each([
  ['next', ['Next mark', 'Next article', 'Next mark that lacks something']],
  ['mark next', ['Next mark', 'Next mark that lacks something']],
  ['nm', ['Next mark', 'Next mark that lacks something']],
  ['del', ['Delete the selected marks']],
  ['zoe', ['Marks of Zoë Ünal']],
  ['ÜNAL', ['Marks of Zoë Ünal']],
  ['dlt', ['Delete the selected marks']],
  ['xyz', []],
])('finds what was meant by “%s”', (typed, expected) => {
  expect(found(typed).slice(0, expected.length)).toEqual(expected)
  if (expected.length === 0) expect(found(typed)).toEqual([])
})

it('finds a thing by its other names too, but after those that are called so', () => {
  const [named, known] = [rank('quit', 'Quit'), rank('quit', 'Leave any mode', 'quit exit')]
  expect(known).not.toBeNull()
  expect(named).toBeGreaterThan(known ?? 0)
})
