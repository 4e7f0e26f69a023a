/** A real sync server for tests: SQLite file, loopback socket, a catalog of one project that a test can change. */

import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Person } from '@attest/schema/api'
import { labelSetSchema } from '@attest/schema/labelset'
import type { Role } from '@attest/schema/roles'
import { createAdaptorServer } from '@hono/node-server'
import type { Session } from '../../apps/server/src/auth.ts'
import { openSqlite } from '../../apps/server/src/store/sqlite.ts'
import type { Log, RoomCatalog, RoomSetting } from '../../apps/server/src/store/store.ts'
import { createSync, createWebSockets, type SyncOptions } from '../../apps/server/src/sync/sync.ts'

const seeds = new URL('../../seeds/', import.meta.url)

export const text = readFileSync(new URL('article.txt', seeds), 'utf8')
const labelSet = labelSetSchema.parse(JSON.parse(readFileSync(new URL('label-set.json', seeds), 'utf8')))

export const origin = 'https://attest.test'

/** The rooms there are, who may be in them as what, and who goes by which cookie. */
class Town implements RoomCatalog {
  readonly roles = new Map<string, Role>()
  readonly rooms = new Map<string, RoomSetting>()
  /** Who has signed out; a person's one session goes by their name. */
  readonly gone = new Set<string>()

  constructor() {
    this.addRoom('harbour')
    for (const name of ['ada', 'bob', 'cleo', 'dan', 'eve', 'finn']) this.roles.set(name, 'annotator')
    this.roles.set('olga', 'owner')
    this.roles.set('rita', 'reviewer')
    this.roles.set('vic', 'viewer')
  }

  addRoom(name: string): void {
    this.rooms.set(name, { projectId: 'town', text, labelSet, peersJudge: true })
  }

  async roomSetting(room: string): Promise<RoomSetting | null> {
    return this.rooms.get(room) ?? null
  }

  roleOf(_project: string, person: string): Role | null {
    return this.roles.get(person) ?? null
  }

  async identify(headers: Headers): Promise<Session | null> {
    const id = /person=([a-z]+)/.exec(headers.get('cookie') ?? '')?.[1]
    return id && !this.gone.has(id) ? { id, person: personOf(id) } : null
  }

  async standing(sessions: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(sessions.filter((session) => !this.gone.has(session)))
  }
}

function personOf(id: string): Person {
  return { id, name: id.charAt(0).toUpperCase() + id.slice(1), color: id.length % 12 }
}

export interface TestServerOptions
  extends Partial<Pick<SyncOptions, 'beatMs' | 'checkMs' | 'now' | 'caps' | 'allowance' | 'figures'>> {
  file: string
  port?: number
  /** Where it listens; the loopback address when not given. */
  host?: string
  town?: Town
  /** What to put between the server and its log, to delay or to fail. */
  wrapLog?: (log: Log) => Log
}

export type TestServer = Awaited<ReturnType<typeof startSync>>

export async function startSync({
  file,
  port = 0,
  host = '127.0.0.1',
  town = new Town(),
  wrapLog = (log) => log,
  ...rest
}: TestServerOptions) {
  const errors: unknown[] = []
  const { log, close } = await openSqlite(file)
  const sync = createSync({
    ...rest,
    log: wrapLog(log),
    catalog: town,
    sessions: town,
    origins: new Set([origin]),
    onError: (error) => errors.push(error),
  })
  const server = createAdaptorServer({
    fetch: sync.route.fetch,
    // ws is what @hono/node-server asks for; their types differ in optional properties only.
    websocket: { server: createWebSockets() as never },
  }) as Server
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  const { port: taken } = server.address() as AddressInfo
  return {
    town,
    sync,
    log,
    /** What went wrong on the server's side. */
    errors,
    port: taken,
    url: `ws://127.0.0.1:${taken}/sync`,
    async stop() {
      await sync.close()
      await new Promise((resolve) => server.close(resolve))
      await close()
    },
  }
}
