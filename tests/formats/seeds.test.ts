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
})
