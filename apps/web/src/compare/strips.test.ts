import type { Annotation } from '@attest/schema/annotation'
import { blocksOf } from '@attest/schema/article'
import { sentencesIn } from '@attest/schema/reading'
import { describe, expect, it } from 'vitest'
import sample from '../../../../seeds/article.txt?raw'
import { compareParties, GOLD, type Party } from './differences.ts'
import { geometryOf, rowAt } from './geometry.ts'
import { layStrips, readStrips } from './strips.ts'

const text = 'A title\nOne two three. Four five six.\nSeven eight.'
const blocks = blocksOf(text)
const sentences = sentencesIn(text)

let count = 0
function mark(author: string, words: string, kind = 'claim'): Annotation {
  const start = text.indexOf(words)
  return { id: `${author}.${++count}`, kind, spans: [[start, start + words.length]], attributes: {}, author, at: count }
}

function strips(people: readonly string[], marks: readonly Annotation[], isOpen = () => false) {
  const parties = people.map((id): Party => ({ id, annotations: marks.filter(({ author }) => author === id) }))
  const compared = compareParties(parties, isOpen)
  return readStrips(layStrips({ blocks }, sentences, people, compared), people, compared)
}

const quoted = ({ start, end }: { start: number; end: number }) => text.slice(start, end)

describe('the strips under a sentence', () => {
  it('cut it at every border, without a gap', () => {
    const made = strips(['a', 'b'], [mark('a', 'One two'), mark('b', 'two three')])
    const pieces = made.piecesOf(1)
    expect(pieces.map(quoted)).toEqual(['One ', 'two', ' three', '.'])
    expect(pieces.map(({ lines }) => lines.map(({ row }) => row))).toEqual([[0], [0, 1], [1], []])
  })

  it('say how far people agree, and nothing where nobody marked', () => {
    const made = strips(['a', 'b', 'c'], [mark('a', 'One two'), mark('b', 'One two'), mark('c', 'One')])
    expect(made.piecesOf(1).map((piece) => [quoted(piece), piece.agreement])).toEqual([
      ['One', 1],
      [' two', 2 / 3],
      [' three.', null],
    ])
  })

  it('leave gold out of what is not decided', () => {
    const marks = [mark('a', 'One'), mark('b', 'One')]
    expect(strips(['a', 'b', GOLD], marks).piecesOf(1)[0]?.agreement).toBe(2 / 3)
    expect(strips(['a', 'b', GOLD], marks, () => true).piecesOf(1)[0]?.agreement).toBe(1)
  })

  it('give the marks of each person lanes of their own', () => {
    const made = strips(['a', 'b'], [mark('a', 'One two three'), mark('a', 'two'), mark('b', 'two')])
    expect(made.depthsOf(1)).toEqual([2, 1])
    expect(made.piecesOf(1)[1]?.lines.map(({ row, lane }) => [row, lane])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ])
  })

  it('go on under the next sentence, and belong to the one they begin in', () => {
    const made = strips(['a', 'b'], [mark('a', 'three. Four')])
    expect(made.beginning.map((all) => all.length)).toEqual([0, 1, 0, 0])
    expect([0, 1, 2, 3].map((sentence) => made.isMarked(sentence))).toEqual([false, true, true, false])
  })

  it('leave out what is of a longer text', () => {
    const far: Annotation = { ...mark('a', 'One'), spans: [[0, text.length + 5]] }
    expect(
      strips(['a', 'b'], [far])
        .piecesOf(1)
        .flatMap(({ lines }) => lines),
    ).toEqual([])
  })

  it('place ten thousand marks of six people in time for nobody to wait', () => {
    const article = Array.from({ length: 20 }, () => sample).join('\n')
    const people = ['a', 'b', 'c', 'd', 'e', 'f']
    const marks = Array.from({ length: 10_000 }, (_, i): Annotation => {
      const author = people[i % 6] ?? ''
      const start = (Math.floor(i / 6) * 61 + (i % 5)) % (article.length - 200)
      const kind = i % 11 ? 'claim' : 'denial'
      return { id: `${author}.${i}`, kind, spans: [[start, start + 20 + (i % 90)]], attributes: {}, author, at: i }
    })
    const parties = people.map((id) => ({ id, annotations: marks.filter(({ author }) => author === id) }))
    const before = performance.now()
    const compared = compareParties(parties, () => false)
    const laid = layStrips({ blocks: blocksOf(article) }, sentencesIn(article), people, compared)
    const made = readStrips(laid, people, compared)
    for (let i = 0; i < 30; i++) made.piecesOf(i)
    // A tenth of it, on a quiet machine: this tells a slip into squares, not a busy hour.
    expect(performance.now() - before).toBeLessThan(5000)
  })
})

describe('the rows of the strips', () => {
  it('are found by where they are', () => {
    const geometry = geometryOf([1, 3, 1])
    for (const [row, { top, height }] of geometry.rows.entries())
      expect([rowAt(geometry, top), rowAt(geometry, top + height - 1)]).toEqual([row, row])
    expect([rowAt(geometry, 0), rowAt(geometry, geometry.height - 1)]).toEqual([null, null])
  })
})
