import type { Browser } from 'playwright'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Program, startProgram } from '../support/program.ts'
import { launch, sample, Visitor } from '../support/visitor.ts'

let program: Program
let browser: Browser
let ada: Visitor
let ben: Visitor

const patient = { timeout: 10_000 }
const scrolled = (who: Visitor) => who.page.evaluate(() => Math.round(window.scrollY))
/** The first words in sight under the bar, as far as they are of a paragraph of their own. */
const paragraphAtTop = (who: Visitor) =>
  who.page.evaluate(() => {
    const edge = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)
    const blocks = [...document.querySelectorAll('.tiptap > *')]
    return blocks.findIndex((block) => block.getBoundingClientRect().bottom > edge)
  })
const picture = (who: Visitor, of: string) => who.page.getByTestId('people').getByRole('button', { name: of })
const banner = (who: Visitor) => who.page.getByTestId('following')
const inArticle = (who: Visitor) =>
  who.page.evaluate(() => document.activeElement === document.querySelector('.tiptap'))

async function runs(who: Visitor, typed: string): Promise<void> {
  await who.page.keyboard.press('Control+k')
  await who.page.getByRole('combobox').fill(typed)
  await who.page.keyboard.press('Enter')
  await who.page.getByRole('combobox').waitFor({ state: 'detached' })
}

beforeAll(async () => {
  program = await startProgram()
  browser = await launch()
  ada = await Visitor.join(browser, program.address, 'Ada')
  ben = await Visitor.join(browser, program.address, 'Ben', { viewport: { width: 1000, height: 600 } })
})

afterAll(async () => {
  await browser?.close()
  await program?.close()
})

beforeEach(async () => {
  await Promise.all([ada.opens(), ben.opens()])
  await picture(ada, 'Ben').waitFor()
  await ada.page.locator('.tiptap').focus()
})

it('goes along with a colleague through the text, until one moves on one’s own', async () => {
  await picture(ada, 'Ben').click()
  await ada.page.getByRole('menuitem', { name: 'Follow Ben' }).click()
  await banner(ada).waitFor()
  await ben.page.mouse.wheel(0, 1500)
  await expect.poll(() => scrolled(ben)).toBe(1500)
  await expect.poll(async () => (await paragraphAtTop(ada)) - (await paragraphAtTop(ben)), patient).toBe(0)
  expect(await scrolled(ada)).toBeGreaterThan(400)

  await ada.page.mouse.move(400, 400)
  await ada.page.mouse.wheel(0, -3000)
  await banner(ada).waitFor({ state: 'detached' })
  await expect.poll(() => scrolled(ada)).toBe(0)
  await ben.selects('Putin added that the US')
  // What is said later has come when this has, so what Ben did is known here, and moved nothing.
  await ada.page.locator('[class*="flag"]').filter({ hasText: 'Ben' }).waitFor({ state: 'attached' })
  expect(await scrolled(ada)).toBe(0)

  await runs(ada, 'go ben')
  await expect.poll(() => scrolled(ada), patient).toBeGreaterThan(400)
  expect(await inArticle(ada)).toBe(true)
})

it('goes along again after the connection was away', async () => {
  await ada.page.keyboard.press('f')
  await banner(ada).waitFor()
  await ada.drops()
  await banner(ada).filter({ hasText: 'Waiting for Ben to be back' }).waitFor()
  await ada.comesBack()
  await banner(ada).filter({ hasText: 'Following Ben' }).waitFor()
  await ben.page.mouse.wheel(0, 1500)
  await expect.poll(() => scrolled(ada), patient).toBeGreaterThan(400)
  await expect.poll(async () => (await paragraphAtTop(ada)) - (await paragraphAtTop(ben)), patient).toBe(0)
})

it('lets go with Esc, and when the one who is followed leaves', async () => {
  await ada.page.keyboard.press('f')
  await banner(ada).waitFor()
  await ada.page.keyboard.press('Escape')
  await banner(ada).waitFor({ state: 'detached' })
  await ada.page.keyboard.press('f')
  await banner(ada).waitFor()
  await ben.page.goto('about:blank')
  await ada.page.getByText('Ben has left. You are no longer following.').waitFor()
  expect(await banner(ada).count()).toBe(0)
})

it('keeps two who follow each other where they are', async () => {
  await ben.page.locator('.tiptap').focus()
  await ada.page.keyboard.press('f')
  await ben.page.keyboard.press('f')
  await Promise.all([banner(ada).waitFor(), banner(ben).waitFor()])
  await ben.page.getByRole('button', { name: 'people are here' }).click()
  await ben.page.getByText('Ada follows you').waitFor()
  expect([await scrolled(ada), await scrolled(ben)]).toEqual([0, 0])
})

it('shows the marks of one person alone, by their picture, and says so in the address', async () => {
  await ben.marks('the US-led coalition invades', 'Denial')
  await ben.isSaved()
  await expect.poll(() => ada.page.getByRole('button', { name: /48 marks, list/ }).count(), patient).toBe(1)
  await picture(ada, 'Ben').click()
  await ada.page.getByRole('menuitem', { name: 'Only the marks of Ben' }).click()
  await ada.page.getByRole('button', { name: '1 of 48 marks, list and filters' }).waitFor()
  expect(new URL(ada.page.url()).searchParams.get('person')).toBeTruthy()
  await runs(ada, 'marks of everybody')
  await ada.page.getByRole('button', { name: '48 marks, list and filters', exact: true }).waitFor()
})

it('runs from the palette what keys would run, on what was selected, with the focus back in the article', async () => {
  await ada.selects('media reports claiming')
  await runs(ada, 'as attribution')
  await ada.card().filter({ hasText: 'media reports claiming' }).first().waitFor()
  expect(await inArticle(ada)).toBe(true)
  await ada.page.keyboard.press('Control+z')
  await expect.poll(() => ada.card().count()).toBe(0)
})

it('uses the keys that were chosen, after coming back too, and shows them', async () => {
  await ada.page.keyboard.press('?')
  await ada.page.getByRole('button', { name: 'Choose other keys' }).click()
  await ada.page.getByRole('button', { name: 'Change J, “Next mark”' }).click()
  await ada.page.keyboard.press('q')
  await ada.page.keyboard.press('Escape')
  await ada.page.getByRole('dialog').waitFor({ state: 'detached' })
  await ada.opens()
  await ada.page.locator('.tiptap').focus()
  await ada.page.keyboard.press('j')
  expect(await ada.card().count()).toBe(0)
  await ada.page.keyboard.press('q')
  await ada.card().first().waitFor()
  await ada.page.keyboard.press('Escape')
  await ada.page.keyboard.press('?')
  const help = ada.page.getByRole('dialog', { name: 'Keys and kinds' })
  await help.getByLabel('Search the keys').fill('next mark')
  await expect.poll(() => help.locator('dt').allTextContents()).toContain('Q')
  // What is typed into a field of a dialog runs nothing.
  await help.getByLabel('Search the keys').fill('')
  await ada.page.keyboard.type('q?u')
  expect(await ada.card().count()).toBe(0)
  await ada.page.keyboard.press('Escape')
  await ada.page.keyboard.press('Escape')
})

it('goes to the next article and back by key, and says when there is none', async () => {
  const projects = await (await ada.page.request.get(`${program.address}/api/projects`)).json()
  const text = 'Another article\n\nWith a paragraph of its own.'
  const added = await ada.page.request.post(`${program.address}/api/projects/${projects[0].id}/articles`, {
    data: { text },
    headers: { origin: program.address },
  })
  expect(added.status()).toBe(201)
  const { id } = await added.json()
  await ada.opens()
  await ada.page.locator('.tiptap').focus()
  const order = (
    await (await ada.page.request.get(`${program.address}/api/projects/${projects[0].id}/articles`)).json()
  ).map((one: { id: string }) => one.id)
  const [there, back] = order.indexOf(id) > order.indexOf(sample) ? [']', '['] : ['[', ']']
  await ada.page.keyboard.press(there)
  await ada.page.getByText('With a paragraph of its own.').waitFor()
  await ada.isSaved()
  await expect.poll(() => inArticle(ada)).toBe(true)
  await ada.page.keyboard.press(there)
  await ada.page.getByText(/This is the (first|last) article of the project/).waitFor()
  await ada.page.keyboard.press(back)
  await ada.page.waitForURL(new RegExp(sample))
  await ada.isSaved()
  await expect.poll(() => inArticle(ada)).toBe(true)
})

it('complained of nothing', () => {
  expect([...ada.complaints, ...ben.complaints]).toEqual([])
})
