/** An article in other scripts and for other senses: right to left, on paper, in colours people choose, without motion. */
import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { violations } from '../support/access.ts'
import { bringIn, manyMarks } from '../support/annotated.ts'
import { type Program, startProgram } from '../support/program.ts'
import { launch, Visitor } from '../support/visitor.ts'

let program: Program
let browser: Browser
let ada: Visitor

beforeAll(async () => {
  program = await startProgram()
  browser = await launch()
  ada = await Visitor.join(browser, program.address, 'Ada')
})

afterAll(async () => {
  await browser?.close()
  await program?.close()
})

async function guest(name: string, options = {}): Promise<Visitor> {
  const visitor = await Visitor.join(browser, program.address, name, options)
  onTestFinished(() => visitor.leaves())
  return visitor
}

/** Brings an article in; returns its id. */
async function adds(text: string): Promise<string> {
  const answer = await ada.context.request.post(`${program.address}/api/projects/sample/articles`, {
    data: { text },
    headers: { origin: program.address },
  })
  return (await answer.json()).id
}

/** What the browser has selected in the article. */
const selected = (visitor: Visitor) => visitor.page.evaluate(() => getSelection()?.toString() ?? '')

/** Where the words stand on the screen. */
const boxOf = (visitor: Visitor, words: string) =>
  visitor.page.evaluate((wanted) => {
    const block = [...document.querySelectorAll('.tiptap > *')].find((one) => one.textContent?.startsWith(wanted))
    const text = block?.ownerDocument.createTreeWalker(block, NodeFilter.SHOW_TEXT).nextNode()
    if (!block || !text) throw new Error(`no block begins with “${wanted}”`)
    const range = document.createRange()
    range.setStart(text, 0)
    range.setEnd(text, 1)
    const [letter, whole] = [range.getBoundingClientRect(), block.getBoundingClientRect()]
    return { fromLeft: letter.left - whole.left, fromRight: whole.right - letter.right }
  }, words)

describe('an article that is written from right to left', () => {
  const text = readFileSync(new URL('../fixtures/right-to-left.txt', import.meta.url), 'utf8').trimEnd()

  it('begins at the right, quotes of other scripts at the left, and the page around it stays as it is', async () => {
    const id = await adds(text)
    await ada.opens('', id)
    expect((await boxOf(ada, 'قالت')).fromRight).toBeLessThan(2)
    expect((await boxOf(ada, 'דוברת')).fromRight).toBeLessThan(2)
    expect((await boxOf(ada, 'The contractor')).fromLeft).toBeLessThan(2)
    const back = await ada.page.getByRole('button', { name: 'Back to' }).boundingBox()
    expect(back?.x).toBeLessThan(40)

    await ada.marks('الأنفاق الثلاثة', 'Claim')
    await ada.isSaved()
    expect(await ada.page.locator('mark').first().textContent()).toBe('الأنفاق الثلاثة')
    const [card, article] = await Promise.all([ada.card().boundingBox(), ada.page.locator('.tiptap').boundingBox()])
    expect(card?.x).toBeGreaterThan((article?.x ?? 0) + (article?.width ?? 0))
    expect(await violations(ada.page)).toEqual([])
    expect(ada.complaints).toEqual([])
  })

  it('is selected with the keys in the direction one sees, in both scripts', async () => {
    const id = await adds(text)
    await ada.opens('', id)
    const { keyboard } = ada.page
    await ada.page.locator('.tiptap').focus()
    await keyboard.press('Control+Home')
    for (let i = 0; i < 7; i++) await keyboard.press('Shift+ArrowLeft')
    expect(await selected(ada)).toBe(text.slice(0, 7))
    const bar = await ada.page.getByRole('toolbar', { name: 'Label the selection' }).boundingBox()
    expect((bar?.x ?? 0) + (bar?.width ?? 9999)).toBeLessThanOrEqual(1400)
    await keyboard.press('1')
    await ada.isSaved()
    expect(await ada.page.locator('mark').first().textContent()).toBe('البلدية')

    await ada.selects('The contractor')
    await keyboard.press('Escape')
    await ada.page.locator('.tiptap').focus()
    await keyboard.press('Home')
    for (let i = 0; i < 3; i++) await keyboard.press('Shift+ArrowRight')
    expect(await selected(ada)).toBe('The')
    expect(ada.complaints).toEqual([])
  })
})

describe('on paper', () => {
  const asPrinted = (visitor: Visitor) => visitor.page.getByTestId('printed')

  it('each mark has its number in the text and its place in the list, and the page has neither afterwards', async () => {
    const ben = await guest('Printer')
    await ben.opens()
    await ben.marks('Dozens of videos', 'Attribution')
    await ben.isSaved()
    const before = await ben.page.locator('.tiptap').innerHTML()
    await ben.page.emulateMedia({ media: 'print' })
    const printed = asPrinted(ben)
    await printed.waitFor()
    expect(await ben.page.locator('.tiptap').isVisible()).toBe(false)
    expect(await ben.page.getByRole('banner').isVisible()).toBe(false)
    const entries = await printed
      .getByRole('listitem')
      .filter({ has: ben.page.locator('q') })
      .all()
    expect(entries).toHaveLength(48)
    const numbers = (await printed.locator('sup').allInnerTexts()).flatMap((all) => all.split(',')).map(Number)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(entries.map((_, i) => i + 1))
    // The number in the list is the one after the words.
    const mine = printed.getByRole('listitem').filter({ hasText: 'Attribution by Printer' })
    const number = await mine.evaluate((item) => (item as HTMLLIElement).value)
    expect(await printed.locator('mark', { hasText: 'Dozens of videos' }).locator('sup').innerText()).toBe(`${number}`)
    await ben.page.emulateMedia({ media: 'screen' })
    await printed.waitFor({ state: 'detached' })
    expect(await ben.page.locator('.tiptap').innerHTML()).toBe(before)
    expect(ben.complaints).toEqual([])
  })

  it('what the filters hide is left out, and the heading says so', async () => {
    const ben = await guest('Filter')
    await ben.opens('?hide=claim')
    await ben.page.emulateMedia({ media: 'print' })
    await asPrinted(ben)
      .getByText(/\d+ of \d+ marks, the others are hidden/)
      .waitFor()
    expect(
      await asPrinted(ben)
        .getByText(/Claim by/)
        .count(),
    ).toBe(0)
    expect(
      await asPrinted(ben)
        .getByText(/Denial by/)
        .count(),
    ).toBeGreaterThan(0)
  })

  it('it becomes a file, also with two thousand marks', async () => {
    await ada.opens()
    const file = (await ada.page.pdf({ format: 'A4' })).toString('latin1')
    expect(file.slice(0, 5)).toBe('%PDF-')
    // The text alone would be two pages.
    expect(file.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(4)
    await asPrinted(ada).waitFor({ state: 'detached' })

    const id = await bringIn(ada, program.address, 'Many marks', (of) => ({
      annotations: manyMarks(of, 2000),
      relations: [],
      comments: [],
      verdicts: [],
    }))
    await ada.opens('', id)
    await ada.page.emulateMedia({ media: 'print' })
    await asPrinted(ada).waitFor()
    expect(await asPrinted(ada).locator('q').count()).toBe(2000)
    await ada.page.emulateMedia({ media: 'screen' })
    await asPrinted(ada).waitFor({ state: 'detached' })
    expect(ada.complaints).toEqual([])
  })
})

/** The system's own colours, as the browser writes them where they are forced. */
const systemColors = (visitor: Visitor) =>
  visitor.page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('span'))
    const read = (color: string) => {
      probe.style.color = color
      return getComputedStyle(probe).color
    }
    const colors = {
      highlight: read('Highlight'),
      highlightText: read('HighlightText'),
      canvasText: read('CanvasText'),
    }
    probe.remove()
    return colors
  })

describe('in colours that people force on every page', () => {
  it.each(['light', 'dark'] as const)(
    'kinds, selections and what is switched on can be told: %s',
    async (colorScheme) => {
      const ben = await guest(`Forced ${colorScheme}`, { forcedColors: 'active', colorScheme })
      await ben.opens()
      const { highlight, highlightText, canvasText } = await systemColors(ben)
      const look = await ben.page.evaluate(() => {
        const lineOf = (kind: string) => {
          const mark = document.querySelector(`mark[aria-description^="${kind} by"]`)
          return mark ? getComputedStyle(mark).backgroundImage : `no ${kind} is drawn`
        }
        const article = document.querySelector('.tiptap p') as Element
        return {
          lines: ['Claim', 'Denial', 'Attribution', 'Citation'].map(lineOf),
          words: getComputedStyle(article).color,
          selection: [getComputedStyle(article, '::selection'), getComputedStyle(article, '::highlight(selected)')].map(
            (one) => [one.backgroundColor, one.color],
          ),
        }
      })
      expect(
        new Set(look.lines.map((line) => line.slice(0, line.indexOf('linear-gradient(rgba(0, 0, 0, 0)')))).size,
      ).toBe(4)
      for (const line of look.lines) expect(line).toContain('gradient')
      expect(look.words).toBe(canvasText)
      for (const one of look.selection) expect(one).toEqual([highlight, highlightText])

      await ben.opensList()
      const open = ben.page.getByTestId('mark-list').getByRole('button', { name: /^Open \d/ })
      const border = () => open.evaluate((one) => getComputedStyle(one).borderBlockEnd)
      expect(await border()).toMatch(/^1px/)
      await open.click()
      await expect.poll(border).toContain(highlight)
      expect(await border()).toMatch(/^4px/)
    },
  )
})

describe('without motion', () => {
  it('nothing slides, turns or blinks', async () => {
    const ben = await guest('Still', { reducedMotion: 'reduce' })
    await ben.opens()
    await ben.page.locator('.tiptap').focus()
    for (const key of ['j', 'j', 'Escape', 'ArrowDown', 'Shift+ArrowDown', 'Control+k']) {
      await ben.page.keyboard.press(key)
      const lasting = await ben.page.evaluate(() =>
        document
          .getAnimations()
          .map((one) => Number(one.effect?.getComputedTiming().endTime))
          .filter((ms) => ms > 1),
      )
      expect(lasting).toEqual([])
    }
  })
})
