import { useSyncExternalStore } from 'react'
import type { Cell } from './cell.ts'

/** The present value of a cell; the component renders again whenever it changes. The one way from the room into React. */
export function useLive<T>(cell: Cell<T>): T {
  return useSyncExternalStore(cell.subscribe, cell.get)
}
