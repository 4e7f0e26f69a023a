/**
 * The parts put together: the data folder, the database, the rooms, the routes, and the socket that leads to them. The
 * socket and the folder are held for as long as the process runs; the rest is made anew when the disk has failed.
 */
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeCode } from '@attest/schema/protocol'
import { createAdaptorServer } from '@hono/node-server'
import type { Logger } from 'pino'
import { openAgreements } from './agreement/agreements.ts'
import { createApp } from './app.ts'
import type { RoomRecords } from './articles/annotated.ts'
import { Importer } from './articles/importer.ts'
import { Reader } from './articles/reader.ts'
import { createAuth } from './auth.ts'
import { Revealing } from './blind/revealing.ts'
import { openHistory } from './chronicle/chronicles.ts'
import { Exports } from './exchange/exports.ts'
import { MarkImporter } from './exchange/mark-importer.ts'
import { CannotStart, type DataFolder, openDataFolder } from './folder.ts'
import { originsOf } from './guard.ts'
import { Relabelling } from './labels/relabelling.ts'
import { createMailer, type MailOptions } from './mail.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createOidc, type OidcOptions } from './oidc.ts'
import { createOutgoing } from './outgoing.ts'
import { openPlanner } from './revisions/plan.ts'
import type { RouteOptions } from './routes/context.ts'
import { createWaitingRoom } from './routes/operation.ts'
import { readSeeds, seed } from './seed.ts'
import { openCatalog } from './store/catalog.ts'
import { openLogThread } from './store/log-client.ts'
import { purgeDaily } from './store/purge.ts'
import { openSqlite } from './store/sqlite.ts'
import type { BrokenDisk } from './store/store.ts'
import { createSync, createWebSockets } from './sync/sync.ts'
import { makeToken } from './token.ts'
import { Courier, type Pace } from './webhooks/courier.ts'
import { Counting } from './work/counting.ts'

/** How long requests that are under way may take once the server is told to stop, in milliseconds. */
const REQUESTS_MS = 3000
/** How long answers may take to be read, and connections to go, after that. */
const ANSWERS_MS = 1500
/** Between two attempts at a disk that does not work. */
const RETRY_MS = { first: 100, last: 5000 }
/** A disk that worked for as long is not taken for one that fails again and again. */
const SOUND_MS = 60_000

const seedsFolder = new URL('../../../seeds/', import.meta.url)

interface Settings {
  joinByName: boolean
  /** Null or missing where no mail is set up. */
  mail?: MailOptions | null
  /** Null or missing where there is no provider to sign in with. */
  oidc?: OidcOptions | null
  /** Who can make an account without an invitation; nobody, unless it is said. */
  signUp?: RouteOptions['signUp']
  /** How many proxies of ours stand in front; none, unless it is said. */
  proxies?: number
  /** Whether /metrics answers other machines too; it does not, unless it is said. */
  publicMetrics?: boolean
  /** Origins in a private network that pages may be fetched from, and webhooks sent to. */
  outgoingAllow?: readonly string[]
  /** How webhooks are told, where that is not as usual. */
  webhookPace?: Partial<Pace>
  /** The folder of the built page. */
  pageFolder: string
  log: Logger
}

export interface ServerOptions extends Settings {
  host: string
  /** 0 takes any that is free. */
  port: number
  dataFolder: string
  /** Addresses under which people reach it, besides that of the socket; the first is the one cookies are made for. */
  origins: readonly string[]
}

type Parts = Awaited<ReturnType<typeof assemble>>

interface AssembleOptions extends Settings {
  /** Of the link that makes the first account, where nobody has one who owns the workspace. */
  firstToken?: string
  folder: DataFolder
  origins: ReadonlySet<string>
  metrics?: Metrics
  /** Told once; from then on none of the parts can read or write, and they are to be closed. */
  onBrokenDisk?: (error: BrokenDisk) => void
}

/** Everything but the socket: migrated, seeded, ready to answer. */
export async function assemble({
  folder,
  origins,
  joinByName,
  mail = null,
  oidc = null,
  signUp = 'off',
  proxies = 0,
  publicMetrics = false,
  firstToken = makeToken(),
  outgoingAllow = [],
  webhookPace = {},
  pageFolder,
  log,
  metrics = createMetrics(),
  onBrokenDisk,
}: AssembleOptions) {
  const [baseUrl = ''] = origins
  const seeds = readSeeds(seedsFolder)
  const database = await openSqlite(folder.databaseFile, onBrokenDisk && { onBrokenDisk })
  let rest: { close(): Promise<void> } = database
  try {
    const { db } = database
    const thread = await openLogThread(folder.databaseFile, onBrokenDisk && { onBrokenDisk })
    // The last to close the file takes the log of its changes in, so both do it, also when the first could not.
    const counting = new Counting(folder.databaseFile, (error) => log.error({ err: error }, 'counting failed'))
    rest = {
      close: () =>
        counting
          .close()
          .finally(() => thread.close())
          .finally(database.close),
    }
    const catalog = await openCatalog(db)
    const auth = createAuth({ db, catalog, secret: folder.secret, baseUrl, log })
    const sync = createSync({
      log: thread.log,
      catalog: catalog.rooms,
      sessions: auth,
      origins,
      figures: metrics.figures,
      onError: (error) => log.error({ err: error }, 'a room failed'),
    })
    const rooms: RoomRecords = {
      async records(room) {
        const { records, unreadable } = await sync.records(room)
        if (unreadable.length > 0) log.warn({ room, count: unreadable.length }, 'records that cannot be read')
        return records
      },
      putRecords: sync.putRecords,
      changeRecords: sync.changeRecords,
      putMissing: sync.putMissing,
      removeRecords: sync.removeRecords,
    }
    await seed(seeds, catalog, rooms)
    const relabelling = new Relabelling({ catalog, rooms, log })
    await relabelling.resume()
    const revealing = new Revealing({ catalog, rooms, recheckRooms: sync.recheck, log })
    await revealing.resume()
    const history = openHistory(folder.databaseFile)
    const planner = openPlanner()
    const agreements = openAgreements(folder.databaseFile)
    const purging = purgeDaily(db, log)
    const before = rest
    rest = { close: () => purging.stop().finally(before.close) }
    // better-auth loads a part of itself at the first question, and whoever comes first need not wait for that.
    await auth.identify(new Headers())
    const isUnowned = !joinByName && (await catalog.accounts.isNew())
    if (isUnowned) await catalog.accounts.putFirstLink(firstToken)
    // The issuer is what whoever runs the server chose, so it may stand in their own network.
    const outgoing = createOutgoing({ allow: oidc ? [new URL(oidc.issuer).origin] : [] })
    const reader = new Reader()
    const importer = new Importer({ catalog, folder: folder.importsFolder, log })
    const closeImports = async () => {
      reader.close()
      await importer.close()
    }
    const closeRest = rest.close
    rest = { close: () => closeImports().finally(closeRest) }
    await importer.start()
    const exports = new Exports({
      catalog,
      db,
      databaseFile: folder.databaseFile,
      folder: folder.exportsFolder,
      secret: folder.secret,
      log,
    })
    const closeBefore = rest.close
    const markImporter = new MarkImporter({ catalog, rooms, folder: folder.markImportsFolder, log })
    rest = {
      close: () =>
        Promise.all([exports.close(), markImporter.close()])
          .finally(closeBefore)
          .then(() => {}),
    }
    await exports.start()
    await markImporter.start()
    const mailer = createMailer(mail, log)
    const outside = createOutgoing({ allow: outgoingAllow })
    const courier = new Courier({
      catalog,
      history,
      outgoing: outside,
      mailer,
      publicUrl: baseUrl,
      unseal: auth.unseal,
      log,
      pace: webhookPace,
    })
    const closeWithout = rest.close
    rest = { close: () => courier.close().finally(closeWithout) }
    let isOpen = true
    const app = createApp({
      catalog,
      auth,
      rooms,
      write: sync.write,
      relabelling,
      revealing,
      recheckRooms: sync.recheck,
      history,
      planner,
      agreements,
      exports,
      markImporter,
      endSession: sync.endSession,
      syncRoute: sync.route,
      joinByName,
      mailer,
      publicUrl: baseUrl,
      counting,
      oidc: oidc && createOidc(oidc, { outgoing, redirectUri: `${baseUrl}/api/oidc/callback`, log }),
      signUp,
      proxies,
      publicMetrics,
      reader,
      importer,
      outgoing: outside,
      defaults: { labelSet: seeds.labelSet, guidelines: seeds.guidelines },
      metrics,
      origins,
      pageFolder,
      isOpen: () => isOpen,
      log,
    })
    return {
      app,
      sync,
      rooms,
      relabelling,
      revealing,
      catalog,
      auth,
      database,
      history,
      /** Makes the first account; null where somebody owns the workspace, or whoever comes first will. */
      firstLink: isUnowned ? `${baseUrl}/welcome#${firstToken}` : null,
      /** From now on `/readyz` says no. */
      drain() {
        isOpen = false
      },
      /** Commits what has come in, unless the disk has failed; connections end with this code, or with 1001. */
      async close(code?: number) {
        isOpen = false
        try {
          await Promise.all([relabelling.close(), revealing.close(), markImporter.close(), courier.close()])
          await Promise.all([history.close(), planner.close(), agreements.close()])
          await sync.close(code)
        } finally {
          await rest.close()
        }
      },
    }
  } catch (error) {
    await rest.close()
    throw error
  }
}

export interface RunningServer {
  /** The address for people. */
  address: string
  /** The link that makes the first account; null where there is no need of one. */
  firstLink: string | null
  /** Finishes what is under way, then lets go of everything. */
  close(): Promise<void>
}

/**
 * Takes the folder and the port before anything else, so that whoever starts a second server is told at once; until the
 * rest is open, requests are told to come again. Throws `CannotStart` with a sentence.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const folder = openDataFolder(options.dataFolder)
  const house = new House(options, folder)
  try {
    const address = await house.open()
    return { address, firstLink: house.firstLink, close: () => house.close() }
  } catch (error) {
    house.abandon()
    throw error
  }
}

/** The socket, and what is behind it at the moment: the whole app, or a waiting room. */
class House {
  readonly #options: ServerOptions
  readonly #folder: DataFolder
  readonly #metrics = createMetrics()
  readonly #server: Server
  readonly #stopping = new AbortController()
  /** The same when all is read again: it has been told. */
  readonly #firstToken = makeToken()
  #origins: ReadonlySet<string> = new Set()
  #waitingRoom: { fetch: Fetch } = { fetch: () => new Response(null, { status: 503 }) }
  #app = this.#waitingRoom
  #parts: Parts | null = null
  #requests = 0
  #why = 'The server is starting.'
  /** The attempts at a disk that failed. */
  #mending: Promise<void> = Promise.resolve()
  #retryMs = 0
  #openedAt = 0

  constructor(options: ServerOptions, folder: DataFolder) {
    this.#options = options
    this.#folder = folder
    this.#server = createAdaptorServer({
      fetch: (request, env) => this.#answer(request, env),
      overrideGlobalObjects: false,
      // The README of @hono/node-server shows ws here; the two disagree about optional properties only.
      websocket: { server: createWebSockets() as unknown as UpgradeServer },
      // Without TLS or HTTP/2 asked for, it is the plain one.
    }) as Server
  }

  /** Resolves with the address for people. */
  async open(): Promise<string> {
    const port = await listen(this.#server, this.#options)
    this.#origins = originsOf({ host: this.#options.host, port, configured: this.#options.origins })
    const { proxies = 0, publicMetrics = false } = this.#options
    this.#waitingRoom = createWaitingRoom({
      origins: this.#origins,
      metrics: this.#metrics,
      publicMetrics,
      proxies,
      why: () => this.#why,
    })
    this.#app = this.#waitingRoom
    await this.#assemble()
    return [...this.#origins][0] ?? ''
  }

  get firstLink(): string | null {
    return this.#parts?.firstLink ?? null
  }

  /** Stops accepting, finishes what is under way, commits what has come in and says goodbye; within ten seconds. */
  async close(): Promise<void> {
    this.#stopping.abort()
    this.#parts?.drain()
    const closed = new Promise((resolve) => this.#server.close(resolve))
    // A connection that is kept alive is idle only between two requests.
    const tidying = setInterval(() => this.#server.closeIdleConnections(), 50)
    await this.#mending
    for (const end = Date.now() + REQUESTS_MS; this.#requests > 0 && Date.now() < end; ) await sleep(20)
    this.#shut('The server is stopping.')
    try {
      await this.#parts?.close()
    } finally {
      const late = setTimeout(() => this.#server.closeAllConnections(), ANSWERS_MS)
      await Promise.race([closed, sleep(ANSWERS_MS + 500, undefined, { ref: false })])
      clearTimeout(late)
      clearInterval(tidying)
      this.#folder.release()
    }
  }

  /** After an opening that failed. */
  abandon(): void {
    this.#server.close()
    this.#server.closeAllConnections()
    this.#folder.release()
  }

  async #answer(...request: Parameters<Fetch>): Promise<Response> {
    this.#requests++
    try {
      return await this.#app.fetch(...request)
    } finally {
      this.#requests--
    }
  }

  async #assemble(): Promise<void> {
    let broken: BrokenDisk | null = null
    let own: Parts | null = null
    const onBrokenDisk = (error: BrokenDisk) => {
      broken = error
      // Both the catalog and the log may meet it, and one of them when the other has been heard already.
      if (own && own === this.#parts) this.#mending = this.#mend(own, error)
    }
    const parts = await assemble({
      ...this.#options,
      folder: this.#folder,
      origins: this.#origins,
      firstToken: this.#firstToken,
      metrics: this.#metrics,
      onBrokenDisk,
    })
    if (broken) {
      await parts.close().catch(() => {})
      throw broken
    }
    own = parts
    this.#parts = parts
    this.#app = parts.app
    this.#metrics.watch(() => parts.sync.stats())
    this.#openedAt = Date.now()
  }

  #shut(why: string): void {
    this.#why = why
    this.#metrics.watch(null)
    this.#app = this.#waitingRoom
  }

  /**
   * After a write that failed nobody knows what is on disk, and the page cache may say one thing and the disk another.
   * So nothing in memory is trusted any more: everybody is sent away to come back, and all is read again.
   */
  async #mend(parts: Parts, error: BrokenDisk): Promise<void> {
    const { log } = this.#options
    log.error({ err: error }, 'the disk failed; nothing is acknowledged until all was read from it again')
    this.#metrics.disksBroken.inc()
    this.#parts = null
    this.#shut('The disk of the server failed; it is being read again.')
    await parts
      .close(closeCode.notSaved)
      .catch((error: unknown) => log.warn({ err: error }, 'what was open could not be closed'))
    if (Date.now() - this.#openedAt > SOUND_MS) this.#retryMs = 0
    while (!this.#stopping.signal.aborted) {
      await sleep(this.#retryMs, undefined, { signal: this.#stopping.signal }).catch(() => {})
      this.#retryMs = Math.min(Math.max(this.#retryMs * 2, RETRY_MS.first), RETRY_MS.last)
      if (this.#stopping.signal.aborted) return
      try {
        await this.#assemble()
        log.warn('the disk works again')
        return
      } catch (error) {
        log.error({ err: error }, 'the disk does not work yet')
      }
    }
  }
}

type Fetch = (request: Request, env: object) => Response | Promise<Response>

type UpgradeServer = NonNullable<Parameters<typeof createAdaptorServer>[0]['websocket']>['server']

/** Resolves with the port. */
function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(new CannotStart(`Port ${port} of ${host} is taken; stop what uses it, or set PORT to another.`))
      else reject(new CannotStart(`Cannot listen on port ${port} of ${host} (${error.code ?? error.message}).`))
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
