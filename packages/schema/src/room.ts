/**
 * The Y.Doc of a room: four root maps of plain records, keyed by id. This is the only file that names them, so nothing
 * else can put a record in a place or a shape that the server would not know.
 */
import * as Y from 'yjs'
import * as z from 'zod'
import { type Annotation, annotationSchema, isPlainAnnotation } from './annotation.ts'
import { type Comment, commentSchema } from './comment.ts'
import { authorOf } from './record.ts'
import { type Relation, relationSchema } from './relation.ts'
import { type Verdict, verdictSchema } from './verdict.ts'

export const recordSchemas = {
  annotations: annotationSchema,
  relations: relationSchema,
  comments: commentSchema,
  verdicts: verdictSchema,
} as const

export type Root = keyof typeof recordSchemas
export type RecordOf = { annotations: Annotation; relations: Relation; comments: Comment; verdicts: Verdict }

export const roots = ['annotations', 'relations', 'comments', 'verdicts'] as const satisfies readonly Root[]

/** Every record of a room by its id, in no particular order. */
export type Records = { [R in Root]: Map<string, RecordOf[R]> }

/** A value in the document that is no record of ours: shown as "cannot be shown", never dropped, never a crash. */
export interface Unreadable {
  root: Root
  key: string
  problem: string
}

export function isRoot(name: string): name is Root {
  return Object.hasOwn(recordSchemas, name)
}

/** The name of a record among those of all roots, for maps and lists of records of every kind. */
export function recordKey(root: Root, id: string): string {
  return `${root}/${id}`
}

/** The root and id that `recordKey` put together; null when the root is none of ours. Any id comes back as it was. */
export function readRecordKey(key: string): { root: Root; id: string } | null {
  const slash = key.indexOf('/')
  const root = key.slice(0, Math.max(0, slash))
  return isRoot(root) ? { root, id: key.slice(slash + 1) } : null
}

/** The root map as Yjs has it. Values are unparsed: they may come from any version of any client. */
export function rootMap(doc: Y.Doc, root: Root): Y.Map<unknown> {
  return doc.getMap(root)
}

/** Parses one value; a record must carry its key as its id, and the author its key names. */
export function parseRecord<R extends Root>(
  root: R,
  key: string,
  value: unknown,
): { ok: true; record: RecordOf[R] } | { ok: false; problem: string } {
  if (root === 'annotations' && isPlainAnnotation(value) && value.id === key && authorOf(key) === value.author)
    // TypeScript does not see that the root is the annotations' here.
    return { ok: true, record: value as RecordOf[R] }
  const parsed = recordSchemas[root].safeParse(value)
  if (!parsed.success) return { ok: false, problem: z.prettifyError(parsed.error) }
  const { id, author } = parsed.data
  if (id !== key || authorOf(id) !== author)
    return { ok: false, problem: `the key ${key} does not name the id ${id} and the author ${author}` }
  // zod cannot tell that the schema at `root` yields RecordOf[R]; the table above pairs them.
  return { ok: true, record: parsed.data as RecordOf[R] }
}

/** All records of the room, and what could not be read as one. */
export function readRecords(doc: Y.Doc): { records: Records; unreadable: Unreadable[] } {
  const records = emptyRecords()
  const unreadable: Unreadable[] = []
  for (const root of roots)
    for (const [key, value] of rootMap(doc, root)) {
      const problem = readInto(records, root, key, value)
      if (problem !== null) unreadable.push({ root, key, problem })
    }
  return { records, unreadable }
}

/** Adds a value to the records when it is one; what keeps it from being one, or null. */
export function readInto<R extends Root>(records: Records, root: R, key: string, value: unknown): string | null {
  const parsed = parseRecord(root, key, value)
  if (!parsed.ok) return parsed.problem
  records[root].set(key, parsed.record)
  return null
}

export function emptyRecords(): Records {
  return { annotations: new Map(), relations: new Map(), comments: new Map(), verdicts: new Map() }
}

/** Puts a record under its id, replacing the one there. Call it in a transaction that names its origin. */
export function putRecord<R extends Root>(doc: Y.Doc, root: R, record: RecordOf[R]): void {
  rootMap(doc, root).set(record.id, record)
}

/** Takes a record out; nothing happens when it is not there. */
export function removeRecord(doc: Y.Doc, root: Root, id: string): void {
  rootMap(doc, root).delete(id)
}

/** Calls back after each transaction that changed records, with the changed keys of each root. Returns the way to stop. */
export function observeRecords(
  doc: Y.Doc,
  listener: (changed: ReadonlyMap<Root, ReadonlySet<string>>, transaction: Y.Transaction) => void,
): () => void {
  // The types exist before the first update arrives, so that a change of any root is seen from the start.
  for (const root of roots) rootMap(doc, root)
  const afterTransaction = (transaction: Y.Transaction) => {
    const changed = new Map<Root, Set<string>>()
    for (const root of roots) {
      const map: unknown = rootMap(doc, root)
      // A null key stands for a list position; a map has none.
      for (const [type, keys] of transaction.changed)
        if (type === map) changed.set(root, new Set([...keys].filter((key) => key !== null)))
    }
    if (changed.size > 0) listener(changed, transaction)
  }
  doc.on('afterTransaction', afterTransaction)
  return () => doc.off('afterTransaction', afterTransaction)
}

/** An undo manager that takes back only what was done under this origin, in any of the four maps. */
export function makeUndoManager(doc: Y.Doc, origin: unknown): Y.UndoManager {
  return new Y.UndoManager(
    roots.map((root) => rootMap(doc, root)),
    { trackedOrigins: new Set([origin]), captureTimeout: 0 },
  )
}
