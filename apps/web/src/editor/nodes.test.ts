import type { Article } from '@attest/schema/article'
import { blocksOf } from '@attest/schema/article'
import { getSchema } from '@tiptap/core'
import { expect, it } from 'vitest'
import { articleDocument, articleNodes } from './nodes.ts'

type Inline = Article['inlines'][number]

const link = (start: number, end: number, href = 'https://example.org/'): Inline => ({ type: 'link', start, end, href })
const open = (text: string, inlines: Inline[]) => articleDocument({ text, blocks: blocksOf(text), inlines })
const pieces = (text: string, inlines: Inline[]) =>
  open(text, inlines).content?.map((block) =>
    (block.content ?? []).map((piece) => [piece.text, ...(piece.marks ?? []).map((mark) => mark.type)].join(' ')),
  )

it('cuts the text where the formatting changes, in whatever order it was given', () => {
  const inlines: Inline[] = [
    { type: 'italic', start: 2, end: 4 },
    { type: 'bold', start: 0, end: 3 },
  ]
  expect(pieces('abcdef', inlines)).toEqual([['ab bold', 'c bold italic', 'd italic', 'ef']])
})

it('goes on with the formatting in the next paragraph, and passes an empty one', () => {
  expect(pieces('one\n\ntwo', [{ type: 'bold', start: 1, end: 6 }])).toEqual([['o', 'ne bold'], [], ['t bold', 'wo']])
})

it('makes a document that the editor takes, also where the same formatting lies over itself', () => {
  const text = 'abcdef'
  const inlines: Inline[] = [
    link(0, 4, 'https://one.example/'),
    link(2, 6, 'https://two.example/'),
    { type: 'bold', start: 0, end: 6 },
    { type: 'bold', start: 1, end: 2 },
  ]
  expect(open(text, inlines).content?.[0]?.content?.[2]?.marks).toContainEqual({
    type: 'link',
    attrs: { href: 'https://two.example/' },
  })
  const doc = getSchema(articleNodes).nodeFromJSON(open(text, inlines))
  doc.check()
  expect(doc.textContent).toBe(text)
})

it('opens a long article full of links at once', () => {
  const line = 'words '.repeat(10)
  const count = 20_000
  const text = Array<string>(count).fill(line).join('\n')
  const inlines = Array.from({ length: count }, (_, i) => link(i * (line.length + 1), i * (line.length + 1) + 5))
  const started = performance.now()
  expect(open(text, inlines).content).toHaveLength(count)
  // Comparing each block with each link takes ten times as long as this allows.
  expect(performance.now() - started).toBeLessThan(500)
})

it('says of a list item no more than that it is text', () => {
  const { nodes } = getSchema(articleNodes)
  const item = nodes['listItem']
  const one = (text: string) => item?.create(null, text === '' ? [] : item.schema.text(text))
  const made = (text: string) => item?.spec.toDOM?.(one(text) as NonNullable<ReturnType<typeof one>>)
  expect(made('one')).toEqual(['div', { dir: 'auto', class: 'listItem' }, 0])
  expect(made('')).toEqual(['div', { dir: 'auto', class: 'listItem blankLine' }, 0])
})
