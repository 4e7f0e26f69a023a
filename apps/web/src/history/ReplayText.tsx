/** The text with marks that somebody else decides about: drawn as in the article, by the same painter, and only read. */
import type { Annotation } from '@attest/schema/annotation'
import type { ArticlePage } from '@attest/schema/api'
import type { Spans } from '@attest/schema/span'
import { Extension } from '@tiptap/core'
import { EditorContent, useEditor } from '@tiptap/react'
import { useEffect, useMemo } from 'react'
import styles from '../editor/article.module.css'
import { dropHighlights, highlight, redrawHighlights } from '../editor/highlights.ts'
import { labelStyles, styleOf } from '../editor/label-styles.ts'
import { articleDocument, articleNodes } from '../editor/nodes.ts'
import { Painter } from '../editor/painter.ts'
import { bringIntoView } from '../editor/places.ts'
import { kindName, markName } from '../editor/wording.ts'

/** What can be done to the text once it is there. */
export interface ReplayView {
  /** Takes in that these marks are others now. */
  update(ids: Iterable<string>): void
  /** Shows these words; with `isFollowed` they are brought into view. */
  point(spans: Spans, isFollowed: boolean): void
}

interface Props {
  page: ArticlePage
  annotation: (id: string) => Annotation | undefined
  onReady: (view: ReplayView | null) => void
}

export function ReplayText({ page, annotation, onReady }: Props) {
  const { blocks, labelSet } = page
  const painter = useMemo(() => {
    const names = new Map(page.people.map(({ id, name }) => [id, name]))
    return new Painter({
      blocks: page.blocks,
      annotation,
      isShown: () => true,
      styleOf: (kind) => styleOf(page.labelSet, kind),
      describe: ({ kind, author }) => markName(kindName(page.labelSet, kind), names.get(author) ?? author),
      isHeld: () => false,
      onPainted: (view) => redrawHighlights(view, page.blocks),
      onNear: () => {},
    })
  }, [page, annotation])
  const editor = useEditor(
    {
      editable: false,
      injectCSS: false,
      enableContentCheck: true,
      extensions: [
        ...articleNodes,
        Extension.create({ name: 'replay', addProseMirrorPlugins: () => [painter.plugin] }),
      ],
      content: articleDocument(page),
      editorProps: {
        attributes: {
          role: 'article',
          'aria-label': page.title,
          ...(page.language ? { lang: page.language } : {}),
          dir: page.direction,
        },
      },
    },
    [painter],
  )
  useEffect(() => {
    const sheet = labelStyles(labelSet)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
    }
  }, [labelSet])
  useEffect(() => {
    if (!editor) return
    onReady({
      update: (ids) => painter.update(ids),
      point(spans, isFollowed) {
        if (editor.isDestroyed) return
        highlight(editor.view, blocks, 'selected', spans)
        const [first] = spans
        if (first && isFollowed) bringIntoView(editor.view, blocks, first)
      },
    })
    return () => {
      onReady(null)
      if (!editor.isDestroyed) dropHighlights(editor.view)
    }
  }, [editor, painter, blocks, onReady])
  return (
    <div className={styles['desk']}>
      <EditorContent editor={editor} className={styles['article']} />
    </div>
  )
}
