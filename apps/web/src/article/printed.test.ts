import type { Annotation } from '@attest/schema/annotation'
import { blocksOf } from '@attest/schema/article'
import { describe, expect, it } from 'vitest'
import { typeset } from './printed.ts'

const text = 'Ana said Ben denied it.\n\nNobody else spoke.'
const article = { blocks: blocksOf(text), inlines: [{ type: 'bold' as const, start: 0, end: 3 }] }

function mark(id: string, words: string, kind = 'claim'): Annotation {
  return made(
    id,
    words.split('|').map((one) => [text.indexOf(one), text.indexOf(one) + one.length] as const),
    kind,
  )
}

function made(id: string, spans: readonly (readonly [number, number])[], kind = 'claim'): Annotation {
  return { id, kind, spans: spans.map(([start, end]) => [start, end]), attributes: {}, author: 'ana', at: 1 }
}

/** The text with the numbers in it, as it is read on paper. */
function read(marks: readonly Annotation[]): string {
  return typeset(article, marks)
    .blocks.map((pieces) =>
      pieces.map(({ start, end, numbers }) => text.slice(start, end) + numbers.map((n) => `(${n})`).join('')).join(''),
    )
    .join('\n')
}

describe('an article on paper', () => {
  it('has a number at the end of each mark, in the order in which the marks begin', () => {
    expect(read([mark('b', 'Ben denied it'), mark('a', 'Ana said'), mark('c', 'Ana said Ben denied it.')])).toBe(
      'Ana said(2) Ben denied it(3).(1)\n\nNobody else spoke.',
    )
  })

  it('numbers a mark in several parts once, after its last', () => {
    expect(read([mark('a', 'Ana said|denied it')])).toBe('Ana said Ben denied it(1).\n\nNobody else spoke.')
  })

  it('puts the number of a mark that goes on into the line feed at the end of its block', () => {
    expect(read([made('a', [[0, 24]]), made('b', [[9, 26]])])).toBe(
      'Ana said Ben denied it.(1)\n\nN(2)obody else spoke.',
    )
  })

  it('has every word of the text once, with or without marks', () => {
    for (const marks of [[], [mark('a', 'said Ben'), mark('b', 'Ben denied'), mark('c', 'else')]])
      expect(read(marks).replaceAll(/\(\d+\)/g, '')).toBe(text)
  })

  it('leaves out what lies outside the text', () => {
    const { marks } = typeset(article, [made('a', [[0, 4000]]), mark('b', 'else')])
    expect(marks.map(({ id }) => id)).toEqual(['b'])
  })

  it('keeps what is bold bold, where marks cut it too', () => {
    const [first = []] = typeset(article, [made('a', [[1, 6]])]).blocks
    expect(first.filter((piece) => piece.isBold).map(({ start, end }) => [start, end])).toEqual([
      [0, 1],
      [1, 3],
    ])
  })
})
