/** Somebody's first day: from the mail that invites them to the article that they submit, on a server with accounts. */
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPostOffice, type PostOffice } from '../support/mail.ts'
import { type Program, startProgram } from '../support/program.ts'
import { launch, sample, Visitor } from '../support/visitor.ts'

let browser: Browser
let program: Program
let office: PostOffice

beforeAll(async () => {
  office = await openPostOffice()
  const mail = { MAIL_URL: office.url, MAIL_FROM: 'Attest <attest@example.org>' }
  ;[browser, program] = await Promise.all([launch(), startProgram({ JOIN_BY_NAME: 'off', ...mail })])
})
afterAll(async () => {
  await browser.close()
  await program.close()
  await office.close()
})

const linkIn = (text: string) => /http\S+#\S+|http\S+\/invite\/\S+/.exec(text)?.[0] ?? ''

async function makesAnAccount({ page, name }: Visitor): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('E-mail address').fill(`${name.toLowerCase()}@example.org`)
  await page.getByLabel('New password').fill('a lantern in the fog')
  await page.getByRole('button', { name: 'Make an account' }).click()
}

it('goes from the mail that invites to the article that is submitted', async () => {
  const olga = await Visitor.arrive(browser, program.address, 'Olga')
  await expect.poll(() => linkIn(program.printed())).not.toBe('')
  await olga.page.goto(linkIn(program.printed()))
  await makesAnAccount(olga)
  await olga.page.getByRole('heading', { name: 'Projects' }).waitFor()
  await olga.page.goto(`${program.address}/projects/sample/members`)
  await olga.page.getByRole('button', { name: 'Invite people' }).click()
  await olga.page.getByLabel('E-mail address').fill('nora@example.org')
  await olga.page.getByRole('button', { name: 'Make the link' }).click()
  const { text } = await office.letterTo('nora@example.org')
  await olga.page.getByRole('button', { name: 'Done' }).click()

  const nora = await Visitor.arrive(browser, program.address, 'Nora')
  const { page } = nora
  await page.goto(linkIn(text))
  await page.getByText('Olga invites you to be an annotator').waitFor()
  await makesAnAccount(nora)
  await page.getByText('You are an annotator in “').waitFor()

  // The first page says what to do next.
  await page.goto(program.address)
  await page.getByRole('button', { name: /^Take the next one/ }).click()
  await page.getByRole('button', { name: /^Your work: To do/ }).waitFor()
  expect(page.url()).toContain(sample)
  await nora.marks('Dozens of videos', 'Claim')
  await page.getByRole('button', { name: /^Your work: In progress/ }).click()
  await page.getByRole('button', { name: 'Submit', exact: true }).click()
  const submit = page.getByRole('dialog', { name: 'Submit your work?' })
  await submit.getByRole('button', { name: /^Submit/ }).click()
  await page.getByRole('button', { name: /^Your work: Submitted/ }).waitFor()
  await nora.isSaved()

  // And whoever invited her sees it.
  await olga.page.goto(`${program.address}/projects/sample?state=submitted`)
  await olga.page.getByRole('img', { name: 'Nora: Submitted' }).waitFor()
  const isOfNoAnswer = (line: string) => !/status of 4\d\d/.test(line)
  for (const one of [olga, nora]) expect(one.complaints.filter(isOfNoAnswer)).toEqual([])
})
