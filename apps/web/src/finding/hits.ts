import type { Span } from '@attest/schema/span'
import type { Focus } from '../editor/focus.ts'
import { type Cell, makeCell } from '../live/cell.ts'

const cells = new WeakMap<Focus, Cell<readonly Span[]>>()

/** What the search has found in the text, for whoever shows it; none while there is no search. */
export function hitsOf(focus: Focus): Cell<readonly Span[]> {
  const cell = cells.get(focus) ?? makeCell<readonly Span[]>([])
  cells.set(focus, cell)
  return cell
}
