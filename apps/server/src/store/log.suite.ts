/** What every log promises, whatever it is kept in. */
import type { Kysely } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import { DamagedRoom, type RoomTables } from './log.ts'
import type { Entry, Log } from './store.ts'

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
      const log = await open()
      opened.push(log)
      return log
    }
    afterEach(async () => {
      for (const { close } of opened.splice(0)) await close()
    })

    it('has nothing of a room that nobody has written in', async () => {
      const { log } = await openIn(place())
      expect(await log.read('harbour')).toEqual({ snapshot: null, updates: [], seq: 0 })
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
      const damages: Record<string, (db: Kysely<RoomTables>) => Promise<unknown>> = {
        'a changed update': (db) =>
          db
            .updateTable('room_update')
            .set({ update: bytes(9) })
            .where('seq', '=', 2)
            .execute(),
        'one bit flipped': (db) =>
          db
            .updateTable('room_update')
            .set({ update: Buffer.from(bytes(2)).fill(0xfe, 0, 1) })
            .where('seq', '=', 2)
            .execute(),
        'another author': (db) => db.updateTable('room_update').set({ person: 'eve' }).where('seq', '=', 2).execute(),
        'a missing update': (db) => db.deleteFrom('room_update').where('seq', '=', 2).execute(),
        'the last update missing': (db) => db.deleteFrom('room_update').where('seq', '=', 3).execute(),
        'all updates missing': (db) => db.deleteFrom('room_update').execute(),
        'the head missing': (db) => db.deleteFrom('room').execute(),
        'an update from another room': async (db) => {
          await db.deleteFrom('room_update').where('room', '=', 'harbour').where('seq', '=', 1).execute()
          await db.updateTable('room_update').set({ room: 'harbour' }).where('room', '=', 'market').execute()
        },
      }

      it.each(Object.keys(damages))('gives nothing rather than less: %s', async (damage) => {
        const { log, db } = await openIn(place())
        await log.append([1, 2, 3].map((n) => entry('harbour', n)))
        await log.append([entry('market', 1)])
        await damages[damage]?.(db)
        await expect(log.read('harbour')).rejects.toThrow(DamagedRoom)
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

function entry(room: string, content: number, person = 'ada'): Entry {
  return { room, update: bytes(content), person }
}

function bytes(content: number): Buffer {
  return Buffer.from(`update ${content} ${'\u0000\u00ff'.repeat(content % 7)}`, 'latin1')
}
