/** A whole round: three annotate blind, an owner reveals, they talk, somebody decides, signs off and exports gold. */
import type { AttestJson } from '@attest/schema/formats/attest-json'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { violations } from '../support/access.ts'
import { type Program, startProgram } from '../support/program.ts'
import { launch, Visitor } from '../support/visitor.ts'

let program: Program
let browser: Browser
let olga: Visitor
let annotators: Visitor[]
let article: string

const text = `Minister denies jets flew
The minister said that no jets had flown over the border.
Witnesses told the Herald that two jets crossed the river at dawn.
“Nothing of the kind has happened,” the minister added.`

async function ask(path: string, method: 'post' | 'patch', data: unknown): Promise<{ id: string }> {
  const answer = await olga.page.request[method](`${program.address}${path}`, {
    headers: { origin: program.address },
    data,
  })
  expect(answer.ok(), await answer.text()).toBe(true)
  return answer.json()
}

beforeAll(async () => {
  program = await startProgram()
  browser = await launch()
  olga = await Visitor.join(browser, program.address, 'Olga')
  annotators = await Promise.all(['Ana', 'Ben', 'Cleo'].map((name) => Visitor.join(browser, program.address, name)))
})

afterAll(async () => {
  await browser?.close()
  await program?.close()
})

const me = async ({ page }: Visitor): Promise<{ id: string }> =>
  (await page.request.get(`${program.address}/api/me`)).json()

it('begins blind: each marks alone, and submits', async () => {
  const { page } = olga
  await page.goto(`${program.address}/projects/sample/settings`)
  await page.getByLabel('New articles are blind').check()
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.getByText(/saved/i).first().waitFor()
  article = (await ask('/api/projects/sample/articles', 'post', { title: 'Minister denies jets flew', text })).id

  const [ana, ben, cleo] = annotators as [Visitor, Visitor, Visitor]
  const people = await Promise.all(annotators.map(async (one) => (await me(one)).id))
  await ask('/api/projects/sample/work/assign', 'post', { articles: [article], people, how: 'all' })
  await Promise.all(annotators.map((one) => one.opens('', article)))
  await ana.page.getByText('Only you see your marks until the reveal').waitFor()
  await ana.marks('no jets had flown over the border', 'Denial')
  await ana.marks('two jets crossed the river at dawn', 'Claim')
  await ben.marks('no jets had flown over the border', 'Denial')
  await ben.marks('two jets crossed the river', 'Claim')
  await cleo.marks('no jets had flown over the border', 'Claim')
  await cleo.marks('the minister added', 'Attribution')
  await Promise.all(annotators.map((one) => one.isSaved()))
  for (const one of annotators) {
    await one.page.locator('.tiptap').focus()
    await one.opensList()
    expect(await one.list()).toHaveLength(2)
  }
  for (const one of annotators) {
    await one.page.locator('.tiptap').press('Shift+S')
    const submit = one.page.getByRole('dialog', { name: 'Submit your work?' })
    await submit.getByRole('button', { name: /^Submit/ }).click()
    await one.page.getByRole('button', { name: /^Your work: Submitted/ }).waitFor()
  }
})

it('is revealed to everybody who is there, and talked about', async () => {
  const [ana, ben] = annotators as [Visitor, Visitor, Visitor]
  await olga.opens('', article)
  await olga.page.getByText('3 of 3 have submitted').waitFor()
  await olga.page.getByRole('button', { name: 'Reveal …' }).click()
  await olga.page.getByRole('dialog').getByRole('button', { name: 'Reveal', exact: true }).click()
  for (const one of annotators)
    await expect.poll(() => one.list().then((rows) => rows.length), { timeout: 15_000 }).toBe(6)
  await ana.clicks('two jets crossed')
  await ana.page.keyboard.press('c')
  await ana.isWriting()
  await ana.page.keyboard.type('Does “at dawn” belong to it?')
  await ana.page.keyboard.press('Control+Enter')
  await ben.page.locator('.tiptap').press('Shift+C')
  await ben.page.getByTestId('talk').getByText('Does “at dawn” belong to it?').waitFor()
  await ben.page.getByTestId('talk').getByRole('button', { name: 'Resolve', exact: true }).click()
  await ben.isSaved()
})

it('is decided, signed off and exported as gold', async () => {
  const { page } = olga
  await page.locator('.tiptap').press('r')
  await page.getByRole('heading', { name: 'Review' }).waitFor()
  expect(await violations(page)).toEqual([])
  const cluster = (words: string) => page.getByRole('button', { name: new RegExp(`^${words}`) })
  // The two who say the same are first; whoever says something else is then a duplicate of it.
  await cluster('no jets had flown over the border').click()
  await page.keyboard.press('y')
  await cluster('no jets had flown over the border.*Accepted').waitFor()
  await cluster('two jets crossed the river').click()
  await page.getByRole('button', { name: /^Accept the claim by Ben/ }).click()
  await cluster('the minister added').click()
  await page.keyboard.press('n')
  await page.getByText('Everything is decided.', { exact: true }).waitFor()
  await olga.isSaved()

  // What the list says is open is what nobody filled in: an owner may go over that with a reason.
  await page.locator('.tiptap').press('Control+k')
  await page.getByRole('combobox', { name: 'What would you like to do?' }).fill('Sign this article off')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Sign this article off?' })
  await dialog.getByText('Nothing is disputed').waitFor()
  await dialog.getByRole('textbox').fill('The links are made in the next step.')
  await dialog.getByRole('button', { name: /^Sign off/ }).click()
  for (const one of [olga, ...annotators]) await one.page.getByText(/Signed off by Olga/).waitFor()

  const gold = (await (
    await page.request.get(`${program.address}/api/articles/${article}/export?layers=gold`)
  ).json()) as AttestJson
  expect(gold.annotations.map(({ kind, quotes }) => [kind, ...quotes])).toEqual([
    ['denial', 'no jets had flown over the border'],
    ['claim', 'two jets crossed the river'],
  ])

  await page.goto(`${program.address}/articles/${article}/compare`)
  await page.getByText('Other kind: Denial (').waitFor()
  await page.getByText(/^Other borders: “ at dawn”/).waitFor()
  await page.getByText('Marked only by Cleo').waitFor()
  for (const one of [olga, ...annotators]) expect(one.complaints).toEqual([])
})
