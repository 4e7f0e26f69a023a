/** How busy the machine is with what is not ours: figures that were taken beside other work are worth little. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

export const ticksASecond = process.platform === 'linux' ? Number(execFileSync('getconf', ['CLK_TCK'])) : 100

/** Begins to count; the answer says how many percent of one core others have used since. 0 where nobody knows. */
export function watchBystanders(): () => number {
  const from = { at: performance.now(), foreign: foreignTicks() }
  return () => {
    const ticks = foreignTicks() - from.foreign
    return Math.max(0, (ticks / ticksASecond / (performance.now() - from.at)) * 1e5)
  }
}

/** Ticks of all processors that neither this process used nor any of its children that have ended. */
function foreignTicks(): number {
  if (!existsSync('/proc/stat')) return 0
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, steal = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  )
    .split(/\s+/)
    .slice(1)
    .map(Number)
  const own = (readFileSync('/proc/self/stat', 'utf8').split(') ')[1] ?? '').split(' ').slice(11, 15).map(Number)
  return user + nice + system + irq + soft + steal - own.reduce((sum, ticks) => sum + ticks, 0)
}
