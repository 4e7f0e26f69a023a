/** What the page can do just now: each part of it registers its own commands, and keys, buttons and the palette run them. */
import { useEffect, useRef } from 'react'
import { type Cell, makeCell } from '../live/cell.ts'
import type { ActionId } from './keymap.ts'

export interface Command {
  /** False when there was nothing to do, so that the key is the browser's. */
  run: () => boolean
  /** Whether it would do anything now; what is not is not offered. */
  isPossible?: () => boolean
}

export interface Commands {
  /** The ids of the commands that somebody has registered. */
  readonly registered: Cell<ReadonlySet<ActionId>>
  /** Returns the way to take it back. The newest of several for one action holds. */
  register(id: ActionId, command: Command): () => void
  /** Runs it; false when there is none, or it had nothing to do. */
  run(id: ActionId): boolean
  isPossible(id: ActionId): boolean
}

export function makeCommands(): Commands {
  const byId = new Map<ActionId, Command[]>()
  const registered = makeCell<ReadonlySet<ActionId>>(new Set<ActionId>())
  const newest = (id: ActionId) => byId.get(id)?.at(-1)
  const announce = () => registered.set(new Set([...byId].filter(([, all]) => all.length > 0).map(([id]) => id)))
  return {
    registered,
    register(id, command) {
      byId.set(id, [...(byId.get(id) ?? []), command])
      announce()
      return () => {
        byId.set(
          id,
          (byId.get(id) ?? []).filter((one) => one !== command),
        )
        announce()
      }
    },
    run: (id) => newest(id)?.run() ?? false,
    isPossible(id) {
      const command = newest(id)
      return command !== undefined && (command.isPossible?.() ?? true)
    },
  }
}

/** Registers a command for as long as the component is there. It is asked and run as of the last rendering. */
export function useCommand(commands: Commands, id: ActionId, command: Command): void {
  const latest = useRef(command)
  useEffect(() => {
    latest.current = command
  })
  useEffect(
    () =>
      commands.register(id, {
        run: () => latest.current.run(),
        isPossible: () => latest.current.isPossible?.() ?? true,
      }),
    [commands, id],
  )
}
