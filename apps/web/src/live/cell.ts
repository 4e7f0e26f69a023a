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

/** So long a change waits at most to be told, in milliseconds: a page that nobody sees has no frames. */
const LATEST_MS = 100

/**
 * A cell that has its new value at once, and tells of it after the next frame, of many changes once. For what is drawn
 * without React and shown by it as well: the drawing must not wait for the rest of the page.
 */
export function makeCalmCell<T>(first: T): Cell<T> {
  let value = first
  let timer: ReturnType<typeof setTimeout> | undefined
  const listeners = new Set<() => void>()
  const tell = () => {
    clearTimeout(timer)
    timer = undefined
    for (const listener of [...listeners]) listener()
  }
  const tellSoon = () => {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = setTimeout(tell)
  }
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      if (timer !== undefined) return
      timer = setTimeout(tell, LATEST_MS)
      if ('requestAnimationFrame' in globalThis) requestAnimationFrame(tellSoon)
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
