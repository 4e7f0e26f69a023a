import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
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

async function guest(name: string, options = {}): Promise<Visitor> {
  const visitor = await Visitor.join(browser, program.address, name, options)
  onTestFinished(() => visitor.leaves())
  return visitor
}

describe('at the door', () => {
  const hostile = '<img src=x onerror=alert(1)>'

  it('says what is wrong with a name, and keeps what was typed', async () => {
    const visitor = await Visitor.arrive(browser, program.address, 'nobody')
    onTestFinished(() => visitor.leaves())
    const { page } = visitor
    await page.goto(program.address)
    const name = page.getByLabel('Your name')
    for (const [typed, complaint] of [
      ['', 'Please enter a name.'],
      ['   ', 'Please enter a name.'],
      ['x'.repeat(5000), 'A name has at most 60 characters.'],
      ['Ada\u202Enimda', 'This name has characters that cannot be shown.'],
      ['---', 'A name needs at least one letter, number or emoji.'],
    ] as const) {
      await name.fill(typed)
      await page.getByRole('button', { name: 'Join' }).click()
      await page.getByText(complaint).waitFor()
      expect(await name.inputValue()).toBe(typed)
    }
  })

  it('shows a hostile name as the text it is, to everybody', async () => {
    const mallory = await guest(hostile)
    await mallory.opens()
    await ada.opens()
    await ada.page.getByRole('img', { name: hostile }).waitFor()
    await mallory.marks('Putin added', 'Claim')
    await ada.page.getByRole('button', { name: `Claim: Putin added by ${hostile}, Open` }).waitFor()
    expect(await ada.page.locator('img[src="x"]').count()).toBe(0)
    expect([...ada.complaints, ...mallory.complaints]).toEqual([])
  })
})

describe('leaving', () => {
  it('asks first, because nobody comes back, and then the next one is somebody else', async () => {
    const leo = await guest('Leo')
    await leo.page.getByRole('button', { name: 'Leave' }).click()
    await leo.page.getByRole('button', { name: 'Stay' }).click()
    await leo.page.getByRole('button', { name: 'Leave' }).click()
    await leo.page.getByRole('button', { name: 'Leave for good' }).click()
    await leo.page.getByLabel('Your name').fill('Leo')
    await leo.page.getByRole('button', { name: 'Join' }).click()
    await leo.page.getByText('Leo 2').waitFor()
    expect(leo.complaints).toEqual([])
  })
})

describe('a long article', () => {
  it('brings a mark that is far away into view, by key and by its address', async () => {
    const text = [
      'Long',
      ...Array.from({ length: 500 }, (_, i) => `Paragraph ${i} says ${'a little more '.repeat(i % 23)}.`),
    ].join('\n')
    await ada.page.goto(program.address)
    const answer = await ada.context.request.post(`${program.address}/api/projects/sample/articles`, {
      data: { text },
      headers: { origin: program.address },
    })
    const { id } = await answer.json()
    await ada.opens('', id)
    const start = text.indexOf('Paragraph 250')
    await ada.page.evaluate((at) => {
      const article = document.querySelector('.tiptap') as HTMLElement & {
        editor: { commands: { annotate: (kind: string, span: number[]) => void } }
      }
      article.editor.commands.annotate('claim', [at, at + 13])
      article.focus()
    }, start)
    const mark = ada.page.locator('mark', { hasText: 'Paragraph 250' })
    const isInView = async () => {
      const box = await mark.boundingBox().catch(() => null)
      return box !== null && box.y > 60 && box.y < 840
    }
    await ada.page.keyboard.press('Control+Home')
    await ada.page.keyboard.press('j')
    await expect.poll(isInView, { timeout: 5000 }).toBe(true)
    await ada.page.waitForURL(/mark=/)
    await ada.page.reload()
    await ada.isSaved()
    await expect.poll(isInView, { timeout: 5000 }).toBe(true)
  })
})

describe('an address that leads nowhere', () => {
  it.each(['no-such-article', '..%2f..%2fetc', 'UPPER', 'x'.repeat(300)])('says so: %s', async (article) => {
    await ada.page.goto(`${program.address}/articles/${article}`)
    await ada.page.getByRole('heading', { name: 'There is no such' }).waitFor()
    await ada.page.getByRole('link', { name: 'To your projects' }).click()
    await ada.page.getByRole('heading', { name: 'Projects' }).waitFor()
    ada.complaints.length = 0
  })
})

describe('a server that is not there', () => {
  it('says so while the page opens, and opens it when asked again', async () => {
    const ben = await guest('Ben', { serviceWorkers: 'block' })
    await ben.context.route('**/api/articles/**', (route) => route.abort('connectionrefused'))
    await ben.page.goto(`${program.address}/articles/${sample}`)
    await ben.page.getByText('The server cannot be reached.').waitFor()
    await ben.context.unroute('**/api/articles/**')
    await ben.page.getByRole('button', { name: 'Try again' }).click()
    await ben.isSaved()
  })

  it('lets people go on, close the tab, open it again, and saves all of it later, once', async () => {
    const ben = await guest('Ben')
    await ben.opens()
    // The page's worker is there a moment after the first visit.
    await ben.page.evaluate(() => navigator.serviceWorker.ready)
    await ben.page.reload()
    await ben.isSaved()
    await program.kill()
    await ben.says(/^Offline$/)
    await ben.marks('Dozens of videos', 'Attribution')
    await ben.says('Offline · 1 not sent')
    await ben.page.close()
    const page = await ben.context.newPage()
    Object.assign(ben, { page })
    await page.goto(`${program.address}/articles/${sample}`)
    await ben.says('Offline · 1 not sent')
    await ben.marks('Russia believes', 'Attribution')
    await ben.says('Offline · 2 not sent')
    await page.getByRole('button', { name: 'Export the marks' }).click()
    const dialog = page.getByRole('dialog', { name: 'Export' })
    await dialog.getByText('The server cannot be reached.').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await program.restart()
    await ben.isSaved()
    const answer = await ben.context.request.get(`${program.address}/api/articles/${sample}/export`)
    const { annotations } = await answer.json()
    const quotes = annotations.flatMap((one: { author: string; quotes: string[] }) =>
      one.author === 'reference' ? [] : one.quotes,
    )
    expect(quotes.filter((quote: string) => ['Dozens of videos', 'Russia believes'].includes(quote))).toHaveLength(2)
  })
})

describe('a browser that keeps nothing', () => {
  it('says so when storage is off, and marks are saved all the same', async () => {
    const ben = await Visitor.join(browser, program.address, 'Off')
    onTestFinished(() => ben.leaves())
    await ben.context.addInitScript(() => {
      Object.defineProperty(window, 'indexedDB', {
        get() {
          throw new DOMException('denied', 'SecurityError')
        },
      })
    })
    await ben.opens()
    await ben.page.getByText('This browser does not let Attest store anything.').waitFor()
    await ben.marks('Syrian military', 'Claim')
    await ben.isSaved()
    expect(ben.complaints).toEqual([])
  })

  it('says so when storage is full, and marks are saved all the same', async () => {
    // Without the worker: what it keeps would count before the quota does.
    const ben = await guest('Full', { serviceWorkers: 'block' })
    const session = await ben.context.newCDPSession(ben.page)
    // Before the article is opened: Chromium remembers for a while how much room there was.
    await session.send('Storage.overrideQuotaForOrigin', { origin: program.address, quotaSize: 1 })
    await ben.opens()
    await ben.marks('Syrian military', 'Claim')
    await ben.page.getByText('This browser’s storage is full.').waitFor()
    await ben.isSaved()
    await ada.opens()
    await ada.page.locator('mark[aria-description*="Claim by Full"]').waitFor({ state: 'attached' })
    expect(ben.complaints.filter((text) => !/Service Worker registration blocked/.test(text))).toEqual([])
  })
})

describe('a clock that is wrong by a day', () => {
  it.each([
    ['ahead', 86_400_000],
    ['behind', -86_400_000],
  ])('loses nothing, and writes the time of the server: %s', async (name, wrongBy) => {
    const ben = await guest(`Clock ${name}`)
    await ben.page.clock.setFixedTime(Date.now() + wrongBy)
    await ben.opens()
    await ben.marks('Recorders’ data showed', 'Attribution')
    await ben.isSaved()
    await ben.drops()
    // Set to another wrong time while the page is open, and off line.
    await ben.page.clock.setFixedTime(Date.now() + 2 * wrongBy)
    await ben.marks("The country's forces", 'Claim')
    await ben.says('Offline · 1 not sent')
    await ben.comesBack()
    expect(await ben.page.getByRole('region', { name: /not accepted/ }).count()).toBe(0)
    const url = `${program.address}/api/articles/${sample}/export`
    const { annotations, people } = await (await ben.context.request.get(url)).json()
    const id = people.find((one: { name: string }) => one.name === ben.name)?.id
    const own = annotations.filter((one: { author: string }) => one.author === id)
    expect(own).toHaveLength(2)
    for (const { at } of own) expect(Math.abs(at - Date.now())).toBeLessThan(60_000)
  })
})

describe('one person in two tabs', () => {
  it('is the same person, sees the same, and is counted once', async () => {
    const ben = await guest('Twice')
    await ben.opens()
    const second = await ben.context.newPage()
    await second.goto(`${program.address}/articles/${sample}`)
    await second.getByTestId('people').waitFor()
    // What lies behind another tab is drawn seldom, and would be waited for.
    await ben.page.bringToFront()
    await ben.marks('hitting 12 targets', 'Claim')
    await second.locator('mark[aria-description*="Claim by Twice"]').waitFor({ state: 'attached' })
    expect(await second.getByTestId('people').getByRole('img', { name: /Twice/ }).count()).toBe(1)
  })

  it('is told in one tab what waits in another that was closed, and sends it', async () => {
    const ben = await guest('Closing')
    await ben.opens()
    const second = await ben.context.newPage()
    await second.goto(`${program.address}/articles/${sample}`)
    const status = second.getByTestId('status')
    await status.filter({ hasText: /^Saved$/ }).waitFor()
    await ben.drops()
    await status.filter({ hasText: /^Offline$/ }).waitFor()
    await ben.page.bringToFront()
    await ben.marks('hitting 12 targets', 'Claim')
    await ben.says('Offline · 1 not sent')
    await ben.page.close({ runBeforeUnload: true })
    await status.filter({ hasText: 'Offline · 1 not sent' }).waitFor()
    Object.assign(ben, { page: second })
    await ben.comesBack()
    const url = `${program.address}/api/articles/${sample}/export`
    const { annotations, people } = await (await ben.context.request.get(url)).json()
    const id = people.find((one: { name: string }) => one.name === 'Closing')?.id
    expect(annotations.filter((one: { author: string }) => one.author === id)).toHaveLength(1)
  })
})

describe('bringing an annotated file in', () => {
  let good: { article: { text: string; sha256: string }; annotations: { spans: number[][]; quotes: string[] }[] }

  beforeAll(async () => {
    const answer = await ada.context.request.get(`${program.address}/api/articles/${sample}/export?format=attest-json`)
    good = await answer.json()
    await ada.page.goto(program.address)
    await ada.page.getByRole('button', { name: 'New project' }).click()
    await ada.page.getByRole('textbox', { name: 'Name' }).fill('Second reading')
    await ada.page.getByRole('button', { name: 'Create' }).click()
    await ada.page.getByText('No articles yet.').waitFor()
    await ada.page.getByRole('link', { name: 'Add articles' }).click()
    await ada.page.getByRole('tab', { name: 'Annotated file' }).click()
  })

  async function chooses(content: string): Promise<void> {
    const [chooser] = await Promise.all([
      ada.page.waitForEvent('filechooser'),
      ada.page.getByRole('button', { name: 'Choose a file' }).click(),
    ])
    await chooser.setFiles({ name: 'file.json', mimeType: 'application/json', buffer: Buffer.from(content) })
  }

  const changed = (change: (file: typeof good) => void) => {
    const file = structuredClone(good)
    change(file)
    return JSON.stringify(file)
  }

  it.each([
    ['is not JSON', () => 'not { json', /JSON/],
    ['is not ours', () => '{"hello": "world"}', /not an annotated article of Attest|text/],
    [
      'is of a newer version',
      () => changed((file) => Object.assign(file, { version: 99 })),
      /version 99.*Please update Attest/,
    ],
    [
      'has a text that was changed',
      () => changed((file) => Object.assign(file.article, { text: file.article.text.replace('Putin', 'Putan') })),
      /does not match its sha256/,
    ],
    [
      'has a mark outside the text',
      () => changed((file) => Object.assign(file.annotations[0] ?? {}, { spans: [[0, 999_999]] })),
      /outside the text/,
    ],
    [
      'has a mark whose words are others',
      () => changed((file) => Object.assign(file.annotations[0] ?? {}, { quotes: ['Merkel:'] })),
      /says “Merkel:”, but the text there is “Putin:”/,
    ],
  ])('is refused with its reason when it %s, and nothing is added', async (_, content, reason) => {
    await chooses(content())
    const alert = ada.page.getByRole('alert')
    await expect.poll(() => alert.innerText()).toMatch(/^Nothing was added\./)
    await expect.poll(() => alert.innerText()).toMatch(reason)
    const projects = await (await ada.context.request.get(`${program.address}/api/projects`)).json()
    expect(projects.find((one: { name: string }) => one.name === 'Second reading')).toMatchObject({ articleCount: 0 })
  })

  it('gives the same records back', async () => {
    await chooses(JSON.stringify(good))
    await ada.isSaved()
    const id = new URL(ada.page.url()).pathname.split('/').at(-1)
    expect(id).not.toBe(sample)
    const again = await (await ada.context.request.get(`${program.address}/api/articles/${id}/export`)).json()
    for (const part of ['annotations', 'relations', 'comments', 'verdicts', 'outcomes', 'labelSet'] as const)
      expect(again[part]).toEqual(good[part as keyof typeof good])
    expect(again.article).toEqual({ ...good.article, id })
  })
})

describe('on a phone', () => {
  it('opens the card of a mark as a sheet, and lets it be judged', async () => {
    const ben = await guest('Phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    await ben.opens()
    await ben.page.locator('mark', { hasText: 'stressing' }).tap()
    const reject = ben.card().getByRole('button', { name: 'Reject' })
    await reject.tap()
    await expect.poll(() => reject.getAttribute('aria-pressed')).toBe('true')
    const box = await reject.boundingBox()
    expect(box?.height).toBeGreaterThanOrEqual(44)
    expect(await ben.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  })

  it('stands the labels below the words that are selected', async () => {
    const ben = await guest('Finger', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    await ben.opens()
    const bottom = await ben.page.evaluate(() => {
      const block = [...document.querySelectorAll('.tiptap > p')].find((one) =>
        one.textContent?.startsWith('Follow RT'),
      )
      const text = block?.firstChild
      if (!block || !text) throw new Error('the paragraph is not there')
      block.scrollIntoView({ block: 'center', behavior: 'instant' })
      getSelection()?.setBaseAndExtent(text, 0, text, 6)
      return getSelection()?.getRangeAt(0).getBoundingClientRect().bottom ?? 0
    })
    const bar = ben.page.getByRole('toolbar', { name: 'Label the selection' })
    await bar.waitFor()
    expect((await bar.boundingBox())?.y).toBeGreaterThan(bottom)
    await bar.getByRole('button', { name: 'Claim' }).tap()
    await expect.poll(() => ben.card().getAttribute('aria-label')).toBe('Claim by Finger')
  })
})

it('ships the schema that exports are checked against', async () => {
  const served = await (await ada.context.request.get(`${program.address}/api/schemas/attest-json.json`)).json()
  expect(served).toEqual(
    JSON.parse(readFileSync(new URL('../../packages/schema/attest-json.schema.json', import.meta.url), 'utf8')),
  )
})
