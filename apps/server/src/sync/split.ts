/**
 * Parts a large update into smaller ones, each of which can be applied as soon as those before it are: so that a whole
 * document can be sent while other things are said in between, and never waits in a page as pending.
 */
import { finish, type Steps } from './steps.ts'
import {
  type DeletedRange,
  type Line,
  RANGE_BYTES,
  readingUpdate,
  type Struct,
  sizeOfStruct,
  type Update,
  writeUpdate,
} from './update.ts'

/**
 * The parts of an update of version 1, in the order in which they are to be applied; deletions come after everything
 * else. Each has about `bytesEach` bytes (more only where one record has). What the update depends on itself, its parts
 * do as well. For updates of our own: one that cannot be read throws.
 */
export function splitUpdate(update: Uint8Array, bytesEach: number): Uint8Array[] {
  return finish(splitting(update, bytesEach))
}

/** The same in steps. */
export function* splitting(update: Uint8Array, bytesEach: number): Steps<Uint8Array[]> {
  if (update.length <= bytesEach) return [update]
  const { lines, deleted } = yield* readingUpdate(update, Number.POSITIVE_INFINITY)
  const parts = new Parts(bytesEach)
  let structs = 0
  for (const { client, struct } of inOrder(lines)) {
    parts.add(client, struct)
    if (++structs % STRUCTS_A_STEP === 0) yield
  }
  for (const [client, ranges] of deleted) for (const range of ranges) parts.delete(client, range)
  return parts.end()
}

/** Ordered and written in a fraction of a millisecond. */
const STRUCTS_A_STEP = 128

class Parts {
  readonly #bytesEach: number
  readonly #written: Uint8Array[] = []
  #lines = new Map<number, Line>()
  #deleted: Update['deleted'] = new Map()
  #bytes = 0

  constructor(bytesEach: number) {
    this.#bytesEach = bytesEach
  }

  add(client: number, struct: Struct): void {
    const last = this.#lines.get(client)?.structs.at(-1)
    // A line of a part has no gaps.
    if (last && last.clock + last.length !== struct.clock) this.#close()
    const line = this.#lines.get(client) ?? { client, structs: [] }
    this.#lines.set(client, line)
    line.structs.push(struct)
    this.#count(sizeOfStruct(struct))
  }

  delete(client: number, range: DeletedRange): void {
    const ranges = this.#deleted.get(client) ?? []
    this.#deleted.set(client, ranges)
    ranges.push(range)
    this.#count(RANGE_BYTES)
  }

  end(): Uint8Array[] {
    if (this.#bytes > 0) this.#close()
    return this.#written
  }

  #count(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes >= this.#bytesEach) this.#close()
  }

  #close(): void {
    this.#written.push(writeUpdate({ lines: [...this.#lines.values()], deleted: this.#deleted }))
    this.#lines = new Map()
    this.#deleted = new Map()
    this.#bytes = 0
  }
}

interface Course {
  client: number
  structs: readonly Struct[]
  next: number
  /** Whether its next one waits for another course. */
  isWaiting: boolean
}

/** Every struct, after its left neighbour in time and after its origin. */
function* inOrder(lines: readonly Line[]): Generator<{ client: number; struct: Struct }> {
  const courses = new Map<number, Course>()
  for (const line of lines) courses.set(line.client, { ...line, next: 0, isWaiting: false })
  for (const first of courses.values()) {
    // A course that waits for another one, which may wait itself; each goes only as far as it is waited for.
    const stack = [{ course: first, until: Number.POSITIVE_INFINITY }]
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { course, until } = top
      course.isWaiting = false
      const struct = course.structs[course.next]
      if (!struct || struct.clock > until) {
        stack.pop()
        continue
      }
      const { origin } = struct
      const awaited = origin && origin.client !== course.client ? courses.get(origin.client) : undefined
      const nextOfAwaited = awaited?.structs[awaited.next]
      if (awaited && nextOfAwaited && origin && nextOfAwaited.clock <= origin.clock) {
        course.isWaiting = true
        // No honest client makes a circle, and what comes in has passed the gate.
        if (awaited.isWaiting)
          throw new RangeError(`clients ${course.client} and ${awaited.client} wait for each other`)
        stack.push({ course: awaited, until: origin.clock })
        continue
      }
      course.next++
      yield { client: course.client, struct }
    }
  }
}
