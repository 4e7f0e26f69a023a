/**
 * The article on the page: TipTap showing a text that cannot change, with what a
 * pointer (pointer.ts) and keys (cursor.ts) do to it.
 */
import type { Annotation } from '@attest/schema/annotation'
import { type Editor, EditorContent, useEditor } from '@tiptap/react'
import { type ReactNode, useEffect, useRef } from 'react'
import type { KeyStore } from '../commands/bindings.ts'
import type { Commands } from '../commands/commands.ts'
import { useKey } from '../commands/KeysProvider.tsx'
import type { ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { AnnotationExtension } from './annotation-extension.ts'
import styles from './article.module.css'
import { caretAttributes, followCaretMode } from './caret-mode.ts'
import type { Focus } from './focus.ts'
import { labelStyles } from './label-styles.ts'
import { articleDocument, articleNodes } from './nodes.ts'
import { Overlay } from './Overlay.tsx'
import { followPointer } from './pointer.ts'
import { words } from './wording.ts'

export interface ArticleEditorProps {
  room: ArticleRoom
  focus: Focus
  commands: Commands
  keys: KeyStore
  isShown: (annotation: Annotation) => boolean
  /** What belongs to the text and is placed beside or over it. */
  children: (editor: Editor) => ReactNode
}

export function ArticleEditor({ room, focus, commands, keys, isShown, children }: ArticleEditorProps) {
  const { page } = room
  const { labelSet } = useLive(room.article)
  // The editor outlives every change of the filters; it asks for the newest ones through this.
  const filter = useRef(isShown)
  filter.current = isShown

  const editor = useEditor(
    {
      editable: false,
      injectCSS: false,
      enableContentCheck: true,
      extensions: [
        ...articleNodes,
        AnnotationExtension.configure({
          room,
          focus,
          commands,
          bindings: keys.bindings,
          isShown: (annotation) => filter.current(annotation),
        }),
      ],
      content: articleDocument(page),
      coreExtensionOptions: { tabindex: { value: '0' } },
      editorProps: {
        attributes: () => ({
          // A text box would promise that one can type; an article is read, and marked with the keys that help names.
          role: 'article',
          'aria-label': page.title,
          'aria-describedby': 'article-keys',
          ...(page.language ? { lang: page.language } : {}),
          dir: page.direction,
          ...(focus.isCaret.get() ? caretAttributes : {}),
        }),
      },
    },
    [room],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter itself is what a repaint depends on
  useEffect(() => {
    editor?.storage.annotations.painter.refilter()
  }, [editor, isShown])

  useEffect(() => {
    const sheet = labelStyles(labelSet)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
    }
  }, [labelSet])

  useEffect(() => (editor ? followPointer(editor, room, focus) : undefined), [editor, room, focus])

  useEffect(() => (editor ? followCaretMode(editor, room, focus) : undefined), [editor, room, focus])

  const isCaret = useLive(focus.isCaret)
  const isHidden = useLive(focus.isHidden)
  const isPeeking = useLive(focus.isPeeking)
  const [hasFigures, helpKey] = [useKey('label') !== null, useKey('help')]
  return (
    <div className={styles['desk']} data-plain={isHidden || isPeeking || undefined} data-caret={isCaret || undefined}>
      <p id="article-keys" hidden>
        {words.articleKeys({ figures: hasFigures ? labelSet.kinds.length : 0, help: helpKey })}
      </p>
      <EditorContent editor={editor} className={styles['article']} />
      {editor && <Overlay editor={editor} room={room} focus={focus} />}
      {editor && children(editor)}
    </div>
  )
}
