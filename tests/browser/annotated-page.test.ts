/** The annotated article as a page of its own, in a browser that has nothing but the file. */
import type { AnnotatedArticle } from '@attest/schema/formats/attest-json'
import { htmlWriter } from '@attest/schema/formats/html'
import fc from 'fast-check'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sideways, violations } from '../support/access.ts'
import { chromiumOptions } from '../support/chromium.ts'
import { anyMarked, manySpread, marked, seedArticle } from '../support/marked.ts'

let browser: Browser

beforeAll(async () => {
  browser = await chromium.launch(chromiumOptions)
})

afterAll(() => browser.close())

const address = 'http://page.test/article.html'

/** Opens the file of an article; whatever it asks for beside itself is a complaint, and so is whatever the browser says. */
async function open(annotated: AnnotatedArticle, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.route('**/*', (route) => {
    if (!route.request().url().startsWith(address)) complaints.push(route.request().url())
    return route.fulfill({ contentType: 'text/html; charset=utf-8', body: fileOf(annotated) })
  })
  await page.goto(address)
  return { page, complaints }
}

function fileOf(annotated: AnnotatedArticle): string {
  return htmlWriter.write(annotated).files[0]?.text ?? ''
}

/** The words of each block as the page has them, without the numbers. */
function wordsIn(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll('#text > *'), (block) => {
      const copy = block.cloneNode(true) as Element
      for (const number of copy.querySelectorAll('.ref, .side')) number.remove()
      return copy.textContent ?? ''
    }),
  )
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: no page can have these
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufdd0-\ufdef]|[\ufffe\uffff]/g

function discussed(): AnnotatedArticle {
  const seed = seedArticle()
  const { comments, verdicts } = seed.records
  const at = Date.UTC(2026, 0, 2)
  comments.set('ada.c1', { id: 'ada.c1', on: 'reference.m05', body: '<img src=x onerror=alert(1)>', author: 'ada', at })
  comments.set('ben.c1', { id: 'ben.c1', on: 'reference.m05', replyTo: 'ada.c1', body: 'No.', author: 'ben', at })
  comments.set('ben.c2', { id: 'ben.c2', on: 'article', body: 'A good one.', author: 'ben', at })
  verdicts.set('ada.v1', {
    id: 'ada.v1',
    on: 'reference.m05',
    decision: 'accept',
    note: 'Fine & good',
    author: 'ada',
    at,
  })
  return { ...seed, people: seed.people.map((one) => (one.id === 'ada' ? { ...one, role: 'owner' } : one)) }
}

it('can be read and used by everybody, with no marks, with some, and with many', async () => {
  const seed = seedArticle()
  const least = { viewport: { width: 390, height: 800 }, colorScheme: 'dark' } as const
  const views = [
    [marked(seed.article.text), {}],
    [discussed(), {}],
    [discussed(), least],
    [manySpread(seed, 400), least],
  ] as const
  for (const [article, options] of views) {
    const { page, complaints } = await open(article, options)
    expect(await sideways(page)).toEqual([])
    // Of the many axe would say the same, and take its time for it.
    if (article.records.annotations.size < 100) expect(await violations(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  }
})

it('leads from a mark to what is said about it and back, by the keyboard', async () => {
  const { page, complaints } = await open(discussed())
  const number = page.getByRole('link', { name: '5: Claim by reference', exact: true })
  await number.focus()
  await page.keyboard.press('Enter')
  const entry = page.locator('#m5')
  expect(await entry.evaluate((element) => element.matches(':target'))).toBe(true)
  expect(await entry.innerText()).toContain('Claim by reference, accepted')
  expect(await entry.innerText()).toContain('<img src=x onerror=alert(1)>')
  expect(await entry.innerText()).toContain('Ada L.: accepted: Fine & good')
  await entry.getByRole('link', { name: '5, back to the text', exact: true }).click()
  expect(await number.evaluate((element) => element.matches(':target'))).toBe(true)
  // The mark says of itself what it is.
  const mark = page.locator('mark[aria-describedby="d5"]').first()
  expect(
    await mark.evaluate(
      (element) => document.getElementById(element.getAttribute('aria-describedby') ?? '')?.innerText,
    ),
  ).toBe('Claim by reference, accepted')
  expect(complaints).toEqual([])
  await page.context().close()
})

it('has the numbers in the margin on paper', async () => {
  const { page } = await open(discussed())
  const margin = page.locator('.side').first()
  expect(await margin.isVisible()).toBe(false)
  await page.emulateMedia({ media: 'print' })
  expect(await margin.isVisible()).toBe(true)
  expect(await margin.innerText()).toBe('1 2 3 4')
  const [left, text] = await page.evaluate(() =>
    ['.side', '#text mark'].map((one) => document.querySelector(one)?.getBoundingClientRect().left ?? 0),
  )
  expect(left).toBeLessThan(text ?? 0)
  await page.context().close()
})

it('has every word of any text, whatever lies over it, and runs nothing of it', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  let body = ''
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }))
  await fc.assert(
    fc.asyncProperty(anyMarked, async (annotated) => {
      body = fileOf(annotated)
      await page.goto(address)
      const { text, blocks } = annotated.article
      expect(await wordsIn(page)).toEqual(
        blocks.map(({ start, end }) => text.slice(start, end).replace(/\r$/, '').replace(controls, '\ufffd')),
      )
      const found = await page.evaluate(() => ({
        ids: Array.from(document.querySelectorAll('[id]'), ({ id }) => id),
        ends: Array.from(document.querySelectorAll('a[href^="#"]'), (one) => one.getAttribute('href')?.slice(1) ?? ''),
        described: Array.from(document.querySelectorAll('mark'), (one) => one.getAttribute('aria-describedby') ?? ''),
        scripts: document.querySelectorAll('script, iframe, img, [onclick], [onerror], [style]').length,
      }))
      expect(new Set(found.ids).size).toBe(found.ids.length)
      expect([...found.ends, ...found.described].filter((id) => !found.ids.includes(id))).toEqual([])
      expect(found.scripts).toBe(0)
    }),
    { numRuns: 12 },
  )
  await context.close()
})
