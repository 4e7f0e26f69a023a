import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { showProgress } from './command.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

/** What is shown of something that is told every 300 milliseconds, ten times. */
function shown(isTTY: boolean): string {
  let written = ''
  const progress = showProgress({ isTTY, write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream)
  for (let i = 1; i <= 10; i++) {
    vi.advanceTimersByTime(300)
    progress.tell(`Copying, ${i}0 %`)
  }
  progress.end()
  return written
}

it('shows progress once a second, and nothing of what is done within one', () => {
  expect(shown(false)).toBe('Copying, 40 % …\nCopying, 80 % …\n')
})

it('writes over one line of a terminal, and takes it away', () => {
  const clear = '\r\u001b[2K'
  expect(shown(true)).toBe(`${clear}Copying, 40 % …${clear}Copying, 80 % …${clear}`)
})
