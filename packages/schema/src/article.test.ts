import { Schema } from '@tiptap/pm/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpanOf, anyText } from '../../../tests/support/hostile-text.ts'
import {
  type ArticleContent,
  articleContentSchema,
  articleSchema,
  type Block,
  blockIndexAt,
  blocksOf,
  clip,
  entityId,
  flawOf,
  hashText,
  MAX_TEXT_LENGTH,
  toOffset,
  toPosition,
} from './article.ts'

const schema = new Schema({
  nodes: { doc: { content: 'paragraph+' }, paragraph: { content: 'text*' }, text: {} },
})

/** The document that an editor has for this text. */
function documentOf(text: string, blocks: readonly Block[]) {
  return schema.node(
    'doc',
    null,
    blocks.map(({ start, end }) =>
      schema.node('paragraph', null, start < end ? [schema.text(text.slice(start, end))] : []),
    ),
  )
}

function contentOf(text: string): ArticleContent {
  const blocks = blocksOf(text)
  return { title: 'Title', language: 'en', direction: 'ltr', text, sha256: hashText(text), blocks, inlines: [] }
}

const someText = anyText.filter((text) => text !== '' && text.isWellFormed())

describe('the blocks of a text', () => {
  it('are its lines, and the text is its blocks joined by line feeds', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const blocks = blocksOf(text)
        expect(blocks.map(({ start, end }) => text.slice(start, end)).join('\n')).toBe(text)
        expect(blocks.map(({ type }) => type)).toEqual(['title', ...Array(blocks.length - 1).fill('paragraph')])
      }),
    )
  })

  it('hold each offset exactly once', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const blocks = blocksOf(text)
        for (let offset = 0; offset <= text.length; offset++) {
          const holding = blocks.findIndex(({ start, end }) => start <= offset && offset <= end)
          expect(blockIndexAt(blocks, offset)).toBe(holding)
        }
        expect(() => blockIndexAt(blocks, -1)).toThrow(RangeError)
        expect(() => blockIndexAt(blocks, text.length + 1)).toThrow(RangeError)
      }),
    )
  })

  it('cut a span into parts that lie inside them and miss nothing but line feeds', () => {
    fc.assert(
      fc.property(
        anyText.chain((text) => fc.tuple(fc.constant(text), anySpanOf(text))),
        ([text, span]) => {
          const parts = blocksOf(text).flatMap((block) => {
            const part = clip(span, block)
            return part ? [text.slice(...part)] : []
          })
          expect(parts.join('')).toBe(text.slice(...span).replaceAll('\n', ''))
          expect(parts).not.toContain('')
        },
      ),
    )
  })
})

describe('a position in the editor', () => {
  it('and an offset of the text lead to each other', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const blocks = blocksOf(text)
        for (let offset = 0; offset <= text.length; offset++)
          expect(toOffset(blocks, toPosition(blocks, offset))).toBe(offset)
      }),
    )
  })

  it('is inside a text block of the real document, with the same words before it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const blocks = blocksOf(text)
        const doc = documentOf(text, blocks)
        for (let offset = 0; offset <= text.length; offset++) {
          const place = doc.resolve(toPosition(blocks, offset))
          expect(place.parent.isTextblock).toBe(true)
          expect(doc.textBetween(0, place.pos, '\n')).toBe(text.slice(0, offset))
        }
      }),
    )
  })

  it('has an offset exactly when it is inside a text block', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const blocks = blocksOf(text)
        const doc = documentOf(text, blocks)
        for (let position = 0; position <= doc.content.size; position++) {
          if (doc.resolve(position).parent.isTextblock)
            expect(toPosition(blocks, toOffset(blocks, position))).toBe(position)
          else expect(() => toOffset(blocks, position)).toThrow(RangeError)
        }
        expect(() => toOffset(blocks, -1)).toThrow(RangeError)
        expect(() => toOffset(blocks, doc.content.size + 1)).toThrow(RangeError)
      }),
    )
  })
})

describe('an article', () => {
  it('made of the lines of any text is sound', () => {
    fc.assert(
      fc.property(someText, (text) => {
        expect(flawOf(contentOf(text))).toBeNull()
        expect(articleContentSchema.safeParse(contentOf(text)).success).toBe(true)
      }),
    )
  })

  it('is named by the SHA-256 of its UTF-8', () => {
    expect(hashText('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(hashText('é📰')).toBe('6b1f9e99de68d6b2ac2f1c2e576b0ac489e44ee0fa6d5197ecbc39f23cc25910')
  })

  const sound = contentOf('One\nTwo\n\nFour')
  const [one, two, three, four] = sound.blocks as [Block, Block, Block, Block]
  const bold = (start: number, end: number) => ({ type: 'bold', start, end }) as const
  const inline = (start: number, end: number) => ({ ...sound, inlines: [bold(start, end)] })
  const family = contentOf('a👩‍👩‍👧b, and e\u0301')
  it.each([
    ['another text than was hashed', { ...sound, text: 'One\nTwo\n\nFive' }, /sha256/],
    ['half a surrogate pair', { ...sound, text: 'One\nTwo\n\nFou\ud83d' }, /surrogate/],
    ['a block too few', { ...sound, blocks: [one, two, three] }, /do not cover/],
    ['a block left out', { ...sound, blocks: [one, three, four] }, /Block 2 does not begin/],
    ['blocks that overlap', { ...sound, blocks: [one, { ...two, start: 3 }, three, four] }, /Block 2 does not begin/],
    [
      'a block that ends in a line',
      { ...sound, blocks: [{ ...one, end: 2 }, two, three, four] },
      /Block 1 does not end/,
    ],
    ['a block that runs backwards', { ...sound, blocks: [one, { ...two, end: 3 }, three, four] }, /Block 2/],
    ['a block past the end', { ...sound, blocks: [one, two, three, { ...four, end: 14 }] }, /do not cover/],
    ['an empty inline', inline(2, 2), /bold at 2–2/],
    ['an inline past the end', inline(2, 14), /bold at 2–14/],
    ['an inline that begins in a character', { ...family, inlines: [bold(2, 12)] }, /bold at 2–12 cuts a character/],
    ['an inline that ends in a character', { ...family, inlines: [bold(0, 5)] }, /bold at 0–5 cuts a character/],
  ] as [string, ArticleContent, RegExp][])('with %s is refused with a reason', (_, content, reason) => {
    expect(flawOf(content)).toMatch(reason)
  })

  it('may have blocks of several lines, and inlines over words', () => {
    expect(flawOf({ ...sound, blocks: [one, { type: 'quote', start: 4, end: 13 }] })).toBeNull()
    expect(flawOf(inline(0, 13))).toBeNull()
    expect(flawOf({ ...family, inlines: [bold(1, 9), bold(16, 18), bold(0, 18)] })).toBeNull()
  })

  it('has no more blocks or inlines than any article needs', () => {
    const of = (blocks: number, inlines: number) =>
      articleContentSchema.safeParse({
        ...sound,
        blocks: Array.from({ length: blocks }, () => one),
        inlines: Array.from({ length: inlines }, () => bold(0, 1)),
      }).success
    expect([of(200_000, 100_000), of(200_001, 0), of(1, 100_001)]).toEqual([true, false, false])
  })

  it('of the longest text with the most inlines is looked through in a moment, also when nothing in it is plain', () => {
    const content = contentOf('🇩🇪'.repeat(MAX_TEXT_LENGTH / 4))
    const inlines = Array.from({ length: 100_000 }, (_, i) => bold(i * 40, i * 40 + 4))
    const start = performance.now()
    expect(flawOf({ ...content, inlines })).toBeNull()
    expect(flawOf({ ...content, inlines: [...inlines, bold(4, 6)] })).toMatch(/cuts a character/)
    expect(performance.now() - start).toBeLessThan(5000)
  })

  it.each(['javascript:alert(1)', ' https://a.example', '//a.example', 'data:text/html,x', 'https'])(
    'has no link to %j',
    (href) => {
      const content = { ...sound, inlines: [{ type: 'link', start: 0, end: 1, href }] }
      expect(articleContentSchema.safeParse(content).success).toBe(false)
    },
  )

  it.each([
    ['sample', true],
    ['a', true],
    ['0-9', true],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['', false],
    ['Sample', false],
    ['-a', false],
    ['a/b', false],
    ['a%2fb', false],
    ['a.b', false],
    ['a\n', false],
    ['ａ', false],
  ])('has an id of one closed format: %j is %s', (id, isValid) => {
    expect(entityId.safeParse(id).success).toBe(isValid)
    expect(articleSchema.safeParse({ ...sound, id, projectId: 'sample' }).success).toBe(isValid)
  })
})
