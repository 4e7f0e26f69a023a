/** For tests: an article on a page of its own, in a room whose server is never there, so all stays in this browser. */
import type { ArticlePage, Me } from '@attest/schema/api'
import { blocksOf, hashText } from '@attest/schema/article'
import { labelSetSchema } from '@attest/schema/labelset'
import type { Span } from '@attest/schema/span'
import type { Editor } from '@tiptap/react'
import type { ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import labels from '../../../../seeds/label-set.json'
import { openKeys } from '../commands/bindings.ts'
import { makeCommands } from '../commands/commands.ts'
import { ArticleRoom } from '../live/article-room.ts'
import { ArticleEditor } from './ArticleEditor.tsx'
import { makeFocus } from './focus.ts'
import { rangeOf } from './places.ts'
import type { Workbench } from './workbench.ts'
import '../ui/tokens.css'

export const me: Me = { id: 'ada', name: 'Ada', color: 0, ownsWorkspace: true, isByName: true }

/** The page of an article of this text, in a project of one's own. */
export function pageOf(text: string, inlines: ArticlePage['inlines'] = []): ArticlePage {
  const id = crypto.randomUUID()
  return {
    id,
    projectId: 'sample',
    title: 'An article',
    language: 'en',
    direction: 'auto',
    text,
    sha256: hashText(text),
    blocks: blocksOf(text),
    inlines,
    blind: 'open',
    room: id,
    project: {
      id: 'sample',
      name: 'Sample',
      mode: 'open',
      revealsItself: false,
      peersJudge: true,
      joining: 'open',
      role: 'owner',
      memberRole: 'owner',
      archivedAt: null,
      articleCount: 1,
      guidelines: '',
    },
    labelSet: labelSetSchema.parse(labels),
    people: [{ ...me, role: 'owner' }],
  }
}

export interface Stage extends Workbench {
  /** The first place of these words. */
  words: (needle: string) => Span
  /** The words of a mark, by its id. */
  quotes: (id: string) => string[]
  /** The place of a character in the window, a little within it. */
  point: (offset: number) => { x: number; y: number }
  close: () => void
}

/** Shows a text; `children` are what stands over it. */
export async function openStage(
  text: string,
  {
    inlines = [],
    children = () => null,
  }: { inlines?: ArticlePage['inlines']; children?: (bench: Workbench) => ReactNode } = {},
): Promise<Stage> {
  const host = document.body.appendChild(document.createElement('div'))
  const room = new ArticleRoom({
    page: pageOf(text, inlines),
    me,
    serverUrl: 'ws://127.0.0.1:9',
    readPage: async () => null,
    now: Date.now,
  })
  const focus = makeFocus()
  const commands = makeCommands()
  const root = createRoot(host)
  const editor = await new Promise<Editor>((resolve) =>
    root.render(
      <ArticleEditor room={room} focus={focus} commands={commands} keys={openKeys(me.id)} isShown={() => true}>
        {(made) => {
          resolve(made)
          return children({ editor: made, room, focus, commands })
        }}
      </ArticleEditor>,
    ),
  )
  await new Promise((resolve) => requestAnimationFrame(resolve))
  return {
    editor,
    room,
    focus,
    commands,
    words(needle) {
      const start = text.indexOf(needle)
      if (start < 0) throw new RangeError(`“${needle}” is not in the text`)
      return [start, start + needle.length]
    },
    quotes: (id) => (room.records.get().annotations.get(id)?.spans ?? []).map(([from, to]) => text.slice(from, to)),
    point(offset) {
      const rect = rangeOf(editor.view, room.page.blocks, [offset, offset + 1]).getBoundingClientRect()
      return { x: rect.left + rect.width * 0.4, y: rect.top + rect.height / 2 }
    },
    close() {
      root.unmount()
      room.close()
      document.body.replaceChildren()
    },
  }
}
