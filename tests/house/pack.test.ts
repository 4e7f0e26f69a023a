import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/product.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** An empty folder with the package in it, as npm puts it there: its one dependency comes from where npm put it here. */
async function install(): Promise<string> {
  const folder = temporaryFolder('attest-')
  const { PATH = '', HOME = '' } = process.env
  const env = { PATH, HOME, npm_config_cache: join(folder, 'npm-cache') }
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, env })
  // What the build says comes before.
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [{ filename: string }]
  const home = join(folder, 'node_modules', 'attest')
  mkdirSync(home, { recursive: true })
  await run('tar', ['-xf', join(folder, filename), '-C', home, '--strip-components=1'])
  for (const name of ['better-sqlite3', 'node-addon-api'])
    if (existsSync(join(root, 'node_modules', name)))
      cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true })
  return folder
}

it('installs from what npm packs, serves the page there, and reads articles in a process of its own', async () => {
  const folder = await install()
  const child = spawn(process.execPath, [join(folder, 'node_modules/attest/scripts/attest.mjs')], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  await expect.poll(() => out).toMatch(/^Attest is at \S+\n$/)
  const origin = out.replace('Attest is at ', '').trim()
  expect(await (await fetch(origin)).text()).toContain('<title>Attest</title>')

  expect(await (await fetch(`${origin}/api/schemas/attest-json.json`)).json()).toHaveProperty('$schema')

  const headers = { origin, 'content-type': 'application/json' }
  const joined = await fetch(`${origin}/api/join`, { method: 'POST', headers, body: JSON.stringify({ name: 'Ada' }) })
  const cookie = joined.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const read = await fetch(`${origin}/api/projects/sample/readings?name=quay.html`, {
    method: 'POST',
    headers: { origin, cookie, 'content-type': 'application/octet-stream' },
    body: '<title>Quay</title><article><h1>Quay</h1><p>Nobody was on the quay.</p></article>',
  })
  expect(await read.json()).toMatchObject({ is: 'article', content: { text: 'Quay\nNobody was on the quay.' } })
  // The data lie where the command was called, not in the package.
  expect(existsSync(join(folder, 'data', 'attest.db'))).toBe(true)
})
