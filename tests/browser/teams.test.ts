/** A team from its invitation to its end: what one person does to the other is seen by the other within five seconds. */
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sideways, smallTargets, violations } from '../support/access.ts'
import { type Program, startProgram } from '../support/program.ts'
import { launch, sample, Visitor } from '../support/visitor.ts'

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

/** What reaches others has to be there within five seconds. */
const soon = { timeout: 5000 }

it('goes from an invitation to marks, to reading only, to being out, and the names stay', async () => {
  const go = (place: string) => ada.page.goto(program.address + place)

  // By invitation only, so that nobody is in who was not let in.
  await go('/projects/sample/settings')
  await ada.page.getByLabel('Only who is invited').check()
  await ada.page.getByRole('button', { name: 'Save' }).click()
  await ada.page.getByText('Saved.').waitFor()
  expect(await violations(ada.page)).toEqual([])

  await go('/projects/sample/members')
  await ada.page.getByRole('button', { name: 'Invite people' }).click()
  expect(await violations(ada.page)).toEqual([])
  await ada.page.getByRole('button', { name: 'Make the link' }).click()
  const url = await ada.page.getByLabel('Link', { exact: true }).inputValue()
  await ada.page.getByRole('button', { name: 'Done' }).click()

  const ben = await Visitor.arrive(browser, program.address, 'Ben')
  await ben.page.goto(url)
  await ben.page.getByText('Ada invites you to be an annotator').waitFor()
  expect(await violations(ben.page)).toEqual([])
  await ben.page.getByLabel('Your name').fill('Ben')
  await ben.page.getByRole('button', { name: 'Join' }).click()
  await ben.page.getByText('You are an annotator in “').waitFor()
  await ada.page.getByText('1 of 1 used').or(ada.page.getByText('Past invitations')).first().waitFor()

  await ben.opens()
  await ben.marks('Dozens of videos', 'Claim')
  await ben.isSaved()

  const role = ada.page.getByLabel('Role of Ben')
  await role.selectOption('Viewer')
  await ben.page.getByText('You can only read now').waitFor(soon)
  await ben.says(/^Read only$/)
  await role.selectOption('Annotator')
  await ben.page.getByText('You can mark here again').waitFor(soon)

  const takeOut = async () => {
    await ada.page.getByRole('button', { name: 'More about Ben' }).click()
    await ada.page.getByRole('menuitem', { name: 'Take out of the project' }).click()
    await ada.page.getByRole('button', { name: 'Take out', exact: true }).click()
  }
  await takeOut()
  await ben.page.getByText('You are no longer a member of this project.').waitFor(soon)
  await ada.page.getByRole('button', { name: 'Bring back: Ben' }).click()

  // The same on a page on which nobody does anything.
  await ben.page.goto(`${program.address}/projects/sample/members`)
  await ben.page.getByRole('heading', { name: /members$/ }).waitFor()
  await role.selectOption('Viewer')
  await ben.page.getByText('You can only read in this project now.').waitFor(soon)
  await takeOut()
  await ben.page.getByText('You are not in this project any more').first().waitFor(soon)
  // The link that let him in does not let him in again.
  await ben.page.goto(url)
  await ben.page.getByText('This invitation has been used.').waitFor()

  await ada.opens(`?without=reference`)
  await ada.opensList()
  expect(await ada.list()).toEqual(['Claim: Dozens of videos by Ben, Open'])
  const isAboutAnswers = (text: string) => /Failed to load resource/.test(text)
  for (const person of [ada, ben]) expect(person.complaints.filter((text) => !isAboutAnswers(text))).toEqual([])
})

it('shows an article to the public until its owner switches that off', async () => {
  const owner = ada.page
  await owner.goto(`${program.address}/projects/sample/settings`)
  await owner.getByRole('button', { name: 'Public link of' }).click()
  await owner.getByRole('checkbox', { name: 'Everybody who has the link' }).click()
  const url = await owner.getByLabel('Link', { exact: true }).inputValue()

  const guest = await Visitor.arrive(browser, program.address, 'Guest', { viewport: { width: 320, height: 700 } })
  const asked: string[] = []
  guest.page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await guest.page.goto(url)
  await guest.page.locator('mark[aria-description*="Claim by Ben"]').first().waitFor()
  expect(await violations(guest.page)).toEqual([])
  expect(await sideways(guest.page)).toEqual([])
  expect(await smallTargets(guest.page)).toEqual([])
  await guest.page.getByRole('button', { name: 'Claim by Ben' }).click()
  expect(await guest.page.locator('mark[data-chosen]').allTextContents()).toEqual(['Dozens of videos'])
  // It asks for the article and for nothing else of the server.
  expect(new Set(asked.filter((path) => /^\/(api|sync)/.test(path)).map((path) => path.split('/')[2]))).toEqual(
    new Set(['public']),
  )
  await owner.getByRole('checkbox', { name: 'Everybody who has the link' }).click()
  await guest.page.getByText('There is nothing at this link').first().waitFor({ timeout: 9000 })
  expect(await guest.page.locator('mark').count()).toBe(0)
  expect(guest.complaints.filter((text) => !/Failed to load resource/.test(text))).toEqual([])
})

it('archives and deletes a project, and brings it back', async () => {
  const { page } = ada
  await page.goto(`${program.address}/projects/sample/settings`)
  await page.getByRole('button', { name: 'Archive this project' }).click()
  await page.getByText('This project is archived').waitFor()
  await page.goto(`${program.address}/articles/${sample}`)
  await page
    .getByTestId('status')
    .filter({ hasText: /^Read only$/ })
    .waitFor()
  await page.goto(program.address)
  await page.getByText('All of your projects are archived.').waitFor()
  await page.getByLabel('Show the archived one').check()
  await page.getByRole('link', { name: /archived/ }).click()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Take it back to work' }).click()
  await page.getByText('being worked in again').waitFor()
  await page.getByRole('button', { name: 'Delete this project' }).click()
  const button = page.getByRole('button', { name: 'Delete the project' })
  expect(await button.isDisabled()).toBe(true)
  await page.getByLabel('To be sure, type its name').fill('Sample: a news article about Syria')
  await button.click()
  await page.getByRole('button', { name: 'Bring Sample: a news article about Syria back' }).click()
  await page.getByRole('link', { name: /Sample: a news article about Syria.*owner/ }).waitFor()
  expect(await violations(page)).toEqual([])
})
