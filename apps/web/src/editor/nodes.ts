/**
 * The editor's document of an article: text blocks directly under the document, nothing nested, because that is what
 * makes positions and text offsets a sum apart (`toPosition` in the schema's article.ts).
 */
import type { Article, Block } from '@attest/schema/article'
import { type Extensions, type JSONContent, Mark, Node } from '@tiptap/core'

type BlockType = Block['type']

const elements: Record<BlockType, { name: string; tag: string }> = {
  title: { name: 'title', tag: 'h1' },
  heading: { name: 'heading', tag: 'h2' },
  paragraph: { name: 'paragraph', tag: 'p' },
  quote: { name: 'quote', tag: 'blockquote' },
  // A list item that stands alone is not one in HTML, and no other role is true of it: it is a block of text.
  'list-item': { name: 'listItem', tag: 'div' },
}

const blocks = Object.values(elements).map(({ name, tag }) =>
  Node.create({
    name,
    group: 'block',
    content: 'text*',
    // The first letter of each block decides its direction, as the article may quote another script.
    renderHTML: ({ node }) => {
      const classes = [...(tag === 'div' ? [name] : []), ...(node.content.size === 0 ? ['blankLine'] : [])]
      return [tag, { dir: 'auto', ...(classes.length > 0 && { class: classes.join(' ') }) }, 0]
    },
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

/** The TipTap document of an article: one sweep over text and inlines, cut wherever the formatting changes. */
export function articleDocument({ text, blocks, inlines }: Pick<Article, 'text' | 'blocks' | 'inlines'>): JSONContent {
  // Read from its end; of two that begin together the shorter opens last.
  const coming = inlines.toSorted((a, b) => b.start - a.start || a.end - b.end)
  let open: Article['inlines'] = []
  const contentOf = (block: Block) => {
    const content: JSONContent[] = []
    for (let from = block.start; from < block.end; ) {
      for (let next = coming.at(-1); next && next.start <= from; next = coming.at(-1)) {
        open.push(next)
        coming.pop()
      }
      open = open.filter((inline) => inline.end > from)
      let to = Math.min(block.end, coming.at(-1)?.start ?? block.end)
      for (const inline of open) to = Math.min(to, inline.end)
      // The editor takes one mark of a type; of links inside each other the inner one counts.
      const marks = new Map(open.map((inline) => [inline.type, markOf(inline)]))
      content.push({ type: 'text', text: text.slice(from, to), marks: [...marks.values()] })
      from = to
    }
    return content
  }
  return {
    type: 'doc',
    content: blocks.map((block) => ({ type: elements[block.type].name, content: contentOf(block) })),
  }
}

function markOf(inline: Article['inlines'][number]) {
  return inline.type === 'link' ? { type: 'link', attrs: { href: inline.href } } : { type: inline.type }
}
