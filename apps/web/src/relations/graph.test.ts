import type { Annotation } from '@attest/schema/annotation'
import type { Relation } from '@attest/schema/relation'
import { describe, expect, it } from 'vitest'
import reference from '../../../../seeds/reference.json' with { type: 'json' }
import { graphOf, type Part } from './graph.ts'
import { layOut } from './layout.ts'

const seed = {
  annotations: new Map(reference.annotations.map((one) => [one.id, one as unknown as Annotation])),
  relations: new Map(reference.relations.map((one) => [one.id, one as Relation])),
}
const everything = () => true

/** Marks `c0`, `c1` … of these kinds, and the relations between them. */
function recordsOf(kinds: string[], links: [string, number, number][], sources: Record<number, string | null> = {}) {
  const annotations = kinds.map(
    (kind, i): Annotation => ({
      id: `ada.m${i}`,
      author: 'ada',
      at: 1,
      kind,
      spans: [[i * 10, i * 10 + 5]],
      attributes: i in sources ? { source: sources[i] ?? null } : {},
    }),
  )
  const relations = links.map(
    ([type, from, to], i): Relation => ({
      id: `ada.r${i}`,
      author: 'ada',
      at: 1,
      type,
      from: `ada.m${from}`,
      to: `ada.m${to}`,
    }),
  )
  return {
    annotations: new Map(annotations.map((one) => [one.id, one])),
    relations: new Map(relations.map((one) => [one.id, one])),
  }
}
const drawn = ({ nodes }: Part) =>
  nodes.map((node) => (node.type === 'source' ? node.label : node.marks.map(({ id }) => id.slice(4)).join('=')))

describe('the claim graph', () => {
  it('has one node for claims that say the same, and one for each source that is named', () => {
    const records = recordsOf(
      ['claim', 'denial', 'attribution', 'claim', 'attribution', 'claim'],
      [
        ['same_as', 3, 0],
        ['denies', 1, 3],
        ['attributes', 2, 0],
        ['attributes', 4, 3],
      ],
      { 2: 'Putin', 4: ' putin ' },
    )
    const { parts, unlinked } = graphOf(records, { isShown: everything })
    expect(parts.map(drawn)).toEqual([['m0=m3', 'm1', 'm2', 'm4', 'Putin']])
    expect(parts[0]?.edges.map(({ type, from, to }) => [type, from.slice(4), to.slice(4)])).toContainEqual([
      'denies',
      'm1',
      'm0',
    ])
    expect(unlinked).toBe(1)
  })

  it('keeps apart what nothing joins, and does not join by a source that is not named', () => {
    const records = recordsOf(
      ['claim', 'attribution', 'claim', 'attribution'],
      [
        ['attributes', 1, 0],
        ['attributes', 3, 2],
      ],
      { 1: null, 3: null },
    )
    expect(graphOf(records, { isShown: everything }).parts.map(drawn)).toEqual([
      ['m0', 'm1', null],
      ['m2', 'm3', null],
    ])
  })

  it('leaves out what the filters hide, with its links', () => {
    const records = recordsOf(
      ['claim', 'denial', 'denial'],
      [
        ['denies', 1, 0],
        ['denies', 2, 0],
      ],
    )
    const { parts, unlinked } = graphOf(records, { isShown: ({ id }) => id !== 'ada.m1' })
    expect(parts.map(drawn)).toEqual([['m0', 'm2']])
    expect(unlinked).toBe(0)
    expect(graphOf(records, { isShown: ({ kind }) => kind === 'denial' })).toEqual({ parts: [], unlinked: 2 })
  })

  it('draws of a crowd what is nearest to the mark in question, and tells how many are left out', () => {
    const kinds = ['claim', ...Array.from({ length: 300 }, () => 'denial')]
    const records = recordsOf(
      kinds,
      kinds.slice(1).map((_, i): [string, number, number] => ['denies', i + 1, 0]),
    )
    const [part] = graphOf(records, { isShown: everything, around: 'ada.m250' }).parts
    expect(part?.nodes.some(({ id }) => id === 'ada.m250')).toBe(true)
    expect((part?.nodes.length ?? 0) + (part?.leftOut ?? 0)).toBe(301)
    expect(part?.nodes.length).toBeLessThan(100)
  })
})

describe('the layout of the sample article', () => {
  const placed = graphOf(seed, { isShown: everything }).parts.map(layOut)
  const nodes = placed.flatMap((part) => part.nodes)

  it('shows every linked mark once and every link that joins two nodes', () => {
    const marks = nodes.flatMap(({ node }) => (node.type === 'marks' ? node.marks.map(({ id }) => id) : []))
    const linked = new Set(reference.relations.flatMap(({ from, to }) => [from, to]))
    expect(marks.sort()).toEqual([...linked].sort())
    const links = placed.flatMap(({ edges }) => edges).filter(({ edge }) => edge.type !== null)
    expect(links).toHaveLength(reference.relations.filter(({ type }) => type !== 'same_as').length)
    for (const { path } of links) expect(path).toMatch(/^M[-\d.]+,[-\d.]+C/)
  })

  it('stands denials left of what they deny, attributions right of what they hold, sources right of them', () => {
    for (const part of placed) {
      const at = new Map(part.nodes.map((one) => [one.node.id, one]))
      for (const { edge } of part.edges) {
        const [from, to] = [at.get(edge.from), at.get(edge.to)]
        if (!from || !to) throw new Error(`${edge.id} has an end that is not drawn`)
        if (edge.type === null || edge.type === 'denies') expect(from.x + from.width).toBeLessThan(to.x)
        else expect(to.x + to.width).toBeLessThan(from.x)
      }
    }
  })

  it('lays no node over another', () => {
    for (const { nodes } of placed)
      for (const [i, a] of nodes.entries())
        for (const b of nodes.slice(i + 1)) {
          const isApart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
          expect(isApart, `${a.node.id} and ${b.node.id}`).toBe(true)
        }
  })
})
