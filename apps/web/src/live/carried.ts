/**
 * One's own records on their way from one document to the next. When the server says that a document cannot go on (a
 * change in it was refused, or it depends on what nobody has), what it had not confirmed is carried over to a fresh one
 * and put there again, one by one; what is refused then stays in the tray until the person decides. It is kept in
 * localStorage, so that closing the tab in between loses nothing.
 */
import { type Reason, reasonSchema } from '@attest/schema/protocol'
import * as z from 'zod'
import { type Cell, makeCell } from './cell.ts'

/** `key` is `root/id`; the value is the record as it was, or null for one that was to be deleted. */
const parcelSchema = z.object({ key: z.string(), value: z.unknown() })
const refusedSchema = parcelSchema.extend({ reason: reasonSchema.nullable() })
const storedSchema = z.object({ pending: z.array(parcelSchema), refused: z.array(refusedSchema) })

export type Parcel = z.infer<typeof parcelSchema>
export type Refused = z.infer<typeof refusedSchema>

export interface Carried {
  readonly pending: readonly Parcel[]
  readonly refused: Cell<readonly Refused[]>
  add(parcels: readonly Parcel[]): void
  /** It is on the server's disk, or it is no longer wanted. */
  drop(key: string): void
  /** It was refused by itself: into the tray. */
  refuse(key: string, reason: Reason | null): void
}

export function openCarried(name: string): Carried {
  const stored = read(name)
  let pending: readonly Parcel[] = stored.pending
  const refused = makeCell<readonly Refused[]>(stored.refused)

  function save(): void {
    try {
      if (pending.length + refused.get().length === 0) localStorage.removeItem(name)
      else localStorage.setItem(name, JSON.stringify({ pending, refused: refused.get() }))
    } catch {
      // Storage is off or full, which the status line says already; for as long as the page is open it is kept here.
    }
  }

  const without = <T extends Parcel>(parcels: readonly T[], key: string) =>
    parcels.filter((parcel) => parcel.key !== key)
  return {
    get pending() {
      return pending
    },
    refused,
    add(parcels) {
      const keys = new Set(parcels.map((parcel) => parcel.key))
      pending = [...pending.filter((parcel) => !keys.has(parcel.key)), ...parcels]
      save()
    },
    drop(key) {
      pending = without(pending, key)
      refused.set(without(refused.get(), key))
      save()
    },
    refuse(key, reason) {
      const parcel = pending.find((one) => one.key === key)
      if (!parcel) return
      pending = without(pending, key)
      refused.set([...without(refused.get(), key), { ...parcel, reason }])
      save()
    },
  }
}

function read(name: string): z.infer<typeof storedSchema> {
  try {
    return storedSchema.parse(JSON.parse(localStorage.getItem(name) ?? 'null'))
  } catch {
    // Nothing there, storage off, or something that is not ours: nothing to carry.
    return { pending: [], refused: [] }
  }
}
