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

const isOpen = (person: Visitor, name: string) => expect.poll(() => person.card().getAttribute('aria-label')).toBe(name)

it('links marks of somebody else by keys, and their author sees whose link it is', async () => {
  await ada.marks('Russian jets killed civilians in Syria', 'Claim')
  await ada.marks('information attacks', 'Denial')
  await ada.isSaved()
  await ben.clicks('information attacks')
  await isOpen(ben, 'Denial by Ada')
  await ben.page.locator('.tiptap').focus()
  await ben.page.keyboard.press('l')
  await ben.page.getByRole('region', { name: 'Link this denial to …' }).waitFor()
  await ben.page.keyboard.press('k')
  await ben.page.keyboard.press('Enter')
  const toClaim = { name: 'This denies Claim: Russian jets killed civilians in Syria' }
  await ben.card().getByRole('button', toClaim).waitFor()
  await ada.clicks('information attacks')
  await ada.card().getByRole('button', toClaim).waitFor()
  await ada.card().getByText('Linked by Ben').waitFor({ state: 'attached' })
  // It is Ben’s to delete, and his undo takes it back for both.
  expect(await ada.card().getByRole('button', { name: 'Delete this link' }).count()).toBe(0)
  await ben.card().getByRole('button', { name: 'Delete this link' }).click()
  await ada.card().getByRole('button', toClaim).waitFor({ state: 'detached' })
  await ben.page.keyboard.press('Control+z')
  await ada.card().getByRole('button', toClaim).waitFor()
})

it('ends linking with a word when the mark is deleted by its author meanwhile', async () => {
  await ben.clicks('information attacks')
  await ben.page.locator('.tiptap').focus()
  await ben.page.keyboard.press('l')
  await ben.page.getByRole('region', { name: 'Link this denial to …' }).waitFor()
  await ada.clicks('information attacks')
  await ada.page.locator('.tiptap').focus()
  await ada.page.keyboard.press('Delete')
  await ben.page.getByText('The mark that you were linking has been deleted by its author.').waitFor()
  await ben.page.getByRole('region', { name: /^Link this/ }).waitFor({ state: 'detached' })
  expect(ben.complaints).toEqual([])
})
