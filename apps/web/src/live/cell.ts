import { afterFrame } from './after-frame.ts'

/** One observable value: what React's `useSyncExternalStore` asks for, and no more. */
export interface Cell<T> {
  get(): T
  set(value: T): void
  subscribe(listener: () => void): () => void
}

export function makeCell<T>(first: T): Cell<T> {
  let value = first
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of [...listeners]) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/**
 * A cell that has its new value at once, and tells of it after the next frame, of many changes once. For what is drawn
 * without React and shown by it as well: the drawing must not wait for the rest of the page.
 */
export function makeCalmCell<T>(first: T): Cell<T> {
  const cell = makeCell(first)
  return { ...cell, subscribe: subscribeCalmly(cell) }
}

/** The same for those who can wait, of a cell that others hear of at once. */
export function subscribeCalmly<T>(cell: Cell<T>): Cell<T>['subscribe'] {
  return (listener) => {
    let isOver = false
    const tell = () => {
      if (!isOver) listener()
    }
    const stop = cell.subscribe(() => afterFrame(tell))
    return () => {
      isOver = true
      stop()
    }
  }
}

/** A cell for where none is needed: hooks must be called in any case. */
export function constantCell<T>(value: T): Cell<T> {
  return { get: () => value, set() {}, subscribe: () => () => {} }
}
