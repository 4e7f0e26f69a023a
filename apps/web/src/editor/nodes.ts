/**
 * The editor's document of an article: text blocks directly under the document, nothing nested, because that is what
 * makes positions and text offsets a sum apart (`toPosition` in the schema's article.ts).
 */
import type { Article, Block } from '@attest/schema/article'
import { type Extensions, type JSONContent, Mark, Node } from '@tiptap/core'

type BlockType = Block['type']

const elements: Record<BlockType, { name: string; tag: string; role?: string }> = {
  title: { name: 'title', tag: 'h1' },
  heading: { name: 'heading', tag: 'h2' },
  paragraph: { name: 'paragraph', tag: 'p' },
  quote: { name: 'quote', tag: 'blockquote' },
  // A list item that stands alone is not one in HTML; the role says what it is.
  'list-item': { name: 'listItem', tag: 'div', role: 'note' },
}

const blocks = Object.values(elements).map(({ name, tag, role }) =>
  Node.create({
    name,
    group: 'block',
    content: 'text*',
    // The first letter of each block decides its direction, as the article may quote another script.
    renderHTML: () => [tag, role ? { dir: 'auto', role, class: name } : { dir: 'auto' }, 0],
  }),
)

/** Everything the editor needs to hold an article, and nothing that could change one. */
export const articleNodes: Extensions = [
  Node.create({ name: 'doc', topNode: true, content: 'block+' }),
  Node.create({ name: 'text', group: 'inline' }),
  ...blocks,
  Mark.create({ name: 'bold', renderHTML: () => ['strong', 0] }),
  Mark.create({ name: 'italic', renderHTML: () => ['em', 0] }),
  Mark.create({
    name: 'link',
    addAttributes: () => ({ href: { default: '', validate: 'string' } }),
    // The schema lets only http, https and mailto into an article; this is the second lock on that door.
    renderHTML: ({ HTMLAttributes: { href } }) =>
      /^(https?:\/\/|mailto:)/i.test(String(href))
        ? ['a', { href, rel: 'noopener noreferrer', target: '_blank' }, 0]
        : ['span', 0],
  }),
]

/** The TipTap document of an article. */
export function articleDocument({ text, blocks, inlines }: Pick<Article, 'text' | 'blocks' | 'inlines'>): JSONContent {
  return {
    type: 'doc',
    content: blocks.map((block) => {
      const within = inlines.filter((inline) => inline.start < block.end && inline.end > block.start)
      const borders = new Set([block.start, block.end])
      for (const { start, end } of within) borders.add(Math.max(start, block.start)).add(Math.min(end, block.end))
      const sorted = [...borders].sort((a, b) => a - b)
      const content = sorted.slice(0, -1).map((from, i): JSONContent => {
        const to = sorted[i + 1] ?? block.end
        const marks = within
          .filter((inline) => inline.start <= from && inline.end >= to)
          .map((inline) =>
            inline.type === 'link' ? { type: 'link', attrs: { href: inline.href } } : { type: inline.type },
          )
        return { type: 'text', text: text.slice(from, to), marks }
      })
      return { type: elements[block.type].name, content }
    }),
  }
}
