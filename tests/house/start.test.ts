import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { temporaryFile } from '../support/files.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

let npm: ReturnType<typeof start> | null = null

/** `npm start` as a person types it, and what it prints. */
function start() {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env: { PATH, HOME, PORT: '0', DATA_DIR: dirname(temporaryFile()) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    printed.out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    printed.err += chunk.toString()
  })
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  const address = async () => {
    await expect.poll(() => printed.out, { timeout: 50_000 }).toContain('\n')
    return printed.out.replace('Attest is at ', '').trim()
  }
  return { child, printed, ended, address }
}

async function isUp(address: string): Promise<boolean> {
  return fetch(`${address}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  )
}

afterEach(async () => {
  npm?.child.kill('SIGTERM')
  await npm?.ended
  npm = null
})

describe('npm start', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops whole and without complaint when npm alone gets %s',
    async (signal) => {
      npm = start()
      const address = await npm.address()
      expect(await isUp(address)).toBe(true)
      npm.child.kill(signal)
      expect(await npm.ended).toEqual({ code: 0, signal: null })
      expect(await isUp(address)).toBe(false)
      expect(npm.printed.out).toMatch(/^Attest is at http:\/\/\S+\n$/)
    },
  )

  it('sets nothing up a second time', async () => {
    npm = start()
    await npm.address()
    npm.child.kill('SIGTERM')
    await npm.ended
    npm = start()
    expect(await isUp(await npm.address())).toBe(true)
    expect(npm.printed.err).toBe('')
  })
})
