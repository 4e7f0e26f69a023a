import type { ArticlePage } from '@attest/schema/api'
import { createRoot, type Root as ReactRoot } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import seedText from '../../../../seeds/article.txt?raw'
import { MarkCard } from '../annotations/MarkCard.tsx'
import { OverlapMenu } from '../annotations/OverlapMenu.tsx'
import { openKeys } from '../commands/bindings.ts'
import { makeCommands } from '../commands/commands.ts'
import { ArticleEditor } from '../editor/ArticleEditor.tsx'
import { makeFocus } from '../editor/focus.ts'
import { bringIntoView, rangeOf } from '../editor/places.ts'
import { me, pageOf } from '../editor/testing.tsx'
import type { Workbench } from '../editor/workbench.ts'
import { ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Notices } from '../ui/Notices.tsx'
import { notices } from '../ui/notices.ts'
import { ClaimGraph } from './ClaimGraph.tsx'
import { graphOf } from './graph.ts'
import { graphFile } from './graph-file.ts'
import { LinkHandle } from './LinkHandle.tsx'
import { LinkLayer } from './LinkLayer.tsx'
import { Links } from './Links.tsx'
import { layOut } from './layout.ts'
import { ToDos } from './ToDos.tsx'
import { stack } from './use-layout.ts'
import '../ui/tokens.css'

const article: ArticlePage = { ...pageOf(seedText), id: 'article' }

let root: ReactRoot
let bench: Workbench
const filter = () => true

async function open(): Promise<void> {
  const host = document.body.appendChild(document.createElement('div'))
  // A room whose server is never there, of an article of its own: what is marked stays in this browser.
  const id = crypto.randomUUID()
  const room = new ArticleRoom({
    page: { ...article, id, room: id },
    me,
    serverUrl: 'ws://127.0.0.1:9',
    readPage: async () => null,
    now: Date.now,
  })
  const focus = makeFocus()
  const commands = makeCommands()
  root = createRoot(host)
  root.render(
    <>
      <ArticleEditor room={room} focus={focus} commands={commands} keys={openKeys(me.id)} isShown={() => true}>
        {(editor) => {
          bench ??= { editor, room, focus, commands }
          return <Parts bench={bench} />
        }}
      </ArticleEditor>
      <Notices />
    </>,
  )
  await expect.poll(() => bench?.commands.registered.get().has('link')).toBe(true)
}

function Parts({ bench }: { bench: Workbench }) {
  const records = useLive(bench.room.records)
  const selected = records.annotations.get(useLive(bench.focus.selected) ?? '')
  return (
    <>
      <ToDos bench={bench} />
      <LinkLayer bench={bench} isShown={() => true} />
      <OverlapMenu bench={bench} />
      {useLive(bench.focus.panel) === 'graph' && (
        <ClaimGraph bench={bench} isShown={filter} onClose={() => bench.focus.panel.set(null)} />
      )}
      {selected && (
        <div style={{ position: 'fixed', insetBlockEnd: 0, insetInlineEnd: 0, width: '20rem', zIndex: 30 }}>
          <MarkCard bench={bench} records={records} annotation={selected}>
            <Links
              bench={bench}
              records={records}
              annotation={selected}
              talkOn={(id) => `Said of ${id}`}
              isWritten={() => false}
            />
            <LinkHandle bench={bench} from={selected} />
          </MarkCard>
        </div>
      )}
    </>
  )
}

/** Puts a mark over the words; returns its id. */
function mark(kind: string, words: string): string {
  const start = seedText.indexOf(words)
  if (start < 0) throw new RangeError(`“${words}” is not in the text`)
  const answer = bench.room.put('annotations', { kind, spans: [[start, start + words.length]], attributes: {} })
  if (!answer.ok) throw new Error(answer.reason)
  return answer.id
}

const link = (type: string, from: string, to: string) => bench.room.put('relations', { type, from, to })
const links = () =>
  [...bench.room.records.get().relations.values()].map(({ type, from, to }) => [type, from, to].join(' '))
const said = () => bench.focus.spoken.get().text
/** Why the last pick made no link. */
const told = () => bar().getByRole('status').query()?.textContent
const bar = () => page.getByRole('region', { name: /^Link this/ })

/** Selects it, with the focus in the article, and begins to link it. */
async function beginAt(id: string): Promise<void> {
  bench.editor.commands.selectAnnotation(id)
  bench.editor.view.dom.focus()
  await userEvent.keyboard('l')
  await expect.element(bar()).toBeVisible()
}

/** Scrolls the words into sight, and says where their first character is. */
async function placeOf(words: string): Promise<{ x: number; y: number; target: Element }> {
  const start = seedText.indexOf(words)
  const { blocks } = article
  bringIntoView(bench.editor.view, blocks, [start, start + 1])
  const find = () => {
    const rect = rangeOf(bench.editor.view, blocks, [start, start + 1]).getBoundingClientRect()
    const [x, y] = [rect.left + rect.width / 2, rect.top + rect.height / 2]
    return { x, y, target: document.elementFromPoint(x, y) ?? document.body }
  }
  await expect.poll(() => find().target.closest('mark')).not.toBeNull()
  return find()
}

async function clickOn(words: string): Promise<void> {
  const { x, y, target } = await placeOf(words)
  target.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: x, clientY: y }))
}

beforeEach(open)

afterEach(() => {
  root.unmount()
  bench.room.close()
  bench = undefined as never
  notices.clear()
  document.body.replaceChildren()
})

describe('linking with the keyboard', () => {
  it('goes through the marks that can be the other end, and links with Enter', async () => {
    const claim = mark('claim', 'Russian jets killed civilians in Syria')
    mark('citation', 'October 1, 2015')
    const denial = mark('denial', 'information attacks')
    mark('denial', 'information warfare')
    await beginAt(denial)
    await userEvent.keyboard('j')
    expect(bench.focus.mode.get()).toEqual({ type: 'link', from: denial, to: expect.any(String) })
    await userEvent.keyboard('j')
    expect(said()).toBe('Claim by Ada: Russian jets killed civilians in Syria')
    await userEvent.keyboard('{Enter}')
    expect(links()).toEqual([`denies ${denial} ${claim}`])
    expect(said()).toBe('Linked: information attacks denies Russian jets killed civilians in Syria')
    expect(bench.focus.mode.get().type).toBe('none')
    await userEvent.keyboard('{Control>}z{/Control}')
    expect(links()).toEqual([])
  })

  it('asks how, where two marks can be linked in several ways, and takes a digit for it', async () => {
    const first = mark('claim', 'Russian jets killed civilians in Syria')
    const second = mark('claim', 'the alleged civilian casualties')
    await beginAt(second)
    await userEvent.keyboard('k{Enter}')
    await expect
      .poll(() =>
        page
          .getByRole('option')
          .elements()
          .map((one) => one.textContent),
      )
      .toEqual(['1this claim — same as → that claim', '2that claim — same as → this claim'])
    await userEvent.keyboard('2')
    expect(links()).toEqual([`same_as ${first} ${second}`])
    await expect.poll(() => document.activeElement).toBe(bench.editor.view.dom)
  })

  it('leaves with Escape, without a link and with the mark still selected', async () => {
    const denial = mark('denial', 'information attacks')
    await beginAt(denial)
    await userEvent.keyboard('{Escape}')
    await expect.element(bar()).not.toBeInTheDocument()
    expect(bench.focus.selected.get()).toBe(denial)
    expect(bench.focus.picking.get()).toBeNull()
  })
})

describe('a pick that makes no link', () => {
  it('says that the labels have none, that it is made already, or that it would go round in a circle', async () => {
    const outer = mark('attribution', 'Putin told the Russian human rights council')
    const inner = mark('attribution', 'stressing')
    const claim = mark('claim', 'We have such an invitation')
    link('attributes', outer, inner)
    link('attributes', inner, claim)
    await beginAt(inner)
    await clickOn('We have such an invitation')
    await expect.poll(told).toBe('You have linked these two already.')
    await clickOn('Putin told the Russian human rights council')
    await expect.poll(told).toBe('This would go round in a circle: the one leads to the other already.')
    await clickOn('stressing')
    await expect.poll(told).toBe('A mark cannot be linked with itself.')
    await userEvent.keyboard('{Escape}')
    mark('citation', "RT's LIVE UPDATES")
    await beginAt(mark('citation', 'October 1, 2015'))
    await clickOn("RT's LIVE UPDATES")
    await expect.poll(told).toBe('The labels of this project have no link between citation and citation.')
    expect(links()).toHaveLength(2)
  })

  it('ends with a word when the mark is deleted meanwhile', async () => {
    const denial = mark('denial', 'information attacks')
    mark('claim', 'We have such an invitation')
    await beginAt(denial)
    bench.room.remove('annotations', [denial])
    expect(notices.visibleToasts.map((one) => one.content.text)).toEqual([
      'The mark that you were linking has been deleted by its author.',
    ])
    await expect.element(bar()).not.toBeInTheDocument()
  })
})

describe('dragging from the card', () => {
  const pointer = (type: string, x: number, y: number, target: Element = document.body) =>
    target.dispatchEvent(
      new PointerEvent(type, { bubbles: true, cancelable: true, clientX: x, clientY: y, button: 0, pointerId: 7 }),
    )

  it('links with the mark it is dropped on, and with none after Escape', async () => {
    const claim = mark('claim', 'Russian jets killed civilians in Syria')
    const denial = mark('denial', 'information attacks')
    bench.editor.commands.selectAnnotation(denial, { scroll: false })
    const handle = page.getByRole('button', { name: 'Link …' })
    await expect.element(handle).toBeVisible()
    /** Near an edge a drag scrolls, so the words are looked for each time. */
    const drag = async () => {
      const { x, y } = await placeOf('Russian jets killed civilians in Syria')
      pointer('pointerdown', 900, 600, handle.element())
      pointer('pointermove', x, y)
      return () => pointer('pointerup', x, y)
    }
    const drop = await drag()
    expect(bench.focus.mode.get()).toEqual({ type: 'link', from: denial, to: claim })
    await userEvent.keyboard('{Escape}')
    drop()
    expect(links()).toEqual([])
    ;(await drag())()
    expect(links()).toEqual([`denies ${denial} ${claim}`])
  })
})

describe('the links in a card', () => {
  it('go to the other end, can be deleted and brought back, and say when the other end is gone', async () => {
    const claim = mark('claim', 'Russian jets killed civilians in Syria')
    const denial = mark('denial', 'information attacks')
    link('denies', denial, claim)
    bench.editor.commands.selectAnnotation(denial)
    await expect.poll(() => document.querySelectorAll('[data-testid="arcs"] text').length).toBe(1)
    await page.getByRole('button', { name: 'Delete this link' }).click()
    expect(links()).toEqual([])
    await page.getByRole('button', { name: 'Undo' }).click()
    expect(links()).toEqual([`denies ${denial} ${claim}`])
    await page.getByRole('button', { name: 'This denies Claim: Russian jets killed civilians in Syria' }).click()
    expect(bench.focus.selected.get()).toBe(claim)
    bench.room.remove('annotations', [denial])
    await expect.element(page.getByText('a mark that was deleted', { exact: true })).toBeVisible()
  })
})

describe('what is still to be done', () => {
  it('is counted, gone through with T, and calm once nothing is', async () => {
    const claim = mark('claim', 'Russian jets killed civilians in Syria')
    const denial = mark('denial', 'information attacks')
    const later = mark('denial', 'information warfare')
    await expect.element(page.getByRole('button', { name: '2 marks lack something' })).toBeVisible()
    bench.editor.view.dom.focus()
    await userEvent.keyboard('t')
    expect(bench.focus.selected.get()).toBe(denial)
    expect(said()).toBe('Denial by Ada: information attacks. Missing: no “denies”, no mode')
    await userEvent.keyboard('tt')
    expect(bench.focus.selected.get()).toBe(denial)
    await userEvent.keyboard('{Shift>}t{/Shift}')
    expect(bench.focus.selected.get()).toBe(later)
    for (const id of [denial, later]) {
      link('denies', id, claim)
      const { kind, spans } = bench.room.records.get().annotations.get(id) ?? { kind: '', spans: [] }
      bench.room.put('annotations', { id, kind, spans, attributes: { mode: 'explicit' } })
    }
    await expect.element(page.getByRole('button', { name: 'Nothing is missing in your marks' })).toBeVisible()
  })
})

describe('the claim graph', () => {
  const nodes = () => page.getByRole('button', { name: /^(Claim|Denial|Attribution|Citation) by|^Source/ })
  const names = () =>
    nodes()
      .elements()
      .map((one) => one.getAttribute('aria-label'))
  const openGraph = async () => {
    bench.editor.view.dom.focus()
    await userEvent.keyboard('g')
    await expect.element(page.getByTestId('claim-graph')).toBeVisible()
  }

  it('tells how links are made while there are none, and draws them as they come', async () => {
    const claim = mark('claim', 'Russian jets killed civilians in Syria')
    const denial = mark('denial', 'information attacks')
    await openGraph()
    await expect.element(page.getByText('No links yet')).toBeVisible()
    link('denies', denial, claim)
    await expect
      .poll(names)
      .toEqual(['Claim by Ada: Russian jets killed civilians in Syria', 'Denial by Ada: information attacks'])
    bench.room.undo()
    await expect.element(page.getByText('No links yet')).toBeVisible()
  })

  it('is gone about with the arrow keys, goes to the text with Enter, and closes with Escape', async () => {
    const claim = mark('claim', 'Russian jets killed civilians in Syria')
    const denial = mark('denial', 'information attacks')
    link('denies', denial, claim)
    bench.focus.selected.set(claim)
    await openGraph()
    await expect.poll(() => nodes().elements().length).toBe(2)
    const node = (id: string) => document.querySelector<SVGGElement>(`[data-item="${id}"]`)
    expect(node(claim)?.getAttribute('tabindex')).toBe('0')
    node(claim)?.focus()
    await userEvent.keyboard('{ArrowLeft}')
    await expect.poll(() => document.activeElement).toBe(node(denial))
    await userEvent.keyboard('{Escape}')
    await expect.element(page.getByTestId('claim-graph')).not.toBeInTheDocument()
    expect(document.activeElement).toBe(bench.editor.view.dom)
    await openGraph()
    await expect.poll(() => node(denial)).not.toBeNull()
    node(denial)?.focus()
    await userEvent.keyboard('{Enter}')
    expect(bench.focus.selected.get()).toBe(denial)
  })

  it('has a list that says the same, by keys alone', async () => {
    const claim = mark('claim', 'Russian jets killed civilians in Syria')
    const denial = mark('denial', 'information attacks')
    link('denies', denial, claim)
    // Says the same as the denial, and speaks of nothing itself.
    link('same_as', mark('denial', 'information warfare'), denial)
    await openGraph()
    await page.getByRole('tab', { name: 'List' }).click()
    const list = page.getByRole('list', { name: 'Claim graph' })
    await expect
      .poll(() =>
        list
          .getByRole('button')
          .elements()
          .map((one) => one.textContent),
      )
      .toEqual([
        'Claim: Russian jets killed civilians in Syria',
        'Denial: information attacks',
        'Denial: information warfare',
      ])
    await list.getByRole('button').first().click()
    expect(bench.focus.selected.get()).toBe(claim)
  })

  it('is saved as a picture that needs no style sheet, with hostile words as text', () => {
    const first = mark('claim', 'Russian jets killed civilians in Syria')
    const words = seedText.indexOf('information attacks')
    const answer = bench.room.put('annotations', {
      kind: 'attribution',
      spans: [[words, words + 5]],
      attributes: { source: '<script>alert\u0008(1)</script>' },
    })
    if (!answer.ok) throw new Error(answer.reason)
    link('attributes', answer.id, first)
    const { parts } = graphOf(bench.room.records.get(), { isShown: () => true })
    const file = graphFile(bench.room, stack(parts.map(layOut), parts.length))
    const parsed = new DOMParser().parseFromString(file, 'image/svg+xml')
    expect(parsed.querySelector('parsererror, script')).toBeNull()
    expect(file).not.toMatch(/var\(|class=|light-dark/)
    const texts = [...parsed.querySelectorAll('text')].map((one) => one.textContent)
    expect(texts.join('|')).toMatch(/Russian jets killed c.*Claim · Ada.*<script>alert/)
    for (const line of parsed.querySelectorAll('path')) expect(line.getAttribute('stroke')).toMatch(/^(rgb|none)/)
  })
})
