/**
 * The sync server as a process of its own whose mood a test sets: what Ada may do, which labels there are, whether the
 * disk works, whether she is signed in. `node moody-server.ts <file> <port> <mood>` prints nothing and says its port.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Role } from '@attest/schema/roles'
import { labelSet, olderLabels } from './labels.ts'
import { startSync, text } from './sync-server.ts'

export interface Mood {
  role: Role
  labels: 'older' | 'newer'
  /** Every commit fails. */
  isFailing: boolean
  isSignedOut: boolean
}

export class MoodyServer {
  readonly #file: string
  #child: ChildProcess | null = null
  #mood: Mood = { role: 'annotator', labels: 'older', isFailing: false, isSignedOut: false }
  port = 0

  private constructor(file: string) {
    this.#file = file
  }

  static async start(file: string): Promise<MoodyServer> {
    const server = new MoodyServer(file)
    await server.restart()
    return server
  }

  get mood(): Mood {
    return this.#mood
  }

  get isUp(): boolean {
    return this.#child !== null
  }

  get labels() {
    return this.#mood.labels === 'older' ? olderLabels : labelSet
  }

  /** From when it resolves the server is so. */
  async set(part: Partial<Mood>): Promise<void> {
    this.#mood = { ...this.#mood, ...part }
    if (!this.#child) return
    const heard = once(this.#child, 'message')
    this.#child.send(this.#mood)
    await heard
  }

  /** kill -9: nothing of it gets to run any more. */
  async kill(): Promise<void> {
    const child = this.#child
    if (!child) return
    this.#child = null
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  async restart(): Promise<void> {
    if (this.#child) return
    const child = fork(new URL(import.meta.url), [this.#file, String(this.port), JSON.stringify(this.#mood)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const [port] = (await once(child, 'message')) as [number]
    this.port = port
    this.#child = child
  }
}

async function serve(file: string, port: number, first: Mood): Promise<void> {
  let mood = first
  const server = await startSync({
    file,
    port,
    checkMs: 50,
    wrapLog: (log) => ({
      ...log,
      append: (...entries) =>
        mood.isFailing ? Promise.reject(new Error('no room on the disk')) : log.append(...entries),
    }),
  })
  const follow = () => {
    server.town.roles.set('ada', mood.role)
    const labels = mood.labels === 'older' ? olderLabels : labelSet
    server.town.rooms.set('harbour', { projectId: 'town', text, labelSet: labels, peersJudge: true })
    if (mood.isSignedOut) server.town.gone.add('ada')
    else server.town.gone.delete('ada')
  }
  follow()
  process.on('message', (told: Mood) => {
    mood = told
    follow()
    process.send?.(server.port)
  })
  process.on('disconnect', () => process.exit())
  process.send?.(server.port)
}

if (process.argv[1] === import.meta.filename) {
  const [file = '', port = '0', mood = ''] = process.argv.slice(2)
  await serve(file, Number(port), JSON.parse(mood) as Mood)
}
