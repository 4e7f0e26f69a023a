/** The program as people start it: a process with a data folder of its own, which can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bare, main } from './environment.ts'

export interface Program {
  readonly address: string
  /** All it has printed since it was started. */
  printed(): string
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>
  /** Starts it again on the same data and the same port. */
  restart(): Promise<void>
  /** Ends it and takes its data away. */
  close(): Promise<void>
}

/** Starts the program on an empty data folder; resolves once it answers. */
export async function startProgram(environment: Record<string, string> = {}): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'attest-'))
  let port = '0'
  let child: ChildProcess
  let printed = ''
  async function start(): Promise<string> {
    child = spawn(process.execPath, [main], {
      env: { ...bare, ...environment, PORT: port, DATA_DIR: join(folder, 'data') },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const address = await new Promise<string>((resolve, reject) => {
      printed = ''
      child.stdout?.on('data', (chunk: Buffer) => {
        printed += chunk.toString()
        resolve(/http:\S+/.exec(printed)?.[0] ?? '')
      })
      child.once('exit', (code) => reject(new Error(`the program ended with ${code}`)))
    })
    port = new URL(address).port
    return address
  }
  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  const address = await start()
  return {
    address,
    printed: () => printed,
    kill,
    restart: async () => void (await start()),
    close: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
