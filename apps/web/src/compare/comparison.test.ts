import type { Annotation } from '@attest/schema/annotation'
import { blocksOf } from '@attest/schema/article'
import { labelSetSchema } from '@attest/schema/labelset'
import type { Layers } from '@attest/schema/layer'
import { describe, expect, it } from 'vitest'
import labels from '../../../../seeds/label-set.json'
import { type Asked, Comparer, type Overview } from './comparison.ts'
import type { Compared } from './differences.ts'
import { buffersOf, readStrips } from './strips.ts'

const text = `A title\n${'One two three. Four five six. '.repeat(300)}`

function mark(author: string, start: number, end: number, kind = 'claim'): Annotation {
  return { id: `${author}.${start}`, kind, spans: [[start, end]], attributes: {}, author, at: start }
}

/** Of every third sentence both have the first words; Bob goes on a little where the number is even. */
const starts = Array.from({ length: 600 }, (_, i) => 8 + i * 29).filter((start) => start < text.length - 20)
const ada = starts.map((start) => mark('ada', start, start + 3))
const bob = starts.map((start, i) =>
  mark('bob', start, start + (i % 2 === 0 ? 5 : 3), i % 5 === 0 ? 'denial' : 'claim'),
)

function opened(layers: readonly Annotation[][] = [ada, bob]): Comparer {
  const comparer = new Comparer(
    {
      text,
      blocks: blocksOf(text),
      labelSet: labelSetSchema.parse(labels),
      people: [],
      project: { peersJudge: true } as never,
    },
    'bob',
  )
  const told: Layers = {
    state: 'open',
    at: 1,
    layers: layers.map((annotations) => ({ person: annotations[0]?.author ?? '', annotations, relations: [] })),
    verdicts: [],
    comments: [],
  }
  expect(comparer.take(JSON.stringify(told))).toBe(true)
  return comparer
}

/** What the page has of it, through messages as from a worker. */
function answered(comparer: Comparer, asked: Asked = {}) {
  let overview: Overview | null = null
  const shown: Compared[] = []
  let most = 0
  for (const part of comparer.answer(asked)) {
    const transfer = part.type === 'overview' ? (buffersOf(part.overview.laid) as ArrayBuffer[]) : []
    const heard = structuredClone(part, { transfer })
    if (heard.type === 'overview') overview = heard.overview
    if (heard.type !== 'shown') continue
    shown.push(...heard.shown)
    most = Math.max(most, heard.shown.length)
    if (heard.isLast && overview)
      return { ...overview, shown, most, strips: readStrips(overview.laid, overview.ids, shown) }
  }
  throw new Error('there was no last lot')
}

describe('what is compared beside the page', () => {
  it('comes in lots, none of which takes long to hear, and is whole after the last', () => {
    const found = answered(opened())
    expect(found).toMatchObject({ ids: ['bob', 'ada'], all: starts.length, layers: 2 })
    expect([...found.kinds].sort()).toEqual(['claim', 'denial'])
    expect(found.shown).toHaveLength(starts.length)
    expect(found.most).toBeLessThanOrEqual(200)
    // The first place: Bob has two characters more, and another kind.
    expect(found.shown[0]?.differences.map(({ type }) => type)).toEqual(['kind', 'borders'])
    const pieces = found.strips.piecesOf(1)
    expect(pieces.slice(0, 2).map(({ start, end, lines }) => [text.slice(start, end), lines.length])).toEqual([
      ['One', 2],
      [' t', 1],
    ])
  })

  it('is filtered without being compared anew, and counts what is left out', () => {
    const comparer = opened()
    const { counts } = answered(comparer)
    const kinds = answered(comparer, { how: 'kind' })
    expect(kinds.shown).toHaveLength(counts.kind)
    expect(kinds.counts).toEqual(counts)
    // So the page knows what it still waits for.
    expect(kinds.asked).toEqual({ how: 'kind' })
    expect(answered(comparer, { kind: 'denial' }).shown).toHaveLength(starts.filter((_, i) => i % 5 === 0).length)
    const none = answered(comparer, { kind: 'citation' })
    expect(none).toMatchObject({ shown: [], all: starts.length })
  })

  it('takes other layers in the place of those it had', () => {
    const comparer = opened()
    expect(answered(comparer).counts.only).toBe(0)
    comparer.take(JSON.stringify({ state: 'open', at: 2, layers: [], verdicts: [], comments: [] }))
    expect(answered(comparer)).toMatchObject({ all: 0, layers: 0 })
    expect(comparer.take(JSON.stringify({ state: 'open' }))).toBe(false)
    expect([...comparer.answer({})]).toEqual([])
  })
})
