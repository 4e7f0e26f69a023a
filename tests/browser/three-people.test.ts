import { readFileSync } from 'node:fs'
import { type AttestJson, readAttestJson } from '@attest/schema/formats/attest-json'
import Ajv2020 from 'ajv/dist/2020.js'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Program, startProgram } from '../support/program.ts'
import { launch, sample, Visitor } from '../support/visitor.ts'

let program: Program
let browser: Browser
let ada: Visitor
let ben: Visitor
let chi: Visitor
const everybody = () => [ada, ben, chi]

beforeAll(async () => {
  program = await startProgram()
  browser = await launch()
  // One after the other: whoever is first owns the workspace.
  ada = await Visitor.join(browser, program.address, 'Ada')
  ben = await Visitor.join(browser, program.address, 'Ben')
  chi = await Visitor.join(browser, program.address, 'Chi')
  await Promise.all(everybody().map((person) => person.opens('?without=reference')))
  await Promise.all(everybody().map((person) => person.opensList()))
})

afterAll(async () => {
  await browser?.close()
  await program?.close()
})

/** All three see the same list, and it is this one. */
async function allSee(list: string[]): Promise<void> {
  for (const person of everybody())
    await expect
      .poll(async () => (await person.list()).map((row) => row.replace(/ by You,/, ` by ${person.name},`)).sort(), {
        timeout: 10_000,
      })
      .toEqual([...list].sort())
}

it('shows who is here', async () => {
  for (const person of everybody())
    await expect.poll(() => person.page.getByTestId('people').getByRole('img').count()).toBe(3)
})

it('shows the words that another is selecting, with their name', async () => {
  await ben.selects('the US-led coalition invades')
  await ada.page.getByText('Ben', { exact: true }).first().waitFor()
  expect(
    await ada.page.evaluate(() => [...CSS.highlights.keys()].filter((name) => name.startsWith('peer-'))),
  ).toHaveLength(1)
  await ben.page.keyboard.press('Escape')
  await expect
    .poll(() => ada.page.evaluate(() => [...CSS.highlights.keys()].filter((name) => name.startsWith('peer-'))))
    .toHaveLength(0)
})

it('lets three people mark at the same time, over each other’s words and inside them', async () => {
  await Promise.all([
    ada.marks('Russian jets killed civilians in Syria', 'Claim'),
    ben.marks('killed civilians', 'Denial'),
    chi.marks('President Vladimir Putin said', 'Attribution'),
  ])
  await allSee([
    'Claim: Russian jets killed civilians in Syria by Ada, Open',
    'Denial: killed civilians by Ben, Open',
    'Attribution: President Vladimir Putin said by Chi, Open',
  ])
  await Promise.all(everybody().map((person) => person.isSaved()))
})

it('opens the shortest mark at a click, and offers the others', async () => {
  await chi.clicks('killed civilians')
  await expect.poll(() => chi.card().getAttribute('aria-label')).toBe('Denial by Ben')
  const choices = chi.page.getByRole('dialog', { name: 'Choose one of the marks here' }).getByRole('option')
  expect(await choices.allTextContents()).toEqual([
    'DenialBen · killed civilians',
    'ClaimAda · Russian jets killed civilians in Syria',
  ])
  await choices.nth(1).click()
  await expect.poll(() => chi.card().getAttribute('aria-label')).toBe('Claim by Ada')
  await chi.page.keyboard.press('Escape')
})

it('takes back one’s own acts only', async () => {
  await ada.marks('information attacks', 'Denial')
  await ben.marks('branding such reports', 'Attribution')
  await expect.poll(() => ada.list()).toHaveLength(5)
  await ada.page.getByRole('button', { name: 'Undo' }).first().click()
  await expect.poll(() => ben.list()).toHaveLength(4)
  expect((await ben.list()).join()).toContain('branding such reports')
  await ada.page.getByRole('button', { name: 'Redo' }).click()
  await expect.poll(() => chi.list()).toHaveLength(5)
})

it('keeps a selection, and the place in the text, while the marks of others arrive', async () => {
  await chi.selects('Follow RT')
  const before = await chi.page.evaluate(() => [String(getSelection()), scrollY])
  await ada.marks('LIVE UPDATES on Russian anti-terror op', 'Citation')
  await expect.poll(() => chi.list()).toHaveLength(6)
  expect(await chi.page.evaluate(() => [String(getSelection()), scrollY])).toEqual(before)
  await chi.page.keyboard.press('Escape')
})

it('sends what was marked offline, once, after the line is back', async () => {
  await chi.drops()
  await chi.marks('Other nations have been bombing Syrian territory', 'Claim')
  await chi.marks('Putin added', 'Attribution')
  await chi.says('Offline · 2 not sent')
  await ada.marks('We have such an invitation', 'Claim')
  await expect.poll(() => ben.list()).toHaveLength(7)
  expect(await chi.list()).toHaveLength(8)
  await chi.comesBack()
  for (const person of everybody()) await expect.poll(() => person.list()).toHaveLength(9)
})

it('lets people judge each other’s marks, with a note, and all see the state at once', async () => {
  await ben.page.getByRole('button', { name: /^Claim: Russian jets killed/ }).click()
  await ben.card().getByRole('button', { name: 'Accept' }).click()
  await ada.page.getByRole('button', { name: /^Denial: killed civilians/ }).click()
  await ada.card().getByRole('button', { name: 'Reject' }).click()
  await ada.card().getByLabel('Note to your verdict').fill('This is what is denied, not the denial.')
  await ada.page.keyboard.press('Enter')
  for (const person of everybody()) {
    await expect.poll(async () => (await person.list()).filter((row) => !row.endsWith('Open'))).toHaveLength(2)
    expect((await person.list()).find((row) => row.startsWith('Claim: Russian jets'))).toMatch(/Accepted$/)
    expect((await person.list()).find((row) => row.startsWith('Denial: killed'))).toMatch(/Rejected$/)
  }
  await ben.page.getByRole('button', { name: /^Denial: killed civilians/ }).click()
  await ben.card().getByText('This is what is denied, not the denial.').waitFor()
  expect(await ben.card().getByRole('button', { name: 'Accept' }).count()).toBe(0)
})

it('filters the list and the text by state, by kind and by person', async () => {
  const list = ben.page.getByTestId('mark-list')
  await list.getByRole('button', { name: /^Rejected \d/ }).click()
  await expect.poll(() => ben.list()).toHaveLength(1)
  await expect.poll(() => ben.page.locator('mark').allTextContents()).toEqual(['killed civilians'])
  expect(ben.page.url()).toContain('state=rejected')
  await list.getByRole('button', { name: /^Rejected \d/ }).click()
  await list.getByRole('button', { name: /^Ada \d/ }).click({ modifiers: ['Alt'] })
  await list.getByRole('button', { name: /^Attribution \d/ }).click({ modifiers: ['Alt'] })
  await expect.poll(async () => (await ben.list()).every((row) => !/by Ada|^Attribution/.test(row))).toBe(true)
  await list.getByRole('button', { name: 'Show all' }).click()
  // Without any filter the reference annotation is there too.
  await expect.poll(() => list.getByRole('heading').textContent()).toBe('56 marks')
  await list.getByRole('button', { name: /^Reference \d/ }).click({ modifiers: ['Alt'] })
  await expect.poll(() => ben.list()).toHaveLength(9)
})

it('exports what all three see, valid against its published schema', async () => {
  await Promise.all(everybody().map((person) => person.isSaved()))
  await ada.page.getByRole('button', { name: 'Export the marks' }).click()
  const dialog = ada.page.getByRole('dialog', { name: 'Export' })
  await dialog.getByText(/^56 marks/).waitFor()
  const [download] = await Promise.all([
    ada.page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download' }).click(),
  ])
  const bytes = readFileSync(await download.path(), 'utf8')
  const answers = await Promise.all(
    everybody().map(async (person) =>
      (await person.context.request.get(`${program.address}/api/articles/${sample}/export?format=attest-json`)).text(),
    ),
  )
  expect(new Set([bytes, ...answers]).size).toBe(1)

  const file: AttestJson = JSON.parse(bytes)
  const schema = await (await ada.context.request.get(`${program.address}/api/schemas/attest-json.json`)).json()
  const isValid = new Ajv2020({ strict: false }).compile(schema)
  expect(isValid(file), JSON.stringify(isValid.errors)).toBe(true)
  expect(readAttestJson(file)).toMatchObject({ ok: true })

  const names = new Map(file.people.map((person) => [person.id, person.name]))
  const outcomes = new Map(file.outcomes.map(({ on, outcome }) => [on, outcome]))
  const exported = file.annotations
    .filter((annotation) => annotation.author !== 'reference')
    .map(({ id, kind, author, quotes }) => {
      const [label, state] = [kind, outcomes.get(id) ?? ''].map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      return `${label}: ${quotes.join(' … ')} by ${names.get(author)}, ${state}`
    })
  expect(exported).toHaveLength(9)
  await allSee(exported)
})

it('has it all on disk: after a crash of the server everybody finds what they saw', async () => {
  const before = (await ada.list()).sort()
  await program.kill()
  await ada.says(/^Offline/)
  await program.restart()
  for (const person of everybody()) {
    await person.isSaved()
    await person.page.reload()
    await person.isSaved()
  }
  await ada.opensList()
  await expect.poll(async () => (await ada.list()).sort()).toEqual(before)
})

it('had nothing to complain about', () => {
  // What a browser says of a connection that was cut on purpose, and of a server that is starting, is no complaint.
  const isAboutTheCut = (text: string) =>
    /WebSocket connection|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INTERNET_DISCONNECTED|status of 503/.test(
      text,
    )
  for (const person of everybody()) expect(person.complaints.filter((text) => !isAboutTheCut(text))).toEqual([])
})
