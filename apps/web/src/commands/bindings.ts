/** Which keys stand for which action: those of the table, and where a person chose others, theirs. */
import * as z from 'zod'
import { type Cell, makeCell } from '../live/cell.ts'
import { type Action, type ActionId, actions } from './keymap.ts'

export type Bindings = Readonly<Record<ActionId, readonly string[]>>

const chosenSchema = z.record(z.string(), z.array(z.string().max(40)).max(4))

export interface KeyStore {
  /** The keys as they are now. */
  readonly bindings: Cell<Bindings>
  /** Gives an action other keys, or none; what had one of them before loses it. Null gives it those of the table. */
  bind(action: ActionId, keys: readonly string[] | null): void
  /** All as in the table. */
  reset(): void
}

/** The keys of a person, kept in this browser. */
export function openKeys(person: string, storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage): KeyStore {
  const place = `attest-keys:${person}`
  let chosen = readChosen(storage, place)
  const bindings = makeCell(withChosen(chosen))
  const change = (next: Partial<Bindings>) => {
    chosen = next
    bindings.set(withChosen(chosen))
    try {
      storage.setItem(place, JSON.stringify(chosen))
    } catch {
      // A browser that keeps nothing: they hold until the page is closed.
    }
  }
  return {
    bindings,
    bind(action, keys) {
      const next: Partial<Record<ActionId, readonly string[]>> = { ...chosen }
      if (keys === null) delete next[action]
      else {
        for (const [other, theirs] of Object.entries(bindings.get()) as [ActionId, readonly string[]][])
          if (other !== action && theirs.some((key) => keys.includes(key)))
            next[other] = theirs.filter((key) => !keys.includes(key))
        next[action] = keys
      }
      change(next)
    },
    reset: () => change({}),
  }
}

/** The action that a chord stands for in this place, or null. What acts in the whole page acts in the article as well. */
export function actionOf(bindings: Bindings, chord: string, where: Action['where']): ActionId | null {
  for (const [id, keys] of Object.entries(bindings) as [ActionId, readonly string[]][])
    if (keys.includes(chord) && (where === 'article' || actions[id].where === 'page')) return id
  return null
}

function withChosen(chosen: Partial<Bindings>): Bindings {
  const ids = Object.keys(actions) as ActionId[]
  // Every id of the table is there, so the object has all of them.
  return Object.fromEntries(ids.map((id) => [id, chosen[id] ?? actions[id].keys])) as unknown as Bindings
}

function readChosen(storage: Pick<Storage, 'getItem'>, place: string): Partial<Bindings> {
  try {
    const parsed = chosenSchema.safeParse(JSON.parse(storage.getItem(place) ?? '{}'))
    if (!parsed.success) return {}
    return Object.fromEntries(Object.entries(parsed.data).filter(([id]) => Object.hasOwn(actions, id)))
  } catch {
    return {}
  }
}
