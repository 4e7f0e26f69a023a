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

/** A cell for where none is needed: hooks must be called in any case. */
export function constantCell<T>(value: T): Cell<T> {
  return { get: () => value, set() {}, subscribe: () => () => {} }
}
