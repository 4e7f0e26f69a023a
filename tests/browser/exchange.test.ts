/** Marks that were made elsewhere, on their way in and out through the page. */
import { readFileSync } from 'node:fs'
import { strFromU8, unzipSync } from 'fflate'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sideways, violations } from '../support/access.ts'
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

const file = (name: string) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: readFileSync(new URL(`../fixtures/formats/brat/${name}`, import.meta.url)),
})

it('brings a brat pair in by a mapping, shows its marks as nobody’s, gives them out again, and takes them back', async () => {
  const { page } = ada
  await page.goto(`${program.address}/projects/sample/add`)
  await page.getByRole('link', { name: /import marks/i }).click()
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose files' }).click(),
  ])
  await chooser.setFiles([file('000-introduction.ann'), file('000-introduction.txt')])
  await page.getByText('7 marks, 6 links, 1 remark in 1 document').waitFor()
  await page.getByText('Every label is left out').waitFor()
  // What was mapped last is there after the page was loaded again.
  await page.getByRole('combobox', { name: 'What “Organization” becomes' }).selectOption('Claim')
  await page.getByRole('combobox', { name: 'What “Person” becomes' }).selectOption('Attribution')
  await page.getByLabel('Name of the layer of Not said').fill('<b>Brat</b>')
  await page.getByRole('button', { name: 'See what would come of it' }).click()
  await page.reload()
  const trial = page.getByRole('region', { name: 'What would be imported' })
  await trial.getByText('4 imported, 0 refused, 10 left out').waitFor()
  await page.setViewportSize({ width: 320, height: 640 })
  expect([...(await sideways(page)), ...(await violations(page))]).toEqual([])
  await page.setViewportSize({ width: 1400, height: 900 })
  await page.getByRole('button', { name: 'Import 4 marks' }).click()
  const done = page.getByRole('region', { name: 'What was imported' })
  await done.waitFor()
  const address = page.url()

  await done.getByRole('link', { name: /Brat Rapid Annotation Tool/ }).click()
  await page.locator('.tiptap').waitFor()
  await ada.isSaved()
  await ada.opensList()
  const by = 'by <b>Brat</b> (000-introduction.ann), imported, Open'
  expect(await ada.list()).toEqual([
    `Claim: Citibank ${by}`,
    `Attribution: Raul Salinas de Gortari ${by}`,
    `Attribution: former Mexican president ${by}`,
    `Claim: banks ${by}`,
  ])

  await page.getByRole('button', { name: /^Export/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Format' }).selectOption('label-studio')
  await dialog.getByText('4 times at which a mark was made').waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download' }).click(),
  ])
  const files = Object.entries(unzipSync(readFileSync(await download.path())))
  const [task] = JSON.parse(
    files.flatMap(([name, bytes]) => (/\.json$/.test(name) ? [strFromU8(bytes)] : []))[0] ?? '[]',
  )
  const words = task.annotations.flatMap(({ result }: { result: { value?: { text?: string } }[] }) =>
    result.flatMap(({ value }) => value?.text ?? []),
  )
  expect(words).toEqual(['Citibank', 'Raul Salinas de Gortari', 'former Mexican president', 'banks'])

  await page.goto(address)
  await page.getByRole('button', { name: 'Take back …' }).click()
  await page.getByRole('dialog').getByText('1 article that it made').waitFor()
  await page.getByRole('button', { name: 'Take it back' }).click()
  await page.getByText('Taken back: nothing of it is left').waitFor()
  await page.getByRole('link', { name: 'Articles' }).click()
  await page.getByText('1 article', { exact: true }).waitFor()
  expect(ada.complaints).toEqual([])
})
