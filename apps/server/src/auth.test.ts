import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getMigrations } from 'better-auth/db/migration'
import { pino } from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { authOptions, createAuth } from './auth.ts'
import { openCatalog } from './store/catalog.ts'
import { openSqlite } from './store/sqlite.ts'

async function openDatabase() {
  const folder = mkdtempSync(join(tmpdir(), 'attest-'))
  const database = await openSqlite(join(folder, 'attest.db'))
  onTestFinished(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })
  const options = { db: database.db, secret: 'a secret of at least 32 characters', baseUrl: 'http://127.0.0.1:4321' }
  return { ...database, options: { ...options, log: pino({ level: 'silent' }) } }
}

it('has the tables that this version of better-auth expects', async () => {
  const { options } = await openDatabase()
  const { toBeCreated, toBeAdded } = await getMigrations(authOptions(options))
  expect(toBeCreated).toEqual([])
  expect(toBeAdded).toEqual([])
})

it('signs nobody in with a cookie of another secret', async () => {
  const { db, options } = await openDatabase()
  const catalog = await openCatalog(db)
  const auth = createAuth({ ...options, catalog })
  const { me, cookies } = await auth.join(new Headers(), 'Ada')
  const cookie = cookies[0]?.split(';')[0] ?? ''
  expect(await auth.identify(new Headers({ cookie }))).toMatchObject({ person: { id: me.id, name: 'Ada' } })

  const other = createAuth({ ...options, catalog, secret: 'another secret of at least 32 characters' })
  expect(await other.identify(new Headers({ cookie }))).toBe(null)
  // Nor under the name that a cookie of that secret would have.
  const { cookies: own } = await other.join(new Headers(), 'Ben')
  const renamed = `${own[0]?.split('=')[0]}=${cookie.slice(cookie.indexOf('=') + 1)}`
  expect(await other.identify(new Headers({ cookie: renamed }))).toBe(null)
})

it('prolongs a session that is used, once a day', async () => {
  const { db, options } = await openDatabase()
  const auth = createAuth({ ...options, catalog: await openCatalog(db) })
  const { cookies } = await auth.join(new Headers(), 'Ada')
  const headers = new Headers({ cookie: cookies[0]?.split(';')[0] ?? '' })
  expect((await auth.me(headers)).cookies).toEqual([])
  const inTwoDaysLess = new Date(Date.now() + 398 * 24 * 60 * 60 * 1000).toISOString()
  await db
    .withTables<{ session: { expiresAt: string } }>()
    .updateTable('session')
    .set({ expiresAt: inTwoDaysLess })
    .execute()
  const { me, cookies: again } = await auth.me(headers)
  expect(me).toMatchObject({ name: 'Ada' })
  expect(again.join()).toContain('Max-Age=34560000')
})

it('ends a session that has run out', async () => {
  const { db, options } = await openDatabase()
  const auth = createAuth({ ...options, catalog: await openCatalog(db) })
  const { cookies } = await auth.join(new Headers(), 'Ada')
  const headers = new Headers({ cookie: cookies[0]?.split(';')[0] ?? '' })
  const { id = '' } = (await auth.identify(headers)) ?? {}
  expect(await auth.standing([id, 'nobody’s'])).toEqual(new Set([id]))
  const past = new Date(Date.now() - 1000).toISOString()
  await db.withTables<{ session: { expiresAt: string } }>().updateTable('session').set({ expiresAt: past }).execute()
  expect(await auth.identify(headers)).toBe(null)
  expect(await auth.standing([id])).toEqual(new Set())
})

it('says which session it was that its person has left', async () => {
  const { db, options } = await openDatabase()
  const auth = createAuth({ ...options, catalog: await openCatalog(db) })
  const cookieOf = async (name: string) => {
    const { cookies } = await auth.join(new Headers(), name)
    return new Headers({ cookie: cookies[0]?.split(';')[0] ?? '' })
  }
  const [ada, ben] = [await cookieOf('Ada'), await cookieOf('Ben')]
  const ids = [(await auth.identify(ada))?.id ?? '', (await auth.identify(ben))?.id ?? '']
  expect(new Set(ids).size).toBe(2)
  expect(await auth.standing(ids)).toEqual(new Set(ids))
  // Whoever may see the id of a session cannot use it.
  for (const id of ids) expect(ada.get('cookie')).not.toContain(id)
  expect((await auth.leave(ada)).session).toBe(ids[0])
  expect(await auth.standing(ids)).toEqual(new Set([ids[1]]))
  expect((await auth.leave(ada)).session).toBe(null)
  expect((await auth.leave(new Headers())).session).toBe(null)
})
