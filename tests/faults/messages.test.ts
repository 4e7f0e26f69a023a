/** Messages that come twice, late or not at all: in the end everybody has the same, and nothing waits for anything. */
import { readRecords } from '@attest/schema/room'
import { expect } from 'vitest'
import { act } from '../support/acts.ts'
import { fault } from '../support/fault.ts'
import { temporaryFile } from '../support/files.ts'
import { History, viewOfStored } from '../support/history.ts'
import { type Turmoil, troubled } from '../support/proxy.ts'
import { type Chance, chanceOf } from '../support/seed.ts'
import { Peer, plain, socketOf } from '../support/sync-peer.ts'
import { startSync, type TestServer } from '../support/sync-server.ts'
import { settled } from '../support/writers.ts'

/** So many scripts go on at once, each in a room of its own. */
const AT_ONCE = 15
const ACTS = 100
const PEOPLE = 5

fault(
  'F13',
  'comes to the same marks everywhere when messages are repeated, reordered and cut off',
  { secondsEach: 1, count: (amount) => Math.ceil(amount / AT_ONCE) },
  async ({ times, amount, note }) => {
    const server = await startSync({ file: temporaryFile() })
    let left = amount
    let cuts = 0
    let records = 0
    await times(async (random) => {
      const scripts = Array.from({ length: Math.min(AT_ONCE, left) }, (_, i) =>
        play(server, chanceOf(random.seed * 1000 + i)),
      )
      left -= scripts.length
      for (const played of await Promise.all(scripts)) {
        cuts += played.cuts
        records += played.records
      }
    })
    expect(server.errors).toEqual([])
    await server.stop()
    note({ cuts, records })
    expect(cuts).toBeGreaterThan(amount)
  },
)

let scripts = 0

/** A name that nobody had before: a person has only so many connections a minute. */
function nameOf(script: number, person: number): string {
  return Array.from(`${person}${script}`, (digit) => 'abcdefghij'[Number(digit)]).join('')
}

async function play(server: TestServer, random: Chance): Promise<{ cuts: number; records: number }> {
  const script = scripts++
  const room = `script-${script}`
  server.town.addRoom(room)
  // It begins once all are there.
  const turmoil: Turmoil = { isOver: true }
  const history = new History()
  const peers = Array.from({ length: PEOPLE }, (_, person) => {
    const name = nameOf(script, person)
    server.town.roles.set(name, 'annotator')
    return new Peer(name, { url: server.url, room, socket: troubled(socketOf(name), random, turmoil) })
  })
  try {
    const followers = peers.map((peer) => history.follow(peer))
    await Promise.all(peers.map((peer) => peer.arrives()))
    turmoil.isOver = false
    for (let i = 0; i < ACTS; i++) {
      const who = random.pick(followers)
      act(random, who.peer)
      if (random.under(10) === 0) who.asksSaved()
      if (random.under(50) === 0) who.peer.drop()
      else if (random.under(20) === 0) who.peer.rejoin()
      if (random.under(3) === 0) await new Promise((resolve) => setTimeout(resolve, random.under(6)))
    }
    turmoil.isOver = true
    for (const peer of peers) peer.rejoin()
    await settled(followers, 20_000)
    history.check(await viewOfStored('the database', await server.log.read(room)), ...history.pages)
    const { records, unreadable } = await server.sync.records(room)
    expect(unreadable).toEqual([])
    expect(plain(records)).toEqual(plain(readRecords((peers[0] ?? raise()).doc).records))
    for (const peer of peers) {
      expect(peer.refusals, `script ${script}`).toEqual([])
      expect(
        peer.endings.filter(({ code }) => code >= 4000),
        `script ${script}`,
      ).toEqual([])
    }
    const cuts = peers.reduce((sum, { endings }) => sum + endings.length, 0)
    return { cuts, records: history.required }
  } finally {
    for (const peer of peers) peer.leaves()
  }
}

function raise(): never {
  throw new RangeError('there is nobody')
}
