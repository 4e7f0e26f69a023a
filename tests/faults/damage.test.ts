/** Bits that flip on the disk, and files that lose their end: it is noticed or healed, and never passed over. */
import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type RecordOf, rootMap, roots } from '@attest/schema/room'
import Sqlite from 'better-sqlite3'
import { expect } from 'vitest'
import { mark } from '../support/acts.ts'
import { fault } from '../support/fault.ts'
import { type View, viewOfDoc } from '../support/history.ts'
import { DidNotStart, type Joined, Product, runProgram, sample, temporaryFolder } from '../support/product.ts'
import { type Chance, chanceOf } from '../support/seed.ts'
import { type Peer, until } from '../support/sync-peer.ts'
import { gather, type Writers } from '../support/writers.ts'

/** A data folder with some hours of work in it, and what is to be found there. */
interface Sound {
  /** Killed, so that what came last is in the write-ahead log alone. */
  folder: string
  port: number
  writers: Writers
  /** What may be asked for over HTTP, and the answers. */
  answers: Map<string, string>
  view: View
}

const paths = [
  '/api/me',
  '/api/projects',
  '/api/projects/sample/articles',
  `/api/articles/${sample}`,
  `/api/articles/${sample}/export?format=attest-json`,
]

async function workForHours(random: Chance): Promise<Sound> {
  const product = await Product.start()
  const writers = await gather(product, { count: 3 })
  for (const round of [0, 1]) {
    const end = Date.now() + 600
    await writers.write(random, () => Date.now() > end)
    await writers.settle()
    writers.drop()
    if (round === 1) break
    // Into the database itself, with a snapshot; what follows stays in the log.
    await product.stop()
    await product.restart()
    for (const peer of writers.peers) peer.rejoin()
    for (const peer of writers.peers) await peer.arrives()
  }
  const answers = await ask(product, writers)
  const view = await product.stored()
  await product.kill()
  expect(readFileSync(join(product.folder, 'attest.db-wal')).length, 'bytes in the write-ahead log').toBeGreaterThan(0)
  return { folder: product.folder, port: product.port, writers, answers, view }
}

async function ask(product: Product, { witness }: Pick<Writers, 'witness'>): Promise<Map<string, string>> {
  const answers = new Map<string, string>()
  for (const path of paths) {
    const answer = await product.ask(path, { as: witness })
    answers.set(path, answer.ok ? await answer.text() : `${answer.status}`)
  }
  return answers
}

const damages = {
  'a bit of the database': (folder: string, random: Chance) => flip(join(folder, 'attest.db'), random),
  'a bit of the log': (folder: string, random: Chance) => flip(join(folder, 'attest.db-wal'), random),
  'a page of the database': (folder: string, random: Chance) => {
    const file = join(folder, 'attest.db')
    const bytes = readFileSync(file)
    const page = random.under(bytes.length / 4096)
    const noise = Buffer.from(Array.from({ length: 4096 }, () => random.under(256)))
    noise.copy(bytes, page * 4096)
    writeFileSync(file, bytes)
    return `page ${page}`
  },
  'the end of the log': (folder: string, random: Chance) => cut(join(folder, 'attest.db-wal'), random),
  'the end of the database': (folder: string, random: Chance) => cut(join(folder, 'attest.db'), random),
} satisfies Record<string, (folder: string, random: Chance) => string>

function flip(file: string, random: Chance): string {
  const bytes = readFileSync(file)
  const at = random.under(bytes.length)
  const bit = random.under(8)
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at)
  writeFileSync(file, bytes)
  return `bit ${bit} at ${at} of ${bytes.length}`
}

function cut(file: string, random: Chance): string {
  const { length } = readFileSync(file)
  const left = random.under(length)
  truncateSync(file, left)
  return `${left} of ${length} bytes left`
}

/** How it was dealt with. */
type Fate = 'did no harm' | 'kept it from starting' | 'was told' | 'was found by verify' | 'was healed'

fault(
  'F8',
  'never passes over what was damaged on the disk',
  { secondsEach: 6, count: (amount) => Math.ceil(amount / 5) },
  async ({ times, note }) => {
    let sound: Sound | undefined
    const fates = new Map<Fate, number>()
    await times(async (random) => {
      sound ??= await workForHours(random)
      const name = random.pick(Object.keys(damages) as (keyof typeof damages)[])
      const folder = join(temporaryFolder('attest-damaged-'), 'data')
      cpSync(sound.folder, folder, { recursive: true })
      const what = `${name}: ${damages[name](folder, random)}`
      const untouched = join(temporaryFolder('attest-damaged-'), 'data')
      cpSync(folder, untouched, { recursive: true })
      const fate = await fateOf(sound, { folder, untouched, what })
      fates.set(fate, (fates.get(fate) ?? 0) + 1)
    })
    note(Object.fromEntries(fates))
  },
)

async function fateOf(
  { port, writers, answers, view }: Sound,
  { folder, untouched, what }: { folder: string; untouched: string; what: string },
): Promise<Fate> {
  let product: Product
  try {
    product = await Product.start({ folder, port })
  } catch (error) {
    if (!(error instanceof DidNotStart)) throw error
    expect(error.message, what).not.toMatch(/\n\s+at /)
    return 'kept it from starting'
  }
  try {
    const found = await ask(product, writers)
    const page = product.peer(writers.witness)
    await until(
      () => page.isOnline || page.endings.length > 0,
      `${what}: the page neither comes in nor is told why not`,
    )
    const isTold = page.refusals.length > 0 || page.endings.length > 0
    const differing = paths.filter((path) => found.get(path) !== answers.get(path))
    // What cannot be answered is not passed over either: it is an error, and not less than there was.
    const silently = differing.filter((path) => !/^[45]\d\d$/.test(found.get(path) ?? ''))
    page.leaves()
    if (isTold && silently.length === 0) return 'was told'
    const verified = await runProgram(['verify'], untouched)
    if (verified.code !== 0) {
      expect([verified.code, verified.said.split('\n').filter((line) => /^\s+at /.test(line))], what).toEqual([3, []])
      return 'was found by verify'
    }
    if (differing.length === 0 && !isTold) return 'did no harm'
    // The end of the log went as if it had never been written. Those who wrote it have it still.
    expect(
      silently.filter((path) => !path.includes('export')),
      `${what}: passed over`,
    ).toEqual([])
    for (const [i, person] of writers.people.entries()) await putBack(product.peer(person), writers.peers[i])
    const healed = await product.fresh(writers.witness)
    expect([...healed.records].sort(), what).toEqual([...view.records].sort())
    return 'was healed'
  } finally {
    await product.kill()
  }
}

/** What the page of somebody does whose server has less than it had: their own records go into a fresh document. */
async function putBack(page: Peer, before: Peer | undefined): Promise<void> {
  await page.arrives()
  if (!before) return
  for (const root of roots)
    for (const id of new Set([...before.ids(root, page.name), ...page.ids(root, page.name)])) {
      const [here, there] = [page, before].map(({ doc }) => rootMap(doc, root).get(id))
      if (there === undefined) page.removes(root, id)
      // It is of this root: it was read from there.
      else if (!isDeepStrictEqual(here, there)) page.puts(root, there as RecordOf[typeof root])
    }
  await page.saved()
  page.leaves()
}

/** What is damaged of a room, row by row; each says whether the room is still whole without it. */
const rowDamages: Record<
  string,
  { isWhole: boolean; damage: (file: Sqlite.Database, room: string, random: Chance) => void }
> = {
  'a bit of an update': {
    isWhole: false,
    damage: (file, room, random) => flipIn(file, 'room_update', 'update', anyRow(file, room, random), random),
  },
  'a bit of its checksum': {
    isWhole: false,
    damage: (file, room, random) => flipIn(file, 'room_update', 'checksum', anyRow(file, room, random), random),
  },
  'who wrote an update': {
    isWhole: false,
    damage: (file, room, random) =>
      file.prepare("update room_update set person = 'eve' where rowid = ?").run(anyRow(file, room, random)),
  },
  'when it was written': {
    isWhole: false,
    damage: (file, room, random) =>
      file.prepare('update room_update set at = at + 1 where rowid = ?').run(anyRow(file, room, random)),
  },
  'an update is gone': {
    isWhole: false,
    damage: (file, room, random) =>
      file.prepare('delete from room_update where rowid = ?').run(anyRow(file, room, random)),
  },
  'the last update is gone': {
    isWhole: false,
    damage: (file, room) =>
      file
        .prepare('delete from room_update where room = ? and seq = (select seq from room where name = ?)')
        .run(room, room),
  },
  'the head is behind': {
    isWhole: false,
    damage: (file, room) => file.prepare('update room set seq = seq - 1 where name = ?').run(room),
  },
  'the head is gone': {
    isWhole: false,
    damage: (file, room) => file.prepare('delete from room where name = ?').run(room),
  },
  'a bit of the snapshot': {
    isWhole: true,
    damage: (file, room, random) => {
      const row = file.prepare('select rowid as id from room_snapshot where room = ?').get(room) as { id: number }
      flipIn(file, 'room_snapshot', 'snapshot', row.id, random)
    },
  },
}

function anyRow(file: Sqlite.Database, room: string, random: Chance): number {
  const rows = file.prepare('select rowid as id from room_update where room = ?').all(room) as { id: number }[]
  return random.pick(rows).id
}

function flipIn(file: Sqlite.Database, table: string, column: string, row: number, random: Chance): void {
  const { bytes } = file.prepare(`select "${column}" as bytes from ${table} where rowid = ?`).get(row) as {
    bytes: Buffer
  }
  const at = random.under(bytes.length)
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.under(8)), at)
  file.prepare(`update ${table} set "${column}" = ? where rowid = ?`).run(bytes, row)
}

/** Whether a room that is to be damaged so should have a snapshot. */
function isLong(name = ''): boolean {
  return /snapshot|of an update/.test(name)
}

/** So many rooms are damaged before one start. */
const ROOMS = 15

fault(
  'F8',
  'shows what is sound of a damaged room, says so, takes nothing in, and leaves the other rooms as they are',
  { secondsEach: 8, count: (amount) => Math.ceil(amount / 2 / ROOMS) },
  async ({ times, note }) => {
    const noticed = new Map<string, number>()
    await times(async (random, index) => {
      const product = await Product.start()
      const olga = await product.join('Olga')
      const file: unknown = JSON.parse((await ask(product, { witness: olga })).get(paths.at(-1) ?? '') ?? '')
      const rooms: string[] = []
      for (let i = 0; i < ROOMS + 1; i++) rooms.push(await bringIn(product, olga, file))
      const names = Object.keys(rowDamages)
      const [whole = '', ...broken] = rooms
      const done = new Map(broken.map((room, i) => [room, names[(index * ROOMS + i) % names.length] ?? '']))
      const database = new Sqlite(product.databaseFile)
      const snapshots = database.prepare('select room from room_snapshot').pluck()
      const truth = new Map<string, View>()
      for (const room of rooms) {
        const page = await product.peer(olga, { room }).arrives()
        // Enough for a snapshot, where it is to be damaged; and some changes after it.
        const hasSnapshot = () => snapshots.all().includes(room)
        for (let i = 0; isLong(done.get(room)) && !hasSnapshot(); i++) {
          if (i === 30) throw new Error(`${room} is never compacted`)
          for (let j = 0; j < 100; j++) mark(random, page, 'x'.repeat(2000))
          await page.saved()
        }
        await page.saved()
        for (let i = 0; i < 10; i++) {
          mark(random, page)
          await page.saved()
        }
        truth.set(room, viewOfDoc('the page', page.doc))
        page.leaves()
      }
      await product.stop()
      for (const [room, name] of done) rowDamages[name]?.damage(database, room, random)
      database.close()

      const verified = await product.run('verify')
      expect(verified.code, verified.said).toBe(3)
      await product.restart()
      for (const [room, name] of done) {
        expect(verified.said.includes(room), `verify names ${room}: ${name}`).toBe(true)
        const fate = await fateOfRoom({ product, olga, room, name, truth: truth.get(room) })
        noticed.set(fate, (noticed.get(fate) ?? 0) + 1)
      }
      const page = await product.peer(olga, { room: whole }).arrives()
      mark(random, page)
      await page.saved()
      expect(page.refusals).toEqual([])
      await product.stop()
    })
    note(Object.fromEntries(noticed))
  },
)

interface Shown {
  product: Product
  olga: Joined
  room: string
  name: string
  truth: View | undefined
}

async function fateOfRoom({ product, olga, room, name, truth }: Shown): Promise<'whole' | 'told'> {
  const page = product.peer(olga, { room })
  await until(() => page.isOnline || page.endings.length > 0, `${name}: the page neither comes in nor is told why not`)
  // What the server has to say comes before its answer, or with it.
  await (await product.peer(olga).arrives()).saved()
  const answer = await product.ask(`/api/articles/${room}/export?format=attest-json`, { as: olga })
  const shown = viewOfDoc('the page', page.doc)
  expect(shown.problems, name).toEqual([])
  if (page.refusals.length === 0) {
    // It lies before the snapshot, or is the snapshot itself: nothing is missing, and verify has told of it.
    expect([...shown.records].sort(), name).toEqual([...(truth?.records ?? [])].sort())
    expect(answer.status, name).toBe(200)
    return 'whole'
  }
  expect(rowDamages[name]?.isWhole, name).toBe(false)
  expect(page.refusals, name).toEqual(['damaged-room'])
  // An export that is less than there was would be passed on as if it were all.
  expect(answer.status, name).toBeGreaterThanOrEqual(500)
  for (const [key, value] of shown.records) expect(truth?.records.get(key), `${name}: ${key}`).toBe(value)
  // It is read-only: nothing sent to it is called saved.
  mark(chanceOf(1), page)
  const barrier = page.asksSaved()
  await (await product.peer(olga).arrives()).saved()
  expect(page.isSaved(barrier), `${name}: called saved`).toBe(false)
  page.leaves()
  return 'told'
}

/** Resolves with the id of the article. */
async function bringIn(product: Product, as: Joined, file: unknown): Promise<string> {
  const answer = await product.ask('/api/projects/sample/articles', {
    as,
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: product.address },
    body: JSON.stringify(file),
  })
  if (!answer.ok) throw new Error(`the import: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { id: string }).id
}
