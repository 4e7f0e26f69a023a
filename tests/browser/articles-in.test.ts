/** Bringing articles in, as an owner does it in the page. */
import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { violations } from '../support/access.ts'
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

interface File {
  name: string
  mimeType: string
  buffer: Buffer
}

async function chooses(files: File[]): Promise<void> {
  const [chooser] = await Promise.all([
    ada.page.waitForEvent('filechooser'),
    ada.page.getByRole('button', { name: 'Choose files' }).click(),
  ])
  await chooser.setFiles(files)
}

const file = (name: string, content: string | Buffer): File => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(content),
})

it('shows what is in three files, says what is wrong with one, and keeps the others as they were changed', async () => {
  const { page } = ada
  await page.goto(`${program.address}/projects/sample`)
  await page.getByRole('link', { name: 'Add articles' }).click()
  await chooses([
    file('plan.md', '# <img src=x onerror=alert(1)> plan\n\nThe **council** met, and [said so](https://example.org/).'),
    file('bad.docx', 'PK\x03\x04'),
    file('flood.pdf', readFileSync(new URL('../fixtures/articles/flood.pdf', import.meta.url))),
  ])
  const main = page.getByRole('region', { name: 'What was read' })
  await main.getByRole('button', { name: 'cannot be read: bad.docx' }).click()
  await main
    .getByRole('alert')
    .getByText(/damaged/)
    .waitFor()
  await main.getByRole('button', { name: /to be kept: Flood plan/ }).click()
  await main.getByText(/2 words parted by a hyphen/).waitFor()
  await main.getByRole('button', { name: /to be kept: plan/ }).click()
  await main.getByLabel('Title').fill('The plan')
  await main.getByLabel('Outlet').fill('The Orcadian')
  await main.getByLabel('Published').fill('2024-03-05')
  await main.getByLabel('Language').fill('nonsense language')
  await main.getByText(/This is not a language tag/).waitFor()
  expect(await main.getByRole('button', { name: 'Keep', exact: true }).isDisabled()).toBe(true)
  await main.getByLabel('Language').fill('en-GB')
  expect(await main.locator('strong', { hasText: 'council' }).count()).toBe(1)
  expect(await violations(page)).toEqual([])
  await main.getByRole('button', { name: 'Keep', exact: true }).click()
  // It goes on to the next that waits, and only then is a choice one's own.
  await main.locator('button[aria-current=true]', { hasText: /bad.docx|Flood plan/ }).waitFor()
  await main.getByRole('button', { name: 'kept: The plan' }).click()
  await main.getByRole('link', { name: 'Open' }).click()
  await page.locator('.tiptap').getByText('plan').first().waitFor()
  await page.locator('.tiptap strong', { hasText: 'council' }).waitFor()
})

it('brings the rows of a table in behind the page, and reports those that are no articles', async () => {
  const { page } = ada
  await page.goto(`${program.address}/projects/sample/add`)
  const rows = Array.from({ length: 25 }, (_, i) => `Row ${i},words of the row number ${i}`)
  await chooses([file('rows.csv', `headline,body\n${rows.join('\n')}\nEmpty,\n`)])
  await page.getByRole('button', { name: 'Bring in 26 articles' }).click()
  const job = page.getByRole('article', { name: 'rows.csv' })
  await job.getByText('Done: 25 brought in, 1 could not be read.').waitFor({ timeout: 20_000 })
  await job.getByText('What could not be brought in').click()
  await job.getByText('rows.csv, line 27').waitFor()
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: 'Articles' }).click()
  await page.getByText('27 articles').waitFor()
})

it('sends many files at once, and tells of a text that is there already', async () => {
  const { page } = ada
  await page.goto(`${program.address}/projects/sample/add`)
  await chooses([
    ...Array.from({ length: 11 }, (_, i) => file(`${i}.txt`, `Text ${i}\nwords of the text number ${i}`)),
    file('again.txt', 'Text 3\nwords of the text number 3'),
  ])
  await page.getByRole('button', { name: 'Bring in 12 articles' }).click()
  await page
    .getByRole('article', { name: '12 files' })
    .getByText('Done: 11 brought in, 1 here already.')
    .waitFor({ timeout: 20_000 })
  await page.getByRole('tab', { name: 'Paste' }).click()
  await page.getByLabel('Text').fill('Text 5\n\nwords of the text number 5')
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.getByText('This text is in the project already:').waitFor()
  await page.getByRole('button', { name: 'Keep it once more' }).waitFor()
  await page.getByRole('tab', { name: 'Web page' }).click()
  await page.getByLabel('Address of the page').fill('http://127.0.0.1/')
  await page.getByRole('button', { name: 'Fetch' }).click()
  await page.getByText(/leads into a private network/).waitFor()
})
