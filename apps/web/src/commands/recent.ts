/** What a person used last, kept in this browser. */
import * as z from 'zod'

const KEPT = 5

const recentSchema = z.array(z.string().max(300)).max(KEPT)

export function readRecent(person: string, storage: Pick<Storage, 'getItem'> = localStorage): readonly string[] {
  try {
    return recentSchema.catch([]).parse(JSON.parse(storage.getItem(placeOf(person)) ?? '[]'))
  } catch {
    return []
  }
}

/** Puts one before all others; returns them as they are now. */
export function noteRecent(person: string, id: string, storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage) {
  const all = [id, ...readRecent(person, storage).filter((one) => one !== id)].slice(0, KEPT)
  try {
    storage.setItem(placeOf(person), JSON.stringify(all))
  } catch {
    // A browser that keeps nothing remembers nothing.
  }
  return all
}

function placeOf(person: string): string {
  return `attest-recent:${person}`
}
