/**
 * What it costs to export a project of a thousand articles with a hundred thousand marks to each of the formats, while
 * people mark in one of the articles: `npm run bench exchange`. For each format the seconds it takes, the memory of the
 * process at most, and how long a mark of one person takes to another, beside what is aimed for.
 *
 *   --only brat,w3c  only these      --articles N, --marks N  of another size      --json FILE  where to write
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Article, blocksOf, hashText } from '@attest/schema/article'
import type { ExportJob, Format } from '@attest/schema/exchange-api'
import { syncPath } from '@attest/schema/protocol'
import { emptyRecords, putRecord, rootMap } from '@attest/schema/room'
import { snapToWords } from '@attest/schema/span'
import { WebSocket as NodeSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { openDataFolder } from '../../apps/server/src/folder.ts'
import { createLogger } from '../../apps/server/src/log.ts'
import { assemble } from '../../apps/server/src/server.ts'
import { bare } from '../support/environment.ts'
import { chanceOf } from '../support/seed.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    articles: { type: 'string', default: '1000' },
    marks: { type: 'string', default: '100' },
    json: { type: 'string', default: '.cache/bench/exchange.json' },
  },
})
const ARTICLES = Number(values.articles)
const MARKS = Number(values.marks)
const AIMS = { seconds: 60, mebibytes: 512, p95: 250 }
const LIVE = 'article-0'
const PROJECT = 'sample'

const main = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url))
const seed = readFileSync(new URL('../../seeds/article.txt', import.meta.url), 'utf8')
const text = seed
  .repeat(Math.ceil(5000 / seed.length))
  .slice(0, 5000)
  .trimEnd()

/** Five annotators, with attributes, and a link for every fifth mark. */
function recordsOf(article: number) {
  const chance = chanceOf(article + 1)
  const records = emptyRecords()
  const kinds = ['claim', 'denial', 'attribution', 'citation']
  for (let i = 0; i < MARKS; i++) {
    const author = `person-${i % 5}`
    const start = chance.under(text.length - 200)
    const span = snapToWords(text, [start, start + 10 + chance.under(150)]) ?? [0, 5]
    const id = `${author}.m${i}`
    const spans: [number, number][] = [[span[0], span[1]]]
    records.annotations.set(id, { id, kind: kinds[i % 4] ?? 'claim', spans, attributes: {}, author, at: 1e12 + i })
    if (i % 20 === 1) {
      const rid = `${author}.r${i}`
      const from = id
      const to = `person-${(i - 1) % 5}.m${i - 1}`
      records.relations.set(rid, { id: rid, type: 'denies', from, to, author, at: 1e12 + i })
    }
  }
  return records
}

async function fill(folder: string): Promise<void> {
  const data = openDataFolder(folder)
  const parts = await assemble({
    folder: data,
    origins: new Set(['http://127.0.0.1']),
    joinByName: true,
    pageFolder: folder,
    log: createLogger('silent'),
  })
  try {
    for (let i = 0; i < ARTICLES; i++) {
      const id = `article-${i}`
      const content = { title: `Article ${i}`, language: 'en', direction: 'ltr' as const, text, blocks: blocksOf(text) }
      const article: Article = { ...content, id, projectId: PROJECT, sha256: hashText(text), inlines: [] }
      await parts.catalog.articles.add(article)
      await parts.rooms.putRecords(id, recordsOf(i), 'person-0')
    }
  } finally {
    await parts.close()
    data.release()
  }
}

interface Running {
  address: string
  child: ChildProcess
}

async function start(folder: string): Promise<Running> {
  const child = spawn(process.execPath, [main], {
    env: { ...bare, PORT: '0', DATA_DIR: folder, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return { child, address: /http:[^\s]+/.exec(String(chunk))?.[0].replace(/\/$/, '') ?? '' }
}

async function joins(address: string, name: string): Promise<{ id: string; cookie: string }> {
  const answer = await fetch(`${address}/api/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address },
    body: JSON.stringify({ name }),
  })
  const { id } = (await answer.json()) as { id: string }
  return {
    id,
    cookie: answer.headers
      .getSetCookie()
      .map((line) => line.slice(0, line.indexOf(';')))
      .join('; '),
  }
}

function memoryOf(pid: number | undefined): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024
}

/** Two people in one article: one marks every 50 ms, and the other says how long each took to arrive. */
async function mark(address: string, people: readonly { id: string; cookie: string }[]) {
  const docs = people.map(() => new Y.Doc())
  const providers = people.map(({ cookie }, i) => {
    const headers = { cookie, origin: address, host: new URL(address).host }
    const socket = class extends NodeSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols, { headers })
      }
    }
    rootMap(docs[i] as Y.Doc, 'annotations')
    return new WebsocketProvider(`${address.replace('http', 'ws')}${syncPath}`, LIVE, docs[i] as Y.Doc, {
      WebSocketPolyfill: socket as unknown as typeof WebSocket,
      disableBc: true,
    })
  })
  await Promise.all(providers.map((provider) => (provider.synced ? null : whenSynced(provider))))
  const sent = new Map<string, number>()
  let latencies: number[] = []
  const [writer, reader] = docs as [Y.Doc, Y.Doc]
  rootMap(reader, 'annotations').observe((event) => {
    for (const key of event.keysChanged) {
      const at = sent.get(key)
      if (at !== undefined) latencies.push(performance.now() - at)
    }
  })
  const author = people[0]?.id ?? ''
  let n = 0
  const timer = setInterval(() => {
    const id = `${author}.live${n++}`
    sent.set(id, performance.now())
    putRecord(writer, 'annotations', {
      id,
      kind: 'claim',
      spans: [[n % 100, (n % 100) + 5]],
      attributes: {},
      author,
      at: Date.now(),
    })
  }, 50)
  return {
    take() {
      const taken = latencies.sort((a, b) => a - b)
      latencies = []
      return { count: taken.length, p95: Math.round(taken[Math.floor(taken.length * 0.95)] ?? Number.NaN) }
    },
    stop() {
      clearInterval(timer)
      for (const provider of providers) provider.destroy()
    },
  }
}

function whenSynced(provider: WebsocketProvider): Promise<void> {
  return new Promise((resolve) => provider.once('sync', () => resolve()))
}

const folder = mkdtempSync(join(tmpdir(), 'attest-bench-'))
const rows: object[] = []
try {
  const begun = performance.now()
  await fill(folder)
  console.log(
    `${ARTICLES} articles with ${ARTICLES * MARKS} marks made in ${Math.round((performance.now() - begun) / 1000)} s`,
  )
  const { child, address } = await start(folder)
  try {
    const owner = await joins(address, 'Olga')
    const people = [await joins(address, 'Ada'), await joins(address, 'Ben')]
    const live = await mark(address, people)
    const headers = { cookie: owner.cookie, 'content-type': 'application/json', origin: address }
    const formats = (await (await fetch(`${address}/api/formats`, { headers })).json()) as Format[]
    const only = values.only?.split(',')
    await sleep(1000)
    for (const { name, canWrite } of formats) {
      if (!canWrite || (only && !only.includes(name))) continue
      await sleep(1000)
      live.take()
      const from = performance.now()
      let memory = 0
      const body = JSON.stringify({ format: name })
      const asked = await fetch(`${address}/api/projects/${PROJECT}/exports`, { method: 'POST', headers, body })
      let job = (await asked.json()) as ExportJob
      while (job.state === 'running') {
        await sleep(100)
        memory = Math.max(memory, memoryOf(child.pid))
        job = (await (
          await fetch(`${address}/api/projects/${PROJECT}/exports/${job.id}`, { headers })
        ).json()) as ExportJob
      }
      const seconds = Math.round((performance.now() - from) / 100) / 10
      const { count, p95 } = live.take()
      const isReached = job.state === 'done' && seconds <= AIMS.seconds && memory <= AIMS.mebibytes && p95 <= AIMS.p95
      const row = {
        format: name,
        state: job.state,
        seconds,
        MiB: Math.round(memory),
        'p95 ms': p95,
        marked: count,
        'file MiB': Math.round((job.bytes ?? 0) / 1024 / 1024),
        aims: isReached ? 'reached' : 'MISSED',
      }
      rows.push(row)
      console.log(JSON.stringify(row))
      if (!isReached) process.exitCode = 1
    }
    live.stop()
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.table(rows)
console.log(`Aimed for: ${AIMS.seconds} s, ${AIMS.mebibytes} MiB, ${AIMS.p95} ms at the 95th percentile.`)
mkdirSync(dirname(values.json), { recursive: true })
writeFileSync(values.json, `${JSON.stringify({ articles: ARTICLES, marks: ARTICLES * MARKS, rows }, null, 2)}\n`)
process.exit()
