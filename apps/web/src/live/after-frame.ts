/** What waits until the frame that is due has been shown: all of it together then, so that React draws once. */

/** So long it waits at most, in milliseconds: a page that nobody sees has no frames. */
const LATEST_MS = 100

const waiting = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined

/** Runs it after the next frame; the same function once, however often it was asked for. */
export function afterFrame(run: () => void): void {
  waiting.add(run)
  if (timer !== undefined) return
  timer = setTimeout(runAll, LATEST_MS)
  if ('requestAnimationFrame' in globalThis)
    requestAnimationFrame(() => {
      if (timer === undefined) return
      clearTimeout(timer)
      timer = setTimeout(runAll)
    })
}

function runAll(): void {
  clearTimeout(timer)
  timer = undefined
  const all = [...waiting]
  waiting.clear()
  for (const run of all) run()
}
