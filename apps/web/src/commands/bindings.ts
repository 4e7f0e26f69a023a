/** Which keys stand for which action: those of the table, and where a person chose others, theirs. */
import * as z from 'zod'
import { type Cell, makeCell } from '../live/cell.ts'
import { isSingle } from './chords.ts'
import { type Action, type ActionId, actionIds, actionOfId } from './keymap.ts'

export type Bindings = Readonly<Record<ActionId, readonly string[]>>

/** What a person chose; a key that is chosen for one action is taken from whichever has it in the table. */
export interface Choice {
  readonly keys: Partial<Bindings>
  /** Whether keys of one character do nothing at all (WCAG 2.1.4). */
  readonly isWithoutSingle: boolean
}

export interface KeyStore {
  /** The keys as they are now. */
  readonly bindings: Cell<Bindings>
  /** The same with those of one character, also while they are turned off. */
  readonly assigned: Cell<Bindings>
  readonly choice: Cell<Choice>
  /** Gives an action other keys, or none; what had one of them before loses it. Null gives it those of the table. */
  bind(action: ActionId, keys: readonly string[] | null): void
  /** Turns all keys of one character off, or on again. */
  setSingle(isOn: boolean): void
  /** All as in the table. */
  reset(): void
  /** Reads again what is kept: another tab may have changed it. */
  refresh(): void
}

const choiceSchema = z.object({
  keys: z.record(z.string(), z.array(z.string().max(40)).max(4)),
  isWithoutSingle: z.boolean(),
})

const nothing: Choice = { keys: {}, isWithoutSingle: false }

/** The keys of a person, kept in this browser. */
export function openKeys(person: string, storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage): KeyStore {
  const place = `attest-keys:${person}`
  const choice = makeCell(read(storage, place) ?? nothing)
  const bindings = makeCell(acting(choice.get()))
  const assigned = makeCell(assign(choice.get()))
  const show = (next: Choice) => {
    choice.set(next)
    bindings.set(acting(next))
    assigned.set(assign(next))
  }
  const change = (next: Choice) => {
    show(next)
    try {
      storage.setItem(place, JSON.stringify(next))
    } catch {
      // A browser that keeps nothing: they hold until the page is closed.
    }
  }
  const refresh = () => {
    const kept = read(storage, place)
    if (kept) show(kept)
  }
  return {
    bindings,
    assigned,
    choice,
    bind(action, keys) {
      refresh()
      const { isWithoutSingle, keys: before } = choice.get()
      const taken = keys ?? actionOfId(action).keys
      const next: Partial<Record<ActionId, readonly string[]>> = {}
      for (const id of actionIds) {
        const theirs = before[id]
        if (theirs && id !== action) next[id] = theirs.filter((key) => !taken.includes(key))
      }
      if (keys) next[action] = keys
      change({ keys: next, isWithoutSingle })
    },
    setSingle(isOn) {
      refresh()
      change({ ...choice.get(), isWithoutSingle: !isOn })
    },
    reset: () => change(nothing),
    refresh,
  }
}

/** The action that a chord stands for in this place, or null. What acts in the whole page acts in the article as well. */
export function actionOf(bindings: Bindings, chord: string, where: Action['where']): ActionId | null {
  const id = actionIds.find((one) => bindings[one].includes(chord))
  return id && (where === 'article' || actionOfId(id).where === 'page') ? id : null
}

function acting(choice: Choice): Bindings {
  const all = assign(choice)
  return choice.isWithoutSingle ? forEach((id) => all[id].filter((key) => !isSingle(key))) : all
}

function assign({ keys }: Choice): Bindings {
  const chosen = new Set(Object.values(keys).flat())
  return forEach((id) => keys[id] ?? actionOfId(id).keys.filter((key) => !chosen.has(key)))
}

function forEach(keysOf: (id: ActionId) => readonly string[]): Bindings {
  // Every id of the table is there, so the object has all of them.
  return Object.fromEntries(actionIds.map((id) => [id, keysOf(id)])) as unknown as Bindings
}

function read(storage: Pick<Storage, 'getItem'>, place: string): Choice | null {
  try {
    const parsed = choiceSchema.safeParse(JSON.parse(storage.getItem(place) ?? 'null'))
    if (!parsed.success) return null
    // Of another version's actions only those that this one has too.
    const keys = Object.fromEntries(
      actionIds.flatMap((id) => (parsed.data.keys[id] && !actionOfId(id).isFixed ? [[id, parsed.data.keys[id]]] : [])),
    )
    return { keys, isWithoutSingle: parsed.data.isWithoutSingle }
  } catch {
    return null
  }
}
