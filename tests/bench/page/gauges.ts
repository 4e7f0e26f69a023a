/**
 * What is measured of a page, in the same way whoever made it. An act is done in an input event that the browser
 * delivers at the head of a frame, and its time runs to the end of the frame that shows it: waiting for the next tick
 * of the screen is no work of the page, but a second frame is.
 */
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright'

export type Figures = Record<string, number>

/** What a page under measurement offers to its gauges, as `window.bench`. */
export interface Subject {
  /** Whether the text in the window has all its marks. */
  isPainted(): boolean
  /** Puts one more mark into the first paragraphs, another each time. */
  add(step: number): void
  /** Whether the mark that was put last is in the page. */
  isAdded(): boolean
  /** Where on the screen there is a mark to point at, or null when that place is out of the window. */
  spotAt(step: number): { x: number; y: number } | null
  /** Called before the pointer moves there, and after: whether the mark under it is shown as pointed at. */
  beforeHover(): void
  isHovered(): boolean
}

declare global {
  interface Window {
    bench: Subject
    result: Promise<number>
  }
}

const STEPS = 15

export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** Milliseconds from the navigation to the end of the frame that has every mark of the window. */
export function paintedAt(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame)
    do {
      await frame()
      if (performance.now() > 60_000) throw new Error('the page does not get ready')
    } while (!window.bench?.isPainted())
    await new Promise((resolve) => setTimeout(resolve))
    performance.mark('bench-painted')
    return performance.now()
  })
}

export async function hover(page: Page): Promise<number> {
  const took: number[] = []
  for (let step = 0; step <= STEPS; step++) {
    const spot = await page.evaluate((one) => window.bench.spotAt(one), step)
    if (!spot) continue
    await page.evaluate(armHover)
    await page.mouse.move(spot.x, spot.y)
    // The first has the browser compile what the others only run.
    const one = await page.evaluate(() => window.result)
    if (step > 0) took.push(one)
  }
  await page.mouse.move(2, 2)
  return medianOf(took)
}

export async function add(page: Page): Promise<number> {
  const took: number[] = []
  for (let step = 0; step <= STEPS; step++) {
    await page.evaluate(armAdd, step)
    await page.mouse.move(2 + (step % 2), 4)
    const one = await page.evaluate(() => window.result)
    if (step > 0) took.push(one)
    await page.waitForTimeout(120)
  }
  return medianOf(took)
}

function armAdd(step: number): void {
  window.result = new Promise((resolve) => {
    const act = () => {
      const from = performance.now()
      window.bench.add(step)
      const check = () => {
        if (!window.bench.isAdded()) return requestAnimationFrame(check)
        return setTimeout(() => resolve(performance.now() - from))
      }
      requestAnimationFrame(check)
    }
    window.addEventListener('pointermove', act, { once: true, capture: true })
  })
}

function armHover(): void {
  window.bench.beforeHover()
  window.result = new Promise((resolve) => {
    const act = () => {
      const from = performance.now()
      const check = () => {
        if (!window.bench.isHovered() && performance.now() - from < 2000) return requestAnimationFrame(check)
        return setTimeout(() => resolve(performance.now() - from))
      }
      requestAnimationFrame(check)
    }
    window.addEventListener('pointermove', act, { once: true, capture: true })
  })
}

/** Frame times while the article flies by, 300 pixels a frame. */
export function scroll(page: Page): Promise<Figures> {
  return page.evaluate(async () => {
    const frames: number[] = []
    await new Promise(requestAnimationFrame)
    let last = performance.now()
    for (let i = 0; i < 240 && scrollY + innerHeight < document.documentElement.scrollHeight - 2; i++) {
      scrollBy({ top: 300, behavior: 'instant' })
      await new Promise(requestAnimationFrame)
      const now = performance.now()
      frames.push(now - last)
      last = now
    }
    scrollTo({ top: 0, behavior: 'instant' })
    frames.sort((a, b) => a - b)
    return {
      'scroll p50, ms': frames[frames.length >> 1] ?? Number.NaN,
      'scroll p95, ms': frames[Math.floor(frames.length * 0.95)] ?? Number.NaN,
      'scroll max, ms': frames.at(-1) ?? Number.NaN,
      'frames over 34 ms': frames.filter((one) => one > 34).length,
    }
  })
}

/** What the page's process holds for itself alone, and how much of it is elements. */
export async function size(browser: Browser, page: Page): Promise<Figures> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const elements = await page.evaluate(() => document.querySelectorAll('*').length)
  const whole = await browser.newBrowserCDPSession()
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo')
  const own = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => anonymousMiB(id))
  return { 'renderer, MiB': Math.max(...own), 'heap, MiB': usedSize / 2 ** 20, elements }
}

/** As Chromium's task manager counts a process: what only it has, in memory or swapped out. */
function anonymousMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kib = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0)
  return (kib('RssAnon') + kib('VmSwap')) / 1024
}

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  ts: number
  dur?: number
  args?: { name?: string }
}

export const traceCategories = ['toplevel', 'blink.user_timing', '__metadata']

/** The tasks of the page's main thread between the marks had been painted and the end of the trace. */
export function tasksIn(trace: Buffer): Figures {
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse(trace.toString())
  const painted = traceEvents.find(({ name }) => name === 'bench-painted')
  if (!painted) throw new Error('the trace has no mark')
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid, ts }) =>
      name === 'ThreadControllerImpl::RunTask' &&
      ph === 'X' &&
      pid === painted.pid &&
      tid === painted.tid &&
      ts > painted.ts,
  )
  const took = tasks.map(({ dur = 0 }) => dur / 1000)
  return {
    'longest task after, ms': Math.max(0, ...took),
    'tasks over 16 ms': took.filter((one) => one > 16).length,
  }
}
