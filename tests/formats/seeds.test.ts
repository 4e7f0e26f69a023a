import { readFileSync } from 'node:fs'
import { annotationSchema } from '@attest/schema/annotation'
import { articleContentSchema, blocksOf, flawOf, hashText } from '@attest/schema/article'
import { allowsEnds, foreignTerm, labelSetSchema } from '@attest/schema/labelset'
import { authorOf } from '@attest/schema/record'
import { relationSchema } from '@attest/schema/relation'
import { misfit, quotesOf } from '@attest/schema/span'
import { describe, expect, it } from 'vitest'
import labelSetJson from '../../seeds/label-set.json' with { type: 'json' }
import project from '../../seeds/project.json' with { type: 'json' }
import referenceJson from '../../seeds/reference.json' with { type: 'json' }
import gold from '../fixtures/gold-seed.json' with { type: 'json' }

const bytes = readFileSync(new URL('../../seeds/article.txt', import.meta.url))
const text = bytes.toString()
const labelSet = labelSetSchema.parse(labelSetJson)
const reference = {
  annotations: annotationSchema.array().parse(referenceJson.annotations),
  relations: relationSchema.array().parse(referenceJson.relations),
}

const kindOf = new Map(reference.annotations.map((annotation) => [annotation.id, annotation.kind]))

describe('the article of the sample project', () => {
  it('is, byte for byte, the one that was annotated', () => {
    expect(hashText(text)).toBe(gold.text_sha256)
    expect(Buffer.from(text)).toEqual(bytes)
  })

  it('is sound, and begins with the title the project gives it', () => {
    const { title, language, direction } = project.article
    const blocks = blocksOf(text)
    const content = articleContentSchema.parse({
      title,
      language,
      direction,
      text,
      sha256: hashText(text),
      blocks,
      inlines: [],
    })
    expect(flawOf(content)).toBeNull()
    expect(text.slice(blocks[0]?.start, blocks[0]?.end)).toBe(title)
  })
})

describe('the reference annotation', () => {
  it('says what the gold annotation says, mark by mark', () => {
    const marks = reference.annotations.map(({ id, kind, spans, attributes }) => ({
      id: id.replace(/^reference\./, ''),
      kind,
      quote: quotesOf(text, spans).join(' … '),
      attributes,
    }))
    expect(marks).toEqual(gold.marks.map(({ id, kind, quote, attributes }) => ({ id, kind, quote, attributes })))
  })

  it('is by a person named Reference', () => {
    expect(referenceJson.person).toEqual({ id: 'reference', name: 'Reference' })
  })

  it('links what the gold annotation links', () => {
    const bare = (id: string) => id.replace(/^reference\./, '')
    expect(
      reference.relations.map(({ id, type, from, to }) => ({ id: bare(id), type, from: bare(from), to: bare(to) })),
    ).toEqual(gold.relations)
  })

  it('cuts no character and uses only words of the label set', () => {
    for (const annotation of reference.annotations) {
      const { id, author, spans } = annotation
      expect(misfit(text, spans), id).toBeNull()
      expect(foreignTerm(annotation, labelSet), id).toBeNull()
      expect([author, authorOf(id)], id).toEqual(['reference', 'reference'])
    }
  })

  it('joins only marks whose kinds the relation allows', () => {
    for (const { id, type, from, to } of reference.relations)
      expect(allowsEnds(labelSet, type, kindOf.get(from) ?? '', kindOf.get(to) ?? ''), id).toBe(true)
  })

  it('gives every mark the links that its kind needs', () => {
    for (const { id, kind } of reference.annotations)
      for (const type of labelSet.kinds.find((one) => one.id === kind)?.needs ?? [])
        expect(
          reference.relations.some((relation) => relation.type === type && relation.from === id),
          `${id} has no ${type}`,
        ).toBe(true)
  })

  it.each(labelSet.relations.filter((type) => type.isAcyclic).map((type) => type.id))(
    'never leads back to where it began by %s',
    (type) => {
      const next = Map.groupBy(
        reference.relations.filter((relation) => relation.type === type),
        (relation) => relation.from,
      )
      const follow = (id: string, path: string[]) => {
        expect(path).not.toContain(id)
        for (const { to } of next.get(id) ?? []) follow(to, [...path, id])
      }
      for (const id of next.keys()) follow(id, [])
    },
  )
})

describe('the default label set', () => {
  it('has the four kinds on the keys 1 to 4, each with a pattern of its own', () => {
    expect(labelSet.kinds.map(({ key, id, pattern }) => `${key} ${id} ${pattern}`)).toEqual([
      '1 claim solid',
      '2 denial double',
      '3 attribution dashed',
      '4 citation dotted',
    ])
  })

  it('has the four relation types with the ends that the scheme allows', () => {
    expect(labelSet.relations.map(({ id, from, to }) => `${from} ${id} ${to}`)).toEqual([
      'attribution attributes claim,denial,attribution',
      'denial denies claim',
      'citation cites claim,denial,attribution',
      'claim same_as claim',
    ])
    expect(labelSet.relations.filter((type) => type.isAcyclic).map((type) => type.id)).toEqual(['attributes'])
  })

  it('explains every kind and relation with words that stand in the sample article', () => {
    for (const { id, guideline } of [...labelSet.kinds, ...labelSet.relations])
      expect(guideline.length, id).toBeGreaterThan(40)
    for (const { id, guideline } of labelSet.kinds) {
      const examples = [...guideline.matchAll(/“([^”]{12,})”/g)].map(([, quote]) => quote ?? '')
      expect(examples.length, id).toBeGreaterThan(1)
      // Each is a quote, except the gloss, which is put in the annotator's own words.
      for (const quote of examples.filter((one) => one !== 'Russia killed civilians in Syria'))
        expect(text, id).toContain(quote)
    }
  })

  it.each(['light', 'dark'] as const)('can be read on the %s page', (theme) => {
    const page = theme === 'light' ? '#fcfbf8' : '#14171a'
    for (const kind of labelSet.kinds)
      expect(contrast(kind.color[theme], page), `${kind.id} ${kind.color[theme]}`).toBeGreaterThanOrEqual(4.5)
  })

  it.each((['light', 'dark'] as const).flatMap((theme) => Object.keys(eyes).map((eye) => [theme, eye] as const)))(
    'has four colours in the %s theme that are far apart for people with %s',
    (theme, eye) => {
      const seen = labelSet.kinds.map((kind) => ({ id: kind.id, color: seenBy(eye, kind.color[theme]) }))
      for (const [i, a] of seen.entries())
        for (const b of seen.slice(i + 1))
          expect(distance(a.color, b.color), `${a.id} and ${b.id}`).toBeGreaterThanOrEqual(0.1)
    },
  )
})

type Triple = readonly [number, number, number]

/** How linear RGB is seen: Machado, Oliveira and Fernandes 2009, full severity. */
const eyes: Record<string, readonly [Triple, Triple, Triple]> = {
  'full colour vision': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

function linear(hex: string): Triple {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

/** WCAG 2.2. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => dot([0.2126, 0.7152, 0.0722], linear(hex))
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

function seenBy(eye: string, hex: string): Triple {
  const rows = eyes[eye]
  if (!rows) throw new RangeError(`no such eye: ${eye}`)
  const channel = (row: Triple) => Math.min(1, Math.max(0, dot(row, linear(hex))))
  return [channel(rows[0]), channel(rows[1]), channel(rows[2])]
}

/** Euclidean distance in OKLab, where 0.02 is about the least that can be seen side by side. */
function distance(a: Triple, b: Triple): number {
  const lab = (color: Triple): Triple => {
    const l = Math.cbrt(dot([0.4122214708, 0.5363325363, 0.0514459929], color))
    const m = Math.cbrt(dot([0.2119034982, 0.6806995451, 0.1073969566], color))
    const s = Math.cbrt(dot([0.0883024619, 0.2817188376, 0.6299787005], color))
    return [
      dot([0.2104542553, 0.793617785, -0.0040720468], [l, m, s]),
      dot([1.9779984951, -2.428592205, 0.4505937099], [l, m, s]),
      dot([0.0259040371, 0.7827717662, -0.808675766], [l, m, s]),
    ]
  }
  const [one, other] = [lab(a), lab(b)]
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
