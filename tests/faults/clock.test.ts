/** Clocks that jump and clocks that are wrong: what counts is the order in which the server took things in. */
import { message } from '@attest/schema/protocol'
import { rootMap } from '@attest/schema/room'
import { expect, onTestFinished, vi } from 'vitest'
import * as Y from 'yjs'
import { openServer, origin } from '../http/support.ts'
import { act, mark } from '../support/acts.ts'
import { fault } from '../support/fault.ts'
import { temporaryFile } from '../support/files.ts'
import { History, viewOfStored } from '../support/history.ts'
import { type Turmoil, troubled } from '../support/proxy.ts'
import { Peer, socketOf, until } from '../support/sync-peer.ts'
import { emptyUpdate, emptyVector, Raw } from '../support/sync-raw.ts'
import { startSync } from '../support/sync-server.ts'
import { settled } from '../support/writers.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

fault(
  'F14',
  'goes on as if nothing were, when the clock of the server jumps by a day and back',
  { secondsEach: 20 },
  async ({ times, note }) => {
    let records = 0
    await times(async (random) => {
      let ahead = 0
      const server = await startSync({ file: temporaryFile(), now: () => Date.now() + ahead, beatMs: 500 })
      const turmoil: Turmoil = { isOver: false }
      const history = new History()
      // Some messages overtake others, so that the server has to ask again, which it does by its clock.
      const followers = ['ada', 'bob', 'cleo'].map((name) =>
        history.follow(new Peer(name, { url: server.url, socket: troubled(socketOf(name), random, turmoil) })),
      )
      const peers = followers.map(({ peer }) => peer)
      for (const peer of peers) await peer.arrives()
      for (let i = 0; i < 200; i++) {
        act(random, random.pick(peers))
        // Never further back than records may be ahead.
        if (i % 20 === 0) ahead = random.pick([0, DAY, HOUR, -4 * 60_000, 2 * DAY])
        await new Promise((resolve) => setTimeout(resolve, random.under(10)))
      }
      // The last jump is the worst: everything that was to happen at some time lies days ahead.
      ahead = 2 * DAY
      for (let i = 0; i < 40; i++) {
        act(random, random.pick(peers))
        await new Promise((resolve) => setTimeout(resolve, random.under(10)))
      }
      ahead = 0
      turmoil.isOver = true
      for (const peer of peers) peer.rejoin()
      await settled(followers)
      history.check(await viewOfStored('the database', await server.log.read('harbour')), ...history.pages)
      // Presence goes by the clock as well.
      const [ada, bob] = peers
      ada?.provider.awareness.setLocalState({ selection: [1, 2] })
      await until(
        () => [...(bob?.sees.values() ?? [])].some(({ selection }) => JSON.stringify(selection) === '[1,2]'),
        'bob does not see what ada selects',
      )
      for (const peer of peers) {
        expect(peer.refusals).toEqual([])
        expect(peer.endings.filter(({ code }) => code !== 1006)).toEqual([])
        peer.leaves()
      }
      expect(server.errors).toEqual([])
      records += history.required
      await server.stop()
    })
    note({ records })
  },
)

fault(
  'F14',
  'asks at once for what is missing, also when its clock has jumped back since it last asked',
  {
    secondsEach: 10,
    count: () => 1,
  },
  async ({ times }) => {
    await times(async () => {
      let ahead = 2 * DAY
      const server = await startSync({ file: temporaryFile(), now: () => Date.now() + ahead })
      const eve = await new Raw(server.url, { cookie: 'ada' }).opens()
      eve.sends(message.sync, 0, emptyVector)
      await until(() => eve.syncs(0).length === 1, 'she is not asked at all')
      eve.sends(message.sync, 1, emptyUpdate)
      ahead = 0
      // Two marks, of which the first is lost on the way.
      const updates: Uint8Array[] = []
      const doc = new Y.Doc()
      doc.on('update', (update: Uint8Array) => updates.push(update))
      for (const n of [1, 2]) {
        const id = `ada.${n}`
        const mark = { id, kind: 'claim', spans: [[0, 5]], attributes: {}, author: 'ada', at: Date.now() }
        rootMap(doc, 'annotations').set(id, mark)
      }
      eve.sends(message.sync, 2, updates[1] ?? emptyUpdate)
      await until(() => eve.syncs(0).length === 2, 'she is not asked for what is missing')
      eve.sends(message.sync, 1, Y.encodeStateAsUpdate(doc))
      eve.sends(message.saved, 1)
      await until(() => eve.saved.includes(1), 'it is not saved')
      eve.socket.terminate()
      await server.stop()
    })
  },
)

fault(
  'F14',
  'takes marks of slow clocks, refuses those of fast ones, and lets the newest act stand whatever its clock says',
  { secondsEach: 20, count: () => 1 },
  async ({ times }) => {
    await times(async (random) => {
      const server = await startSync({ file: temporaryFile() })
      const [ada, bob] = [new Peer('ada', server), new Peer('bob', server)] as const
      await ada.arrives()
      await bob.arrives()
      const id = mark(random, ada)
      await ada.saved()
      // Her clock falls back by a year: what she does then is newer all the same.
      const first = ada.records.annotations.get(id)
      if (!first) throw new Error(`${id} is not there`)
      ada.puts('annotations', { ...first, kind: 'denial', attributes: {}, at: first.at - 365 * DAY })
      await ada.saved()
      await until(() => bob.records.annotations.get(id)?.kind === 'denial', 'bob sees the old one')
      ada.puts('annotations', { ...first, kind: 'citation', attributes: {}, at: Date.now() + DAY })
      await until(() => ada.refusals.length > 0, 'a mark of tomorrow is not refused')
      expect(ada.refusals).toEqual(['clock-ahead'])
      const witness = await new Peer('cleo', server).arrives()
      expect(witness.records.annotations.get(id)?.kind).toBe('denial')
      for (const peer of [ada, bob, witness]) peer.leaves()
      await server.stop()
    })
  },
)

fault(
  'F14',
  'lets no session live longer because the clock jumped back',
  { secondsEach: 20, count: () => 1 },
  async ({ times }) => {
    await times(async () => {
      vi.useFakeTimers({ toFake: ['Date'] })
      onTestFinished(() => void vi.useRealTimers())
      const start = Date.now()
      const server = await openServer()
      const browser = server.browser()
      await browser.join('Ada')
      const status = async () => (await browser.get('/api/me')).status
      vi.setSystemTime(start - 30 * DAY)
      expect(await status()).toBe(200)
      vi.setSystemTime(start + DAY / 2)
      expect(await status()).toBe(200)
      // Read at the door of the rooms, too, where nothing is prolonged.
      const headers = new Headers({
        cookie: Array.from(browser.jar, ([name, value]) => `${name}=${value}`).join('; '),
        origin,
      })
      const session = await server.auth.identify(headers)
      expect(session?.person.name).toBe('Ada')
      vi.setSystemTime(start + 402 * DAY)
      expect(await server.auth.identify(headers)).toBe(null)
      expect([...(await server.auth.standing([session?.id ?? '']))]).toEqual([])
      expect(await status()).toBe(401)
    })
  },
)
