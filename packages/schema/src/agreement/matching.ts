/**
 * The matching of rows with columns that saves most in sum, of which only the pairs that save anything are given. It is the
 * assignment problem (Kuhn 1955), solved by shortest augmenting paths (Jonker & Volgenant 1987); since each row knows only
 * a few columns, and may stay without one, a path is looked for in the neighbourhood of its row and not in a full matrix.
 */

/** A column that a row may have, and what that saves; more than nothing. */
export interface Edge {
  column: number
  saving: number
}

/** For each row its column, or -1. */
export function bestMatching(rows: readonly (readonly Edge[])[], columns: number): Int32Array {
  let most = 0
  for (const edges of rows) for (const { saving } of edges) most = Math.max(most, saving)
  // Each row has a column of its own behind the real ones, that costs as much as saving nothing: so all rows find one.
  const own = (row: number) => columns + row
  const owner = new Int32Array(columns + rows.length).fill(-1)
  const columnOf = new Int32Array(rows.length).fill(-1)
  const rowPotential = new Float64Array(rows.length)
  const columnPotential = new Float64Array(columns + rows.length)
  const distance = new Float64Array(columns + rows.length).fill(Number.POSITIVE_INFINITY)
  const isDone = new Uint8Array(columns + rows.length)
  const parent = new Int32Array(columns + rows.length)

  for (let start = 0; start < rows.length; start++) {
    const heap = new Heap(distance)
    const reached: number[] = []
    const done: number[] = []
    let row = start
    let base = 0
    let last = -1
    const reach = (column: number, cost: number) => {
      const length = base + cost - (rowPotential[row] as number) - (columnPotential[column] as number)
      if (isDone[column] === 1 || length >= (distance[column] as number)) return
      if (distance[column] === Number.POSITIVE_INFINITY) reached.push(column)
      distance[column] = length
      parent[column] = row
      heap.push(column)
    }
    while (last < 0) {
      for (const { column, saving } of rows[row] as readonly Edge[]) reach(column, most - saving)
      reach(own(row), most)
      let next = heap.pop()
      while (isDone[next] === 1) next = heap.pop()
      if (owner[next] === -1) {
        last = next
        break
      }
      isDone[next] = 1
      done.push(next)
      base = distance[next] as number
      row = owner[next] as number
    }

    const end = distance[last] as number
    rowPotential[start] = (rowPotential[start] as number) + end
    for (const column of done) {
      const ahead = end - (distance[column] as number)
      rowPotential[owner[column] as number] = (rowPotential[owner[column] as number] as number) + ahead
      columnPotential[column] = (columnPotential[column] as number) - ahead
    }
    for (let column = last; column !== -1; ) {
      const taker = parent[column] as number
      const left = columnOf[taker] as number
      owner[column] = taker
      columnOf[taker] = column
      column = taker === start ? -1 : left
    }
    for (const column of reached) distance[column] = Number.POSITIVE_INFINITY
    for (const column of done) isDone[column] = 0
  }
  return columnOf.map((column) => (column < columns ? column : -1))
}

/** A binary heap of columns by their distance. One that came nearer is in it twice, and met first at its nearest. */
class Heap {
  readonly #columns: number[] = []
  readonly #keys: number[] = []
  readonly #distance: Float64Array

  constructor(distance: Float64Array) {
    this.#distance = distance
  }

  push(column: number): void {
    const [columns, keys] = [this.#columns, this.#keys]
    const key = this.#distance[column] as number
    let at = columns.length
    while (at > 0) {
      const above = (at - 1) >> 1
      if ((keys[above] as number) <= key) break
      keys[at] = keys[above] as number
      columns[at] = columns[above] as number
      at = above
    }
    keys[at] = key
    columns[at] = column
  }

  pop(): number {
    const [columns, keys] = [this.#columns, this.#keys]
    const first = columns[0]
    const column = columns.pop()
    const key = keys.pop()
    if (first === undefined || column === undefined || key === undefined) throw new RangeError('the heap is empty')
    if (columns.length === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= columns.length) break
      if (below + 1 < columns.length && (keys[below + 1] as number) < (keys[below] as number)) below++
      if ((keys[below] as number) >= key) break
      keys[at] = keys[below] as number
      columns[at] = columns[below] as number
      at = below
    }
    keys[at] = key
    columns[at] = column
    return first
  }
}
