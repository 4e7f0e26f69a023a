import type { Annotation } from '@attest/schema/annotation'
import type { ArticlePage } from '@attest/schema/api'
import { putRecord } from '@attest/schema/room'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, expect, it } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import * as Y from 'yjs'
import { openKeys } from '../commands/bindings.ts'
import { makeCommands } from '../commands/commands.ts'
import { ArticleEditor } from '../editor/ArticleEditor.tsx'
import { makeFocus } from '../editor/focus.ts'
import { me, pageOf } from '../editor/testing.tsx'
import type { Workbench } from '../editor/workbench.ts'
import { ArticleRoom } from '../live/article-room.ts'
import { countMarks } from '../live/live-records.ts'
import { copyName, openLocalCopy } from '../live/local-copy.ts'
import { Notices } from '../ui/Notices.tsx'
import { Shortcuts } from '../ui/shortcuts.ts'
import { answerSuggestion, reject, reopen } from './answer.ts'
import { SuggestPanel } from './SuggestPanel.tsx'
import { useSuggestionTest } from './use-suggestions.ts'
import '../ui/tokens.css'

const text = 'Title\n“It is huge,” Ray said. The board denied it, and Ellis agreed.'
const model = 'model'

// React Aria asks for it in tests, and in a browser there is no process.
Object.assign(globalThis, { process: { env: {} } })

let root: Root
let room: ArticleRoom
const always = () => true

const suggested = (local: string, kind: string, words: string): Annotation => {
  const start = text.indexOf(words)
  const spans: [number, number][] = [[start, start + words.length]]
  return { id: `${model}.${local}`, kind, spans, attributes: {}, author: model, at: 1 }
}
const marks = [
  suggested('a', 'attribution', 'Ray said'),
  suggested('b', 'denial', 'denied it'),
  suggested('c', 'attribution', 'Ellis agreed'),
]

let bench: Workbench

function Shown({ focus }: { focus: ReturnType<typeof makeFocus> }) {
  const isShown = useSuggestionTest(room, always)
  const commands = makeCommands()
  return (
    <ArticleEditor room={room} focus={focus} commands={commands} keys={openKeys(me.id)} isShown={isShown}>
      {(editor) => {
        bench = { editor, room, focus, commands }
        return <SuggestPanel bench={bench} onPick={() => {}} onClose={() => {}} />
      }}
    </ArticleEditor>
  )
}

async function open({ peersJudge }: { peersJudge: boolean }): Promise<void> {
  const base = pageOf(text)
  const source = {
    kind: 'prediction',
    name: 'Walrus',
    format: null,
    file: null,
    model: 'w',
    version: '7',
    by: null,
    at: 1,
  }
  const page: ArticlePage = {
    ...base,
    project: { ...base.project, role: 'annotator', memberRole: 'annotator', peersJudge },
    people: [
      { ...me, role: 'annotator' },
      { id: model, name: 'Walrus 7', color: 1, role: null, source: { ...source, kind: 'prediction' } },
    ],
  }
  const doc = new Y.Doc()
  for (const one of marks) putRecord(doc, 'annotations', one)
  const copy = await openLocalCopy(copyName(me.id, page.room ?? ''), () => {})
  copy.keep({ updates: [Y.encodeStateAsUpdate(doc)], whole: () => Y.encodeStateAsUpdate(doc) }, new Map())
  copy.close()
  room = new ArticleRoom({ page, me, serverUrl: 'ws://127.0.0.1:9', readPage: async () => null, now: Date.now })
  await expect.poll(() => room.records.get().annotations.size).toBe(marks.length)
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } })
  const scores = [0.9, 0.6, 0.3].map((score, i) => [marks[i]?.id ?? '', score] as [string, number])
  const prediction = { source: model, title: 'Walrus 7', model: 'w', version: '7', by: null, at: 1, scores }
  queries.setQueryData(['suggestions', page.id], { refusal: null, predictions: [prediction] })
  queries.setQueryData(['suggesters', page.project.id], { askers: 'annotators', services: [] })
  root = createRoot(document.body.appendChild(document.createElement('div')))
  root.render(
    <QueryClientProvider client={queries}>
      <Shortcuts value={(action) => ({ accept: 'Y', reject: 'N', edit: 'E' })[action] ?? null}>
        <Shown focus={makeFocus()} />
      </Shortcuts>
      <Notices />
    </QueryClientProvider>,
  )
  await expect.poll(rows).toHaveLength(marks.length)
}

afterEach(() => {
  root.unmount()
  room.close()
  document.body.replaceChildren()
})

const rows = () => [...document.querySelectorAll('[role=option]')].map((one) => one.textContent)
const row = (n: number): Element => {
  const found = document.querySelectorAll('[role=option]')[n]
  if (!found) throw new RangeError(`there is no row ${n}`)
  return found
}
const own = () =>
  [...room.records.get().annotations.values()]
    .filter(({ author }) => author === me.id)
    .map(({ spans }) => text.slice(...(spans[0] ?? [0, 0])))
/** The words that have a line under them in the text. */
const lined = () => [...document.querySelectorAll('.tiptap mark')].map((one) => one.textContent)

it('makes what an annotator accepts a mark of their own, waves away what they reject, and gives it back', async () => {
  await open({ peersJudge: false })
  expect(rows()).toEqual(['Ray saidAttribution90 %', 'denied itDenial60 %', 'Ellis agreedAttribution30 %'])
  await userEvent.click(row(0))
  await userEvent.keyboard('y')
  await expect.poll(own).toEqual(['Ray said'])
  await expect.poll(rows).toEqual(['denied itDenial60 %', 'Ellis agreedAttribution30 %'])
  await userEvent.keyboard('n')
  await expect.poll(rows).toEqual(['Ellis agreedAttribution30 %'])
  expect(room.records.get().verdicts.size).toBe(0)
  await expect.poll(lined).toEqual(['Ray said', 'Ellis agreed'])
  room.undo()
  await expect.poll(rows).toEqual(['Ray saidAttribution90 %', 'Ellis agreedAttribution30 %'])
  await userEvent.click(screen.getByRole('checkbox'))
  await userEvent.click(row(1))
  await userEvent.click(screen.getByRole('button', { name: 'Take it back' }))
  await expect.poll(() => rows()[1]).toBe('denied itDenial60 %')
  // In another window one goes on as well, and neither forgets what was done in the other.
  const name = `attest.suggestions.${me.id}.${room.page.id}`
  localStorage.setItem(name, JSON.stringify({ threshold: 0, rejected: ['model.c'], taken: [] }))
  dispatchEvent(new StorageEvent('storage', { key: name }))
  reject(bench, suggested('b', 'denial', 'denied it'))
  expect(JSON.parse(localStorage.getItem(name) ?? '')).toMatchObject({ rejected: ['model.c', 'model.b'] })
})

it('says no for all to see where the project lets annotators judge', async () => {
  await open({ peersJudge: true })
  await userEvent.click(row(1))
  await userEvent.keyboard('n')
  await expect
    .poll(() => [...room.records.get().verdicts.values()].map(({ on, decision }) => [on, decision]))
    .toEqual([['model.b', 'reject']])
})

it('shows what is sure enough, and accepts all of that as one act after a look at it', async () => {
  await open({ peersJudge: false })
  await userEvent.fill(screen.getByRole('slider'), '0.5')
  await expect.poll(rows).toHaveLength(2)
  await expect.poll(lined).toEqual(['Ray said', 'denied it'])
  // By key in the text as well nobody comes to what is hidden.
  bench.editor.commands.selectAnnotation('model.b')
  answerSuggestion(bench, suggested('b', 'denial', 'denied it'), 'reject')
  expect(bench.focus.selected.get()).toBe('model.a')
  expect(bench.focus.spoken.get().text).toMatch(/^Rejected: .*denied it.*Ray said/)
  reopen(bench, suggested('b', 'denial', 'denied it'))
  await userEvent.click(screen.getByRole('button', { name: 'Accept all 2…' }))
  const dialog = screen.getByRole('dialog', { name: 'Accept 2 suggestions?' })
  await expect.element(dialog.getByText('denied it')).toBeVisible()
  await userEvent.click(dialog.getByRole('button', { name: 'Accept 2' }))
  await expect.poll(own).toEqual(['Ray said', 'denied it'])
  room.undo()
  await expect.poll(own).toEqual([])
  // Clusters are what the review goes through and waits for.
  expect(room.records.get().clusters).toEqual([])
  // And neither are they counted among the marks.
  expect([countMarks(room.records.get()), room.records.get().annotations.size]).toEqual([0, 3])
})
