/** What has time until the page has nothing better to do; half a second at most. */

const LATEST_MS = 500

/** Safari has no requestIdleCallback; a short timeout between two frames is the next best. */
const hasIdle = 'requestIdleCallback' in globalThis

export function whenIdle(run: () => void): number {
  return hasIdle ? requestIdleCallback(run, { timeout: LATEST_MS }) : Number(setTimeout(run, 16))
}

export function cancelIdle(handle: number): void {
  if (hasIdle) cancelIdleCallback(handle)
  else clearTimeout(handle)
}
