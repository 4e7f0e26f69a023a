/**
 * How the page bears marks: the seed article with none to some thousands, each figure the median of fresh browsers.
 * `npm run bench` prints the table; the README's figures come from it. A run measures this machine as it is now, so only
 * figures of one run can be compared.
 */
import { cpus } from 'node:os'
import type { AttestJson } from '@attest/schema/formats/attest-json'
import type { Browser, Page } from 'playwright'
import { type Program, startProgram } from '../support/program.ts'
import { makeRandom } from '../support/seed.ts'
import { launch, sample, Visitor } from '../support/visitor.ts'

const COUNTS = [0, 100, 1000, 2000]
const RUNS = 5

type Figures = Record<string, number>

/** An article like the sample with `count` marks of 3 to 90 characters in it; returns its id. */
async function bringIn(owner: Visitor, program: Program, count: number): Promise<string> {
  const { request } = owner.context
  const file: AttestJson = await (await request.get(`${program.address}/api/articles/${sample}/export`)).json()
  const project = await (
    await request.post(`${program.address}/api/projects`, {
      data: { name: `${count} marks` },
      headers: { origin: program.address },
    })
  ).json()
  const { text } = file.article
  const words = Array.from(new Intl.Segmenter('en', { granularity: 'word' }).segment(text)).filter(
    (word) => word.isWordLike,
  )
  const random = makeRandom(count)
  const annotations = Array.from({ length: count }, (_, i) => {
    const first = words[Math.floor(random() * words.length)]
    const last = words[Math.min(words.length - 1, (first ? words.indexOf(first) : 0) + Math.floor(random() * 14))]
    if (!first || !last) throw new Error('the text has no words')
    const span: [number, number] = [first.index, last.index + last.segment.length]
    const kind = file.labelSet.kinds[Math.floor(random() * file.labelSet.kinds.length)]?.id ?? ''
    return {
      id: `reference.b${i}`,
      author: 'reference',
      at: 1,
      kind,
      spans: [span],
      attributes: {},
      quotes: [text.slice(...span)],
    }
  })
  const data: AttestJson = { ...file, annotations, relations: [], comments: [], verdicts: [], outcomes: [] }
  const answer = await request.post(`${program.address}/api/projects/${project.id}/articles`, {
    data,
    headers: { origin: program.address },
  })
  if (!answer.ok()) throw new Error(await answer.text())
  return (await answer.json()).id
}

async function measure(browser: Browser, program: Program, article: string, count: number): Promise<Figures> {
  const visitor = await Visitor.join(browser, program.address, `Reader ${Math.random()}`)
  const { page } = visitor
  await page.goto(`${program.address}/articles/${article}`)
  const opened = await page.evaluate(whenPainted, count > 0)
  await visitor.isSaved()
  await page.waitForTimeout(1000)
  const figures = {
    ...opened,
    ...(await page.evaluate(addAndHover)),
    ...(await page.evaluate(scrollThrough)),
    ...(await sizeOf(page)),
  }
  await visitor.leaves()
  return figures
}

/** Milliseconds from the navigation to the text, and to the first mark in it. Runs in the page. */
async function whenPainted(hasMarks: boolean): Promise<Figures> {
  const frame = () => new Promise(requestAnimationFrame)
  while (!document.querySelector(hasMarks ? 'mark' : '.tiptap > p')) await frame()
  const marks = performance.now()
  // The browser files this entry a little after the frame.
  const paint = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime
  while (paint() === undefined) await frame()
  const text = paint() ?? Number.NaN
  return { 'first paint, ms': text, 'first mark, ms': marks }
}

/** Milliseconds from the act to the end of the frame that shows it. Runs in the page. */
async function addAndHover(): Promise<Figures> {
  const frame = () => new Promise(requestAnimationFrame)
  const settled = () =>
    new Promise<number>((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))))
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
  const article = document.querySelector('.tiptap') as
    | (Element & { editor: { commands: { annotate: (kind: string, span: [number, number]) => void } } })
    | null
  if (!article) throw new Error('no article is open')
  const adds: number[] = []
  for (let i = 0; i < 15; i++) {
    await frame()
    const from = performance.now()
    article.editor.commands.annotate('claim', [110 + i * 6, 115 + i * 6])
    adds.push((await settled()) - from)
  }
  const hovers: number[] = []
  for (const mark of [...article.querySelectorAll('mark')].slice(0, 15)) {
    await frame()
    const from = performance.now()
    mark.dispatchEvent(new PointerEvent('pointermove', { bubbles: true }))
    hovers.push((await settled()) - from)
  }
  return { 'add a mark, ms': median(adds), 'hover, ms': median(hovers) }
}

/** Frame times in milliseconds while the article goes by, 60 pixels a frame. Runs in the page. */
async function scrollThrough(): Promise<Figures> {
  const frames: number[] = []
  let last = performance.now()
  for (let y = 0; y < document.documentElement.scrollHeight; y += 60) {
    scrollTo(0, y)
    await new Promise(requestAnimationFrame)
    const now = performance.now()
    frames.push(now - last)
    last = now
  }
  frames.sort((a, b) => a - b)
  return {
    'scroll p50, ms': frames[frames.length >> 1] ?? Number.NaN,
    'scroll p95, ms': frames[Math.floor(frames.length * 0.95)] ?? Number.NaN,
  }
}

async function sizeOf(page: Page): Promise<Figures> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const elements = await page.locator('*').count()
  return { 'heap, MB': usedSize / 1e6, elements }
}

const program = await startProgram()
const table: Record<string, Figures> = {}
const owners = await launch()
const ada = await Visitor.join(owners, program.address, 'Ada')
for (const count of COUNTS) {
  const article = await bringIn(ada, program, count)
  const runs: Figures[] = []
  for (let run = 0; run < RUNS; run++) {
    const browser = await launch()
    runs.push(await measure(browser, program, article, count))
    await browser.close()
  }
  const median = (name: string) => {
    const values = runs.map((run) => run[name] ?? Number.NaN).sort((a, b) => a - b)
    return Math.round((values[RUNS >> 1] ?? Number.NaN) * 10) / 10
  }
  table[`${count} marks`] = Object.fromEntries(Object.keys(runs[0] ?? {}).map((name) => [name, median(name)]))
}
await owners.close()
await program.close()
console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, headless Chromium, medians of ${RUNS}`)
console.table(table)
