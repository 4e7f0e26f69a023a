import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { verify } from '../../apps/server/src/commands/verify.ts'
import type { OpenDatabase } from '../../apps/server/src/store/sqlite.ts'
import { compact } from '../../apps/server/src/sync/snapshot.ts'
import { Product, temporaryFolder } from '../support/product.ts'
import { chance } from '../support/seed.ts'
import { gather } from '../support/writers.ts'
import { attest, change, contentsOf, entriesOf, fillUp, makeData, Writer } from './support.ts'

describe('attest verify', () => {
  it('finds all sound while people write, when the server has stopped and when it was killed, and changes nothing', async () => {
    const random = chance('verify')
    const product = await Product.start()
    const writers = await gather(product)
    let found: Awaited<ReturnType<typeof attest>> | null = null
    const verifying = attest(product.folder, 'verify').then((ended) => {
      found = ended
    })
    await writers.write(random, () => found !== null)
    await verifying
    expect(found).toEqual({ code: 0, signal: null, err: '', out: expect.stringMatching(/^All is sound: 1 room, /) })
    await writers.settle()

    await product.kill()
    const afterKill = contentsOf(product.folder)
    expect(afterKill.get('attest.db-wal')).not.toBe('')
    expect((await attest(product.folder, 'verify')).code).toBe(0)
    // What SQLite finds again in the log's index is not data, and is made anew at every opening.
    afterKill.delete('attest.db-shm')
    const then = contentsOf(product.folder)
    then.delete('attest.db-shm')
    expect(then).toEqual(afterKill)

    await product.restart()
    expect(await product.stop()).toEqual({ code: 0, signal: null })
    const afterStop = contentsOf(product.folder)
    const sound = await attest(product.folder, 'verify')
    expect(sound).toMatchObject({ code: 0, err: '' })
    expect(Number(/(\d+) records/.exec(sound.out)?.[1])).toBeGreaterThan(83)
    expect(contentsOf(product.folder)).toEqual(afterStop)
    writers.drop()
  })

  it('says that there is nothing to verify', async () => {
    const folder = temporaryFolder('attest-')
    expect(await attest(folder, 'verify')).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: `There is no data of Attest in ${folder}; DATA_DIR says where it is.\n`,
    })
  })

  it('says that a file is damaged, or none of ours', async () => {
    const folder = temporaryFolder('attest-')
    writeFileSync(join(folder, 'attest.db'), Buffer.alloc(10_000, 7))
    expect(await attest(folder, 'verify')).toMatchObject({
      code: 3,
      out: 'file: it is no database, or a damaged one\n',
      err: `${join(folder, 'attest.db')} cannot be read.\n`,
    })
  })

  it('verifies the rooms that are named alone, and knows when there is none of that name', async () => {
    const folder = await makeData(async ({ db, log }) => {
      await log.append([...entriesOf('harbour', 3), ...entriesOf('market', 3)])
      await db
        .updateTable('room_update')
        .set({ update: Buffer.of(1) })
        .where('room', '=', 'market')
        .execute()
    })
    expect(await attest(folder, 'verify', 'harbour')).toMatchObject({ code: 0 })
    expect(await attest(folder, 'verify', 'harbour', 'market')).toMatchObject({ code: 3 })
    expect(await attest(folder, 'verify', 'quay')).toMatchObject({
      code: 1,
      err: `There is no room quay in ${folder}.\n`,
    })
  })

  it('tells meanwhile what it does', async () => {
    const dataFolder = await makeData(async ({ log }) => log.append(entriesOf('harbour', 3000)))
    const told: string[] = []
    await verify({ dataFolder, rooms: [], progress: { tell: (doing) => void told.push(doing), end() {} } })
    expect(told[0]).toBe('Reading the file')
    expect(told.length).toBeGreaterThan(3)
    for (const doing of told.slice(1)) expect(doing).toMatch(/^Reading room harbour, 1 of 1; [\d,]+ updates$/)
  })

  it('finds what is wrong outside of rooms', async () => {
    const folder = await makeData((database) => fillUp(database, 1))
    expect(await attest(folder, 'verify')).toMatchObject({
      code: 0,
      out: 'All is sound: 0 rooms, 0 updates, 0 records.\n',
    })
    await change(folder, async ({ db }) => {
      await sql`pragma foreign_keys = off`.execute(db)
      await db.insertInto('member').values({ project_id: 'nowhere', person_id: 'nobody', role: 'owner' }).execute()
      await db.updateTable('article').set({ text: 'Other words.' }).where('id', '=', 'a1').execute()
    })
    expect(await attest(folder, 'verify')).toMatchObject({
      code: 3,
      out: [
        'file: 1 rows of member of a person that is not there',
        'file: 1 rows of member of a project that is not there',
        'article a1: its text is not the one that was imported',
        '',
      ].join('\n'),
    })
  })

  it('finds a page of the file that is noise, and says what can still be said', async () => {
    const folder = await makeData(async ({ log }) =>
      log.append([...entriesOf('harbour', 3000), ...entriesOf('market', 3)]),
    )
    const file = join(folder, 'attest.db')
    const bytes = readFileSync(file)
    const page = bytes.indexOf('Comment c1500.')
    bytes.fill(0xa5, page - (page % 4096), page - (page % 4096) + 4096)
    writeFileSync(file, bytes)
    const { code, out, err } = await attest(folder, 'verify')
    expect(code, err).toBe(3)
    expect(out).toMatch(/^file: /m)
    expect(out).toMatch(/^room harbour: update \d+ (cannot be read|is missing); it is sound up to update \d+, of /m)
    expect(out).not.toMatch(/^room market/m)
  })

  describe('of a room', () => {
    const about = (what: string) => expect.stringMatching(new RegExp(`^(room harbour: ${what}\n)+$`))
    const upTo = (seq: number) => `it is sound up to update ${seq}, of 20\\d\\d-\\d\\d-\\d\\dT[\\d:.]+Z`
    const inSecond =
      (to: object) =>
      ({ db }: OpenDatabase) =>
        db.updateTable('room_update').set(to).where('seq', '=', 2).execute()

    const damages: Record<string, [how: (database: OpenDatabase) => Promise<unknown>, what: string]> = {
      'an update that was changed': [inSecond({ update: Buffer.of(0, 0) }), `update 2 was changed; ${upTo(1)}`],
      'an update in another’s name': [inSecond({ person: 'eve' }), `update 2 was changed; ${upTo(1)}`],
      'an update that is missing': [
        ({ db }) => db.deleteFrom('room_update').where('seq', '=', 3).execute(),
        `update 3 is missing; ${upTo(2)}`,
      ],
      'updates that were cut off': [
        ({ db }) => db.deleteFrom('room_update').where('seq', '>', 2).execute(),
        `it has 2 updates where 5 were written; ${upTo(2)}`,
      ],
      'the very first update, though a snapshot stands for it': [
        async ({ db, log }) => {
          const { updates } = await log.read('harbour')
          await log.writeSnapshot('harbour', 5, compact(updates).packed)
          await db.deleteFrom('room_update').where('seq', '=', 1).execute()
        },
        'update 1 is missing; nothing before it is sound',
      ],
      'a snapshot that was changed': [
        async ({ db, log }) => {
          const { updates } = await log.read('harbour')
          await log.writeSnapshot('harbour', 5, compact(updates).packed)
          await db
            .updateTable('room_snapshot')
            .set({ snapshot: Buffer.of(1) })
            .execute()
        },
        'its snapshot was changed; its log is whole',
      ],
      'a snapshot that says less than the log': [
        async ({ log }) => {
          const { updates } = await log.read('harbour')
          await log.writeSnapshot('harbour', 5, compact(updates.slice(0, 3)).packed)
        },
        'its snapshot says other than its log; its log is whole',
      ],
      'a snapshot that nobody can unpack': [
        ({ log }) => log.writeSnapshot('harbour', 5, Buffer.of(1, 2, 3)),
        'its snapshot says other than its log; its log is whole',
      ],
      'an update that Yjs cannot read': [
        ({ log }) => log.append([{ room: 'harbour', update: Buffer.of(9, 9, 9), person: 'ada' }]),
        'update 6 is none that Yjs can read',
      ],
      'an update whose foundation was never written': [
        ({ log }) => {
          const ada = new Writer('ada')
          const [, second] = ada.comments('one').comments('two').entries('harbour')
          return log.append(second ? [second] : [])
        },
        'an update depends on one that was never written',
      ],
      'a record that cannot be read': [
        ({ log }) => {
          const doc = new Y.Doc()
          doc.getMap('annotations').set('ada.x', { id: 'ada.x', kind: 7 })
          return log.append([{ room: 'harbour', update: Y.encodeStateAsUpdate(doc), person: 'ada' }])
        },
        'annotations ada.x cannot be read as a record',
      ],
      'a record in another’s name': [
        ({ log }) => {
          const eve = new Writer('eve')
          return log.append(eve.comments('x', 'ada').entries('harbour'), [eve.claim('harbour')])
        },
        'ada.x was put with a client id of eve',
      ],
      'a client id that another person wrote with': [
        ({ log }) => {
          const eve = new Writer('eve')
          return log.append(eve.comments('x').entries('harbour'), [eve.claim('harbour', 'bob')])
        },
        '(client id \\d+ is bob’s, and eve wrote with it|eve.x was put with a client id of bob)',
      ],
    }

    it.each(Object.keys(damages))('finds %s', async (name) => {
      const [how, what] = damages[name] ?? [() => Promise.reject(new RangeError(name)), '']
      const folder = await makeData(({ log }) => log.append(entriesOf('harbour', 5)))
      await change(folder, how)
      const before = contentsOf(folder)
      expect(await attest(folder, 'verify')).toEqual({
        code: 3,
        signal: null,
        out: about(what),
        err: expect.stringMatching(/^Damaged: \d things? in 1 room, \d updates?, \d records?\.\n$/),
      })
      expect(contentsOf(folder)).toEqual(before)
    })
  })
})
