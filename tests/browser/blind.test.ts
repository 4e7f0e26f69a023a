/** A blind article in the page: nobody sees anybody before the reveal; at it all go over to one room, without a reload. */
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { violations } from '../support/access.ts'
import { type Program, startProgram } from '../support/program.ts'
import { launch, Visitor } from '../support/visitor.ts'

let program: Program
let browser: Browser

beforeAll(async () => {
  program = await startProgram()
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  await program?.close()
})

it('goes over to everybody’s room at the reveal, with what was made off line before it', async () => {
  // The first one owns the workspace.
  const owner = await Visitor.join(browser, program.address, 'Olga')
  const [ana, ben] = await Promise.all([
    Visitor.join(browser, program.address, 'Ana'),
    Visitor.join(browser, program.address, 'Ben'),
  ])
  const headers = { origin: program.address }
  const { request } = owner.page
  const changed = await request.patch(`${program.address}/api/projects/sample`, { headers, data: { mode: 'blind' } })
  expect(changed.ok(), await changed.text()).toBe(true)
  const added = await request.post(`${program.address}/api/projects/sample/articles`, {
    headers,
    data: { text: `The bridge\nThe old bridge fell on Monday, said the mayor.\n${'Nobody was hurt.\n'.repeat(60)}` },
  })
  const { id } = await added.json()
  await Promise.all([owner, ana, ben].map((one) => one.opens('', id)))
  await ana.page.getByText('Only you see your marks until the reveal').waitFor()
  expect(await violations(ana.page)).toEqual([])
  await ana.marks('old bridge', 'Claim')
  await ben.marks('the mayor', 'Attribution')
  await Promise.all([ana.isSaved(), ben.isSaved()])
  // Ana goes on in the train; nothing of hers arrives before the reveal.
  await ana.drops()
  await ana.marks('on Monday', 'Claim')
  await ana.says(/1 not sent/)
  await ben.page.evaluate(() => window.scrollTo(0, 300))

  await owner.page.getByRole('button', { name: 'Reveal …' }).click()
  const dialog = owner.page.getByRole('dialog', { name: 'Reveal this article?' })
  await dialog.getByRole('row', { name: /Ben.*1$/ }).waitFor()
  expect(await violations(owner.page)).toEqual([])
  await dialog.getByRole('button', { name: 'Reveal', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await ben.page.getByText('Revealed: you see the marks of all now').waitFor({ timeout: 5000 })
  await ben.isSaved()
  expect(await ben.page.evaluate(() => window.scrollY)).toBe(300)
  const listed = async (one: Visitor) => {
    await one.opensList()
    return (await one.list()).length
  }
  expect(await listed(ben)).toBe(2)
  await ana.reconnects()
  await ana.isSaved()
  expect(await listed(ana)).toBe(3)
  await expect.poll(async () => (await ben.list()).length).toBe(3)
  for (const one of [owner, ana, ben]) expect(one.complaints).toEqual([])
}, 60_000)
