/** What docs/api.md shows is run here as it stands there. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sign } from '../../apps/server/src/webhooks/signature.ts'
import { markDenials } from '../../docs/example.ts'
import { clientOf } from '../support/client.ts'
import { openServer, temporaryFolder } from './support.ts'

const guide = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
const blocks = (language: string) =>
  Array.from(guide.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs')), ([, code = '']) => code)

const body = '{"id":"1","event":"ping","data":{"name":"Zoë"}}'
/** Header, body, secret, and whether it is right. */
const cases = [
  [sign('whsec_a', body, Date.now()), body, 'whsec_a', true],
  [sign('whsec_b', body, Date.now()), body, 'whsec_a', false],
  [sign('whsec_a', body, Date.now()), `${body} `, 'whsec_a', false],
  [sign('whsec_a', body, Date.now() - 3_600_000), body, 'whsec_a', false],
  ['nonsense', body, 'whsec_a', false],
] as const

it('checks a signature as the guide says, in TypeScript', async () => {
  const file = join(temporaryFolder(), 'check.mts')
  writeFileSync(file, blocks('ts').find((code) => code.includes('isFromAttest')) ?? '')
  const { isFromAttest } = (await import(/* @vite-ignore */ file)) as typeof Checking
  for (const [header, text, secret, isRight] of cases) expect(isFromAttest(header, text, secret)).toBe(isRight)
})

it.skipIf(spawnSync('python3', ['--version']).status !== 0)('and in Python', () => {
  const code = `${blocks('python')[0]}
import json, sys
print(json.dumps([is_from_attest(h, b.encode(), s) for h, b, s in json.load(sys.stdin)]))`
  const input = JSON.stringify(cases.map(([header, text, secret]) => [header, text, secret]))
  const { stdout, stderr } = spawnSync('python3', ['-c', code], { input, encoding: 'utf8' })
  expect([stderr, JSON.parse(stdout || 'null')]).toEqual(['', cases.map((one) => one[3])])
})

it('marks denials by the example of a script, and again without doing it twice or undoing what was changed', async () => {
  const server = await openServer()
  const ada = server.browser()
  await ada.join('Ada')
  const owner = await clientOf(server, ada)
  const { id } = await owner.addArticle('sample', { text: 'News\nThe mayor denied it. The minister rejected it too.' })
  const client = await clientOf(server, ada, ['read', 'annotate'])
  const places = async () => {
    expect((await markDenials(client, 'sample')).get('News')).toBe(2)
    const marks = [...(await server.rooms.records(id)).annotations.values()]
    return marks.map(({ spans }) => spans).sort()
  }
  expect(await places()).toEqual([[[15, 21]], [[39, 47]]])
  const changed = { kind: 'denial', spans: [[15, 24]] as [number, number][], attributes: {} }
  await client.put('annotations', id, `${(await client.me()).id}.denial-15`, changed)
  expect(await places()).toEqual([[[15, 24]], [[39, 47]]])
})

declare const Checking: { isFromAttest: (header: string, body: string, secret: string) => boolean }
