import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Program, startProgram } from '../support/program.ts'
import { launch, Visitor } from '../support/visitor.ts'

let program: Program
let browser: Browser
let ada: Visitor
let ben: Visitor

beforeAll(async () => {
  program = await startProgram()
  browser = await launch()
  ada = await Visitor.join(browser, program.address, 'Ada')
  ben = await Visitor.join(browser, program.address, 'Ben')
  await Promise.all([ada, ben].map((person) => person.opens('?without=reference')))
  await ben.opensList()
})

afterAll(async () => {
  await browser?.close()
  await program?.close()
})

/** The machine may have other things to do. */
const patient = { timeout: 15_000 }

/** The middle of a handle's knob, and of the first character of some words. */
async function knob(page: Page, side: 'start' | 'end'): Promise<{ x: number; y: number }> {
  const handle = page.locator(`[data-border="${side}"]`).first()
  await handle.waitFor({ state: 'attached' })
  return handle.evaluate((element, where) => {
    const { left, top, bottom } = element.getBoundingClientRect()
    return { x: left, y: where === 'end' ? bottom + 2 : top - 2 }
  }, side)
}

function placeOf(page: Page, words: string): Promise<{ x: number; y: number }> {
  return page.evaluate((needle) => {
    const walker = document.createTreeWalker(document.querySelector('.tiptap') as Node, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = (node as Text).data.indexOf(needle)
      if (at < 0) continue
      const range = document.createRange()
      range.setStart(node, at)
      range.setEnd(node, at + 1)
      const { left, top, height } = range.getBoundingClientRect()
      return { x: left + 2, y: top + height / 2 }
    }
    throw new Error(`“${needle}” is in no text node`)
  }, words)
}

const selected = ({ page }: Visitor) => page.evaluate(() => String(getSelection()))
const quotes = async (person: Visitor) =>
  (await person.list()).map((row) => row.replace(/ by (You|Ada|Ben|Chi),.*/, ''))

it('moves a border with the mouse while others mark, and they see it when it is done', async () => {
  await ada.marks('the alleged civilian casualties', 'Claim')
  await expect.poll(() => quotes(ben), patient).toEqual(['Claim: the alleged civilian casualties'])
  const from = await knob(ada.page, 'end')
  await ada.page.mouse.move(from.x, from.y)
  await ada.page.mouse.down()
  const to = await placeOf(ada.page, 'Russian warplanes in Syria')
  await ada.page.mouse.move(to.x + 40, to.y + 20, { steps: 6 })
  await ben.marks('media reports claiming', 'Attribution')
  // It has come to Ada, whose drag goes on.
  await ada.page.getByRole('button', { name: /^2 of \d+ marks/ }).waitFor()
  expect(await quotes(ben)).toContain('Claim: the alleged civilian casualties')
  await ada.page.mouse.move(to.x + 42, to.y + 20)
  await ada.page.mouse.up()
  await expect.poll(() => quotes(ben), patient).toContain('Claim: the alleged civilian casualties caused by Russian')
  await ada.card().getByText('the alleged civilian casualties caused by Russian').first().waitFor()
  await ada.page.keyboard.press('Control+z')
  await expect.poll(() => quotes(ben), patient).toContain('Claim: the alleged civilian casualties')
})

it('marks with two and three clicks, and with a drag that leaves the text', async () => {
  await ada.page.keyboard.press('Escape')
  const at = await placeOf(ada.page, 'Dozens of videos')
  await ada.page.mouse.dblclick(at.x + 10, at.y)
  expect((await selected(ada)).trim()).toBe('Dozens')
  await ada.page.keyboard.press('3')
  await expect.poll(() => quotes(ben), patient).toContain('Attribution: Dozens')
  await ada.page.mouse.click(at.x + 10, at.y, { clickCount: 3 })
  const toolbar = ada.page.getByRole('toolbar', { name: 'Label the selection' })
  await toolbar.waitFor()
  await ada.page.keyboard.press('2')
  await expect
    .poll(async () => (await quotes(ben)).filter((one) => one.startsWith('Denial: Dozens of videos')).length, patient)
    .toBe(1)
  const begin = await placeOf(ada.page, 'Russia believes')
  await ada.page.mouse.move(begin.x + 8, begin.y)
  await ada.page.mouse.down()
  await ada.page.mouse.move(begin.x + 300, begin.y, { steps: 4 })
  await ada.page.mouse.move(1390, begin.y + 2, { steps: 4 })
  await ada.page.mouse.up()
  await toolbar.waitFor()
  await ada.page.keyboard.press('1')
  await expect
    .poll(async () => (await quotes(ben)).filter((one) => one.startsWith('Claim: Russia believes')).length, patient)
    .toBe(1)
  expect(ada.complaints).toEqual([])
})

it('makes somebody’s mark one’s own as well, once, and says when it is already', async () => {
  await ben.page.getByRole('button', { name: /^Attribution: Dozens by Ada/ }).click()
  await ben.page.locator('.tiptap').focus()
  await ben.page.keyboard.press('Shift+D')
  await expect
    .poll(async () => (await ben.list()).filter((row) => row.startsWith('Attribution: Dozens')).sort(), patient)
    .toEqual(['Attribution: Dozens by Ada, Open', 'Attribution: Dozens by Ben, Open'])
  await ben.page.getByRole('button', { name: /^Attribution: Dozens by Ada/ }).click()
  await ben.page.locator('.tiptap').focus()
  await ben.page.keyboard.press('Shift+D')
  await ben.page.getByText('You have the same mark already').waitFor()
  expect((await quotes(ben)).filter((one) => one === 'Attribution: Dozens')).toHaveLength(2)
})

it('marks with a finger from below the words, and moves a border with one', async () => {
  const chi = await Visitor.join(browser, program.address, 'Chi', {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  })
  await chi.opens('?without=reference')
  const at = await placeOf(chi.page, 'President Vladimir')
  const session = await chi.page.context().newCDPSession(chi.page)
  // What a long press ends in; the browser's own is not to be had without a finger.
  await chi.page.touchscreen.tap(at.x + 20, at.y + 60)
  await chi.page.evaluate((words) => {
    const walker = document.createTreeWalker(document.querySelector('.tiptap') as Node, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const start = (node as Text).data.indexOf(words)
      if (start >= 0) getSelection()?.setBaseAndExtent(node, start, node, start + words.length)
    }
  }, 'President')
  const toolbar = chi.page.getByRole('toolbar', { name: 'Label the selection' })
  await toolbar.waitFor()
  const box = await toolbar.boundingBox()
  expect(box?.y).toBeGreaterThan(at.y + 24)
  for (const button of await toolbar.getByRole('button').all())
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44)
  await toolbar.getByRole('button', { name: 'Claim' }).tap()
  await chi.page.getByRole('button', { name: 'Close the card' }).waitFor()

  // The sheet comes up over the text, which makes room for the mark.
  const sheet = await chi.page.getByRole('region', { name: 'The selected mark' }).boundingBox()
  await expect.poll(async () => (await knob(chi.page, 'end')).y, patient).toBeLessThan(sheet?.y ?? 0)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x: number, y: number) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] })
  const isStill = async () => {
    const [one, other] = [await knob(chi.page, 'end'), await knob(chi.page, 'end')]
    return one.y === other.y
  }
  await expect.poll(isStill, patient).toBe(true)
  const from = await knob(chi.page, 'end')
  const [here, to] = [await placeOf(chi.page, 'President'), await placeOf(chi.page, 'Vladimir Putin said')]
  await touch('touchStart', from.x, from.y)
  for (let step = 1; step <= 5; step++)
    await touch('touchMove', from.x + ((to.x + 60 - from.x) * step) / 5, from.y + ((to.y - here.y) * step) / 5)
  await touch('touchEnd', 0, 0)
  await expect.poll(() => quotes(ben), patient).toContain('Claim: President Vladimir')
  expect(chi.complaints).toEqual([])
  await chi.leaves()
})
