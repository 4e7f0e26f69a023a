import { limits, message } from '@attest/schema/protocol'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Attendant, Presence } from './presence.ts'

type Said = [client: number, clock: number, state: unknown]

/** What a connection is told: clients in order, and what was said of each last. */
interface Told {
  frames: Uint8Array[]
  clients: number[]
  states: Map<number, unknown>
  clocks: Map<number, number>
}

afterEach(() => vi.restoreAllMocks())

/** A room of this clock, in which every client id is its first person's for ever. */
function openRoom(now = Date.now) {
  const presence = new Presence<Attendant>(now)
  const here: Attendant[] = []
  const owners = new Map<number, string>()
  return {
    presence,
    here,
    enters(id: string): Attendant {
      const tab = { person: { id, name: id, color: 1 } }
      here.push(tab)
      presence.welcome(tab)
      return tab
    },
    leaves(tab: Attendant): void {
      here.splice(here.indexOf(tab), 1)
      presence.leave(tab)
    },
    says(tab: Attendant, ...entries: Said[]): void {
      presence.receive(
        tab,
        bytesOf(entries.map(([client, clock, state]) => [client, clock, JSON.stringify(state)])),
        bind(tab),
      )
    },
    saysRaw(tab: Attendant, ...entries: [client: number, clock: number, json: string][]): void {
      presence.receive(tab, bytesOf(entries), bind(tab))
    },
    tells: (): Map<Attendant, Told> => listen(presence.flush(here)),
  }

  function bind({ person }: Attendant): (client: number) => boolean {
    return (client) => {
      if (!owners.has(client)) owners.set(client, person.id)
      return owners.get(client) === person.id
    }
  }
}

function bytesOf(entries: [client: number, clock: number, json: string][]): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length)
    for (const [client, clock, json] of entries) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarString(encoder, json)
    }
  })
}

function listen(flushed: Iterable<[Attendant, Uint8Array]>): Map<Attendant, Told> {
  const told = new Map<Attendant, Told>()
  for (const [tab, frame] of flushed) {
    const heard: Told = told.get(tab) ?? { frames: [], clients: [], states: new Map(), clocks: new Map() }
    told.set(tab, heard)
    heard.frames.push(frame)
    const outer = decoding.createDecoder(frame)
    expect(decoding.readVarUint(outer)).toBe(message.awareness)
    const decoder = decoding.createDecoder(decoding.readVarUint8Array(outer))
    expect(decoding.hasContent(outer)).toBe(false)
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const client = decoding.readVarUint(decoder)
      heard.clients.push(client)
      heard.clocks.set(client, decoding.readVarUint(decoder))
      heard.states.set(client, JSON.parse(decoding.readVarString(decoder)))
    }
    expect(decoding.hasContent(decoder)).toBe(false)
  }
  return told
}

/** Bob is client 2 and Ada client 1, and they know of each other. */
function openWithTwo() {
  const room = openRoom()
  const bob = room.enters('bob')
  const ada = room.enters('ada')
  room.says(bob, [2, 0, {}])
  room.says(ada, [1, 0, {}])
  room.tells()
  return { ...room, ada, bob }
}

const sorted = (clients: Iterable<number> | undefined) => [...(clients ?? [])].sort((a, b) => a - b)

describe('a message of many entries', () => {
  it('is the last one of its sender’s own, and no other is read', () => {
    const { ada, bob, saysRaw, tells } = openWithTwo()
    const parse = vi.spyOn(JSON, 'parse')
    saysRaw(ada, ...Array.from({ length: 9_999 }, (_, i): [number, number, string] => [1, i, '{"selection":[0,1]}']), [
      1,
      0,
      '{"selection":[3,9]}',
    ])
    expect(parse).toHaveBeenCalledTimes(1)
    expect(tells().get(bob)?.states.get(1)).toMatchObject({ selection: [3, 9] })
  })

  it('is a goodbye when the last one is, and is refused when the last one makes no sense', () => {
    const { ada, bob, says, saysRaw, tells } = openWithTwo()
    says(ada, [1, 1, { selection: [0, 1] }], [2, 1, null], [1, 2, null], [2, 2, {}])
    expect(tells().get(bob)?.states).toEqual(new Map([[1, null]]))
    expect(() => saysRaw(ada, [1, 3, '{}'], [1, 4, '{'])).toThrow('not JSON')
    expect(() => saysRaw(ada, [1, 5, JSON.stringify({ x: 'x'.repeat(limits.presenceBytes) })])).toThrow('presence of')
  })

  it('is refused when it has more than anybody could have to say', () => {
    const { enters, says } = openRoom()
    const entries = Array.from({ length: 10_001 }, (_, i): Said => [i, 0, {}])
    expect(() => says(enters('ada'), ...entries)).toThrow('10001 entries')
  })

  it('passes on what somebody sees and whom they follow, and nothing that is not of that form', () => {
    const { enters, says, tells } = openRoom()
    const [ada, bob] = [enters('ada'), enters('bob')]
    says(bob, [2, 0, {}])
    says(ada, [1, 0, { view: [40, 900], follows: 'bob', mood: 'good' }])
    expect(tells().get(bob)?.states.get(1)).toEqual({ user: ada.person, view: [40, 900], follows: 'bob' })
    says(ada, [1, 1, { view: [40, 900], follows: '<b>bob</b>' }])
    expect(tells().get(bob)?.states.get(1)).toEqual({ user: ada.person })
  })

  it('is bound to one client id, however many it shows', () => {
    const { enters, says, tells } = openRoom()
    const bob = enters('bob')
    const ada = enters('ada')
    says(ada, [1, 0, { selection: [0, 1] }], [2, 0, {}], [3, 0, {}], [1, 1, { selection: [3, 9] }])
    const { states } = tells().get(bob) as Told
    expect(states).toEqual(new Map([[1, { user: ada.person, selection: [3, 9] }]]))
  })
})

describe('a page that comes back while its old connection is taken for alive', () => {
  it('is not told of itself before it has shown itself, and so keeps its own clock', () => {
    const { enters, leaves, says, tells, presence } = openRoom()
    const bob = enters('bob')
    says(bob, [2, 0, {}])
    const old = enters('ada')
    says(old, [1, 0, {}])
    tells()
    const ada = enters('ada')
    expect(tells().get(ada)?.clients).toEqual([2])
    says(old, [1, 1, { selection: [3, 9] }])
    says(bob, [2, 1, { selection: [3, 9] }])
    expect(tells().get(ada)?.clients).toEqual([2])
    presence.renew()
    expect(tells().get(ada)?.clients).toEqual([2])
    presence.welcome(ada)
    expect(tells().get(ada)?.clients).toEqual([2])
    leaves(old)
    const goodbye = tells()
    expect(goodbye.get(bob)?.states).toEqual(new Map([[1, null]]))
    expect(goodbye.has(ada)).toBe(false)
    says(ada, [1, 2, {}])
    expect(tells().get(bob)?.states.get(1)).toEqual({ user: ada.person })
  })

  it('is told of its person’s other tabs as soon as it has shown itself, with clocks that it has not seen', () => {
    const { enters, leaves, says, tells } = openRoom(() => 1.7e12)
    const tab = enters('ada')
    says(tab, [1, 0, { selection: [0, 1] }])
    const before = enters('ada')
    says(before, [2, 0, {}])
    const seen = tells().get(before)?.clocks.get(1) ?? Number.NaN
    leaves(before)
    tells()
    const ada = enters('ada')
    tells()
    says(ada, [2, 1, {}])
    const told = tells()
    expect(told.get(ada)?.states).toEqual(new Map([[1, { user: ada.person, selection: [0, 1] }]]))
    expect(told.get(ada)?.clocks.get(1)).toBeGreaterThan(seen)
    expect(told.get(tab)?.clients).toEqual([2])
    says(tab, [1, 1, { selection: [3, 9] }])
    expect(tells().get(ada)?.states).toEqual(new Map([[1, { user: ada.person, selection: [3, 9] }]]))
  })

  it('does not take another tab’s client id by sending back what it heard', () => {
    const { enters, leaves, says, tells, presence } = openRoom()
    const bob = enters('bob')
    const tab = enters('ada')
    says(tab, [1, 0, {}])
    const clock = tells().get(bob)?.clocks.get(1) ?? Number.NaN
    const ada = enters('ada')
    tells()
    says(ada, [1, clock, {}])
    expect(presence.knows(ada)).toBe(false)
    says(ada, [1, clock + 1, { selection: [0, 1] }], [3, 0, {}])
    leaves(ada)
    expect(tells().get(bob)?.states).toEqual(new Map([[3, null]]))
  })
})

describe('a renewal', () => {
  const people = 200

  function crowded() {
    const room = openRoom()
    for (let i = 0; i < people; i++) room.says(room.enters(`person-${i}`), [i + 1, 0, { selection: [i, i + 1] }])
    const mute = room.enters('vic')
    listen(room.presence.flush(room.here))
    return { ...room, mute }
  }

  const everybody = Array.from({ length: people }, (_, i) => i + 1)

  it('tells each of all the others once, in frames of which most are the same for all', () => {
    const { here, tells, presence, mute } = crowded()
    presence.renew()
    const told = tells()
    for (const [i, tab] of here.entries())
      expect(sorted(told.get(tab)?.clients), `${i}`).toEqual(everybody.filter((client) => client !== i + 1))
    expect(sorted(told.get(mute)?.clients)).toEqual(everybody)
    const shared = new Set(told.get(mute)?.frames)
    expect(shared.size).toBe(Math.ceil(people / 64))
    for (const tab of here.slice(0, people)) {
      const frames = told.get(tab)?.frames ?? []
      expect(frames.length).toBe(shared.size)
      expect(frames.filter((frame) => !shared.has(frame)).length).toBe(1)
    }
  })

  it('also says something to one who is alone', () => {
    const { enters, says, tells, presence } = openRoom()
    const ada = enters('ada')
    says(ada, [1, 0, {}])
    expect(tells().size).toBe(0)
    presence.renew()
    expect(presence.isChanged).toBe(true)
    const told = tells().get(ada)
    expect([told?.frames.length, told?.clients]).toEqual([1, []])
    expect(presence.isChanged).toBe(false)
  })

  it('may take its time: what changes meanwhile is told after it', () => {
    const { here, enters, leaves, says, tells, presence, mute } = crowded()
    const [first, second] = here as [Attendant, Attendant]
    presence.renew()
    const frames = presence.flush([...here])
    const begun = frames.next()
    says(first, [1, 1, { selection: [77, 78] }])
    leaves(second)
    const cleo = enters('cleo')
    says(cleo, [999, 0, {}])
    expect(presence.isChanged).toBe(true)
    const next = tells()
    const rest = listen(begun.done ? [] : [begun.value, ...frames])
    const heard = rest.get(mute)
    expect(sorted(heard?.clients)).toEqual(everybody)
    expect(heard?.states.get(1)).toMatchObject({ selection: [0, 1] })
    expect(heard?.states.get(2)).toMatchObject({ selection: [1, 2] })
    expect(next.get(mute)?.states).toEqual(
      new Map<number, unknown>([
        [1, { user: first.person, selection: [77, 78] }],
        [2, null],
        [999, { user: cleo.person }],
      ]),
    )
    // Whichever comes last, the newer one counts.
    expect(next.get(mute)?.clocks.get(1)).toBeGreaterThan(heard?.clocks.get(1) ?? Number.NaN)
    expect(sorted(next.get(cleo)?.clients)).toEqual(everybody)
  })
})
