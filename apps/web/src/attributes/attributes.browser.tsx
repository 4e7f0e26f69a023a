import { inTextOrder } from '@attest/schema/annotation'
import type { ArticlePage, Me } from '@attest/schema/api'
import { blocksOf, hashText } from '@attest/schema/article'
import { type LabelSet, labelSetSchema } from '@attest/schema/labelset'
import type { Editor } from '@tiptap/react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import seedText from '../../../../seeds/article.txt?raw'
import labels from '../../../../seeds/label-set.json'
import { MarkCard } from '../annotations/MarkCard.tsx'
import { openKeys } from '../commands/bindings.ts'
import { type Commands, makeCommands } from '../commands/commands.ts'
import { ArticleEditor } from '../editor/ArticleEditor.tsx'
import { type Focus, makeFocus } from '../editor/focus.ts'
import { select } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Notices } from '../ui/Notices.tsx'
import { notices } from '../ui/notices.ts'
import { Attributes, EditCommand } from './Attributes.tsx'
import { MarkDialog } from './MarkDialog.tsx'
import { OccurrencesDialog } from './OccurrencesDialog.tsx'
import '../ui/tokens.css'

const me: Me = { id: 'ada', name: 'Ada', color: 0, ownsWorkspace: true, isByName: true }
const labelSet = labelSetSchema.parse(labels)

// React Aria asks for it in tests, and in a browser there is no process: lists are to draw only what is in view here too.
Object.assign(globalThis, { process: { env: { VIRT_ON: 'true' } } })

let root: Root
let room: ArticleRoom
let focus: Focus
let editor: Editor
let commands: Commands

async function open(text: string): Promise<void> {
  const project = { id: 'sample', name: 'Sample', mode: 'open', peersJudge: true, role: 'owner' } as const
  const id = crypto.randomUUID()
  const article: ArticlePage = {
    id,
    projectId: 'sample',
    title: 'An article',
    language: 'en',
    direction: 'auto',
    text,
    sha256: hashText(text),
    blocks: blocksOf(text),
    inlines: [],
    blind: 'open',
    room: id,
    project: {
      ...project,
      revealsItself: false,
      joining: 'open',
      memberRole: 'owner',
      archivedAt: null,
      articleCount: 1,
      guidelines: '',
    },
    labelSet,
    people: [{ ...me, role: 'owner' }],
  }
  // A room whose server is never there: what is marked stays in this browser.
  const server = { serverUrl: 'ws://127.0.0.1:9', readPage: async () => null, now: Date.now }
  room = new ArticleRoom({ page: article, me, ...server })
  focus = makeFocus()
  commands = makeCommands()
  root = createRoot(document.body.appendChild(document.createElement('div')))
  root.render(
    <>
      <ArticleEditor room={room} focus={focus} commands={commands} keys={openKeys(me.id)} isShown={() => true}>
        {(made) => {
          editor = made
          return <Beside bench={{ editor: made, room, focus, commands }} />
        }}
      </ArticleEditor>
      <Notices />
    </>,
  )
  await expect.poll(() => document.querySelector('.tiptap')).not.toBeNull()
}

function Beside({ bench }: { bench: Workbench }) {
  const selected = useLive(focus.selected)
  const records = useLive(room.records)
  const annotation = records.annotations.get(selected ?? '')
  return (
    <>
      {annotation && (
        <MarkCard bench={bench} records={records} annotation={annotation}>
          <Attributes bench={bench} annotation={annotation} />
        </MarkCard>
      )}
      <EditCommand bench={bench} />
      <MarkDialog bench={bench} />
      <OccurrencesDialog bench={bench} />
    </>
  )
}

afterEach(() => {
  notices.clear()
  root.unmount()
  room.close()
  document.body.replaceChildren()
})

const words = (needle: string): [number, number] => {
  const start = room.page.text.indexOf(needle)
  if (start < 0) throw new RangeError(`“${needle}” is not in the text`)
  return [start, start + needle.length]
}

function mark(needle: string, kind: string, attributes: Record<string, string | null> = {}): string {
  const answer = room.put('annotations', { kind, spans: [words(needle)], attributes })
  if (!answer.ok) throw new Error(answer.reason)
  focus.selected.set(answer.id)
  return answer.id
}

const known = (id: string) => room.records.get().annotations.get(id)?.attributes
const all = () => [...room.records.get().annotations.values()].sort(inTextOrder)
const quotes = () => all().map(({ spans }) => spans.map((span) => room.page.text.slice(...span)).join('|'))
const field = (label: string) => page.getByRole('textbox', { name: label })
const key = async (keys: string) => {
  editor.view.dom.focus()
  await userEvent.keyboard(keys)
}
const sentences = () => page.getByRole('listbox', { name: /sentences?$/ })
const chosenSentence = () => sentences().getByRole('option', { selected: true }).element().textContent
const isInArticle = () => document.activeElement === editor.view.dom

describe('the attributes of one’s own mark', () => {
  beforeEach(() => open(seedText))

  it('are filled in from the keyboard, a step of undo each, and then one is back in the article', async () => {
    const id = mark('Putin told the Russian human rights council', 'attribution')
    await key('e')
    await expect.element(field('Source')).toHaveFocus()
    await expect.element(field('Source')).toHaveAccessibleDescription(/^needed\./)
    await userEvent.keyboard('Putin{Tab}{Tab}told{Enter}')
    await expect.poll(() => known(id)).toEqual({ source: 'Putin', cue: 'told' })
    expect(isInArticle()).toBe(true)
    await page.getByRole('radio', { name: 'indirect', exact: true }).click()
    expect(known(id)).toEqual({ source: 'Putin', cue: 'told', mode: 'indirect' })
    await key('{Control>}zz{/Control}')
    expect(known(id)).toEqual({ source: 'Putin' })
  })

  it('take the words that are selected in the article', async () => {
    const id = mark('President Vladimir Putin said', 'attribution')
    editor.view.dom.focus()
    select(editor.view, room.page.blocks, ...words('Vladimir Putin'))
    await expect.poll(() => focus.draft.get()).toEqual(words('Vladimir Putin'))
    await userEvent.keyboard('e{ArrowDown}{Enter}{Enter}')
    expect(known(id)).toEqual({ source: 'Vladimir Putin' })
    expect(focus.draft.get()).toBeNull()
    expect(isInArticle()).toBe(true)
  })

  it('tell “there is none” from “not filled in”', async () => {
    const id = mark('alleged', 'attribution')
    await key('e')
    await page.getByRole('button', { name: 'There is none' }).click()
    expect(known(id)).toEqual({ source: null })
    await expect.element(field('Source')).toHaveAttribute('placeholder', 'none')
    await page.getByRole('button', { name: 'There is none' }).click()
    expect(known(id)).toEqual({})
  })

  it('are saved when something below them is pressed, which does not move away under the press', async () => {
    const id = mark('Putin added', 'attribution')
    await field('Source').fill('Putin')
    await expect.element(page.getByRole('button', { name: 'There is none' })).toBeVisible()
    const below = page.getByRole('radio', { name: 'direct', exact: true }).element() as HTMLElement
    const under = () => below.getBoundingClientRect().top - field('Source').element().getBoundingClientRect().top
    const place = under()
    below.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
    below.focus()
    expect(known(id)).toEqual({ source: 'Putin' })
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    expect(under()).toBe(place)
    below.click()
    await expect.poll(() => known(id)).toEqual({ source: 'Putin', mode: 'direct' })
    await expect.element(page.getByRole('button', { name: 'There is none' })).not.toBeInTheDocument()
    expect(under()).toBeLessThan(place)
  })

  it('keep what is being written while others act, and while the mark itself changes in another tab', async () => {
    const id = mark('Putin added', 'attribution', { cue: 'added' })
    await field('Source').fill('the Russ')
    mark('Igor Klimov', 'claim')
    focus.selected.set(id)
    room.put('annotations', { id, kind: 'attribution', spans: [words('Putin added')], attributes: { cue: 'did add' } })
    await expect.element(field('Cue')).toHaveValue('did add')
    await expect.element(field('Source')).toHaveValue('the Russ')
  })

  it('save what was being written when another mark is selected, on the mark that it was about', async () => {
    const other = mark('Klimov said', 'attribution')
    const id = mark('Putin added', 'attribution')
    await field('Source').fill('the Russian President')
    focus.selected.set(other)
    await expect.poll(() => known(id)).toEqual({ source: 'the Russian President' })
    expect(known(other)).toEqual({})
    await expect.element(field('Source')).toHaveValue('')
  })

  it('hand over what was being written when the mark is gone', async () => {
    const id = mark('Putin added', 'attribution')
    await field('Source').fill('the Russian President')
    room.remove('annotations', [id])
    await expect.element(page.getByText(/What you wrote is not saved\. The mark was deleted/)).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Copy it' })).toBeVisible()
  })

  it('let Esc give up what was written, and bring it back on request', async () => {
    const id = mark('Putin added', 'attribution', { source: 'Putin' })
    await field('Source').fill('Somebody')
    await userEvent.keyboard('{Escape}')
    expect(known(id)).toEqual({ source: 'Putin' })
    expect(isInArticle()).toBe(true)
    await page.getByRole('button', { name: 'Save it' }).click()
    expect(known(id)).toEqual({ source: 'Somebody' })
  })

  it('say that a text is too long, and keep it in the field', async () => {
    const id = mark('Putin added', 'claim', { gloss: 'short' })
    await field('Full sentence').fill('x'.repeat(1_000_000))
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByText(/^4,000 of 2,000 characters.*left out/)).toBeVisible()
    expect(known(id)).toEqual({ gloss: 'short' })
    await expect.element(field('Full sentence')).toHaveValue('x'.repeat(4000))
    await field('Full sentence').fill('<img src=x onerror=alert(1)>')
    await userEvent.keyboard('{Enter}')
    expect(known(id)).toEqual({ gloss: '<img src=x onerror=alert(1)>' })
    await userEvent.clear(field('Full sentence'))
  })

  it('flag what is no address and no date, and keep it as it stands', async () => {
    const id = mark('as cited by TASS', 'citation')
    await field('Address').fill('ask TASS')
    await field('Date').fill('1 October')
    await userEvent.keyboard('{Enter}')
    expect(known(id)).toEqual({ url: 'ask TASS', date: '1 October' })
    await expect.element(field('Address')).toHaveAccessibleDescription(/does not look like one address/)
    await expect.element(field('Date')).toHaveAccessibleDescription(/Dates are written 2015-10-01/)
  })

  it('show what the project has given up, and go on without it only when they are changed', async () => {
    const id = mark('Putin added', 'attribution', { mode: 'mixed', addressee: 'journalists' })
    await expect.element(field('Addressee')).toHaveValue('journalists')
    const fewer = (kind: LabelSet['kinds'][0]) => ({
      ...kind,
      attributes: kind.attributes
        .filter((one) => one.id !== 'addressee')
        .map((one) => (one.id === 'mode' ? { ...one, values: ['said', 'written'] } : one)),
    })
    room.setPage({ ...room.page, labelSet: { ...labelSet, version: 2, kinds: labelSet.kinds.map(fewer) } })
    await expect.element(page.getByRole('button', { name: 'Remove addressee' })).toBeVisible()
    await expect.element(page.getByRole('button', { name: /mixed/ })).toBeVisible()
    expect(known(id)).toEqual({ mode: 'mixed', addressee: 'journalists' })
    await field('Source').fill('Putin')
    await userEvent.keyboard('{Enter}')
    expect(known(id)).toEqual({ source: 'Putin' })
    await expect.element(page.getByText(/is gone: Mode: mixed; addressee: journalists/)).toBeVisible()
  })
})

describe('a citation over an address', () => {
  beforeEach(() => open(seedText))

  it('is filled in with one press', async () => {
    const id = mark('http://t.co/ndzk8TwQrJpic.twitter.com/rZlO5wHG5n\n— RT (@RT_com) October 1, 2015', 'citation')
    await key('e{Enter}')
    expect(known(id)).toEqual({
      citation_type: 'social-post',
      outlet: 'RT',
      url: 'http://t.co/ndzk8TwQrJ',
      date: '2015-10-01',
    })
    expect(isInArticle()).toBe(true)
    await key('{Control>}z{/Control}')
    expect(known(id)).toEqual({})
  })

  it('is cut apart where two are glued together, in one act', async () => {
    const glued = 'http://t.co/igZwyCsMYMpic.twitter.com/N1EycGFHxO'
    const id = mark(glued, 'citation')
    await page.getByRole('button', { name: 'Cut into 2 marks' }).click()
    expect(quotes()).toEqual(['http://t.co/igZwyCsMYM', 'pic.twitter.com/N1EycGFHxO'])
    expect(all().map((one) => one.attributes['url'])).toEqual(quotes())
    await key('{Control>}z{/Control}')
    expect(quotes()).toEqual([glued])
    await page.getByRole('button', { name: 'Only this: fit the mark to pic.twitter.com/N1EycGFHxO' }).click()
    expect(quotes()).toEqual(['pic.twitter.com/N1EycGFHxO'])
    expect(known(id)).toEqual({ citation_type: 'url', url: 'pic.twitter.com/N1EycGFHxO' })
  })
})

describe('marking without a selection', () => {
  it('goes from a sentence to its words to a kind, and back to where one was', async () => {
    await open(seedText)
    editor.view.dom.focus()
    const [at] = words('Dozens of videos')
    select(editor.view, room.page.blocks, at, at)
    focus.cursor.set(at)
    await userEvent.keyboard('m')
    await expect.poll(chosenSentence).toMatch(/^Dozens of videos/)
    await userEvent.keyboard('{ArrowDown}{Enter}')
    await expect.element(page.getByRole('combobox', { name: 'First word' })).toHaveFocus()
    await userEvent.selectOptions(page.getByRole('combobox', { name: 'First word' }), 'them')
    await userEvent.selectOptions(page.getByRole('combobox', { name: 'Last word' }), 'warfare,')
    await page.getByRole('button', { name: 'Denial' }).click()
    expect(quotes()).toEqual(['them to be information warfare,'])
    await expect.poll(isInArticle).toBe(true)
    expect(focus.spoken.get().text).toBe('Denial: them to be information warfare,')
  })

  it('takes whole sentences, and further ones, as they stand', async () => {
    await open('Title\n“One,” he said. Two! Three')
    commands.run('markDialog')
    await page.getByLabelText('Search the sentences').fill('SAID')
    await sentences().getByRole('option').click()
    await page.getByRole('button', { name: 'Go on into the next sentence' }).click()
    await page.getByRole('button', { name: 'Claim' }).click()
    expect(quotes()).toEqual(['“One,” he said. Two!'])
  })

  it('bears a long article: only what is in view is in the page', async () => {
    const long = Array.from(
      { length: 1500 },
      (_, i) => `Sentence ${i} has some twelve words so that it is like others. `,
    )
    await open(`Title\n${long.join('').trim()}`)
    focus.cursor.set(words('Sentence 1200 has')[0])
    commands.run('markDialog')
    await expect.poll(chosenSentence).toMatch(/^Sentence 1200 has/)
    expect(sentences().getByRole('option').elements().length).toBeLessThan(60)
    await expect.element(sentences().getByRole('option', { selected: true })).toHaveAttribute('aria-setsize', '1501')
  })
})

describe('all occurrences of the same words', () => {
  beforeEach(() => open(seedText))

  it('are marked in one act, but for those taken out and those marked already', async () => {
    mark('information warfare', 'denial', { mode: 'discrediting' })
    await key('o')
    await expect.element(page.getByLabelText('These words')).toHaveValue('information warfare')
    await expect.element(page.getByText('2 places, 1 chosen')).toBeVisible()
    await page.getByText('Attribution').last().click()
    await expect.element(page.getByText('2 places, 2 chosen')).toBeVisible()
    await page.getByText('Denial').last().click()
    await page.getByText('With the attributes of the mark').click()
    await page.getByRole('button', { name: 'Mark 1' }).click()
    expect(quotes()).toEqual(['information warfare', 'information warfare'])
    expect(all().map((one) => one.attributes)).toEqual([{ mode: 'discrediting' }, { mode: 'discrediting' }])
    await page.getByRole('button', { name: 'Undo' }).click()
    expect(quotes()).toEqual(['information warfare'])
  })

  it('are looked for as one asks, and none is marked twice when a mark arrives meanwhile', async () => {
    editor.view.dom.focus()
    select(editor.view, room.page.blocks, ...words('US'))
    await userEvent.keyboard('o')
    await expect.element(page.getByText('3 places, 3 chosen')).toBeVisible()
    await page.getByText('Same capitals').click()
    await page.getByText('Whole words').click()
    await expect.element(page.getByText(/^\d\d places/)).toBeVisible()
    await page.getByLabelText('These words').fill('nowhere at all')
    await expect.element(page.getByText('These words are nowhere in the article.')).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Nothing to mark' })).toBeDisabled()
    await page.getByLabelText('These words').fill('Klimov')
    await page.getByRole('option').first().click()
    await expect.element(page.getByText('2 places, 1 chosen')).toBeVisible()
    room.put('annotations', { kind: 'claim', spans: [words('Klimov')], attributes: {} })
    await page.getByRole('button', { name: 'Mark 1' }).click()
    expect(quotes()).toEqual(['Klimov', 'Klimov'])
    expect(new Set(all().map((one) => String(one.spans))).size).toBe(2)
  })
})
