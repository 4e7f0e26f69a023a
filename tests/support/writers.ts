/** People who write in a room of the product all at once, while something happens to it, with everything noted. */
import { rootMap, roots } from '@attest/schema/room'
import { act } from './acts.ts'
import { type Follower, History, type View } from './history.ts'
import type { Joined, Product } from './product.ts'
import type { Chance } from './seed.ts'
import { type Peer, until } from './sync-peer.ts'

const names = ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gus', 'Hana']
const nameOf = (person: number) => names[person] ?? `Guest ${person}`

export interface Writers {
  people: readonly Joined[]
  peers: readonly Peer[]
  /** The owner of the workspace, who only looks. */
  witness: Joined
  history: History
  /** They write for as long as it is said, or until it says stop. */
  write(random: Chance, until: () => boolean, options?: WriteOptions): Promise<void>
  /** Nobody has a line any more. */
  drop(): void
  /** Everybody comes back, and everything they have is saved; throws when it is not. */
  settle(withinMs?: number): Promise<void>
  /** Compares all pages, a fresh one, the database and the export with each other and with the history. */
  check(): Promise<void>
}

interface WriteOptions {
  /** The longest pause between two acts, in milliseconds. */
  pauseMs?: number
  /** The most letters of a note. */
  size?: number
}

export interface Gathering {
  count?: number
  /** The ports of proxies in front, which they take in turn. */
  through?: readonly number[]
}

/** Lets them join, and enter the room. */
export async function gather(product: Product, { count = 4, through = [] }: Gathering = {}): Promise<Writers> {
  // The first to join owns the workspace.
  const witness = await product.join('Vic')
  const people = await product.joinAll(Array.from({ length: count }, (_, i) => nameOf(i)))
  const history = new History(await product.fresh(witness))
  const peers = people.map((person, i) => {
    const port = through[i % through.length]
    return product.peer(person, port === undefined ? {} : { through: port })
  })
  const followers = peers.map((peer) => history.follow(peer))
  await Promise.all(peers.map((peer) => peer.arrives()))

  return {
    people,
    peers,
    witness,
    history,
    async write(random, isOver, { pauseMs = 4, size = 40 } = {}) {
      while (!isOver()) {
        const who = random.pick(followers)
        act(random, who.peer, size)
        if (random.under(3) === 0) who.asksSaved()
        await new Promise((resolve) => setTimeout(resolve, random.under(pauseMs + 1)))
      }
      for (const follower of followers) follower.asksSaved()
    },
    drop() {
      for (const peer of peers) peer.drop()
    },
    async settle(withinMs = 20_000) {
      for (const peer of peers) peer.rejoin()
      await settled(followers, withinMs)
    },
    async check() {
      const views: View[] = [
        await product.stored(),
        await product.fresh(witness),
        await product.exported(witness),
        ...history.pages,
      ]
      history.check(...views)
    },
  }
}

/** Resolves once all that they did, on this line or before, is acknowledged, and all of them show the same. */
export async function settled(followers: readonly Follower[], withinMs = 20_000): Promise<void> {
  const asked = new Map<Follower, { line: unknown; number: number | null }>()
  const isSettled = (follower: Follower) => {
    const { peer, acknowledged, edits } = follower
    const { line, number } = asked.get(follower) ?? {}
    // Again after each cut: a barrier goes down with its connection. What it is about may have been sent long ago, and
    // be gone from the server since; so it is not enough that all was acknowledged once.
    const isAnswered = number != null && peer.isSaved(number)
    if (peer.isOnline && (line !== peer.provider.ws || (isAnswered && edits > acknowledged)))
      asked.set(follower, { line: peer.provider.ws, number: follower.asksSaved() })
    return peer.isOnline && line === peer.provider.ws && isAnswered && edits <= acknowledged
  }
  await until(
    () => followers.filter((follower) => !isSettled(follower)).length === 0,
    () => {
      const who = followers
        .filter((follower) => !isSettled(follower))
        .map(
          ({ peer, edits, acknowledged }) =>
            `${peer.name}: ${edits - acknowledged} of ${edits} left, ended ${JSON.stringify(peer.endings.slice(-3))}, ` +
            `refused ${peer.refusals.join() || 'nothing'}`,
        )
      return `not everything is saved (${who.join('; ')})`
    },
    withinMs,
  )
  // The bare values: reading them as records is for those who look closely.
  const stateOf = ({ doc }: Peer) => roots.map((root) => [...rootMap(doc, root)].sort(([a], [b]) => (a < b ? -1 : 1)))
  const states = () => new Set(followers.map(({ peer }) => JSON.stringify(stateOf(peer))))
  await until(
    () => states().size === 1,
    () => `they do not show the same (${differences(followers)})`,
    withinMs,
  )
}

/** Which records not everybody has alike, and who has how much of them. */
function differences(followers: readonly Follower[]): string {
  const found: string[] = []
  for (const root of roots) {
    const maps = followers.map(({ peer }) => ({ peer, map: rootMap(peer.doc, root) }))
    for (const id of new Set(maps.flatMap(({ map }) => [...map.keys()]))) {
      const values = maps.map(({ peer, map }) => ({ peer, value: JSON.stringify(map.get(id) ?? null) }))
      if (new Set(values.map(({ value }) => value)).size === 1) continue
      found.push(`${root}/${id}: ${values.map(({ peer, value }) => `${peer.name} ${value.slice(0, 200)}`).join(', ')}`)
    }
  }
  for (const { peer, edits, acknowledged } of followers)
    found.push(
      `${peer.name}: ${peer.isOnline ? 'on' : 'off'} line, ${acknowledged} of ${edits} acknowledged, ` +
        `refused ${peer.refusals.join() || 'nothing'}, ended ${JSON.stringify(peer.endings.slice(-3))}`,
    )
  return found.join('; ')
}
