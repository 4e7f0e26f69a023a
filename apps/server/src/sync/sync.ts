/**
 * The sync server as the rest of the program sees it: a route to mount, and the records of a room. Who may come in is
 * decided here, before and right after the upgrade.
 */
import type { IncomingMessage } from 'node:http'
import { closeCode, limits, type Reason, syncPath } from '@attest/schema/protocol'
import type { Records, Root, Unreadable } from '@attest/schema/room'
import { roomName } from '@attest/schema/room-name'
import { upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Auth, Session } from '../auth.ts'
import type { Log, RoomCatalog } from '../store/store.ts'
import { bearerOf } from '../token.ts'
import { type Allowance, defaultAllowance } from './budget.ts'
import { Committer } from './commit.ts'
import { Compactor } from './compactor.ts'
import { Connection } from './connection.ts'
import { type Caps, Crowd, defaultCaps } from './crowd.ts'
import type { Written } from './document.ts'
import { type Figures, type SyncStats, silent } from './figures.ts'
import { Malformed } from './reader.ts'
import { isOpenTo, type Room, type Taking, type WritingAs } from './room.ts'
import { Rooms } from './rooms.ts'
import { writeAsk, writeRefused } from './wire.ts'

export interface SyncOptions {
  log: Log
  /** Asked for every message: settings and roles may change while people write. */
  catalog: RoomCatalog
  /** Whose session the cookie of an upgrade request is, and, asked at every beat, which of those here are not over. */
  sessions: Pick<Auth, 'identify' | 'standing'>
  /** Where pages may come from. Any other Origin, or none, is refused with 403 before the upgrade. */
  origins: ReadonlySet<string> | (() => ReadonlySet<string>)
  now?: () => number
  /** Told of what went wrong on our side; the default ends the process, as an unhandled error does. */
  onError?: (error: unknown) => void
  figures?: Figures
  caps?: Partial<Caps>
  allowance?: Partial<Allowance>
  /** How often connections are asked for a sign of life, in milliseconds. */
  beatMs?: number
  /** How often it is asked whether sessions and roles are what they were, in milliseconds. */
  checkMs?: number
}

export interface Sync {
  /** `GET /sync/:room`, to be mounted at the root of the app. */
  route: Hono
  /** The records of a room as they are on disk; none for a room that nobody has written in. */
  records(room: string): Promise<{ records: Records; unreadable: Unreadable[] }>
  /** Puts records of whomever, unjudged, in the name of `person`; they are on disk when it resolves. */
  putRecords(room: string, records: Records, person: string): Promise<void>
  /** The same with what `change` makes of the records as they are; nobody writes in between. */
  changeRecords(room: string, change: (records: Records) => Records, person: string): Promise<void>
  /** Asks at once what is asked every few seconds: whether roles, and what rooms judge by, are what they were. */
  recheck(): Promise<void>
  /** The same where there is nothing under their keys; what is there stays as it is. */
  putMissing(room: string, records: Records, person: string): Promise<void>
  /**
   * Takes records of whomever out, in the name of `person`; what is not there is no matter. Which these are may be said
   * by what there is: nobody writes in between.
   */
  removeRecords(room: string, keys: readonly { root: Root; id: string }[] | Taking, person: string): Promise<void>
  /** Writes what a person has asked for over HTTP, judged as if it came from a page of theirs: all of it or nothing. */
  write(room: string, writing: WritingAs): Promise<Written>
  /** Ends the connections of a session that is over. */
  endSession(session: string): void
  stats(): SyncStats
  /**
   * Commits what has come in, ends every connection, and resolves when all sockets are gone. With a code of its own for
   * the connections, they are ended before anything else.
   */
  close(code?: number): Promise<void>
}

const BEAT_MS = 15_000
/** Who may not be here any more is gone within five seconds. */
const CHECK_MS = 4000
/** How long somebody is held for whom there is no place, and how many such there may be. */
const PATIENCE_MS = 1500
const PATIENT = 500
/** How long the other side has to answer our closing before its socket is cut. */
const FAREWELL_MS = 2000

export function createSync(options: SyncOptions): Sync {
  const { log, catalog, sessions, origins, beatMs = BEAT_MS, checkMs = CHECK_MS, figures = silent } = options
  const now = options.now ?? Date.now
  const onError = options.onError ?? rethrow
  const committer = new Committer(log, figures)
  const rooms = new Rooms({ log, committer, compactor: new Compactor(), catalog, figures, now, onError })
  const crowd = new Crowd({ ...defaultCaps, ...options.caps }, { ...defaultAllowance, ...options.allowance }, now)
  const sockets = new Set<WebSocket>()
  const connections = new Set<Connection>()
  let isClosing = false
  let patient = 0

  const route = new Hono<{ Bindings: { incoming?: IncomingMessage } }>()
  route.get(`${syncPath}/:room`, async (c) => {
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
      return c.text('This is the address of a websocket.', 426, { Upgrade: 'websocket' })
    const allowed = typeof origins === 'function' ? origins() : origins
    // A token is nothing that a browser sends by itself, so it does not matter whose page is asking.
    const isPage = bearerOf(c.req.raw.headers) === null
    if (isPage && !allowed.has(c.req.header('origin') ?? ''))
      return c.text('Pages from elsewhere may not connect.', 403)
    if (isClosing) return c.text('The server is going down.', 503)
    const admission = await admit(c.req.param('room'), c.req.raw.headers, c.req.query('as'))
    const address = c.env.incoming?.socket.remoteAddress ?? ''
    const has = c.req.query('has')
    return upgradeWebSocket(c, {
      onOpen: (_, { raw }) => {
        // The sockets are those of the server below, which is ws's own.
        seat(raw as WebSocket, admission, { address, has }).catch(onError)
      },
    })
  })

  type Admission = { ok: true; room: string; session: Session } | { ok: false; code: number; reason: Reason }

  /**
   * A refusal is told after the upgrade, with a code: a page is not told the status of a refused one, and y-websocket
   * would try for ever. A page may say whom it takes itself for (`as`): the cookie is the browser's, and may be of
   * somebody who joined in another tab while this one was off line with changes to send.
   */
  async function admit(name: string, headers: Headers, as: string | undefined): Promise<Admission> {
    const session = await sessions.identify(headers)
    if (!session || (as !== undefined && as !== session.person.id))
      return { ok: false, code: closeCode.signIn, reason: 'no-session' }
    const room = roomName.safeParse(name)
    const setting = room.success ? await catalog.roomSetting(room.data) : null
    const { id } = session.person
    const isElsewhere = session.grant?.project && session.grant.project !== setting?.projectId
    // Somebody else's is as one that is not there, to members and strangers alike.
    if (!room.success || !setting || !isOpenTo(setting, id) || isElsewhere)
      return { ok: false, code: closeCode.gone, reason: 'no-such-room' }
    if (!catalog.roleOf(setting.projectId, id)) return { ok: false, code: closeCode.noAccess, reason: 'no-access' }
    if (setting.isClosed) return { ok: false, code: closeCode.gone, reason: 'no-such-room' }
    return { ok: true, room: room.data, session }
  }

  /** `has` is what the page had when it asked for the connection: then that was its first question as well. */
  async function seat(
    socket: WebSocket,
    admission: Admission,
    { address, has }: { address: string; has: string | undefined },
  ): Promise<void> {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    if (!admission.ok) {
      socket.send(writeRefused(admission.reason))
      turnAway(socket, admission.code, admission.reason)
      return
    }
    const { session } = admission
    const place = crowd.enter({ person: session.person.id, address, room: admission.room })
    if (!place) return turnAwayLater(socket)
    const connection = new Connection(socket, { session, seat: place, figures })
    connections.add(connection)
    let room: Room
    try {
      room = await rooms.enter(admission.room)
    } catch (error) {
      connections.delete(connection)
      if (isClosing) return connection.end(closeCode.goingAway)
      connection.end(closeCode.notSaved)
      throw error
    }
    // The opening may have taken a while.
    const setting = await catalog.roomSetting(admission.room)
    const role = setting && isOpenTo(setting, session.person.id) && catalog.roleOf(setting.projectId, session.person.id)
    if (setting?.isClosed) {
      connections.delete(connection)
      rooms.leave(room)
      connection.end(closeCode.changed)
      return
    }
    if (!role) {
      connections.delete(connection)
      rooms.leave(room)
      connection.end(closeCode.noAccess, 'no-access')
      return
    }
    // Joined before it is read from, and left even if it has gone meanwhile.
    room.join(connection, role)
    /** What y-websocket says first is then the same again. */
    let isRepeated = false
    connection.listen({
      receive(message) {
        if (isRepeated && message.type === 'ask') {
          isRepeated = false
          return
        }
        try {
          room.receive(connection, message)
        } catch (error) {
          if (error instanceof Malformed) throw error
          // A mistake of ours that one message brought to light; thrown from a socket's event it would end the process.
          onError(error)
          connection.end(closeCode.malformed, 'malformed-message')
        }
      },
      leave: () => {
        connections.delete(connection)
        room.leave(connection)
        rooms.leave(room)
      },
    })
    if (!has) return
    connection.hear(writeAsk(Buffer.from(has, 'base64url')))
    isRepeated = true
  }

  function turnAway(socket: WebSocket, code: number, reason?: Reason): void {
    figures.ended(code)
    socket.close(code, reason)
  }

  /** A page that is turned away tries again within a tenth of a second, and each attempt costs a look at its session. */
  function turnAwayLater(socket: WebSocket): void {
    if (patient >= PATIENT) {
      turnAway(socket, closeCode.tryLater)
      return
    }
    patient++
    socket.pause()
    const timer = setTimeout(() => {
      socket.resume()
      turnAway(socket, closeCode.tryLater)
    }, PATIENCE_MS)
    socket.on('close', () => {
      patient--
      clearTimeout(timer)
    })
  }

  const beat = setInterval(() => {
    for (const connection of connections) connection.beat()
    rooms.renew()
    crowd.tidy()
  }, beatMs)
  beat.unref()

  const check = setInterval(() => {
    endSessions().catch(onError)
    rooms.check().catch(onError)
  }, checkMs)
  check.unref()

  /** Those that were ended elsewhere, ran out, or were ended just while somebody came in with them. */
  async function endSessions(): Promise<void> {
    const asked = [...new Set(Array.from(connections, ({ session }) => session))]
    const standing = await sessions.standing(asked)
    for (const session of asked) if (!standing.has(session)) endSession(session)
  }

  function endSession(session: string): void {
    for (const connection of [...connections])
      if (connection.session === session) connection.end(closeCode.signIn, 'no-session')
  }

  async function using<T>(name: string, use: (room: Room) => Promise<T>): Promise<T> {
    const room = await rooms.enter(name)
    try {
      return await use(room)
    } finally {
      rooms.leave(room)
    }
  }

  return {
    route: route as unknown as Hono,
    records: (name) => using(name, (room) => room.read()),
    changeRecords: (name, put, person) => using(name, (room) => room.change({ put }, person)),
    recheck: () => rooms.check(),
    putRecords: (name, put, person) => using(name, (room) => room.change({ put }, person)),
    putMissing: (name, put, person) => using(name, (room) => room.change({ put, isOnlyMissing: true }, person)),
    removeRecords: (name, remove, person) => using(name, (room) => room.change({ remove }, person)),
    write: (name, writing) => using(name, (room) => room.write(writing)),
    endSession,
    stats() {
      const queues = Array.from(connections, ({ queued }) => queued)
      return {
        rooms: rooms.size,
        connections: connections.size,
        readOnlyRooms: rooms.all.filter((room) => room.isReadOnly).length,
        queuedBytes: queues.reduce((sum, queued) => sum + queued, 0),
        queuedBytesMax: queues.reduce((most, queued) => Math.max(most, queued), 0),
        logTailMax: rooms.all.reduce((most, { tail }) => Math.max(most, tail), 0),
      }
    },
    async close(code) {
      isClosing = true
      clearInterval(beat)
      clearInterval(check)
      for (const connection of [...connections]) {
        if (code === undefined) connection.deafen()
        else connection.end(code)
      }
      await rooms.close()
      await farewell(sockets)
    },
  }
}

/** Resolves when every socket is gone; those that do not answer the closing are cut. */
async function farewell(sockets: ReadonlySet<WebSocket>): Promise<void> {
  const gone = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
  const late = setTimeout(() => {
    for (const socket of sockets) socket.terminate()
  }, FAREWELL_MS)
  await Promise.all(gone)
  clearTimeout(late)
}

/** What `serve({ websocket: { server } })` needs: it holds frames to their limits before anything else sees them. */
export function createWebSockets(): WebSocketServer {
  // `closeTimeout` is younger than the types of ws.
  const options = { noServer: true, maxPayload: limits.frameBytes, perMessageDeflate: false, closeTimeout: FAREWELL_MS }
  const server = new WebSocketServer(options)
  // An `error` without a listener ends the process, and one can come before anybody else listens.
  server.on('connection', (socket) => socket.on('error', ignore))
  return server
}

function ignore(): void {}

function rethrow(error: unknown): void {
  throw error
}
