/** Our page under measurement: the program as `npm start` runs it, a room with the marks in it, and people who open it. */
import { hashText } from '@attest/schema/article'
import type { AttestJson } from '@attest/schema/formats/attest-json'
import type { Browser, BrowserContext, Page } from 'playwright'
import { type Program, startProgram } from '../../support/program.ts'
import { makeRandom } from '../../support/seed.ts'
import { sample } from '../../support/visitor.ts'
import type { Load } from './article.ts'
import { add, type Figures, hover, medianOf, paintedAt, scroll, size, tasksIn, traceCategories } from './gauges.ts'

export { startProgram }

/** Somebody new, in a browser profile of their own. Not the tests' visitor: that one's line goes through this process. */
export async function join(
  browser: Browser,
  program: Program,
  name: string,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } })
  const page = await context.newPage()
  await page.goto(program.address)
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Join' }).click()
  await page.getByRole('heading', { name: 'Projects' }).waitFor()
  return { context, page }
}

/** Brings the article with its marks in by HTTP; returns where it is. */
export async function bringIn(owner: BrowserContext, program: Program, { text, blocks, spans }: Load): Promise<string> {
  const { request } = owner
  const headers = { origin: program.address }
  const file: AttestJson = await (await request.get(`${program.address}/api/articles/${sample}/export`)).json()
  const name = `${text.length} characters, ${spans.length} marks`
  const project = await (await request.post(`${program.address}/api/projects`, { data: { name }, headers })).json()
  const random = makeRandom(spans.length)
  const kinds = file.labelSet.kinds.map(({ id }) => id)
  const annotations = spans.map((span, i) => ({
    id: `reference.b${i}`,
    author: 'reference',
    at: 1 + i,
    kind: kinds[Math.floor(random() * kinds.length)] as string,
    spans: [[...span] as [number, number]],
    attributes: {},
    quotes: [text.slice(...span)],
  }))
  const article = { ...file.article, title: name, text, blocks, inlines: [], sha256: hashText(text) }
  const data: AttestJson = { ...file, article, annotations, relations: [], comments: [], verdicts: [], outcomes: [] }
  const answer = await request.post(`${program.address}/api/projects/${project.id}/articles`, { data, headers })
  if (!answer.ok()) throw new Error(await answer.text())
  const { id } = await answer.json()
  return `${program.address}/articles/${id}`
}

type Expected = Pick<Load, 'covered' | 'spots' | 'paragraph'> & { starts: number[] }

/** Runs in the page before anything else of it. */
function offerSubject({ covered, spots, paragraph, starts }: Expected): void {
  type Article = Element & { editor: { commands: { annotate: (kind: string, span: [number, number]) => void } } }
  const article = () => document.querySelector('.tiptap') as Article | null
  let hovered: unknown
  let isChanged = false
  const observer = new MutationObserver(() => {
    isChanged = true
  })
  const isInWindow = (block: Element) => {
    const { top, bottom } = block.getBoundingClientRect()
    return bottom > 0 && top < innerHeight
  }
  window.bench = {
    isPainted() {
      const blocks = [...(article()?.children ?? [])]
      return (
        blocks.length > 0 &&
        blocks.every((block, i) => {
          if (i > 40 || !covered[i] || !isInWindow(block)) return true
          const length = [...block.querySelectorAll('mark')].reduce(
            (sum, one) => sum + (one.textContent?.length ?? 0),
            0,
          )
          return length >= covered[i]
        })
      )
    },
    add(step) {
      observer.observe(article()?.children[paragraph] as Element, { childList: true, subtree: true, attributes: true })
      const from = starts[paragraph] ?? 0
      isChanged = false
      article()?.editor.commands.annotate('claim', [from + 3 + step * 9, from + 14 + step * 9])
    },
    isAdded: () => isChanged,
    spotAt(step) {
      const at = spots[step]
      if (at === undefined) return null
      const index = starts.findLastIndex((start) => start <= at)
      const walker = document.createTreeWalker(article()?.children[index] as Element, NodeFilter.SHOW_TEXT)
      let left = at - (starts[index] ?? 0)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const { length } = node as Text
        if (left < length) {
          const range = document.createRange()
          range.setStart(node, left)
          range.setEnd(node, left + 1)
          const { left: x, top, width, height } = range.getBoundingClientRect()
          return top + height < innerHeight ? { x: x + width / 2, y: top + height / 2 } : null
        }
        left -= length
      }
      return null
    },
    beforeHover() {
      hovered = CSS.highlights.get('hovered')
    },
    isHovered: () => CSS.highlights.get('hovered') !== hovered && CSS.highlights.has('hovered'),
  }
}

/** Everything that one person in a fresh browser meets. */
export async function measure(browser: Browser, program: Program, address: string, load: Load): Promise<Figures> {
  const { context, page } = await join(browser, program, `Reader ${Math.random()}`)
  await prepare(page, load)
  await browser.startTracing(page, { categories: traceCategories })
  await page.goto(address, { waitUntil: 'commit' })
  const painted = await paintedAt(page)
  await isSaved(page)
  await page.waitForTimeout(load.blocks.length > 1000 ? 6000 : 3500)
  const tasks = tasksIn(await browser.stopTracing())
  const figures = {
    'text, ms': await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0),
    'first paint, ms': painted,
    ...tasks,
    ...(await size(browser, page)),
    'hover, ms': load.spots.length > 0 ? await hover(page) : Number.NaN,
    'add, ms': await add(page),
    ...(await scroll(page)),
  }
  await context.close()
  return figures
}

export async function prepare(page: Page, { covered, spots, paragraph, blocks }: Load): Promise<void> {
  const starts = blocks.map(({ start }) => start)
  await page.addInitScript(offerSubject, { covered, spots, paragraph, starts })
}

export function isSaved(page: Page): Promise<void> {
  return page
    .getByTestId('status')
    .filter({ hasText: /^Saved$/ })
    .waitFor()
}

/** Milliseconds from a key pressed by one person to the end of the frame that shows the mark to them, and to another. */
export async function keyToPeer(browser: Browser, program: Program, address: string, load: Load): Promise<Figures> {
  const [ada, ben] = [await join(browser, program, 'Ada'), await join(browser, program, 'Ben')]
  for (const { page } of [ada, ben]) {
    await prepare(page, load)
    await page.goto(address)
    await paintedAt(page)
    await isSaved(page)
  }
  await ada.page.waitForTimeout(4000)
  const mine: number[] = []
  const theirs: number[] = []
  for (let step = 0; step <= 12; step++) {
    for (const { page } of [ada, ben]) await page.evaluate(watchBlock, load.paragraph)
    await ada.page.evaluate(selectWords, { block: load.paragraph, from: 5 + step * 9, length: 11 })
    await ada.page.waitForTimeout(150)
    await ada.page.keyboard.press('1')
    const [pressed, seen, arrived] = await Promise.all([
      ada.page.evaluate(() => (window as unknown as { pressed: Promise<number> }).pressed),
      ada.page.evaluate(() => window.result),
      ben.page.evaluate(() => window.result),
    ])
    if (step > 0) {
      mine.push(seen - pressed)
      theirs.push(arrived - pressed)
    }
    await ada.page.waitForTimeout(300)
  }
  await ada.context.close()
  await ben.context.close()
  return { 'key to own screen, ms': medianOf(mine), "key to a peer's screen, ms": medianOf(theirs) }
}

/** The time, by the clock that two pages on one machine share, of the key and of the frame that shows what it did. */
function watchBlock(index: number): void {
  const now = () => performance.timeOrigin + performance.now()
  const block = document.querySelector('.tiptap')?.children[index] as Element
  let isChanged = false
  const observer = new MutationObserver(() => {
    isChanged = true
  })
  observer.observe(block, { childList: true, subtree: true, attributes: true })
  const ours = window as unknown as { pressed: Promise<number> }
  ours.pressed = new Promise((resolve) =>
    addEventListener('keydown', (event) => resolve(performance.timeOrigin + event.timeStamp), {
      once: true,
      capture: true,
    }),
  )
  window.result = new Promise((resolve) => {
    const check = () => {
      if (!isChanged) return requestAnimationFrame(check)
      return setTimeout(() => resolve(now()))
    }
    requestAnimationFrame(check)
  })
}

function selectWords({ block, from, length }: { block: number; from: number; length: number }): void {
  const article = document.querySelector<HTMLElement>('.tiptap')
  const walker = document.createTreeWalker(article?.children[block] as Element, NodeFilter.SHOW_TEXT)
  const place = (offset: number): [Node, number] => {
    walker.currentNode = walker.root
    let left = offset
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left <= (node as Text).length) return [node, left]
      left -= (node as Text).length
    }
    throw new RangeError(`the block has no character ${offset}`)
  }
  article?.focus({ preventScroll: true })
  getSelection()?.setBaseAndExtent(...place(from), ...place(from + length))
}
