/** The commands as people run them: a process that comes to its end, with what it printed. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { hashText } from '@attest/schema/article'
import { putRecord, rootMap, roots } from '@attest/schema/room'
import { onTestFinished } from 'vitest'
import * as Y from 'yjs'
import { openDataFolder } from '../../apps/server/src/folder.ts'
import { type OpenDatabase, openSqlite } from '../../apps/server/src/store/sqlite.ts'
import type { Entry } from '../../apps/server/src/store/store.ts'
import { bare, main } from '../support/environment.ts'
import { temporaryFolder } from '../support/product.ts'

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  out: string
  err: string
}

export interface Running {
  ended: Promise<Ended>
  kill(signal: NodeJS.Signals): void
}

/** Begins a command on a data folder. */
export function begin(dataFolder: string, ...words: string[]): Running {
  const child = spawn(process.execPath, [main, ...words], {
    env: { ...bare, PORT: '0', DATA_DIR: dataFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, out, err })),
  )
  return { ended, kill: (signal) => void child.kill(signal) }
}

export function attest(dataFolder: string, ...words: string[]): Promise<Ended> {
  return begin(dataFolder, ...words).ended
}

/** What is in a folder: names and contents. */
export function contentsOf(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(join(folder, name)).toString('latin1')]),
  )
}

/** A data folder that no server has been in, with what is put there past it. */
export async function makeData(fill: (database: OpenDatabase) => Promise<void>): Promise<string> {
  const folder = join(temporaryFolder('attest-'), 'data')
  openDataFolder(folder).release()
  await change(folder, fill)
  return folder
}

/** Does something to the database of a folder, as no server would. */
export async function change(folder: string, how: (database: OpenDatabase) => Promise<unknown>): Promise<void> {
  const database = await openSqlite(join(folder, 'attest.db'))
  try {
    await how(database)
  } finally {
    await database.close()
  }
}

/** Somebody's page, far from any server: what it does becomes updates. */
export class Writer {
  readonly doc = new Y.Doc()
  readonly person: string
  #updates: Uint8Array[] = []

  constructor(person: string) {
    this.person = person
    for (const root of roots) rootMap(this.doc, root)
    this.doc.on('update', (update: Uint8Array) => this.#updates.push(update))
  }

  /** Writes a comment, as whomever. */
  comments(id: string, author = this.person): this {
    putRecord(this.doc, 'comments', { id: `${author}.${id}`, on: 'article', body: `Comment ${id}.`, author, at: 1 })
    return this
  }

  /** What it did since the last time, as entries of a room's log. */
  entries(room: string): Entry[] {
    return this.#updates.splice(0).map((update) => ({ room, update, person: this.person }))
  }

  claim(room: string, person = this.person) {
    return { room, client: this.doc.clientID, person }
  }
}

/** So many comments of one person in one room. */
export function entriesOf(room: string, count: number): Entry[] {
  const ada = new Writer('ada')
  for (let i = 0; i < count; i++) ada.comments(`c${i}`)
  return ada.entries(room)
}

/** Articles of random letters, for a database of some size. */
export async function fillUp({ db }: OpenDatabase, megabytes: number): Promise<void> {
  const text = () => randomBytes(384 * 1024).toString('base64')
  await db
    .insertInto('project')
    .values({ id: 'big', name: 'Big', mode: 'open', peers_judge: 0, label_set: '{}', guidelines: '', created_at: 0 })
    .execute()
  for (let i = 0; i < megabytes * 2; i++) {
    const words = text()
    await db
      .insertInto('article')
      .values({
        id: `a${i}`,
        project_id: 'big',
        title: 'Noise',
        language: null,
        direction: 'ltr',
        length: words.length,
        text: words,
        sha256: hashText(words),
        blocks: '[]',
        inlines: '[]',
        created_at: i,
      })
      .execute()
  }
}
