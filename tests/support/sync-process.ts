/** The sync server as a process of its own, to be killed: `node sync-process.ts <file> <port>` prints its port. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { startSync } from './sync-server.ts'

export interface ServerProcess {
  port: number
  url: string
  /** What it said went wrong. */
  errors: string[]
  /** kill -9: nothing of it gets to run any more. */
  kill(): Promise<void>
}

export async function forkSync(file: string, port = 0): Promise<ServerProcess> {
  const child = fork(new URL(import.meta.url), [file, String(port)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const errors: string[] = []
  child.stderr?.on('data', (chunk: Buffer) => errors.push(String(chunk)))
  const gone = once(child, 'exit')
  const [message] = (await Promise.race([once(child, 'message'), gone])) as [unknown]
  if (typeof message !== 'number') throw new Error(`the server did not start: ${errors.join('')}`)
  return {
    port: message,
    url: `ws://127.0.0.1:${message}/sync`,
    errors,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

if (process.argv[1] === import.meta.filename) {
  const [file = '', port = '0'] = process.argv.slice(2)
  const server = await startSync({ file, port: Number(port) })
  setInterval(() => {
    for (const error of server.errors.splice(0)) console.error(error)
  }, 10)
  process.send?.(server.port)
}
