/**
 * The document of ProseMirror and TipTap (prosemirror.net/docs/ref: Node.toJSON; tiptap.dev, JSON content), with a mark of the
 * type `annotation` around the words of each mark. Blocks and formatting have the names that Attest’s own editor has for
 * them. To load it, a schema needs `annotation` with `excludes: ''`, as marks overlap, and after the formatting.
 */
import type { Block, Inline } from '../article.ts'
import { order } from '../order.ts'
import { rulingsOf } from '../outcome.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import type { Writer } from './format.ts'
import { annotatorsOf, judgingOf, leftOf, losses, type Piece } from './pieces.ts'
import { cutUp, type Run, undrawn } from './runs.ts'

const nodes: Record<Block['type'], string> = {
  title: 'title',
  heading: 'heading',
  paragraph: 'paragraph',
  quote: 'quote',
  'list-item': 'listItem',
}

/** ProseMirror takes the marks of a text in the order of its schema only. */
const formatting = ['bold', 'italic', 'link'] as const

export const prosemirrorWriter: Writer = {
  name: 'prosemirror',
  label: 'ProseMirror / TipTap',
  extension: '.prosemirror.json',
  mediaType: 'application/json',

  write(annotated) {
    const { article } = annotated
    const cut = cutUp(annotated)
    const marks = marksOf(annotated)
    const textOf = ({ start, end, inlines, pieces }: Run) => ({
      type: 'text',
      text: article.text.slice(start, end),
      ...(inlines.length + pieces.length > 0 && {
        marks: [...formattingOf(inlines), ...pieces.map(({ mark }) => marks.get(mark.id))],
      }),
    })
    const document = {
      type: 'doc',
      content: cut.blocks.map(({ block, runs }) => ({
        type: nodes[block.type],
        ...(runs.length > 0 && { content: runs.map(textOf) }),
      })),
    }
    return {
      files: [{ name: `${article.id}.prosemirror.json`, text: `${JSON.stringify(document)}\n` }],
      left: losses(
        ...leftOf(annotated, 'a document of ProseMirror', ['annotators', 'spans', 'attributes']),
        undrawn(cut),
      ),
    }
  },
}

/** By the id of the annotation. All spans of one have the same, so that they can be found together. */
function marksOf(annotated: AnnotatedArticle): Map<string, object> {
  const { records } = annotated
  const names = annotatorsOf(annotated)
  const rulings = rulingsOf(records, judgingOf(annotated))
  return new Map(
    Array.from(records.annotations.values(), ({ id, kind, attributes, author }: Piece['mark']) => {
      const sorted = Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => order(a, b)))
      const status = rulings.get(id)?.outcome ?? 'open'
      return [
        id,
        { type: 'annotation', attrs: { id, kind, annotator: names.get(author) ?? author, attributes: sorted, status } },
      ]
    }),
  )
}

/** One of a type; of links inside each other the inner one counts. */
function formattingOf(inlines: readonly Inline[]): object[] {
  return formatting.flatMap((type) => {
    const inline = inlines.findLast((one) => one.type === type)
    if (!inline) return []
    return [inline.type === 'link' ? { type, attrs: { href: inline.href } } : { type }]
  })
}
