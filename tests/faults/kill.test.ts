/** The server is killed while people write, again and again. What was acknowledged, and what anybody saw, is there. */
import { expect, it } from 'vitest'
import { temporaryFile } from '../support/files.ts'
import { chance } from '../support/seed.ts'
import { agree, Peer, until } from '../support/sync-peer.ts'
import { forkSync } from '../support/sync-process.ts'
import { text } from '../support/sync-server.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 10)

/** What a writer did and was told: how often each mark was changed, and up to which change it is acknowledged. */
class Writer {
  readonly peer: Peer
  readonly acknowledged = new Map<string, number>()
  #doing: { barrier: number; id: string; version: number }[] = []

  constructor(peer: Peer) {
    this.peer = peer
  }

  act(random: ReturnType<typeof chance>): void {
    const own = this.peer.ids('annotations', this.peer.name)
    const isNew = own.length === 0 || random.under(3) > 0
    const start = random.under(text.length - 50)
    const id = isNew
      ? this.peer.marksSpan([start, start + 1 + random.under(40)], 'claim', { gloss: '0' })
      : random.pick(own)
    const version = isNew ? 0 : this.#change(id)
    this.#doing.push({ barrier: this.peer.asksSaved(), id, version })
  }

  #change(id: string): number {
    const mark = this.peer.records.annotations.get(id)
    if (!mark) throw new RangeError(id)
    const version = Number(mark.attributes['gloss']) + 1
    this.peer.puts('annotations', { ...mark, attributes: { gloss: String(version) } })
    return version
  }

  /** Notes what the server has acknowledged so far. */
  note(): void {
    for (const { barrier, id, version } of this.#doing)
      if (this.peer.isSaved(barrier)) this.acknowledged.set(id, Math.max(version, this.acknowledged.get(id) ?? 0))
    this.#doing = this.#doing.filter(({ barrier }) => !this.peer.isSaved(barrier))
  }
}

it(`loses nothing in ${ROUNDS} kills that was acknowledged or seen`, async () => {
  const random = chance('kill')
  const file = temporaryFile()
  let server = await forkSync(file)
  const { port } = server
  const writers = ['ada', 'bob', 'cleo', 'dan'].map((name) => new Writer(new Peer(name, server)))
  const peers = writers.map((writer) => writer.peer)
  let slowest = 0

  for (let round = 0; round < ROUNDS; round++) {
    for (const peer of peers) peer.rejoin()
    await Promise.all(peers.map((peer) => peer.arrives()))
    const end = Date.now() + 20 + random.under(250)
    while (Date.now() < end) {
      for (let i = random.under(6); i > 0; i--) random.pick(writers).act(random)
      await new Promise((resolve) => setTimeout(resolve, random.under(4)))
      for (const writer of writers) writer.note()
    }
    await server.kill()
    for (const writer of writers) writer.note()
    // Nobody may bring anything back before it was looked for.
    for (const peer of peers) peer.drop()

    const start = Date.now()
    server = await forkSync(file, port)
    const witness = await new Peer('vic', server).arrives()
    slowest = Math.max(slowest, Date.now() - start)
    const there = new Map(
      [...witness.records.annotations].map(([id, { attributes }]) => [id, Number(attributes['gloss'])]),
    )
    witness.leaves()
    for (const { acknowledged, peer } of writers) {
      for (const [id, version] of acknowledged)
        expect(there.get(id) ?? -1, `${id}, acknowledged`).toBeGreaterThanOrEqual(version)
      for (const [id, { author, attributes }] of peer.records.annotations)
        if (author !== peer.name)
          expect(there.get(id) ?? -1, `${id}, seen by ${peer.name}`).toBeGreaterThanOrEqual(Number(attributes['gloss']))
    }
  }

  for (const peer of peers) peer.rejoin()
  await agree(peers)
  const count = writers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)
  console.info(`${count} marks acknowledged over ${ROUNDS} kills; the slowest restart took ${slowest} ms`)
  expect(count).toBeGreaterThan(ROUNDS * 5)
  expect(slowest).toBeLessThan(3000)
  for (const peer of peers) {
    expect(peer.refusals).toEqual([])
    peer.leaves()
  }
  await until(() => server.errors.length === 0, server.errors.join(''), 100)
  await server.kill()
})
