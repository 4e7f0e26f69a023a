/** Accounts as people meet them: the first link, signing in and out, a forgotten password, a session that ends. */
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sideways, smallTargets, violations } from '../support/access.ts'
import { openPostOffice, type PostOffice } from '../support/mail.ts'
import { type Program, startProgram } from '../support/program.ts'
import { launch, Visitor } from '../support/visitor.ts'

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

const email = 'ada@example.org'
const password = 'a lantern in the fog'
const another = 'seven grey herons stand'

const linkIn = (text: string) => /http\S+#\S+/.exec(text)?.[0] ?? ''

async function signsIn({ page }: Visitor, secret: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function keepsNobodyOut({ page }: Visitor): Promise<void> {
  expect(await violations(page)).toEqual([])
  expect(await smallTargets(page)).toEqual([])
  expect(await sideways(page)).toEqual([])
}

it('lets the owner in by the first link, out, in again with a mailed one, and ends what is open elsewhere', async () => {
  const ada = await Visitor.arrive(browser, program.address, 'Ada')
  const { page } = ada
  await page.goto(program.address)
  await page.getByText('The link that was printed').waitFor()
  await keepsNobodyOut(ada)

  await expect.poll(() => linkIn(program.printed())).not.toBe('')
  await page.goto(linkIn(program.printed()))
  await page.getByRole('heading', { name: 'Make the first account' }).waitFor()
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('New password').fill('short')
  await page.getByRole('button', { name: 'Make an account' }).click()
  await page.getByText('A password has at least 12 characters.').waitFor()
  // Whoever is told what is wrong is where it can be mended.
  expect(await page.evaluate(() => document.activeElement?.getAttribute('autocomplete'))).toBe('new-password')
  await keepsNobodyOut(ada)
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Show the password' }).click()
  expect(await page.getByLabel('New password').getAttribute('type')).toBe('text')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Make an account' }).click()
  await page.getByRole('heading', { name: 'Projects' }).waitFor()
  expect(new URL(page.url()).hash).toBe('')

  await page.getByRole('button', { name: 'Sign out' }).click()
  await signsIn(ada, 'not the right one')
  await page.getByText('The e-mail address or the password is not right.').waitFor()
  await signsIn(ada, password)
  await page.getByRole('heading', { name: 'Projects' }).waitFor()

  // Somebody has forgotten their password at another desk, and the article is open at this one.
  await ada.opens()
  const elsewhere = await Visitor.arrive(browser, program.address, 'Ada elsewhere', {
    viewport: { width: 390, height: 800 },
  })
  await elsewhere.page.goto(`${program.address}/account`)
  await elsewhere.page.getByRole('link', { name: 'Forgot your password?' }).click()
  await elsewhere.page.getByLabel('E-mail address').fill(email)
  await keepsNobodyOut(elsewhere)
  // That of the new account is to confirm the address.
  await office.letterTo(email)
  await elsewhere.page.getByRole('button', { name: 'Send the link' }).click()
  await elsewhere.page.getByText('a mail is on its way').waitFor()
  await elsewhere.page.goto(linkIn((await office.letterTo(email)).text))
  await elsewhere.page.getByLabel('New password').fill(another)
  await keepsNobodyOut(elsewhere)
  await elsewhere.page.getByRole('button', { name: 'Set the password and sign in' }).click()
  await elsewhere.page.getByRole('heading', { name: 'Projects' }).waitFor()

  // At once, and whoever signs in again goes on where they were.
  await page.getByRole('button', { name: 'Sign in again' }).click()
  await page.getByText('Sign in as Ada again').waitFor()
  await keepsNobodyOut(ada)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('E-mail address').fill(email)
  await dialog.getByLabel('Password', { exact: true }).fill(another)
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
  await ada.isSaved()

  await elsewhere.page.goto(`${program.address}/account`)
  await elsewhere.page.getByRole('heading', { name: 'Where you are signed in' }).waitFor()
  await keepsNobodyOut(elsewhere)
  await elsewhere.page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByRole('button', { name: 'Sign in again' }).waitFor()

  // A password manager would have found all it looks for, and the policy of the page let everything be.
  const isOfNoAnswer = (text: string) => !/40[01]|status of 4\d\d/.test(text)
  expect([...ada.complaints, ...elsewhere.complaints].filter(isOfNoAnswer)).toEqual([])
})
