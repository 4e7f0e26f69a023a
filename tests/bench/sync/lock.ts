/** Keeps others who measure or test on the same machine waiting: an exclusive flock on a file, where one is named. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** Long enough that waiting for it does not take most of the time, short enough for those who wait meanwhile. */
const HOLD_MS = 120_000

export class Lock {
  readonly #file: string | undefined
  #holder: ChildProcess | null = null
  #since = 0

  constructor(file: string | undefined) {
    this.#file = file
  }

  /** Resolves once it is held; at once while it is. */
  async hold(): Promise<void> {
    if (this.#file === undefined || this.#holder) return
    const holder = spawn('flock', ['-x', this.#file, 'sh', '-c', 'echo; cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    this.#holder = holder
    this.#since = performance.now()
  }

  /** To be called where a pause does no harm: lets others in when it was held for long. */
  rest(): void {
    if (performance.now() - this.#since > HOLD_MS) this.release()
  }

  release(): void {
    this.#holder?.stdin?.end()
    this.#holder = null
  }
}
