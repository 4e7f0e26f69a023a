/** What every log promises, whatever it is kept in. */
import type { Kysely } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import type { RoomTables } from './log.ts'
import { type Binding, DamagedRoom, type Entry, type Log, type StoredRoom } from './store.ts'

export interface OpenLog {
  log: Log
  /** To damage what is stored. */
  db: Kysely<RoomTables>
  close(): Promise<void>
}

/** `open` gives a log of an empty place; called again, it opens the same place. */
export function describeLog(name: string, place: () => () => Promise<OpenLog>): void {
  describe(name, () => {
    const opened: OpenLog[] = []
    const openIn = async (open: () => Promise<OpenLog>) => {
      const found = await open()
      opened.push(found)
      return { ...found, log: plainly(found.log) }
    }
    afterEach(async () => {
      for (const { close } of opened.splice(0)) await close()
    })

    it('has nothing of a room that nobody has written in', async () => {
      const { log } = await openIn(place())
      expect(await log.read('harbour')).toEqual({ snapshot: null, updates: [], seq: 0, clients: new Map() })
    })

    it('gives back what was appended, in order and byte for byte, also after it was closed', async () => {
      const open = place()
      const first = await open()
      await first.log.append([entry('harbour', 1), entry('harbour', 2)])
      await first.log.append([entry('harbour', 3)])
      await first.close()
      const { log } = await openIn(open)
      await log.append([entry('harbour', 4)])
      const { updates, seq } = await log.read('harbour')
      expect(updates.map((update) => [...update])).toEqual(
        [bytes(1), bytes(2), bytes(3), bytes(4)].map((one) => [...one]),
      )
      expect(seq).toBe(4)
    })

    it('keeps rooms apart that are written to in one commit', async () => {
      const { log } = await openIn(place())
      await log.append([entry('harbour', 1), entry('market', 2), entry('harbour', 3)])
      expect(await log.read('harbour')).toMatchObject({ seq: 2, updates: [bytes(1), bytes(3)] })
      expect(await log.read('market')).toMatchObject({ seq: 1, updates: [bytes(2)] })
    })

    it('keeps who wrote what and when', async () => {
      const { log, db } = await openIn(place())
      await log.append([entry('harbour', 1, 'ada'), entry('harbour', 2, 'bob')])
      const rows = await db.selectFrom('room_update').select(['seq', 'person', 'at']).orderBy('seq').execute()
      expect(rows.map(({ seq, person }) => [seq, person])).toEqual([
        [1, 'ada'],
        [2, 'bob'],
      ])
      for (const { at } of rows) expect(Math.abs(Date.now() - at)).toBeLessThan(60_000)
    })

    it('appends thousands at once', async () => {
      const { log } = await openIn(place())
      await log.append(Array.from({ length: 2345 }, (_, i) => entry(`room-${i % 700}`, i)))
      const { updates, seq } = await log.read('room-5')
      expect(seq).toBe(4)
      expect(updates).toEqual([bytes(5), bytes(705), bytes(1405), bytes(2105)])
    })

    it('appends all or none', async () => {
      const { log } = await openIn(place())
      await log.append([entry('harbour', 1)])
      const many = Array.from({ length: 600 }, (_, i) => entry('market', i))
      // A row without its author cannot be stored: the types do not let it through, a bug might.
      const broken = { ...entry('harbour', 2), person: null as unknown as string }
      await expect(log.append([...many, broken])).rejects.toThrow()
      expect(await log.read('harbour')).toMatchObject({ seq: 1 })
      expect(await log.read('market')).toMatchObject({ seq: 0 })
      await log.append([entry('harbour', 4)])
      expect(await log.read('harbour')).toMatchObject({ seq: 2, updates: [bytes(1), bytes(4)] })
    })

    it('keeps whose each client id is for ever, whoever comes with it next', async () => {
      const open = place()
      const first = await open()
      await first.log.append(
        [entry('harbour', 1)],
        [binding('harbour', 7, 'ada'), binding('harbour', 2 ** 53 - 1, 'bob')],
      )
      await first.log.append(
        [],
        [binding('harbour', 7, 'eve'), binding('harbour', 8, 'eve'), binding('market', 7, 'cleo')],
      )
      await first.log.append([entry('harbour', 2)], [binding('harbour', 8, 'eve'), binding('harbour', 9, 'dan')])
      await first.close()
      const { log } = await openIn(open)
      expect((await log.read('harbour')).clients).toEqual(
        new Map([
          [7, 'ada'],
          [8, 'eve'],
          [9, 'dan'],
          [2 ** 53 - 1, 'bob'],
        ]),
      )
      expect(await log.read('market')).toMatchObject({ seq: 0, clients: new Map([[7, 'cleo']]) })
    })

    it('gives a client id that two come with in one commit to the first of them', async () => {
      const { log } = await openIn(place())
      await log.append([entry('harbour', 1)], [binding('harbour', 7, 'ada'), binding('harbour', 7, 'eve')])
      expect((await log.read('harbour')).clients).toEqual(new Map([[7, 'ada']]))
    })

    it('keeps a binding with the updates it came with, or neither', async () => {
      const { log } = await openIn(place())
      const broken = { ...entry('harbour', 1), person: null as unknown as string }
      await expect(log.append([broken], [binding('harbour', 7, 'ada')])).rejects.toThrow()
      expect((await log.read('harbour')).clients).toEqual(new Map())
    })

    it('binds thousands at once', async () => {
      const { log } = await openIn(place())
      await log.append(
        [],
        Array.from({ length: 2345 }, (_, i) => binding('harbour', i, `person-${i}`)),
      )
      expect((await log.read('harbour')).clients.size).toBe(2345)
    })

    it('starts reading at the newest snapshot', async () => {
      const { log, db } = await openIn(place())
      await log.append([1, 2, 3, 4, 5].map((n) => entry('harbour', n)))
      await log.writeSnapshot('harbour', 2, bytes(100))
      await log.writeSnapshot('harbour', 4, bytes(101))
      expect(await log.read('harbour')).toMatchObject({ snapshot: bytes(101), updates: [bytes(5)], seq: 5 })
      const { count } = await db
        .selectFrom('room_update')
        .select((eb) => eb.fn.countAll().as('count'))
        .executeTakeFirstOrThrow()
      expect(Number(count), 'the log is kept, for history').toBe(5)
    })

    it('does not read what the snapshot stands for, however long that is', async () => {
      const { log, db } = await openIn(place())
      await log.append([1, 2, 3].map((n) => entry('harbour', n)))
      await log.writeSnapshot('harbour', 2, bytes(100))
      // Whoever read them would notice.
      await db.deleteFrom('room_update').where('seq', '<=', 2).execute()
      expect(await log.read('harbour')).toMatchObject({ snapshot: bytes(100), updates: [bytes(3)], seq: 3 })
    })

    it('takes no snapshot of updates that were never written', async () => {
      const { log } = await openIn(place())
      await log.append([entry('harbour', 1)])
      await expect(log.writeSnapshot('harbour', 2, bytes(100))).rejects.toThrow(RangeError)
    })

    it('does without a snapshot that was damaged, and has everything still', async () => {
      const { log, db } = await openIn(place())
      await log.append([1, 2, 3].map((n) => entry('harbour', n)))
      await log.writeSnapshot('harbour', 2, bytes(100))
      await db
        .updateTable('room_snapshot')
        .set({ snapshot: bytes(99) })
        .execute()
      expect(await log.read('harbour')).toMatchObject({
        snapshot: null,
        updates: [bytes(1), bytes(2), bytes(3)],
        seq: 3,
      })
    })

    describe('of a damaged room', () => {
      /** What was done to three updates, and how many of them are sound still. */
      const damages: Record<string, [count: number, damage: (db: Kysely<RoomTables>) => Promise<unknown>]> = {
        'a changed update': [1, (db) => inSecond(db, { update: bytes(9) })],
        'one bit flipped': [1, (db) => inSecond(db, { update: Buffer.from(bytes(2)).fill(0xfe, 0, 1) })],
        'another author': [1, (db) => inSecond(db, { person: 'eve' })],
        'another time': [1, (db) => inSecond(db, { at: 1 })],
        'another checksum': [1, (db) => inSecond(db, { checksum: bytes(9) })],
        'a missing update': [1, (db) => db.deleteFrom('room_update').where('seq', '=', 2).execute()],
        'the last update missing': [2, (db) => db.deleteFrom('room_update').where('seq', '=', 3).execute()],
        'all updates missing': [0, (db) => db.deleteFrom('room_update').execute()],
        'the head missing': [3, (db) => db.deleteFrom('room').execute()],
        'another head': [
          3,
          (db) =>
            db
              .updateTable('room')
              .set({ checksum: bytes(9) })
              .execute(),
        ],
        'an update from another room': [
          0,
          async (db) => {
            await db.deleteFrom('room_update').where('room', '=', 'harbour').where('seq', '=', 1).execute()
            await db.updateTable('room_update').set({ room: 'harbour' }).where('room', '=', 'market').execute()
          },
        ],
      }

      it.each(Object.keys(damages))('tells what is sound, and never as if it were all: %s', async (name) => {
        const { log, db } = await openIn(place())
        await log.append(
          [1, 2, 3].map((n) => entry('harbour', n)),
          [binding('harbour', 7, 'ada')],
        )
        await log.append([entry('market', 1)])
        const [count, damage] = damages[name] ?? [0, () => Promise.reject(new RangeError(name))]
        await damage(db)
        expect(await soundOf(log, 'harbour')).toEqual({
          snapshot: null,
          updates: [1, 2, 3].slice(0, count).map(bytes),
          seq: count,
          clients: new Map([[7, 'ada']]),
        })
      })

      it('has the snapshot still, and what came between it and the damage', async () => {
        const { log, db } = await openIn(place())
        await log.append([1, 2, 3, 4, 5].map((n) => entry('harbour', n)))
        await log.writeSnapshot('harbour', 2, bytes(100))
        await db
          .updateTable('room_update')
          .set({ update: bytes(9) })
          .where('seq', '=', 4)
          .execute()
        expect(await soundOf(log, 'harbour')).toMatchObject({ snapshot: bytes(100), updates: [bytes(3)], seq: 3 })
      })

      it('begins anew with the log where the snapshot does not verify either', async () => {
        const { log, db } = await openIn(place())
        await log.append([1, 2, 3].map((n) => entry('harbour', n)))
        await log.writeSnapshot('harbour', 2, bytes(100))
        await db.updateTable('room_snapshot').set({ seq: 1 }).execute()
        await inSecond(db, { update: bytes(9) })
        expect(await soundOf(log, 'harbour')).toMatchObject({ snapshot: null, updates: [bytes(1)], seq: 1 })
      })

      it('notices a row that was cut off behind the snapshot', async () => {
        const { log, db } = await openIn(place())
        await log.append([1, 2, 3].map((n) => entry('harbour', n)))
        await log.writeSnapshot('harbour', 2, bytes(100))
        await db.deleteFrom('room_update').where('seq', '=', 3).execute()
        await expect(log.read('harbour')).rejects.toThrow('it has 2 updates where 3 were written')
      })

      it('leaves the other rooms as they are', async () => {
        const { log, db } = await openIn(place())
        await log.append([entry('harbour', 1), entry('market', 2)])
        await db
          .updateTable('room_update')
          .set({ update: bytes(9) })
          .where('room', '=', 'harbour')
          .execute()
        expect(await log.read('market')).toMatchObject({ updates: [bytes(2)] })
      })
    })
  })
}

/** Changes the second update of every room. */
function inSecond(db: Kysely<RoomTables>, to: Partial<RoomTables['room_update']>): Promise<unknown> {
  return db.updateTable('room_update').set(to).where('seq', '=', 2).execute()
}

/** What is sound of a room that has to be damaged. */
async function soundOf(log: Log, room: string): Promise<StoredRoom> {
  const found: unknown = await log.read(room).catch((error: unknown) => error)
  if (!(found instanceof DamagedRoom)) throw new Error(`room ${room} is not damaged: ${JSON.stringify(found)}`)
  expect(found.room).toBe(room)
  return found.sound
}

function binding(room: string, client: number, person: string): Binding {
  return { room, client, person }
}

function entry(room: string, content: number, person = 'ada'): Entry {
  return { room, update: bytes(content), person }
}

/** With bytes of one class: which it is, is the implementation's affair. */
function plainly(log: Log): Log {
  const plain = (stored: StoredRoom): StoredRoom => ({
    ...stored,
    snapshot: stored.snapshot && new Uint8Array(stored.snapshot),
    updates: stored.updates.map((update) => new Uint8Array(update)),
  })
  return {
    ...log,
    async read(room) {
      try {
        return plain(await log.read(room))
      } catch (error) {
        if (!(error instanceof DamagedRoom)) throw error
        throw new DamagedRoom(error.room, error.what, plain(error.sound))
      }
    },
  }
}

function bytes(content: number): Uint8Array {
  return Uint8Array.from(Buffer.from(`update ${content} ${'\u0000\u00ff'.repeat(content % 7)}`, 'latin1'))
}
