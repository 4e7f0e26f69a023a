/** A mark's life: deleted and brought back, replayed, and carried into a new revision. */
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { violations } from '../support/access.ts'
import { type Program, startProgram } from '../support/program.ts'
import { launch, sample, Visitor } from '../support/visitor.ts'

let program: Program
let browser: Browser
let olga: Visitor

beforeAll(async () => {
  ;[program, browser] = await Promise.all([startProgram(), launch()])
  olga = await Visitor.join(browser, program.address, 'Olga')
})

afterAll(async () => {
  await browser?.close()
  await program?.close()
})

const panel = () => olga.page.getByTestId('history')

it('brings a deleted mark back from the history, and replays what was done', async () => {
  const { page } = olga
  await olga.opens()
  await olga.marks('organizations and them only', 'Denial')
  await olga.isSaved()
  await page.keyboard.press('Delete')
  await olga.isSaved()
  await page.locator('.tiptap').focus()
  await page.keyboard.press('h')
  const rows = panel().getByRole('listitem').filter({ hasText: 'You deleted' })
  await rows.first().waitFor()
  expect(await rows.first().innerText()).toContain('organizations and them only')
  expect(await violations(page)).toEqual([])
  await panel().getByRole('button', { name: 'Bring back' }).first().click()
  await panel().getByRole('listitem').filter({ hasText: 'You brought back' }).first().waitFor()
  await page.locator('.tiptap mark', { hasText: 'organizations and them only' }).waitFor()
  await olga.isSaved()

  await panel().getByRole('button', { name: 'Replay' }).click()
  const slider = page.getByRole('slider')
  await slider.waitFor()
  const painted = page.locator('.tiptap mark', { hasText: 'organizations and them only' })
  await painted.waitFor()
  await slider.focus()
  await page.keyboard.press('ArrowLeft')
  await painted.waitFor({ state: 'detached' })
  expect(await page.getByTestId('said').innerText()).toMatch(/^Olga deleted Denial/)
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/^act \d+ of \d+, .*: Olga deleted/)
  await page.keyboard.press('Home')
  await page.locator('.tiptap mark').first().waitFor({ state: 'detached' })
  expect(await violations(page)).toEqual([])
  await page.getByLabel('Speed').selectOption('Very fast')
  await page.getByRole('button', { name: 'Play' }).click()
  await painted.waitFor()
  await page.getByRole('button', { name: 'Play' }).waitFor()
}, 60_000)

it('carries marks into a new revision, and lets somebody decide about one in doubt', async () => {
  const { page } = olga
  await page.goto(`${program.address}/articles/${sample}/revise`)
  const field = page.getByLabel('Corrected text')
  const text = await field.inputValue()
  await field.fill(text.replace('organizations and them only', 'organisations and them alone'))
  await page.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('heading', { name: 'What changes in the text' }).waitFor()
  await page.getByText('1 mark has to be looked at').waitFor()
  expect(await page.locator('ins').allInnerTexts()).toContain('organisations')
  expect(await violations(page)).toEqual([])
  // Somebody else is reading it.
  const bo = await Visitor.join(browser, program.address, 'Bo')
  await bo.opens()
  await page.getByRole('button', { name: 'Make this the newest revision' }).click()
  await bo.page.getByRole('link', { name: 'To the newest revision' }).waitFor({ timeout: 6000 })
  await bo.leaves()
  await page.waitForURL((url) => !url.pathname.endsWith('/revise'))
  await olga.isSaved()
  await page.getByRole('button', { name: 'Look at them' }).click()
  const tray = page.getByTestId('doubts')
  await tray.getByRole('button', { name: 'Keep it here' }).waitFor()
  expect(await violations(page)).toEqual([])
  await tray.getByRole('button', { name: 'Keep it here' }).click()
  await page.locator('.tiptap mark', { hasText: 'organisations and them alone' }).waitFor()
  await tray.getByText('No mark is in doubt any more.').waitFor()

  // The one before is there to be read, and says so.
  await page.goto(`${program.address}/articles/${sample}`)
  await page.getByRole('link', { name: 'To the newest revision' }).waitFor()
  await page.locator('.tiptap mark', { hasText: 'organizations and them only' }).waitFor()
  await olga.says('Read only')
  await page.getByRole('link', { name: 'To the newest revision' }).click()
  await page.locator('.tiptap mark', { hasText: 'organisations and them alone' }).waitFor()
  expect(olga.complaints).toEqual([])
}, 60_000)
