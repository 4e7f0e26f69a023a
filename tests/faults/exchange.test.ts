/** Killed while marks go out or come in: a file is whole or not there, and of an import there is all or nothing. */
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExportJob, MarkImportPage } from '@attest/schema/exchange-api'
import type { AttestJson } from '@attest/schema/formats/attest-json'
import { unzipSync } from 'fflate'
import { expect } from 'vitest'
import { fault } from '../support/fault.ts'
import { type Joined, Product } from '../support/product.ts'

const project = '/api/projects/sample'
const ARTICLES = 8
const MARKS = 40

const texts = Array.from({ length: ARTICLES }, (_, i) => `Article ${i}\n${`Somebody said number ${i}. `.repeat(20)}`)

function asker(product: Product, as: Joined) {
  const send = async (method: string, path: string, body: string | null, type: string) => {
    const headers = { 'content-type': type, origin: product.address }
    const answer = await product.ask(path, { as, method, headers, ...(body !== null && { body }) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
  return {
    post: (path: string, body: object = {}) => send('POST', path, JSON.stringify(body), 'application/json'),
    file: (path: string, body: string) => send('POST', path, body, 'application/octet-stream'),
    read: async <T>(path: string) => (await (await product.ask(path, { as })).json()) as T,
  }
}

async function filled(product: Product) {
  const owner = await product.join('Olga')
  const ask = asker(product, owner)
  const ids: string[] = []
  for (const text of texts)
    ids.push(((await (await ask.post(`${project}/articles`, { text })).json()) as { id: string }).id)
  return { owner, ask, ids }
}

/** Asks until it is one of these, over restarts and all. */
async function until<T extends { state: string }>(
  read: () => Promise<T>,
  isOver: (state: string) => boolean,
): Promise<T> {
  for (;;) {
    const found = await read()
    if (isOver(found.state)) return found
    await sleep(30)
  }
}

fault(
  'F2',
  'is killed while a project is exported, and gives out whole files or none',
  { secondsEach: 12 },
  async ({ times, note }) => {
    const product = await Product.start()
    const { owner, ask } = await filled(product)
    let kills = 0
    await times(async (random) => {
      const job = (await (await ask.post(`${project}/exports`, { format: 'attest-json' })).json()) as ExportJob
      await sleep(random.under(600))
      const before = await ask.read<ExportJob>(`${project}/exports/${job.id}`)
      if (before.state === 'running') kills++
      await product.kill()
      await product.restart()
      const done = await until(
        () => ask.read<ExportJob>(`${project}/exports/${job.id}`),
        (state) => state !== 'running',
      )
      expect(done.state).toBe('done')
      const answer = await product.ask(`${project}/exports/${job.id}/file`, { as: owner })
      const bytes = new Uint8Array(await answer.arrayBuffer())
      expect(bytes.length).toBe(done.bytes)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      expect(answer.headers.get('etag')).toBe(`"${sha256.slice(0, 32)}"`)
      expect(Object.keys(unzipSync(bytes)).length).toBe(ARTICLES + 3)
      expect(readdirSync(join(product.folder, 'exports')).filter((name) => name.endsWith('.part'))).toEqual([])
    })
    note({ 'killed in the middle': kills })
    await product.stop()
  },
)

fault(
  'F2',
  'is killed while marks are brought in or taken back, and has all of them or none',
  { secondsEach: 25 },
  async ({ times, note }) => {
    const product = await Product.start()
    const { ask, ids } = await filled(product)
    const lines = texts.map((text) =>
      JSON.stringify({ text, label: Array.from({ length: MARKS }, (_, i) => [i * 3, i * 3 + 2, 'claim']) }),
    )
    const counts = async () =>
      Promise.all(ids.map(async (id) => (await ask.read<AttestJson>(`/api/articles/${id}/export`)).annotations.length))
    const isOver = (state: string) => !/^(reading|trying|committing|undoing)$/.test(state)
    const outcomes: Record<string, number> = {}
    await times(async (random) => {
      const begun = await ask.post(`${project}/mark-imports`, { name: 'many.jsonl' })
      const path = `${project}/mark-imports/${((await begun.json()) as MarkImportPage).id}`
      const read = () => ask.read<MarkImportPage>(path)
      await ask.file(`${path}/files?name=many.jsonl`, lines.join('\n'))
      await ask.post(`${path}/read`, { format: 'doccano' })
      expect(await until(read, isOver)).toMatchObject({ state: 'read', note: null })
      await ask.post(`${path}/try`)
      expect(await until(read, isOver)).toMatchObject({ state: 'tried', report: { imported: ARTICLES * MARKS } })
      const cut = async (what: string) => {
        const asked = ask.post(`${path}/${what}`).catch(() => null)
        await sleep(random.under(250))
        await product.kill()
        await asked
        await product.restart()
        return until(read, isOver)
      }
      const written = await cut('commit')
      outcomes[written.state] = (outcomes[written.state] ?? 0) + 1
      expect(await counts()).toEqual(ids.map(() => (written.state === 'done' ? MARKS : 0)))
      if (written.state !== 'done') {
        expect(written.state).toBe('tried')
        await ask.post(`${path}/cancel`)
        return
      }
      const undone = await cut('undo')
      outcomes[undone.state] = (outcomes[undone.state] ?? 0) + 1
      expect(await counts()).toEqual(ids.map(() => (undone.state === 'undone' ? 0 : MARKS)))
      if (undone.state === 'done') {
        await ask.post(`${path}/undo`)
        expect((await until(read, isOver)).state).toBe('undone')
      }
      expect(await counts()).toEqual(ids.map(() => 0))
    })
    note(outcomes)
    await product.stop()
    expect(await product.run('verify')).toMatchObject({ code: 0 })
  },
)
