/**
 * The whole program inside the test's own process, on a socket: so a test can change what no route changes yet (roles,
 * labels), or what is on disk, while browsers have its page open.
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAdaptorServer } from '@hono/node-server'
import { openDataFolder } from '../../apps/server/src/folder.ts'
import { createLogger } from '../../apps/server/src/log.ts'
import { assemble } from '../../apps/server/src/server.ts'
import { openSqlite } from '../../apps/server/src/store/sqlite.ts'
import { createWebSockets } from '../../apps/server/src/sync/sync.ts'

type Parts = Awaited<ReturnType<typeof assemble>>
export type Database = Awaited<ReturnType<typeof openSqlite>>['db']

export class House {
  readonly address: string
  readonly #path = mkdtempSync(join(tmpdir(), 'attest-'))
  readonly #server: Server
  #parts: Parts | null = null

  private constructor(server: Server, address: string) {
    this.#server = server
    this.address = address
  }

  static async open(): Promise<House> {
    const house: { it?: House } = {}
    const server = createAdaptorServer({
      fetch: (request, env) => house.it?.parts.app.fetch(request, env) ?? new Response(null, { status: 503 }),
      // As in the program: the types of the two disagree about optional properties only.
      websocket: { server: createWebSockets() as never },
    }) as Server
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    house.it = new House(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    await house.it.#enter()
    return house.it
  }

  get parts(): Parts {
    if (!this.#parts) throw new Error('the house is closed for a while')
    return this.#parts
  }

  /** Changes the database while nobody is in; pages come back by themselves. */
  async rebuild(change: (db: Database) => Promise<unknown>): Promise<void> {
    await this.parts.close()
    this.#parts = null
    const { db, close } = await openSqlite(join(this.#path, 'attest.db'))
    await change(db)
    await close()
    await this.#enter()
  }

  async close(): Promise<void> {
    await this.#parts?.close()
    this.#server.closeAllConnections()
    this.#server.close()
    rmSync(this.#path, { recursive: true, force: true })
  }

  async #enter(): Promise<void> {
    const folder = openDataFolder(this.#path)
    folder.release()
    this.#parts = await assemble({
      folder,
      origins: new Set([this.address]),
      joinByName: true,
      pageFolder: fileURLToPath(new URL('../../apps/web/dist', import.meta.url)),
      log: createLogger('error'),
    })
  }
}
