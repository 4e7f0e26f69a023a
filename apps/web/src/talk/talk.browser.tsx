import type { ArticlePage } from '@attest/schema/api'
import { makeRecordId } from '@attest/schema/record'
import type { Editor } from '@tiptap/react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { page as screen, userEvent } from 'vitest/browser'
import { openKeys } from '../commands/bindings.ts'
import { makeCommands } from '../commands/commands.ts'
import { ArticleEditor } from '../editor/ArticleEditor.tsx'
import { type Focus, makeFocus } from '../editor/focus.ts'
import { me, pageOf } from '../editor/testing.tsx'
import type { Workbench } from '../editor/workbench.ts'
import { ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { notices } from '../ui/notices.ts'
import { editPlace, setRemark } from './places.ts'
import { Talk } from './Talk.tsx'
import { TalkPanel } from './TalkPanel.tsx'
import { Thread } from './Thread.tsx'
import { words } from './wording.ts'
import '../ui/tokens.css'

const text = 'Title\nRussian jets killed civilians, it was said.'

/** With more people than oneself. */
const populated = (): ArticlePage => ({
  ...pageOf(text),
  people: [
    { ...me, role: 'owner' },
    { id: 'ana', name: 'Ana Ortiz', color: 1, role: 'annotator' },
    { id: 'anton', name: 'Anton', color: 2, role: 'reviewer' },
    { id: 'gone', name: 'Andy Gone', color: 3, role: null },
  ],
})

let root: Root
let room: ArticleRoom
let focus: Focus
let editor: Editor

/** A page of which only the talk is shown: the card's part about the selected mark, and the panel where it is open. */
function show(): void {
  focus = makeFocus()
  const commands = makeCommands()
  root = createRoot(document.body.appendChild(document.createElement('div')))
  root.render(
    <ArticleEditor room={room} focus={focus} commands={commands} keys={openKeys(me.id)} isShown={() => true}>
      {(made) => {
        editor = made
        return <Parts bench={{ editor: made, room, focus, commands }} />
      }}
    </ArticleEditor>,
  )
}

function Parts({ bench }: { bench: Workbench }) {
  const records = useLive(bench.room.records)
  const selected = useLive(bench.focus.selected)
  const panel = useLive(bench.focus.panel)
  return (
    <>
      <Talk bench={bench} isWide isShown={() => true} />
      {selected && !panel && <Thread key={selected} bench={bench} records={records} on={selected} />}
      {panel === 'talk' && <TalkPanel bench={bench} onPick={() => {}} onClose={() => bench.focus.panel.set(null)} />}
    </>
  )
}

function mark(needle: string): string {
  const start = text.indexOf(needle)
  const put = room.put('annotations', { kind: 'claim', spans: [[start, start + needle.length]], attributes: {} })
  if (!put.ok) throw new Error(put.reason)
  return put.id
}

const said = () => [...room.records.get().comments.values()].flatMap((one) => ('body' in one ? one : []))
const field = (name: RegExp | string = 'Comment on this mark') => screen.getByRole('textbox', { name })
/** The browser has measured and drawn all that there is. */
const settled = async () => {
  for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame)
}
const remarks = () => [...document.querySelectorAll('[role=comment]')]

let claim: string

beforeEach(async () => {
  room = new ArticleRoom({
    page: populated(),
    me,
    // A room whose server is never there: what is said stays in this browser.
    serverUrl: 'ws://127.0.0.1:9',
    readPage: async () => null,
    now: Date.now,
  })
  show()
  await expect.poll(() => document.querySelector('.tiptap')).not.toBeNull()
  claim = mark('Russian jets')
  focus.selected.set(claim)
  editor.view.dom.focus()
})

afterEach(() => {
  root.unmount()
  room.close()
  notices.clear()
  document.body.replaceChildren()
})

describe('a comment on the selected mark', () => {
  it('is begun with a key, sent with a key, and leaves the focus in the article', async () => {
    await userEvent.keyboard('c')
    await expect.element(field()).toHaveFocus()
    await userEvent.keyboard('First line{Enter}second{Control>}{Enter}{/Control}')
    expect(said().map(({ on, body }) => [on, body])).toEqual([[claim, 'First line\nsecond']])
    await expect.poll(() => document.activeElement).toBe(editor.view.dom)
    await userEvent.keyboard('c')
    await userEvent.keyboard('and an answer{Control>}{Enter}{/Control}')
    const [first, second] = said()
    expect(second).toMatchObject({ body: 'and an answer', replyTo: first?.id })
  })

  it('shows what is hostile as text, follows only safe links, and folds what is long', async () => {
    const body = `<img src=x onerror=alert(1)> javascript:alert(1) https://example.org/a ${'word '.repeat(400)}`
    room.put('comments', { on: claim, body })
    await expect.poll(remarks).toHaveLength(1)
    const [remark] = remarks()
    expect(remark?.querySelector('img[src]')).toBeNull()
    const links = [...(remark?.querySelectorAll('a') ?? [])]
    expect(links.map(({ href, rel }) => [href, rel])).toEqual([
      ['https://example.org/a', 'noopener noreferrer nofollow'],
    ])
    expect(remark?.textContent?.length).toBeLessThan(700)
    await screen.getByRole('button', { name: 'Show all' }).click()
    expect(remark?.querySelector('p')?.textContent).toBe(body)
  })

  it('keeps its field, and the focus in it, when a first thread comes in', async () => {
    await userEvent.keyboard('c')
    await expect.element(field()).toHaveFocus()
    room.put('comments', { on: claim, body: 'from another window' })
    await expect.poll(remarks).toHaveLength(1)
    await settled()
    await userEvent.keyboard('mine')
    await expect.element(field()).toHaveValue('mine')
  })

  it('is changed in its place, and comes back to it when it was deleted', async () => {
    const at = Date.now() - 60_000
    for (const [i, body] of ['one', 'two', 'three'].entries())
      room.put('comments', { on: claim, body, since: at + i, ...(i > 0 && { replyTo: said()[0]?.id ?? '' }) })
    await screen.getByRole('button', { name: 'Edit your comment' }).nth(1).click()
    await userEvent.keyboard(' and a half{Control>}{Enter}{/Control}')
    const bodies = () => remarks().map((one) => one.querySelector('p')?.textContent)
    await expect.poll(bodies).toEqual(['one', 'two and a half', 'three'])
    expect(remarks().map((one) => one.textContent?.includes('edited'))).toEqual([false, true, false])

    await screen.getByRole('button', { name: 'Delete your comment' }).first().click()
    await expect.poll(bodies).toEqual(['two and a half', 'three'])
    expect(document.querySelector('ol')?.textContent).toContain('A comment that was deleted.')
    notices.visibleToasts.at(-1)?.content.action?.run()
    await expect.poll(bodies).toEqual(['one', 'two and a half', 'three'])
    expect(remarks()[0]?.textContent).not.toContain('edited')
  })
})

describe('a draft', () => {
  const kept = 'Do not lose this'

  it('is there again after another mark, a closed card, and a page that was loaded anew', async () => {
    await userEvent.keyboard(`c${kept}`)
    focus.selected.set(mark('civilians'))
    await expect.element(field()).not.toBeInTheDocument()
    focus.selected.set(null)
    root.unmount()
    document.body.replaceChildren()
    show()
    await expect.poll(() => document.querySelector('.tiptap')).not.toBeNull()
    focus.selected.set(claim)
    await expect.element(field()).toHaveValue(kept)
    await userEvent.click(field())
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    expect(said().map(({ body }) => body)).toEqual([kept])
    expect(focus.remarks.get().size).toBe(0)
  })

  it('is the same in every window of the person', async () => {
    await userEvent.keyboard(`c${kept}`)
    // Another window hears of it by what the browser keeps, and the other way round.
    const other = document.body.appendChild(document.createElement('iframe')).contentWindow?.localStorage
    const key = `attest-remark:ada/${room.page.id}/new:${claim}`
    expect(JSON.parse(other?.getItem(key) ?? '')).toMatchObject({ on: claim, body: kept })
    other?.setItem(key, JSON.stringify({ on: claim, body: 'from there', mentions: [] }))
    await expect.element(field()).toHaveValue('from there')
    other?.removeItem(key)
    await expect.element(field()).toHaveValue('')
  })

  it('stays in sight, with the reason, when nobody may write any more, and Esc does not throw it away', async () => {
    await userEvent.keyboard(`c${kept}`)
    room.setPage({ ...room.page, project: { ...room.page.project, role: 'viewer' } })
    await expect.element(screen.getByText(/You can read this article, but not comment on it/)).toBeVisible()
    await expect.element(field()).toHaveValue(kept)
    expect(document.activeElement).toBe(field().element())
    await userEvent.keyboard('{Escape}')
    expect(document.activeElement).toBe(editor.view.dom)
    await expect.element(field()).toHaveValue(kept)
    expect(said()).toEqual([])
  })

  it('of another wording is in sight, however long the talk around it', async () => {
    const first = room.put('comments', { on: claim, body: 'first', since: 1 })
    if (!first.ok) throw new Error(first.reason)
    for (let i = 0; i < 9; i++)
      room.put('comments', { on: claim, body: `answer ${i}`, replyTo: first.id, since: 2 + i })
    const [edited] = said().filter(({ body }) => body === 'answer 4')
    focus.selected.set(null)
    setRemark(focus, editPlace(edited?.id ?? ''), { on: claim, body: kept, mentions: [] })
    focus.selected.set(claim)
    await expect.element(field('Your comment')).toHaveValue(kept)
  })

  it('goes on in the talk of the article when its mark is deleted', async () => {
    await userEvent.keyboard(`c${kept}`)
    room.remove('annotations', [claim])
    await userEvent.keyboard(', nor this')
    await expect.element(field('Comment on the article')).toHaveFocus()
    await expect.element(field('Comment on the article')).toHaveValue(`${kept}, nor this`)
    expect(focus.remarks.get().size).toBe(1)
    expect(notices.visibleToasts.at(-1)?.content.text).toBe(words.draftMoved)
  })

  it('of an answer goes on in its thread when the mark is deleted', async () => {
    room.put('comments', { on: claim, body: 'first' })
    await userEvent.keyboard(`c${kept}`)
    await expect.element(field('Answer')).toHaveFocus()
    room.remove('annotations', [claim])
    await userEvent.keyboard(', nor this')
    await expect.element(field('Answer')).toHaveFocus()
    await expect.element(field('Answer')).toHaveValue(`${kept}, nor this`)
  })

  it('of another wording replaces no newer one unseen', async () => {
    room.put('comments', { on: claim, body: 'first' })
    await screen.getByRole('button', { name: 'Edit your comment' }).click()
    await userEvent.keyboard(' and mine')
    const [remark] = said()
    if (!remark) throw new Error('nothing is said')
    room.put('comments', { ...remark, body: 'first, from the other window' })
    await expect.element(screen.getByText(words.changedElsewhere)).toBeVisible()
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    expect(said().map(({ body }) => body)).toEqual(['first, from the other window'])
    await screen.getByRole('button', { name: words.putTogether }).click()
    await expect.element(field('Your comment')).toHaveFocus()
    await userEvent.keyboard('{Control>}{Enter}{/Control}')
    expect(said().map(({ body }) => body)).toEqual(['first and mine\n\nfirst, from the other window'])
  })

  it('takes of a paste what fits, keeps what was there, and says so', async () => {
    await userEvent.keyboard(`c${kept}: `)
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', '😀'.repeat(500_000))
    field()
      .element()
      .dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    await expect.element(screen.getByRole('alert')).toHaveTextContent(words.tooLong(990_018))
    const { body } = focus.remarks.get().get(`new:${claim}`) ?? { body: '' }
    expect([body.length, body.startsWith(`${kept}: 😀`), body.isWellFormed()]).toEqual([10_000, true, true])
    await userEvent.keyboard('x{Control>}{Enter}{/Control}')
    expect(said().map((one) => one.body)).toEqual([body])
  })
})

describe('mentioning somebody', () => {
  it('is done with the keyboard: the list is of the members, and follows what is typed', async () => {
    await userEvent.keyboard('cask @an')
    const options = () => [...document.querySelectorAll('[role=option]')]
    await expect
      .poll(() => options().map((one) => one.querySelector('span + span')?.textContent))
      .toEqual(['Ana Ortiz', 'Anton'])
    await userEvent.keyboard('{ArrowDown}')
    const active = field().element().getAttribute('aria-activedescendant')
    expect(document.getElementById(active ?? '')?.textContent).toContain('Anton')
    await userEvent.keyboard('{Enter}and @Ana Ortiz, not @gone{Control>}{Enter}{/Control}')
    expect(said().map(({ body, mentions }) => [body, mentions])).toEqual([
      ['ask @Anton and @Ana Ortiz, not @gone', ['anton', 'ana']],
    ])
  })

  it('closes its list with Esc and stays in the field; a name taken out again mentions nobody', async () => {
    await userEvent.keyboard('c@ana')
    await expect.element(screen.getByRole('listbox')).toBeVisible()
    await userEvent.keyboard('{Escape}')
    expect(document.querySelector('[role=listbox]')).toBeNull()
    expect(document.activeElement).toBe(field().element())
    await userEvent.keyboard('{Backspace>4/}@ant{Tab}{Backspace>7/}nobody{Control>}{Enter}{/Control}')
    expect(said().map(({ body, mentions }) => [body, mentions])).toEqual([['nobody', undefined]])
  })
})

describe('the panel', () => {
  it('draws of two thousand threads only those in view, finds one, and lets it be resolved without losing it', async () => {
    const puts = Array.from({ length: 2000 }, (_, i) => ({
      root: 'comments' as const,
      put: { id: makeRecordId(me.id), on: i % 2 ? claim : 'article', body: `remark ${i}`, since: i + 1 },
    }))
    room.act(puts)
    focus.panel.set('talk')
    await expect.poll(() => remarks().length).toBeGreaterThan(3)
    expect(remarks().length).toBeLessThan(40)
    expect(remarks()[0]?.textContent).toContain('remark 1999')

    // What comes in above moves nothing of what is read.
    const scroller = document.querySelector('[data-thread]')?.closest('ul')?.parentElement
    scroller?.scrollTo({ top: 5000, behavior: 'instant' })
    const inView = () =>
      [...document.querySelectorAll('[data-thread]')].find((one) => one.getBoundingClientRect().top > 300)
    await expect.poll(() => inView()?.textContent).toMatch(/remark 19[0-7]\d/)
    await settled()
    const row = inView()
    const top = row?.getBoundingClientRect().top ?? 0
    room.put('comments', { on: 'article', body: 'the newest\nof\nall' })
    await expect.element(screen.getByText('2,001 threads')).toBeVisible()
    await settled()
    expect(Math.abs((row?.getBoundingClientRect().top ?? 0) - top)).toBeLessThan(1)

    await userEvent.fill(screen.getByRole('searchbox'), 'remark 1234')
    await expect.poll(() => remarks().map((one) => one.querySelector('p')?.textContent)).toEqual(['remark 1234'])
    await screen.getByRole('button', { name: 'Resolve' }).click()
    await expect.element(screen.getByText(/Resolved by you/)).toBeVisible()
    await screen.getByRole('button', { name: /^Resolved 1$/ }).click()
    await screen.getByRole('button', { name: 'Reopen' }).click()
    await expect.element(screen.getByText(/Reopened by you/)).toBeVisible()
  })

  it('comments on the article, with the selected words where there are any', async () => {
    focus.selected.set(null)
    focus.draft.set([text.indexOf('killed'), text.indexOf('killed') + 'killed civilians'.length])
    await userEvent.keyboard('c')
    await expect.element(field('Comment on the article')).toHaveFocus()
    await userEvent.keyboard('Who counted?{Control>}{Enter}{/Control}')
    expect(said().map(({ on, body }) => [on, body])).toEqual([['article', '“killed civilians”\nWho counted?']])
    await expect.element(field('Comment on the article')).toHaveFocus()
    await userEvent.keyboard('{Escape}')
    expect(document.activeElement).toBe(editor.view.dom)
  })
})
