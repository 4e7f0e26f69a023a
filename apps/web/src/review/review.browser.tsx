import type { Annotation } from '@attest/schema/annotation'
import type { ArticlePage } from '@attest/schema/api'
import { putRecord } from '@attest/schema/room'
import type { LayerSource } from '@attest/schema/source'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, describe, expect, it } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import * as Y from 'yjs'
import type { Filter } from '../annotations/filter.ts'
import { type KeyStore, openKeys } from '../commands/bindings.ts'
import { type Commands, makeCommands } from '../commands/commands.ts'
import { ArticleEditor } from '../editor/ArticleEditor.tsx'
import { type Focus, makeFocus } from '../editor/focus.ts'
import { me, pageOf } from '../editor/testing.tsx'
import { ArticleRoom } from '../live/article-room.ts'
import { copyName, openLocalCopy } from '../live/local-copy.ts'
import { CheckList } from '../signoff/CheckList.tsx'
import { Notices } from '../ui/Notices.tsx'
import { notices } from '../ui/notices.ts'
import { ReviewPanel } from './ReviewPanel.tsx'
import '../ui/tokens.css'

const text = 'Title\nRussian jets killed civilians, it was said.\nNobody was hurt, it was said again.'

// React Aria asks for it in tests, and in a browser there is no process.
Object.assign(globalThis, { process: { env: {} } })

let root: Root
let room: ArticleRoom

interface ShownProps {
  filter: Filter
  onFilter: (filter: Filter) => void
  /** The check list before a sign-off, instead of the review. */
  isSigning: boolean
  focus: Focus
  commands: Commands
  keys: KeyStore
}

function Shown({ filter, onFilter, isSigning, focus, commands, keys }: ShownProps) {
  const [shown, show] = useState(filter)
  return (
    <ArticleEditor room={room} focus={focus} commands={commands} keys={keys} isShown={() => true}>
      {(editor) => {
        const bench = { editor, room, focus, commands }
        return (
          <>
            {isSigning ? (
              <CheckList bench={bench} onGo={() => {}}>
                {(isBlocked) => <p>{isBlocked ? 'Kept from it' : 'Ready'}</p>}
              </CheckList>
            ) : (
              <ReviewPanel
                bench={bench}
                keys={keys}
                filter={shown}
                onFilter={(next) => {
                  onFilter(next)
                  show(next)
                }}
                onPick={() => {}}
                onClose={() => {}}
              />
            )}
          </>
        )
      }}
    </ArticleEditor>
  )
}

const imported: LayerSource = {
  kind: 'import',
  name: 'ann',
  format: 'attest-json',
  file: 'old.json',
  model: null,
  version: null,
  by: null,
  at: 1,
}

/** The marks of others are in the copy that this browser has of the room. */
async function open(
  marks: readonly Annotation[],
  filter: Filter = {},
  isSigning = false,
): Promise<{ filter: () => Filter }> {
  const page: ArticlePage = {
    ...pageOf(text),
    people: [
      { ...me, role: 'owner' },
      { id: 'ana', name: 'Ana', color: 1, role: 'annotator' },
      { id: 'ben', name: 'Ben', color: 2, role: 'annotator' },
      { id: 'old', name: 'ann (old.json)', color: 3, role: null, source: imported },
    ],
  }
  const doc = new Y.Doc()
  for (const one of marks) putRecord(doc, 'annotations', one)
  const copy = await openLocalCopy(copyName(me.id, page.room ?? ''), () => {})
  copy.keep({ updates: [Y.encodeStateAsUpdate(doc)], whole: () => Y.encodeStateAsUpdate(doc) }, new Map())
  copy.close()
  room = new ArticleRoom({ page, me, serverUrl: 'ws://127.0.0.1:9', readPage: async () => null, now: Date.now })
  await expect.poll(() => room.records.get().annotations.size).toBe(marks.length)
  let now = filter
  const [focus, commands, keys] = [makeFocus(), makeCommands(), openKeys(me.id)]
  const queries = new QueryClient()
  queries.setQueryData(['work', 'disputed'], [])
  root = createRoot(document.body.appendChild(document.createElement('div')))
  root.render(
    <QueryClientProvider client={queries}>
      <Shown filter={filter} onFilter={(next) => (now = next)} {...{ isSigning, focus, commands, keys }} />
      <Notices />
    </QueryClientProvider>,
  )
  await expect.poll(() => document.querySelector('[data-testid=review], details')).not.toBeNull()
  return { filter: () => now }
}

afterEach(() => {
  root.unmount()
  room.close()
  notices.clear()
  document.body.replaceChildren()
})

function mark(id: string, words: string, kind = 'claim'): Annotation {
  const start = text.indexOf(words)
  return { id, kind, spans: [[start, start + words.length]], attributes: {}, author: id.split('.')[0] ?? '', at: 1 }
}

const jets = [mark('ana.1', 'Russian jets killed civilians'), mark('ben.1', 'Russian jets killed civilians')]
const hurt = mark('ana.2', 'Nobody was hurt')
const said = () => [...room.records.get().verdicts.values()].map(({ on, decision }) => `${decision} ${on}`).sort()

describe('the review', () => {
  it('is gone through by keys from the moment it is open: to a place, a decision, and on to the next', async () => {
    await open([...jets, hurt])
    await userEvent.keyboard('{ArrowDown}y')
    expect(said()).toEqual(['accept ana.1', 'duplicate ben.1'])
    await userEvent.keyboard('n')
    expect(said()).toEqual(['accept ana.1', 'duplicate ben.1', 'reject ana.2'])
    await expect.element(screen.getByText('Everything is decided.', { exact: true })).toBeVisible()
    // Why, where the decision is to be seen.
    await screen.getByRole('textbox', { name: 'Note to your verdict' }).fill('They were.')
    await userEvent.keyboard('{Enter}')
    await expect
      .poll(() => [...room.records.get().verdicts.values()].find(({ on }) => on === 'ana.2')?.note)
      .toBe('They were.')
  })

  it('has the first place open for whoever follows a link, and keeps in the address what it shows', async () => {
    const { filter } = await open([...jets, hurt], { review: 'open', reviewKind: 'claim' })
    await expect.element(screen.getByRole('button', { name: /^Russian jets/, expanded: true })).toHaveFocus()
    await userEvent.keyboard('y')
    expect(said()).toEqual(['accept ana.1', 'duplicate ben.1'])
    await userEvent.selectOptions(screen.getByRole('combobox', { name: 'State' }), 'accepted')
    expect(filter()).toEqual({ review: 'accepted', reviewKind: 'claim' })
    await expect.element(screen.getByRole('button', { name: /^Nobody was hurt/ })).not.toBeInTheDocument()
  })

  it('decides nothing when what one looks at is deleted under one’s hands, and goes on from there', async () => {
    await open([mark('ada.9', 'Russian jets'), hurt], { review: 'all' })
    await expect.element(screen.getByRole('button', { name: /^Russian jets/, expanded: true })).toHaveFocus()
    room.remove('annotations', ['ada.9'])
    await expect.element(screen.getByText('The mark was deleted meanwhile.')).toBeVisible()
    await expect.element(screen.getByRole('button', { name: /^Nobody was hurt/ })).toHaveFocus()
    await userEvent.keyboard('y')
    expect(said()).toEqual([])
    await userEvent.keyboard('{ArrowDown}y')
    expect(said()).toEqual(['accept ana.2'])
  })

  it('says of what is like a curator’s own mark that it stands, once that takes the place of all', async () => {
    await open([mark('ana.1', 'Russian jets'), mark('ben.1', 'Russian jets killed', 'denial')], { review: 'all' })
    await screen.getByRole('button', { name: 'Mark it myself' }).click()
    expect(said()).toEqual(['duplicate ana.1', 'duplicate ben.1'])
    await expect.element(screen.getByRole('button', { name: / by .*You.*Accepted$/ })).toBeVisible()
    await expect.element(screen.getByRole('button', { name: 'Mark it myself' })).not.toBeInTheDocument()
  })

  it('says that all is decided only where it is, and not of what the filters leave', async () => {
    await open([...jets, mark('ana.3', 'it was said', 'denial')], { review: 'all', reviewKind: 'denial' })
    await expect.element(screen.getByRole('button', { name: /^it was said/, expanded: true })).toHaveFocus()
    await userEvent.keyboard('n')
    await expect
      .element(screen.getByText('Of what is shown everything is decided; 1 place elsewhere is not.'))
      .toBeVisible()
  })

  it('calls nothing decided that is one’s own and waits for somebody else', async () => {
    await open([mark('ada.1', 'Russian jets')])
    await expect.element(screen.getByText(/^Nothing waits for you. 1 place is not decided/)).toBeVisible()
    await expect.element(screen.getByRole('heading', { name: /nothing waits for you/ })).toBeVisible()
    await expect.element(screen.getByText('Everything is decided.', { exact: true })).not.toBeInTheDocument()
  })

  it('shows all that would be accepted at once, and Escape leaves it as it is', async () => {
    await open([...jets, hurt])
    const button = screen.getByRole('button', { name: 'Accept what all agree on …' })
    await button.click()
    await expect.element(screen.getByText('1 of 1 place chosen')).toBeVisible()
    await userEvent.keyboard('{Escape}')
    await expect.element(screen.getByRole('dialog')).not.toBeInTheDocument()
    expect(said()).toEqual([])
    await button.click()
    await screen.getByRole('button', { name: 'Accept 1' }).click()
    expect(said()).toEqual(['accept ana.1', 'duplicate ben.1'])
  })

  it('takes no layer that came with a file for somebody who agrees, or who is missing', async () => {
    // Of the second place only Ana says so; of the first all people do, whatever the file has.
    await open([...jets, mark('old.1', 'Russian jets killed civilians'), hurt, mark('old.2', 'Nobody was hurt')])
    await screen.getByRole('button', { name: 'Accept what all agree on …' }).click()
    await expect.element(screen.getByText('1 of 1 place chosen')).toBeVisible()
    await expect.element(screen.getByText('· 2 people, 1 imported layer')).toBeVisible()
    await expect.element(screen.getByText('Also what some did not mark at all')).not.toBeInTheDocument()
  })
})

it('tells what keeps an article from its sign-off as it comes and goes, and the places', async () => {
  await open([...jets, hurt], {}, true)
  await expect.element(screen.getByText('Ready')).toBeVisible()
  const thread = room.put('comments', { on: 'ana.2', body: 'Is it so?' })
  if (!thread.ok) throw new Error(thread.reason)
  await expect.element(screen.getByText(/^1 thread is not resolved/)).toBeVisible()
  await expect.element(screen.getByRole('button', { name: 'Nobody was hurt Is it so?' })).toBeVisible()
  await expect.element(screen.getByText('Kept from it')).toBeVisible()
  room.remove('comments', [thread.id])
  await expect.element(screen.getByText('Ready')).toBeVisible()
  // A review that is begun is brought to its end.
  room.put('verdicts', { on: 'ana.1', decision: 'accept' })
  await expect.element(screen.getByText(/^1 mark is not decided/)).toBeVisible()
  await expect.element(screen.getByText('Kept from it')).toBeVisible()
})
