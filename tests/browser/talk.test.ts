import type { Browser } from 'playwright'
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
})

afterAll(async () => {
  await browser?.close()
  await program?.close()
})

/** What is said where this person looks, each remark with who said it. */
function talk({ page }: Visitor): Promise<string[]> {
  return page
    .locator('[role=comment]')
    .evaluateAll((all) =>
      all.map((one) => `${one.querySelector('strong')?.textContent}: ${one.querySelector('p')?.textContent}`),
    )
}

const news = ({ page }: Visitor, count: number) =>
  page
    .getByRole('button', { name: count ? new RegExp(`, ${count} new for you$`) : /^Talk: \d+ threads? open$/ })
    .waitFor()

it('tells somebody who is mentioned, until they have looked', async () => {
  await ada.marks('Russian jets killed civilians in Syria', 'Claim')
  await ada.page.keyboard.press('c')
  await ada.isWriting()
  await ada.page.keyboard.type('Whose claim is it? @b')
  await ada.page.getByRole('option', { name: /^Ben/ }).waitFor()
  await ada.page.keyboard.press('Tab')
  await ada.page.keyboard.press('Control+Enter')
  await news(ben, 1)
  await ben.page.getByText('Ada mentions you: Whose claim is it? @Ben').waitFor({ state: 'attached' })
  await ben.page.getByRole('button', { name: /new for you/ }).click()
  await expect.poll(() => talk(ben)).toEqual(['Ada: Whose claim is it? @Ben'])
  await news(ben, 0)
  await ben.opens('?without=reference')
  await news(ben, 0)
  await ben.page.locator('.tiptap').press('Shift+C')
})

it('brings an answer to everybody, and moves nothing of what another is writing', async () => {
  await ada.page.keyboard.press('c')
  await ada.isWriting()
  await ada.page.keyboard.type('Half a sent')
  const place = () =>
    ada.page.evaluate(() => {
      const { activeElement: field } = document
      return field instanceof HTMLTextAreaElement ? [field.value, field.selectionStart] : null
    })
  await ben.page.getByTestId('talk').getByRole('button', { name: 'Answer' }).click()
  await ben.isWriting()
  await ben.page.keyboard.type('Of the source.')
  await ben.page.keyboard.press('Control+Enter')
  const both = ['Ada: Whose claim is it? @Ben', 'You: Of the source.']
  await expect.poll(() => talk(ben)).toEqual(both)
  await expect.poll(() => talk(ada)).toEqual(['You: Whose claim is it? @Ben', 'Ben: Of the source.'])
  expect(await place()).toEqual(['Half a sent', 11])
  await ada.page.keyboard.type('ence')
  await ada.page.reload()
  await expect.poll(() => ada.page.getByRole('textbox', { name: 'Answer' }).inputValue()).toBe('Half a sentence')
  await ada.page.getByRole('textbox', { name: 'Answer' }).press('Control+Enter')
  await news(ben, 0)
  await expect.poll(() => talk(ben)).toEqual([...both, 'Ada: Half a sentence'])
})

it('shows all who resolved it, what was changed, and what is left when a comment goes', async () => {
  await ben.page.getByRole('button', { name: 'Resolve', exact: true }).click()
  await ada.page.getByText(/Resolved by Ben/).waitFor()
  await ada.page.getByRole('button', { name: 'Edit your comment' }).first().click()
  await ada.page.keyboard.press('Control+A')
  await ada.isWriting()
  await ada.page.keyboard.type('Who says so?')
  await ada.page.keyboard.press('Control+Enter')
  await expect.poll(() => talk(ben)).toEqual(['Ada: Who says so?', 'You: Of the source.', 'Ada: Half a sentence'])
  await ben.page.getByTitle(/^Edited /).waitFor()
  await ada.page.getByRole('button', { name: 'Delete your comment' }).first().click()
  await expect.poll(() => talk(ben)).toEqual(['You: Of the source.', 'Ada: Half a sentence'])
  await ben.page.getByText('A comment that was deleted.').waitFor()
  await ada.page.getByRole('button', { name: 'Undo' }).last().click()
  await expect.poll(async () => (await talk(ben)).length).toBe(3)
})

it('keeps what somebody writes about a mark that its author deletes', async () => {
  await ben.page.getByRole('button', { name: 'Answer' }).click()
  await ben.isWriting()
  await ben.page.keyboard.type('Wait')
  await ada.clicks('killed civilians')
  await ada.page.locator('.tiptap').press('Delete')
  await ben.page.getByText('About a mark or link that was deleted').first().waitFor()
  expect(await ben.page.getByRole('textbox', { name: 'Answer' }).inputValue()).toBe('Wait')
  expect((await talk(ben)).length).toBe(3)
  for (const { complaints } of [ada, ben]) expect(complaints).toEqual([])
})
