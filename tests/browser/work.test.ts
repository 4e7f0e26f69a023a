import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sideways, smallTargets, violations } from '../support/access.ts'
import { type Program, startProgram } from '../support/program.ts'
import { launch, sample, Visitor } from '../support/visitor.ts'

let program: Program
let browser: Browser
let owner: Visitor
let ana: Visitor
let ben: Visitor

beforeAll(async () => {
  program = await startProgram()
  browser = await launch()
  owner = await Visitor.join(browser, program.address, 'Olga')
  ana = await Visitor.join(browser, program.address, 'Ana')
  ben = await Visitor.join(browser, program.address, 'Ben')
  const added = await owner.page.request.post(`${program.address}/api/projects/sample/articles`, {
    headers: { origin: program.address },
    data: { title: 'Second article', text: 'Second article\nThe ministry denied that any jets had flown.' },
  })
  expect(added.ok(), await added.text()).toBe(true)
})

afterAll(async () => {
  await browser?.close()
  await program?.close()
})

const project = () => `${program.address}/projects/sample`

it('goes from an even assignment to done, with one return, and the dashboard shows it', async () => {
  const { page } = owner
  await page.goto(project())
  await page.getByLabel('Choose all that are shown').check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Assign …' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^Ana/).check()
  await dialog.getByLabel(/^Ben/).check()
  await dialog.getByText('2 assignments: Ana 1, Ben 1').waitFor()
  await dialog.getByLabel('Due (if any)').fill('2020-01-31')
  await dialog.getByRole('button', { name: 'Assign', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('img', { name: 'Ben: To do' }).waitFor()

  // Each finds their own on the first page, and that it is late.
  for (const one of [ana, ben]) await one.page.goto(program.address)
  const mine = ana.page.getByRole('region', { name: 'Your work' }).getByRole('listitem')
  await expect.poll(() => mine.count()).toBe(1)
  await mine.getByText('overdue since 31 Jan 2020').waitFor()
  await mine.getByRole('link').click()
  await ana.page.locator('.tiptap').waitFor()
  await ana.isSaved()
  expect(await violations(ana.page)).toEqual([])
  const isSample = ana.page.url().endsWith(sample)
  // The first mark begins the work.
  await ana.page.getByRole('button', { name: /^Your work: To do/ }).waitFor()
  await ana.marks(isSample ? 'information attacks' : 'The ministry denied', 'Denial')
  await ana.page.getByRole('button', { name: /^Your work: In progress/ }).waitFor()
  await ana.page.locator('.tiptap').focus()
  await ana.page.keyboard.press('Shift+S')
  const submit = ana.page.getByRole('dialog', { name: 'Submit your work?' })
  await submit.getByText('1 mark of yours lacks something').waitFor()
  await submit.getByRole('button', { name: 'Submit all the same' }).click()
  await ana.page.getByRole('button', { name: /^Your work: Submitted/ }).waitFor()

  // The owner sends it back with a note, from the article itself.
  await owner.page.goto(ana.page.url())
  await page.getByRole('button', { name: /^State of the article: Submitted/ }).click()
  await page.getByRole('button', { name: 'Send back …' }).click()
  await page.getByLabel('What is still to be done').fill('The second denial, <b>please</b>.')
  await page.getByRole('button', { name: 'Send back', exact: true }).click()
  await page.getByRole('button', { name: /^State of the article: In progress/ }).waitFor()

  await ana.page.goto(program.address)
  await mine.getByText('The second denial, <b>please</b>.').waitFor()
  await mine.getByRole('link').click()
  await ana.page.getByRole('button', { name: /^Your work: In progress/ }).click()
  await ana.page.getByRole('button', { name: 'Submit', exact: true }).click()
  await submit.getByRole('button', { name: 'Submit all the same' }).click()
  await ana.page.getByRole('button', { name: /^Your work: Submitted/ }).waitFor()

  await page.goto(`${project()}?state=submitted`)
  await page.getByText('1 of 2 articles').waitFor()
  // Something is open in it, so it is signed off in the article, with a reason.
  await page.goto(ana.page.url())
  await page.getByRole('button', { name: /^State of the article: Submitted/ }).click()
  await page.getByRole('button', { name: 'Sign off', exact: true }).click()
  await page.getByLabel('Why you sign it off all the same').fill('The link can wait.')
  await page.getByRole('button', { name: 'Sign off all the same' }).click()
  await page.getByText(/^Signed off by/).waitFor()
  await page.goto(`${project()}?state=submitted`)
  await page.getByText('No article is like this.').waitFor()

  await page.getByRole('link', { name: 'Dashboard' }).click()
  const burnDown = page.getByRole('slider', { name: 'Values of “Burn-down”' })
  await burnDown.focus()
  await page.keyboard.press('End')
  await expect.poll(() => burnDown.getAttribute('aria-valuetext')).toBe('today: Done 1, Open 1')
  await page.getByRole('button', { name: 'Progress by person: Table' }).click()
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Ana', exact: true }) })
  await expect.poll(async () => (await row.getByRole('cell').allTextContents()).join(' ')).toBe('0 0 0 0 1 1 0')
  for (const one of [owner, ana, ben]) expect(one.complaints).toEqual([])
})

it('lets two who press at once take two different articles', async () => {
  for (const title of ['Third', 'Fourth'])
    await owner.page.request.post(`${program.address}/api/projects/sample/articles`, {
      headers: { origin: program.address },
      data: { title, text: `${title}\nSome words.` },
    })
  for (const one of [ana, ben]) await one.page.goto(program.address)
  const press = (one: Visitor) => one.page.getByRole('button', { name: /^Take the next one of/ }).click()
  await Promise.all([press(ana), press(ben)])
  for (const one of [ana, ben]) await one.page.getByRole('button', { name: /^Your work: To do/ }).waitFor()
  expect(ana.page.url()).not.toBe(ben.page.url())
})

it('keeps nobody out of its pages, at 320 px too', async () => {
  const { page } = owner
  await page.setViewportSize({ width: 320, height: 700 })
  await page.goto(project())
  await page.getByText('4 articles').waitFor()
  expect([...(await violations(page)), ...(await sideways(page)), ...(await smallTargets(page))]).toEqual([])
  await page.goto(`${project()}/dashboard`)
  await page.getByRole('slider').first().waitFor()
  expect([...(await violations(page)), ...(await sideways(page)), ...(await smallTargets(page))]).toEqual([])
  await ana.page.setViewportSize({ width: 320, height: 700 })
  await ana.page.goto(program.address)
  await ana.page.getByRole('region', { name: 'Your work' }).getByRole('link').first().waitFor()
  expect([...(await violations(ana.page)), ...(await sideways(ana.page)), ...(await smallTargets(ana.page))]).toEqual(
    [],
  )
})
