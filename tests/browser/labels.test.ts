/** Labels that an owner changes in the page while somebody else is at work by them. */
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sideways, smallTargets, violations } from '../support/access.ts'
import { type Program, startProgram } from '../support/program.ts'
import { launch, sample, Visitor } from '../support/visitor.ts'

let program: Program
let browser: Browser
let olga: Visitor
let ben: Visitor

beforeAll(async () => {
  program = await startProgram()
  browser = await launch()
  olga = await Visitor.join(browser, program.address, 'Olga')
  ben = await Visitor.join(browser, program.address, 'Ben')
})

afterAll(async () => {
  await browser?.close()
  await program?.close()
})

const words = 'Russian jets killed civilians in Syria'

/** What an owner may write, or somebody else may have written into a file of theirs. */
const guideline = [
  'A **statement** can be checked.',
  '<img src=x onerror="document.title=`hacked`"><script>document.title="hacked"</script>',
  '[do not](javascript:alert(1)) ![seen](https://example.org/pixel.png) [read](https://example.org/)',
].join('\n\n')

it('are renamed and asked for more while another marks, who loses nothing and has both at once', async () => {
  await ben.opens('?without=reference')
  await ben.marks(words, 'Claim')
  await ben.isSaved()
  await ben.page.keyboard.press('Escape')
  await ben.selects('alleged casualties among civilians')
  const toolbar = ben.page.getByRole('toolbar', { name: 'Label the selection' })
  await toolbar.waitFor()

  const { page } = olga
  await page.goto(`${program.address}/projects/sample`)
  await page.getByRole('link', { name: 'Labels' }).click()
  const labels = page.getByTestId('labels')
  await labels.getByLabel('Name', { exact: true }).first().fill('Statement')
  await labels.getByLabel('Guideline', { exact: true }).fill(guideline)
  await labels.getByRole('button', { name: 'Add an attribute' }).click()
  const attribute = labels.getByRole('group', { name: 'New attribute' })
  await attribute.getByLabel('Type').selectOption('Choice')
  await attribute.getByLabel('Values, one a line').fill('sure\nunsure')
  await attribute.getByLabel('Name').fill('Certainty')
  const preview = page.getByRole('region', { name: 'Preview' })
  await preview.getByRole('group', { name: 'What is asked of “Statement”' }).getByLabel('Certainty').waitFor()
  expect(await preview.getByRole('link').allTextContents()).toEqual(['read'])
  expect(await preview.locator('img, script').count()).toBe(0)
  expect(await violations(page)).toEqual([])

  await labels.getByRole('button', { name: 'Save …' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save the labels' })
  expect(await dialog.getByRole('region', { name: 'What changes' }).getByRole('listitem').allTextContents()).toEqual([
    'The kind “Claim” is now called “Statement”.',
    'The guideline of “Statement” was changed.',
    '“Statement” has a new attribute, “Certainty”.',
  ])
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  const savedAt = performance.now()

  // The selection stayed, and what stands beside it is new.
  await toolbar.getByRole('button', { name: 'Statement' }).waitFor({ timeout: 5000 })
  console.info(`the page of another has new labels after ${(performance.now() - savedAt).toFixed(0)} ms`)
  await toolbar.getByRole('button', { name: 'Statement' }).click()
  await ben.card().getByText('Certainty', { exact: true }).waitFor()
  await ben.card().getByRole('radio', { name: 'unsure', exact: true }).click()
  await ben.isSaved()
  // One's own acts from before are still there to be taken back.
  for (let i = 0; i < 3; i++) await ben.page.keyboard.press('Control+z')
  await expect.poll(() => ben.page.locator('.tiptap mark').count()).toBe(0)
  for (let i = 0; i < 3; i++) await ben.page.keyboard.press('Control+Shift+z')
  await ben.isSaved()

  await olga.opens()
  await page.getByRole('list', { name: 'Kinds' }).getByText('Statement').waitFor()
  await olga.clicks(words)
  expect([...olga.complaints, ...ben.complaints]).toEqual([])
})

it('are explained beside the text, by kind', async () => {
  const { page } = ben
  await page.locator('.tiptap').press('Shift+G')
  const panel = page.getByTestId('guide')
  await panel.getByRole('button', { name: 'Statement' }).click()
  await panel.getByText('can be checked').waitFor()
  expect(await panel.getByRole('link', { name: 'read' }).getAttribute('rel')).toBe('noopener noreferrer')
  expect(await page.title()).not.toContain('hacked')
  await panel.getByRole('searchbox').fill('whole words')
  await panel.getByText('Mark whole words').waitFor()
  await panel.getByRole('searchbox').fill('')
  await page.getByRole('list', { name: 'Kinds' }).getByText('Denial').hover()
  await panel.getByRole('article', { name: 'Guideline of Denial' }).waitFor()
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  expect(ben.complaints).toEqual([])
})

it('can be read and changed on a phone, in the dark', async () => {
  const [mine, theirs] = await Promise.all(
    [olga, ben].map(async ({ context }) => {
      const phone = await browser.newContext({
        viewport: { width: 390, height: 844 },
        colorScheme: 'dark',
        storageState: await context.storageState(),
      })
      const page = await phone.newPage()
      await page.goto(`${program.address}/projects/sample/labels`)
      await page.getByText('Version 2, saved by Olga').waitFor()
      return page
    }),
  )
  if (!mine || !theirs) throw new Error('two pages')
  for (const page of [mine, theirs]) {
    expect(await violations(page)).toEqual([])
    expect(await sideways(page)).toEqual([])
    expect(await smallTargets(page)).toEqual([])
  }
  expect(await theirs.getByText('Only an owner of the project can change its labels.').count()).toBe(1)
  expect(await theirs.getByRole('button', { name: 'Save …' }).count()).toBe(0)
})

it('say what becomes of marks before a kind goes, and to a second owner who was first', async () => {
  const { page } = olga
  await page.goto(`${program.address}/projects/sample/labels`)
  const labels = page.getByTestId('labels')
  await labels.getByRole('button', { name: 'Remove Citation' }).click()
  await page.reload()
  await page.getByText('You had begun to change the labels').waitFor()

  await labels.getByRole('button', { name: 'Add a kind' }).click()
  // What is new has the focus on its name.
  await page.keyboard.type('Rumour')
  await labels.getByText('id: rumour').waitFor()

  // Meanwhile somebody else is quicker.
  const cookies = await olga.context.cookies()
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const at = `${program.address}/api/projects/sample/label-set`
  const before = (await (await fetch(at, { headers: { cookie } })).json()) as {
    number: number
    labelSet: object
    guidelines: string
  }
  const { number, labelSet, guidelines } = before
  const quicker = await fetch(at, {
    method: 'PUT',
    headers: { cookie, origin: program.address, 'content-type': 'application/json' },
    body: JSON.stringify({
      base: number,
      labelSet: { ...labelSet, name: 'Other' },
      guidelines,
      note: '',
      decisions: [],
    }),
  })
  expect(quicker.status).toBe(200)

  await labels.getByRole('button', { name: 'Save …' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save the labels' })
  await dialog.getByRole('combobox', { name: 'Kind “Citation”' }).selectOption('becomes Denial')
  await dialog.getByRole('button', { name: 'Leave out all that are open' }).click()
  await dialog.getByRole('button', { name: 'Keep all that are open' }).click()
  // Told by the page as soon as it knows, or by the server at the latest.
  const save = dialog.getByRole('button', { name: 'Save', exact: true })
  if (await save.isEnabled()) await save.click()
  await dialog.getByText(`Olga saved version ${number + 1} while you were at work.`).waitFor()
  await dialog.getByRole('button', { name: 'Keep mine, over theirs' }).click()
  expect(await dialog.getByText('The kind “Citation” is gone.').count()).toBe(1)
  await save.click()
  await page.getByText('Marks were changed to this version').waitFor()

  const exported = await fetch(`${program.address}/api/articles/${sample}/export`, { headers: { cookie } })
  const { annotations } = (await exported.json()) as { annotations: { kind: string; author: string }[] }
  const denials = annotations.filter(({ kind }) => kind === 'denial')
  expect([denials.length, new Set(denials.map(({ author }) => author))]).toEqual([9, new Set(['reference'])])
  await olga.opens()
  await page.getByRole('list', { name: 'Kinds' }).waitFor()
  expect(await page.getByText('Unknown kind').count()).toBe(0)
})
