/** The open rooms: each is read from disk once, by whoever comes first, and given up some time after the last has left. */
import { setTimeout as sleep } from 'node:timers/promises'
import { closeCode } from '@attest/schema/protocol'
import { Room, type World } from './room.ts'

interface Opening {
  promise: Promise<Room>
  /** Null until it is open. */
  room: Room | null
  users: number
  /** Runs while nobody uses it. */
  timer: NodeJS.Timeout | undefined
}

/** A page that is loaded again is back within seconds, and should find its room open. */
const LINGER_MS = 5000
/** After a commit that failed, before the room is read again. */
const LOST_MS = 300

export class Rooms {
  readonly #world: World
  readonly #open = new Map<string, Opening>()
  /** Rooms on their way out: nobody may read from disk what is still on its way there. */
  readonly #closing = new Map<string, Promise<void>>()
  #isClosed = false

  constructor(world: Omit<World, 'ownClients'>) {
    this.#world = { ...world, ownClients: new Map() }
  }

  get size(): number {
    return this.#open.size
  }

  /** The room, opened if need be; `leave` it as often as it was entered. Rejects when it cannot be read. */
  async enter(name: string): Promise<Room> {
    if (this.#isClosed) throw new Error(`room ${name} is not opened any more: the server is going down`)
    const opening = this.#open.get(name) ?? this.#start(name)
    opening.users++
    clearTimeout(opening.timer)
    try {
      const room = await opening.promise
      if (!room.isLost) return room
      this.#leaveLost(room)
    } catch (error) {
      this.#forget(name, opening)
      throw error
    }
    this.#forget(name, opening)
    return this.enter(name)
  }

  leave(room: Room): void {
    const opening = this.#open.get(room.name)
    // A room that was lost may have been followed by another of its name.
    if (opening?.room !== room) return
    opening.users--
    if (opening.users > 0) return
    opening.timer = setTimeout(() => this.#close(room, opening), LINGER_MS)
  }

  /** Those that are open. */
  get all(): Room[] {
    return [...this.#open.values()].flatMap(({ room }) => room ?? [])
  }

  /** Keeps the presence of every room alive. */
  renew(): void {
    for (const room of this.all) room.renew()
  }

  /**
   * Ends the connections of those who may not be where they are any more. When it resolves, rooms that are closed have
   * all on disk that came in before.
   */
  async check(): Promise<void> {
    await Promise.all([...this.all.map((room) => room.check()), ...this.#closing.values()])
  }

  /** Commits what has come in, ends all connections and closes all rooms. */
  async close(): Promise<void> {
    this.#isClosed = true
    const openings = [...this.#open.values()]
    const rooms = await Promise.allSettled(openings.map((opening) => opening.promise))
    await Promise.all(rooms.map(async (opened) => opened.status === 'fulfilled' && opened.value.settled()))
    for (const [i, opened] of rooms.entries()) {
      const opening = openings[i]
      if (opened.status === 'rejected' || !opening) continue
      for (const peer of [...opened.value.peers]) peer.end(closeCode.goingAway)
      this.#close(opened.value, opening)
    }
    // Everything is in the log; nobody waits for a shorter form of it now.
    await this.#world.compactor.close()
    await Promise.all(this.#closing.values())
  }

  #start(name: string): Opening {
    const opening: Opening = {
      promise: this.#openAfter(this.#closing.get(name), name),
      room: null,
      users: 0,
      timer: undefined,
    }
    this.#open.set(name, opening)
    return opening
  }

  async #openAfter(closing: Promise<void> | undefined, name: string): Promise<Room> {
    await closing
    const room = await Room.open(name, this.#world)
    const opening = this.#open.get(name)
    if (opening) opening.room = room
    return room
  }

  /** Whoever opens it again waits until nothing of it is on its way to the disk, and a little longer: it just failed. */
  #leaveLost(room: Room): void {
    if (this.#closing.has(room.name)) return
    const left = room
      .close()
      .then(() => sleep(LOST_MS))
      .finally(() => this.#closing.delete(room.name))
    this.#closing.set(room.name, left)
  }

  #close(room: Room, opening: Opening): void {
    this.#forget(room.name, opening)
    const closed = room.close().finally(() => this.#closing.delete(room.name))
    this.#closing.set(room.name, closed)
  }

  #forget(name: string, opening: Opening): void {
    clearTimeout(opening.timer)
    if (this.#open.get(name) === opening) this.#open.delete(name)
  }
}
