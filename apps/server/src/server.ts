/** The parts put together: the data folder, the database, the rooms, the routes, and the socket that leads to them. */
import { createServer, type ServerOptions as HttpOptions, type RequestListener, type Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import type { RoomRecords } from './articles/annotated.ts'
import { createAuth } from './auth.ts'
import { CannotStart, type DataFolder, openDataFolder } from './folder.ts'
import { originsOf } from './guard.ts'
import { readSeeds, seed } from './seed.ts'
import { openCatalog } from './store/catalog.ts'
import { openSqlite } from './store/sqlite.ts'
import { createSync, createWebSockets } from './sync/sync.ts'

/** How long requests that are under way may take once the server is told to stop, in milliseconds. */
const DRAIN_MS = 10_000

const seedsFolder = new URL('../../../seeds/', import.meta.url)

interface Settings {
  joinByName: boolean
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

/** Everything but the socket: migrated, seeded, ready to answer. */
export async function assemble({
  folder,
  origins,
  ...settings
}: Settings & { folder: DataFolder; origins: ReadonlySet<string> }) {
  const { joinByName, pageFolder, log } = settings
  const [baseUrl = ''] = origins
  const seeds = readSeeds(seedsFolder)
  const database = await openSqlite(folder.databaseFile)
  try {
    const { db } = database
    const catalog = await openCatalog(db)
    const auth = createAuth({ db, catalog, secret: folder.secret, baseUrl, log })
    const sync = createSync({
      log: database.log,
      catalog,
      sessions: auth,
      origins,
      onError: (error) => log.error({ err: error }, 'a room failed'),
    })
    const rooms: RoomRecords = {
      async records(room) {
        const { records, unreadable } = await sync.records(room)
        if (unreadable.length > 0) log.warn({ room, count: unreadable.length }, 'records that cannot be read')
        return records
      },
      putRecords: sync.putRecords,
    }
    await seed(seeds, catalog, rooms)
    let isOpen = true
    const app = createApp({
      catalog,
      auth,
      rooms,
      endSession: sync.endSession,
      syncRoute: sync.route,
      joinByName,
      defaults: { labelSet: seeds.labelSet, guidelines: seeds.guidelines },
      stats: () => sync.stats(),
      origins,
      pageFolder,
      isOpen: () => isOpen,
      log,
    })
    return {
      app,
      sync,
      rooms,
      catalog,
      auth,
      database,
      /** From now on `/readyz` says no. */
      drain() {
        isOpen = false
      },
      /** Safe to call after `sync.close`. */
      async close() {
        isOpen = false
        await sync.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

export interface RunningServer {
  /** The address for people. */
  address: string
  /** Finishes what is under way, then lets go of everything. */
  close(): Promise<void>
}

/**
 * Takes the folder and the port before anything else, so that whoever starts a second server is told at once; until the
 * rest is open, requests are told to come again. Throws `CannotStart` with a sentence.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const folder = openDataFolder(options.dataFolder)
  const server = createServer(comeAgain)
  try {
    const port = await listen(server, options)
    const origins = originsOf({ host: options.host, port, configured: options.origins })
    const parts = await assemble({ ...options, folder, origins })
    attach(server, parts)
    const [address = ''] = origins
    return { address, close: () => stop(server, parts).finally(() => folder.release()) }
  } catch (error) {
    server.close()
    server.closeAllConnections()
    folder.release()
    throw error
  }
}

function comeAgain(...[_, response]: Parameters<RequestListener>): void {
  response.writeHead(503, { 'Retry-After': '1' }).end()
}

function attach(server: Server, { app }: Parts): void {
  createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    // The README of @hono/node-server shows ws here; the two disagree about optional properties only.
    websocket: { server: createWebSockets() as unknown as UpgradeServer },
    // It is listening already, and answers from here on.
    createServer: ((_: HttpOptions, listener: RequestListener) =>
      server.off('request', comeAgain).on('request', listener)) as typeof createServer,
  })
}

type UpgradeServer = NonNullable<Parameters<typeof createAdaptorServer>[0]['websocket']>['server']

async function stop(server: Server, parts: Parts): Promise<void> {
  parts.drain()
  const closed = new Promise((resolve) => server.close(resolve))
  await parts.sync.close()
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await closed
  clearTimeout(late)
  await parts.close()
}

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
