/** The formats for readers and for editors: ProseMirror, Markdown, ClaimReview. (The annotated page is tested in a browser.) */
import { blocksOf } from '@attest/schema/article'
import type { AnnotatedArticle } from '@attest/schema/formats/attest-json'
import { choose } from '@attest/schema/formats/choose'
import { claimreviewWriter } from '@attest/schema/formats/claimreview'
import type { Writer } from '@attest/schema/formats/format'
import { htmlWriter } from '@attest/schema/formats/html'
import { markdownWriter } from '@attest/schema/formats/markdown'
import { prosemirrorWriter } from '@attest/schema/formats/prosemirror'
import { Node, Schema } from '@tiptap/pm/model'
import fc from 'fast-check'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { describe, expect, it } from 'vitest'
import { anyMarked, marked, reversed, seedArticle } from '../support/marked.ts'

function write(writer: Writer, annotated: AnnotatedArticle): string {
  return writer.write(annotated).files[0]?.text ?? ''
}

function left(writer: Writer, annotated: AnnotatedArticle): string[] {
  return writer.write(annotated).left.map(({ what, count }) => `${count} ${what.split(':', 1)[0]}`)
}

/** With bold, italic and links over any of it, and any kind of block. */
const anyFormatted: fc.Arbitrary<AnnotatedArticle> = fc
  .tuple(
    anyMarked,
    fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('bold', 'italic', 'link')), { maxLength: 5 }),
    fc.nat(4),
  )
  .map(([annotated, stretches, turn]) => {
    const { text } = annotated.article
    const types = ['title', 'paragraph', 'quote', 'list-item', 'heading'] as const
    const blocks = blocksOf(text).map((block, i) => ({
      ...block,
      type: types[(i + turn) % types.length] ?? 'paragraph',
    }))
    const inlines = stretches.flatMap(([a, b, type]) => {
      const [start, end] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y) as [number, number]
      if (start === end || !text.slice(start, end).isWellFormed() || !text.slice(0, start).isWellFormed()) return []
      return [type === 'link' ? { type, start, end, href: 'https://x.test/a>b(c) d' } : ({ type, start, end } as const)]
    }) as AnnotatedArticle['article']['inlines']
    return { ...annotated, article: { ...annotated.article, blocks, inlines } }
  })

describe.each([prosemirrorWriter, markdownWriter, claimreviewWriter, htmlWriter])('$label', (writer) => {
  it('has the same bytes however the records came about', () => {
    fc.assert(
      fc.property(anyFormatted, (annotated) => {
        expect(writer.write(reversed(annotated))).toEqual(writer.write(annotated))
      }),
      { numRuns: 25 },
    )
  })
})

describe('the document for ProseMirror', () => {
  const block = { content: 'text*', group: 'block' }
  const schema = new Schema({
    nodes: {
      doc: { content: 'block+' },
      text: {},
      title: block,
      heading: block,
      paragraph: block,
      quote: block,
      listItem: block,
    },
    marks: {
      bold: {},
      italic: {},
      link: { attrs: { href: {} } },
      annotation: { attrs: { id: {}, kind: {}, annotator: {}, attributes: {}, status: {} }, excludes: '' },
    },
  })
  const load = (annotated: AnnotatedArticle) => Node.fromJSON(schema, JSON.parse(write(prosemirrorWriter, annotated)))

  it('is one that an editor takes, with the text and every mark in its place', () => {
    fc.assert(
      fc.property(anyFormatted, (annotated) => {
        const doc = load(annotated)
        doc.check()
        const { text, blocks } = annotated.article
        expect(doc.textBetween(0, doc.content.size, '\n')).toBe(text)
        // Of each mark all that it lies over, but for the line ends between blocks.
        const found = new Map<string, number[]>()
        doc.forEach((node, _, i) => {
          let at = blocks[i]?.start ?? 0
          node.forEach((child) => {
            for (const { type, attrs } of child.marks)
              if (type.name === 'annotation')
                for (let offset = at; offset < at + child.nodeSize; offset++)
                  found.set(attrs['id'], [...(found.get(attrs['id']) ?? []), offset])
            at += child.nodeSize
          })
        })
        for (const { id, spans } of annotated.records.annotations.values()) {
          const offsets = spans.flatMap(([start, end]) => Array.from({ length: end - start }, (_, i) => start + i))
          expect(found.get(id) ?? []).toEqual(offsets.filter((offset) => text[offset] !== '\n'))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('says of the sample annotation whose each mark is, and what it leaves out', () => {
    const marks = new Map<string, unknown>()
    load(seedArticle()).descendants((node) => {
      for (const { attrs } of node.marks) marks.set(attrs['id'], attrs)
    })
    expect(marks.size).toBe(47)
    expect(marks.get('reference.m03')).toEqual({
      id: 'reference.m03',
      kind: 'attribution',
      annotator: 'reference',
      attributes: { cue: 'Claims', mode: 'indirect', source: null },
      status: 'open',
    })
    expect(left(prosemirrorWriter, seedArticle())).toEqual(['36 relations', '47 times at which a mark was made'])
  })
})

describe('Markdown', () => {
  type Found = { type: string; value?: string; identifier?: string; children?: Found[] }
  const parse = (text: string): Found =>
    fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }) as Found
  const words = ({ type, value, children = [] }: Found): string =>
    type === 'text' ? (value ?? '') : type === 'footnoteReference' ? '' : children.map(words).join('')
  const all = (node: Found, type: string): Found[] => [
    ...(node.type === type ? [node] : []),
    ...(node.children ?? []).flatMap((child) => all(child, type)),
  ]

  it('reads back as the same text, whatever stands in it, with a note for each mark', () => {
    fc.assert(
      fc.property(anyFormatted, (annotated) => {
        const root = parse(write(markdownWriter, annotated))
        const { text, blocks } = annotated.article
        const isNote = (node: Found) => node.type === 'footnoteDefinition'
        const lines = (root.children ?? []).filter((node) => !isNote(node))
        // A list has one item for each of its blocks.
        const pieces = lines.flatMap((node) => (node.type === 'list' ? (node.children ?? []) : [node]))
        const whole = blocks.flatMap(({ start, end }) =>
          start < end ? [text.slice(start, end).replaceAll('\0', '\ufffd')] : [],
        )
        expect(pieces.map(words)).toEqual(whole)
        const notes = all(root, 'footnoteDefinition').map(({ identifier }) => identifier)
        expect(notes).toEqual(Array.from({ length: annotated.records.annotations.size }, (_, i) => `${i + 1}`))
        const called = lines.flatMap((node) => all(node, 'footnoteReference')).map(({ identifier }) => identifier)
        expect(called.every((one) => notes.includes(one))).toBe(true)
        const undrawn = left(markdownWriter, annotated).find((one) => one.includes('spans of marks')) ?? '0'
        const spans = [...annotated.records.annotations.values()].flatMap((mark) => mark.spans)
        expect(called.length + Number.parseInt(undrawn, 10)).toBe(spans.length)
      }),
      { numRuns: 60 },
    )
  })

  it('is a text that people can read', () => {
    const text = 'A title\nAda said: “no”, see http://t.co/a_b.'
    const at = Date.UTC(2026, 0, 1)
    const annotated = marked(
      text,
      {
        annotations: [
          {
            id: 'ada.m1',
            author: 'ada',
            kind: 'attribution',
            spans: [[8, 16]],
            attributes: { cue: 'said', source: null },
            at,
          },
          { id: 'ben.m1', author: 'ben', kind: 'claim', spans: [[18, 22]], attributes: { gloss: 'a*b' }, at },
        ],
        relations: [{ id: 'ada.r1', author: 'ada', type: 'attributes', from: 'ada.m1', to: 'ben.m1', at }],
      },
      { inlines: [{ type: 'bold', start: 8, end: 11 }] },
    )
    expect(write(markdownWriter, annotated)).toBe(
      [
        '# A title',
        '**Ada** said[^1]: “no”[^2], see http\\://t.co/a\\_b.',
        '[^1]: Attribution by Ada L.: “Ada said”; Cue: said; Source: *none*; source of [^2].',
        '[^2]: Claim by ben: ““no””; Full sentence: a\\*b.',
        '',
      ]
        .join('\n\n')
        .replace(/\n\n$/, '\n'),
    )
    expect(left(markdownWriter, annotated)).toEqual(['2 times at which a mark was made'])
  })
})

describe('ClaimReview', () => {
  function checked(): AnnotatedArticle {
    const seed = seedArticle()
    const { annotations, verdicts, relations } = seed.records
    const verdictOf = (id: string, verdict: string, gloss?: string) => {
      const mark = annotations.get(id)
      if (!mark) throw new Error(id)
      annotations.set(id, { ...mark, attributes: { ...mark.attributes, verdict, ...(gloss && { gloss }) } })
      verdicts.set(`ada.v${id}`, {
        id: `ada.v${id}`,
        on: id,
        decision: 'accept',
        author: 'ada',
        at: Date.UTC(2026, 0, 5),
      })
    }
    verdictOf('reference.m04', 'mostly-false', 'Russian jets killed civilians in Syria.')
    verdictOf('reference.m07', 'unverifiable')
    verdictOf('reference.m05', 'unchecked')
    annotations.set('ada.cite', {
      id: 'ada.cite',
      author: 'ada',
      kind: 'citation',
      spans: [[0, 5]],
      attributes: { url: 'https://x.test/1' },
      at: 1,
    })
    relations.set('ada.cites', {
      id: 'ada.cites',
      author: 'ada',
      type: 'cites',
      from: 'ada.cite',
      to: 'reference.m04',
      at: 1,
    })
    const article = {
      ...seed.article,
      source: { outlet: 'RT', published: '2015-10-01', url: 'https://rt.test/a', fileName: null, encoding: null },
    }
    return {
      ...seed,
      article,
      people: seed.people.map((one) => (one.id === 'ada' ? { ...one, role: 'reviewer' } : one)),
    }
  }

  it('reviews what was accepted and has a verdict, with who says it and where', () => {
    const { series } = claimreviewWriter
    const [file] = JSON.parse(`${series?.before}${write(claimreviewWriter, checked())}${series?.after}`)
    expect(file['@context']).toBe('https://schema.org')
    expect(file['@graph']).toHaveLength(2)
    const [first, second] = file['@graph']
    const own = {
      '@type': 'CreativeWork',
      name: 'Putin: Claims Russian jets killed civilians in Syria emerged before airstrikes started',
      url: 'https://rt.test/a',
      datePublished: '2015-10-01',
      inLanguage: 'en',
      publisher: { '@type': 'Organization', name: 'RT' },
    }
    expect(first).toEqual({
      '@type': 'ClaimReview',
      claimReviewed: 'Russian jets killed civilians in Syria.',
      reviewRating: { '@type': 'Rating', ratingValue: 2, bestRating: 5, worstRating: 1, alternateName: 'Mostly false' },
      itemReviewed: { '@type': 'Claim', appearance: [own, { '@type': 'CreativeWork', url: 'https://x.test/1' }] },
      author: { '@type': 'Organization', name: 'Project' },
      datePublished: '2026-01-05',
    })
    expect(second.reviewRating).toEqual({ '@type': 'Rating', alternateName: 'Unverifiable' })
    expect(second.claimReviewed).toBe('casualties among civilians caused by Russian airstrikes in Syria')
    expect(second.itemReviewed.author).toEqual({ '@type': ['Person', 'Organization'], name: 'Reports' })
    expect(left(claimreviewWriter, checked())).toEqual([
      '46 marks',
      '35 relations',
      '3 verdicts of reviewers',
      '2 addresses of reviews (“url”), to be put in where these are published',
    ])
  })

  it('is the same for gold that was chosen before, but for when it was decided', () => {
    const gold = JSON.parse(write(claimreviewWriter, choose(checked(), { layers: 'gold' })))['@graph']
    expect(gold).toHaveLength(2)
    expect(gold[0]).toMatchObject({
      claimReviewed: 'Russian jets killed civilians in Syria.',
      reviewRating: { ratingValue: 2 },
    })
  })

  it('has nothing of an article that nobody has judged', () => {
    expect(JSON.parse(write(claimreviewWriter, seedArticle()))['@graph']).toEqual([])
    expect(left(claimreviewWriter, seedArticle())).toEqual(['47 marks', '36 relations'])
  })
})
