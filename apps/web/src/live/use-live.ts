import { useMemo, useSyncExternalStore } from 'react'
import { type Cell, subscribeCalmly } from './cell.ts'

/** The present value of a cell; the component renders again whenever it changes. The one way from the room into React. */
export function useLive<T>(cell: Cell<T>): T {
  return useSyncExternalStore(cell.subscribe, cell.get)
}

/**
 * The same for what goes on beside the text: it renders again after the frame that shows the change in the text. Not for
 * the value of a field, which must follow each key at once.
 */
export function useCalmly<T>(cell: Cell<T>): T {
  const subscribe = useMemo(() => subscribeCalmly(cell), [cell])
  return useSyncExternalStore(subscribe, cell.get)
}
