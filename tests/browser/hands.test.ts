/** The whole job without a mouse, and without ever selecting a word: as people do it who cannot do either. */
import { readFileSync } from 'node:fs'
import type { AttestJson } from '@attest/schema/formats/attest-json'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { type Program, startProgram } from '../support/program.ts'
import { launch, Visitor } from '../support/visitor.ts'

let program: Program
let browser: Browser

beforeAll(async () => {
  program = await startProgram()
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  await program?.close()
})

/** Somebody at the door who has only keys, and hears what the page says. */
class Typist {
  readonly #visitor: Visitor

  private constructor(visitor: Visitor) {
    this.#visitor = visitor
  }

  static async arrive(name: string): Promise<Typist> {
    const visitor = await Visitor.arrive(browser, program.address, name)
    onTestFinished(() => visitor.leaves())
    await visitor.context.addInitScript(() => {
      for (const pointer of ['pointerdown', 'mousedown', 'touchstart'])
        addEventListener(pointer, () => document.documentElement.setAttribute('data-pointed', ''), true)
    })
    await visitor.page.goto(program.address)
    return new Typist(visitor)
  }

  get page() {
    return this.#visitor.page
  }

  isWriting(): Promise<void> {
    return this.#visitor.isWriting()
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key)
  }

  type(text: string): Promise<void> {
    return this.page.keyboard.type(text)
  }

  /** Goes on with Tab until what has the focus is called so. */
  async tabsTo(name: RegExp, key = 'Tab'): Promise<void> {
    const passed: string[] = []
    for (let i = 0; i < 150; i++) {
      await this.press(key)
      const here = await this.page.evaluate(() => {
        const element = document.activeElement as HTMLElement | null
        const labels =
          element instanceof HTMLInputElement ||
          element instanceof HTMLSelectElement ||
          element instanceof HTMLTextAreaElement
            ? [...(element.labels ?? [])]
            : []
        const labelled = (element?.getAttribute('aria-labelledby') ?? '')
          .split(' ')
          .map((id) => document.getElementById(id))
        const texts = [
          element?.getAttribute('aria-label'),
          ...[...labels, ...labelled].map((one) => one?.textContent),
          element?.textContent,
        ]
        return texts.filter(Boolean).join(' ').slice(0, 200)
      })
      if (name.test(here)) return
      passed.push(here.slice(0, 30))
    }
    throw new Error(`Tab never came to ${name}, but to ${[...new Set(passed)].join(' | ')}`)
  }

  /** Presses the key until these words are spoken. */
  async hears(words: RegExp, key: string): Promise<void> {
    for (let i = 0; i < 150; i++) {
      await this.press(key)
      const spoken = await this.page.getByTestId('spoken').innerText()
      if (words.test(spoken)) return
    }
    throw new Error(`${words} was never spoken`)
  }

  /** Finds a command among all and runs it. */
  async commands(name: string): Promise<void> {
    await this.press('Control+k')
    const field = this.page.getByRole('combobox', { name: 'What would you like to do?' })
    await field.waitFor()
    await this.type(name)
    await this.page.getByRole('option', { name }).first().waitFor()
    await this.press('Enter')
    await field.waitFor({ state: 'detached' })
  }

  async joinsAndOpens(): Promise<void> {
    await this.page.getByLabel('Your name').waitFor()
    await this.type(this.#visitor.name)
    await this.press('Enter')
    await this.page.getByRole('heading', { name: 'Projects' }).waitFor()
    await this.tabsTo(/^Sample: a news article/)
    await this.press('Enter')
    await this.page.getByRole('heading', { name: 'Sample: a news article' }).waitFor()
    await this.tabsTo(/^Putin: Claims Russian jets/)
    await this.press('Enter')
    await this.#visitor.isSaved()
    await this.tabsTo(/^To the article/)
    await this.press('Enter')
    await this.#isInArticle()
  }

  async #isInArticle(): Promise<void> {
    await expect.poll(() => this.page.evaluate(() => document.activeElement?.matches('.tiptap'))).toBe(true)
  }

  isSaved(): Promise<void> {
    return this.#visitor.isSaved()
  }

  /** What has the focus now opens the dialog that downloads; what is in the file. */
  async downloads(): Promise<AttestJson> {
    await this.press('Enter')
    const dialog = this.page.getByRole('dialog', { name: 'Export' })
    await dialog.getByText(/^attest-.*\.json/).waitFor()
    await this.tabsTo(/^Download/)
    const [file] = await Promise.all([this.page.waitForEvent('download'), this.press('Enter')])
    return JSON.parse(readFileSync(await file.path(), 'utf8'))
  }

  isPointed(): Promise<boolean> {
    return this.page.evaluate(() => document.documentElement.hasAttribute('data-pointed'))
  }

  get complaints(): readonly string[] {
    return this.#visitor.complaints
  }
}

/** What this person has made, by what it says. */
function own({ people, annotations, relations, comments, verdicts }: AttestJson, who: string) {
  const me = people.find(({ name }) => name === who)?.id
  const mine = <T extends { author: string }>(all: readonly T[]) => all.filter(({ author }) => author === me)
  const words = new Map(annotations.map(({ id, kind, quotes }) => [id, `${kind}: ${quotes.join(' … ')}`]))
  return {
    marks: mine(annotations)
      .map(({ id }) => words.get(id))
      .sort(),
    attributes: mine(annotations).map(({ attributes }) => attributes),
    links: mine(relations).map(({ type, from, to }) => `${words.get(from)} ${type} ${words.get(to)}`),
    comments: mine(comments).map((one) => 'body' in one && one.body),
    verdicts: mine(verdicts).map(({ decision }) => decision),
  }
}

it('the keyboard alone joins, marks, links, comments, describes, reviews and exports', async () => {
  const kay = await Typist.arrive('Kay')
  await kay.joinsAndOpens()
  await kay.press('Control+Home')
  await kay.hears(/^Dozens of videos/, 'ArrowDown')
  await kay.press('Home', 'Control+Shift+ArrowRight', 'Control+Shift+ArrowRight', 'Control+Shift+ArrowRight', '3')
  await kay.page.getByRole('article', { name: 'Attribution by Kay' }).waitFor()
  await kay.press('s', '1')
  await kay.page.getByRole('article', { name: 'Claim by Kay' }).waitFor()

  await kay.press('e')
  await kay.tabsTo(/Full sentence/)
  await kay.type('Videos show what Russian bombs did.')
  await kay.press('Enter')
  await kay.commands('Link the selected mark to another')
  await kay.hears(/Attribution by (?:Kay|You): Dozens of videos/, 'k')
  await kay.press('Enter')
  const question = kay.page.getByText('How are they linked?')
  if (await question.isVisible()) await kay.press('Enter')
  await kay.page.getByRole('list', { name: 'Links' }).waitFor()

  await kay.press('c')
  await kay.isWriting()
  await kay.type('Who counted them?')
  await kay.press('Control+Enter')
  await kay.page.locator('[role=comment]', { hasText: 'Who counted them?' }).waitFor()
  await kay.press('Escape', 'Escape')
  await kay.commands('Next undecided mark')
  await kay.page.getByRole('article', { name: / by Reference/ }).waitFor()
  await kay.press('y')
  await kay.isSaved()

  await kay.tabsTo(/^Export/, 'Shift+Tab')
  const done = own(await kay.downloads(), 'Kay')
  expect(done.marks).toEqual([
    'attribution: Dozens of videos',
    expect.stringMatching(/^claim: Dozens of videos allegedly showing .*terrorist group\.?$/),
  ])
  expect(done.attributes).toContainEqual(expect.objectContaining({ gloss: 'Videos show what Russian bombs did.' }))
  expect(done.links).toEqual([expect.stringMatching(/^attribution: Dozens of videos attributes claim: Dozens/)])
  expect(done.comments).toEqual(['Who counted them?'])
  expect(done.verdicts).toEqual(['accept'])
  expect(await kay.isPointed()).toBe(false)
  expect(kay.complaints).toEqual([])
})

it('no word has to be selected: marks come from a list of sentences, and everything else from buttons', async () => {
  const lou = await Typist.arrive('Lou')
  await lou.joinsAndOpens()
  await lou.commands('Mark words from a list of sentences')
  const dialog = lou.page.getByRole('dialog', { name: 'Mark words from a list of sentences' })
  await dialog.waitFor()
  await lou.tabsTo(/^Search the sentences/)
  await lou.type('Dozens of videos')
  await lou.press('ArrowDown', 'Home', 'Enter')
  await lou.tabsTo(/^Last word/)
  await lou.type('allegedly')
  await lou.tabsTo(/^Attribution/)
  await lou.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await lou.isSaved()

  // Judging and talking are in reach without a key of their own, and the list is there and back again.
  await lou.commands('Next undecided mark')
  await lou.page.getByRole('article', { name: / by (?:Reference|Kay)/ }).waitFor()
  await lou.commands('Accept the selected marks')
  await lou.commands('Comment on the selected mark')
  await lou.isWriting()
  await lou.type('Seen on the film.')
  await lou.press('Control+Enter')
  await lou.page.locator('[role=comment]', { hasText: 'Seen on the film.' }).waitFor()
  await lou.commands('All marks, and the filters')
  await lou.page.getByTestId('mark-list').waitFor()
  await lou.isSaved()
  expect(await lou.page.evaluate(() => getSelection()?.toString() ?? '')).toBe('')
  await lou.tabsTo(/^Export/, 'Shift+Tab')
  const done = own(await lou.downloads(), 'Lou')
  expect(done.marks).toEqual(['attribution: Dozens of videos allegedly'])
  expect(done.comments).toEqual(['Seen on the film.'])
  expect(done.verdicts).toEqual(['accept'])
  expect(await lou.isPointed()).toBe(false)
  expect(lou.complaints).toEqual([])
})
