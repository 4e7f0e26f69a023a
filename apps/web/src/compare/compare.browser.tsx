import type { Annotation } from '@attest/schema/annotation'
import { sentencesIn } from '@attest/schema/reading'
import type { Relation } from '@attest/schema/relation'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { makeWorker, type Source, watchAgreement } from '../agreement/live/live-agreement.ts'
import { labelStyles } from '../editor/label-styles.ts'
import { pageOf } from '../editor/testing.tsx'
import { type Compared, compareParties } from './differences.ts'
import type { PartyShown } from './parties.ts'
import { Strips } from './Strips.tsx'
import { layStrips, readStrips } from './strips.ts'

const text = 'A title\nAda said that prices fell. Nobody knows why.\nThe minister denied it.'
const article = pageOf(text)
const parties: PartyShown[] = ['ada', 'bob'].map((id, color) => ({
  id,
  name: id,
  short: id,
  color,
  marks: 1,
  isSource: false,
}))
const vocabulary = {
  nameOf: (id: string) => id,
  kindOf: (kind: string) => kind,
  quoteOf: (start: number, end: number) => `“${text.slice(start, end)}”`,
  attributeOf: (name: string) => name,
}

function mark(id: string, words: string, kind = 'claim'): Annotation {
  const start = text.indexOf(words)
  const author = id.split('.')[0] ?? ''
  return { id, kind, spans: [[start, start + words.length]], attributes: {}, author, at: 1 }
}

const marks = [
  mark('ada.1', 'prices fell'),
  mark('bob.1', 'that prices fell'),
  mark('ada.2', 'The minister denied it', 'denial'),
  mark('bob.2', 'The minister denied it', 'denial'),
]

function show({ onlyDiffering = false } = {}) {
  const compared = compareParties(
    parties.map(({ id }) => ({ id, annotations: marks.filter(({ author }) => author === id) })),
    () => false,
  )
  const [onOpen, onCurrent] = [vi.fn<(mark: string) => void>(), vi.fn<(one: Compared) => void>()]
  const laid = layStrips(article, sentencesIn(text), ['ada', 'bob'], compared)
  const strips = readStrips(laid, ['ada', 'bob'], compared)
  document.adoptedStyleSheets = [labelStyles(article.labelSet)]
  createRoot(document.body.appendChild(document.createElement('div'))).render(
    <Strips
      {...{ page: article, strips, parties, vocabulary, onlyDiffering, onOpen, onCurrent }}
      current={null}
      onShowAll={() => {}}
    />,
  )
  return { onOpen, onCurrent }
}

afterEach(() => {
  document.body.replaceChildren()
  document.adoptedStyleSheets = []
})

it('opens the mark whose row was clicked', async () => {
  const { onOpen } = show()
  await expect.element(page.getByText('prices fell', { exact: true }).first()).toBeVisible()
  const words = document.querySelector<HTMLElement>(`[data-start="${text.indexOf('prices')}"]`)
  const rect = words?.getBoundingClientRect()
  if (!words || !rect) throw new Error('the words are not there')
  // Of the words with their two rows under them, in each the middle.
  const under = Number.parseFloat(getComputedStyle(words).paddingBlockEnd)
  for (const [row, id] of ['ada.1', 'bob.1'].entries()) {
    await userEvent.click(words, { position: { x: 10, y: rect.height - under + 9 + row * 14 } })
    expect(onOpen).toHaveBeenLastCalledWith(id)
  }
})

it('says what differs, and leads to each of its marks with keys alone', async () => {
  const { onOpen, onCurrent } = show()
  const said = page.getByRole('button', { name: /Other borders: “that ” .characters 17 to 22.: only bob/ })
  await expect.element(said).toBeVisible()
  ;(said.element() as HTMLElement).focus()
  await userEvent.keyboard('{Enter}{Tab}{Enter}{Tab}{Enter}')
  expect(onCurrent.mock.calls.map(([one]) => one.id)).toEqual(['ada.1'])
  expect(onOpen.mock.calls).toEqual([['ada.1'], ['bob.1']])
})

it('leaves out the sentences in which all agree, and says how many', async () => {
  show({ onlyDiffering: true })
  await expect.element(page.getByRole('button', { name: '2 sentences without a difference' })).toBeVisible()
  expect(document.body.textContent).not.toContain('The minister')
})

it('computes agreement in a worker', async () => {
  const byId = new Map(marks.map((one) => [one.id, one]))
  const source: Source = {
    opening: { article: 'a', text, kinds: ['claim', 'denial'], without: [] },
    ids: () => byId.keys(),
    annotation: (id) => byId.get(id),
    relation: (): Relation | undefined => undefined,
    onChange: () => () => {},
  }
  const live = watchAgreement(source, { about: 'figures', bench: makeWorker(), now: Date.now })
  await expect.poll(() => live.standing.get().phase).toBe('ready')
  const standing = live.standing.get()
  live.close()
  expect(standing).toMatchObject({ answer: { marks: 4, report: { pairs: [{ counts: { same: 1, borders: 1 } }] } } })
})
