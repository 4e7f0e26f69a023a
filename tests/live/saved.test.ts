/**
 * The status line never says saved when it is not. One person works while everything that can go wrong does: each time
 * the page says that all is saved, the database is read there and then, and must have exactly what the page shows.
 */
import { readRecords } from '@attest/schema/room'
import Sqlite from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import * as Y from 'yjs'
import { isSaved } from '../../apps/web/src/live/status.ts'
import { temporaryFile } from '../support/files.ts'
import { olderLabels } from '../support/labels.ts'
import { MoodyServer } from '../support/moody-server.ts'
import { openPage } from '../support/page-room.ts'
import { chance } from '../support/seed.ts'

const STEPS = 250

type Kinds = Record<string, string>

/** What is committed, by another connection to the file: what a crash now would leave. */
function readerOf(file: string): () => Kinds {
  const db = new Sqlite(file, { readonly: true })
  onTestFinished(() => void db.close())
  const since = db.prepare<[number], { seq: number; update: Buffer }>(
    `select seq, "update" from room_update where room = 'harbour' and seq > ? order by seq`,
  )
  const doc = new Y.Doc()
  let seq = 0
  return () => {
    for (const row of since.all(seq)) {
      Y.applyUpdate(doc, row.update)
      seq = row.seq
    }
    expect(doc.store.pendingStructs).toBeNull()
    return kindsOf(readRecords(doc).records.annotations.values())
  }
}

function kindsOf(annotations: Iterable<{ id: string; kind: string; at: number }>): Kinds {
  const own = [...annotations].sort((a, b) => (a.id < b.id ? -1 : 1))
  return Object.fromEntries(own.map(({ id, kind, at }) => [id, `${kind} ${at}`]))
}

it('says saved only of what is on disk, through cuts, crashes, refusals and changes of mind', async () => {
  const { under, pick } = chance('saved is true')
  const file = temporaryFile()
  const server = await MoodyServer.start(file)
  onTestFinished(() => server.kill())
  const onDisk = readerOf(file)
  let aheadBy = 0
  const ada = openPage(server, {
    labels: olderLabels,
    now: () => Date.now() + aheadBy,
    async readPage(page) {
      if (!server.isUp || server.mood.isSignedOut || under(8) === 0) return null
      aheadBy = 0
      return { ...page, labelSet: server.labels, project: { ...page.project, role: server.mood.role } }
    },
  })
  const { room } = ada
  const shown = () => kindsOf(room.records.get().annotations.values())
  let timesSaved = 0
  const broken: unknown[] = []
  room.status.subscribe(() => {
    if (!isSaved(room.status.get())) return
    timesSaved++
    const [page, disk] = [shown(), onDisk()]
    if (JSON.stringify(page) !== JSON.stringify(disk)) broken.push({ timesSaved, page, disk })
  })
  await ada.comesOnline()

  /** What the person meant there to be: their acts, whatever became of them. */
  const meant = new Set<string>()
  const acts = {
    mark: () => void room.put('annotations', mark(under(200), pick(['claim', 'denial', 'rumour']))),
    markMany() {
      for (let i = under(30); i > 0; i--) acts.mark()
    },
    relabel() {
      const ids = Object.keys(shown())
      if (ids.length > 0) room.put('annotations', { ...mark(under(200), pick(['claim', 'denial'])), id: pick(ids) })
    },
    remove() {
      const ids = Object.keys(shown())
      if (ids.length > 0) room.remove('annotations', [pick(ids), pick(ids)])
    },
    undo: () => room.undo(),
    redo: () => room.redo(),
  }
  const faults = {
    async cut() {
      ada.line.cut()
      room.reconnect()
    },
    mend: async () => ada.rejoins(),
    drop: async () => room.reconnect(),
    kill: () => server.kill(),
    restart: () => server.restart(),
    readOnly: () => server.set({ role: 'viewer' }),
    mayWrite: () => server.set({ role: pick(['annotator', 'reviewer']) }),
    newLabels: () => server.set({ labels: 'newer' }),
    oldLabels: () => server.set({ labels: 'older' }),
    diskFails: () => server.set({ isFailing: true }),
    diskWorks: () => server.set({ isFailing: false }),
    signOut: () => server.set({ isSignedOut: true }),
    async signIn() {
      await server.set({ isSignedOut: false })
      room.reconnect()
    },
    async clockAhead() {
      aheadBy = 86_400_000
    },
    async tryAgain() {
      room.tryAgain(room.refused.get())
    },
  }
  const heals = ['mend', 'restart', 'mayWrite', 'diskWorks', 'signIn'] as const

  for (let step = 0; step < STEPS; step++) {
    if (under(3) > 0) {
      const before = shown()
      acts[pick(Object.keys(acts) as (keyof typeof acts)[])]()
      const after = shown()
      for (const id in after) if (after[id] !== before[id]) meant.add(id)
      for (const id in before) if (!(id in after)) meant.delete(id)
    } else await faults[pick(Object.keys(faults) as (keyof typeof faults)[])]()
    if (under(25) === 0) {
      for (const name of heals) await faults[name]()
      await ada.isSaved()
    } else if (under(2) === 0) await new Promise((resolve) => setTimeout(resolve, under(40)))
    expect(broken).toEqual([])
  }

  for (const name of heals) await faults[name]()
  await ada.isSaved()
  expect(broken).toEqual([])
  expect(timesSaved).toBeGreaterThan(2)
  // Nothing that was meant is gone: it is on disk, or in the tray.
  const tray = new Set(ada.tray().map(([key]) => key))
  const disk = onDisk()
  expect([...meant].filter((id) => !(id in disk) && !tray.has(`annotations/${id}`))).toEqual([])
  expect(Object.keys(disk).filter((id) => !meant.has(id) && !tray.has(`annotations/${id}`))).toEqual([])
  console.info(`said saved ${timesSaved} times; ${Object.keys(disk).length} marks on disk, ${tray.size} in the tray`)
})

function mark(place: number, kind: string) {
  const spans: [number, number][] = [[place * 3, place * 3 + 1]]
  return { kind, spans, attributes: {} }
}
