/** What people write to break a page, in every field that there is: it is shown as the text it is, and breaks nothing. */
import { makeRecordId } from '@attest/schema/record'
import { emptyRecords } from '@attest/schema/room'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sideways } from '../support/access.ts'
import { bringIn } from '../support/annotated.ts'
import { House } from '../support/house.ts'
import { launch, Visitor } from '../support/visitor.ts'

let house: House
let browser: Browser
let ada: Visitor

beforeAll(async () => {
  house = await House.open()
  browser = await launch()
  ada = await Visitor.join(browser, house.address, 'Ada')
})

afterAll(async () => {
  await browser?.close()
  await house?.close()
})

const script = "<img src=x onerror=\"document.title='broken into'\"><script>document.title='broken into'</script>"
const hostile = [
  script,
  `\u202E${script}`,
  `Z${'\u0335\u0301\u0323'.repeat(60)}algo`,
  'https://'.concat('very-long-'.repeat(150)),
  'w'.repeat(1900),
  "{{7*7}} %s %00 '; DROP TABLE room; --",
  '__proto__',
]

/** Nothing of it ran, nothing became an element, and nothing reaches out of the window, wide or small. */
async function isUnharmed(): Promise<void> {
  const { page } = ada
  for (const width of [1400, 320]) {
    await page.setViewportSize({ width, height: 800 })
    expect(await sideways(page)).toEqual([])
  }
  await page.setViewportSize({ width: 1400, height: 900 })
  expect(await page.title()).not.toContain('broken')
  expect(await page.locator('img[src="x"], main script').count()).toBe(0)
  expect(ada.complaints).toEqual([])
}

describe('hostile strings', () => {
  it('in names, attributes, notes and comments are shown in cards, lists, talk and on paper', async () => {
    const name = '<img src=x onerror=alert(1)>'
    const id = await bringIn(ada, house.address, 'Hostile', (file) => {
      const { text } = file.article
      const people = [...file.people, { id: 'mallory', name, role: null }]
      const annotations = hostile.map((gloss, i) => ({
        id: `mallory.h${i}`,
        author: 'mallory',
        at: i + 1,
        kind: 'claim',
        spans: [[i * 60, i * 60 + 5 + i]] as [number, number][],
        attributes: { gloss },
        quotes: [text.slice(i * 60, i * 60 + 5 + i)],
      }))
      const comments = hostile.map((body, i) => ({
        id: `mallory.c${i}`,
        author: 'mallory',
        at: i + 1,
        on: `mallory.h${i}`,
        body: body.repeat(3),
      }))
      return { people, annotations, comments, relations: [], verdicts: [] }
    })
    await ada.opens('', id)
    await ada.page.locator('.tiptap').focus()
    for (const one of hostile) {
      await ada.page.keyboard.press('j')
      const words = one.replace('\u202E', '').slice(0, 20)
      await expect.poll(() => ada.card().innerText()).toContain(words)
    }
    await isUnharmed()
    await ada.opensList()
    expect((await ada.list())[0]).toContain(name)
    await isUnharmed()
    await ada.page.locator('.tiptap').focus()
    await ada.page.keyboard.press('Shift+C')
    await ada.page.getByTestId('talk').getByText(script.slice(0, 30)).first().waitFor()
    await isUnharmed()
    await ada.page.emulateMedia({ media: 'print' })
    await ada.page.getByTestId('printed').getByText(script.slice(0, 30)).first().waitFor()
    expect(await ada.page.locator('img[src="x"]').count()).toBe(0)
    await ada.page.emulateMedia({ media: 'screen' })
  })

  it('are looked for as they are, in the palette, the search and the list', async () => {
    await ada.opens()
    await ada.page.locator('.tiptap').focus()
    await ada.page.keyboard.press('Control+k')
    for (const one of hostile) {
      await ada.page.getByRole('combobox', { name: 'What would you like to do?' }).fill(one)
      await isUnharmed()
    }
    await ada.page.keyboard.press('Escape')
    await ada.page.locator('.tiptap').focus()
    await ada.page.keyboard.press('/')
    for (const one of hostile) {
      await ada.page.getByRole('search').locator('input').first().fill(one)
      await isUnharmed()
    }
  })
})

describe('a record that does not fit', () => {
  it('because its words are outside the text is listed as one that cannot be shown, and breaks nothing', async () => {
    const records = emptyRecords()
    const id = makeRecordId('somebody')
    records.annotations.set(id, {
      id,
      kind: 'claim',
      spans: [[10, 999_999]],
      attributes: {},
      author: 'somebody',
      at: 1,
    })
    await house.parts.sync.putRecords('syria-airstrikes-2015', records, 'somebody')
    await ada.opens()
    await ada.opensList()
    const odd = ada.page.getByTestId('mark-list').getByText('One record cannot be shown')
    await odd.click()
    await ada.page.getByText('Its words, 10–999999, are outside the text').waitFor()
    expect(await ada.page.getByTestId('mark-list').getByRole('listitem').count()).toBeGreaterThan(5)
    await ada.marks('Dozens of videos', 'Claim')
    await ada.isSaved()
    expect(ada.complaints).toEqual([])
  })
})
