/**
 * Which records of an article go along into its new revision: all that are about nothing a person still has to look at.
 * They keep their keys, authors and times; only where they stand is another place.
 */
import { emptyRecords, type RecordOf, type Records, type Root, recordKey, roots } from '@attest/schema/room'
import type { Spans } from '@attest/schema/span'

/** The name of the place that a verdict proposes for a mark, among the places of marks. */
export function fixName(verdict: string): string {
  return `fix of ${verdict}`
}

/**
 * The records that can go along now. `spansOf` gives the new place of a mark, or of a verdict's correction by `fixName`;
 * null for one that waits. What is about a record that waits, waits with it.
 */
export function carried(records: Records, spansOf: (name: string) => Spans | null): Records {
  const waiting = new Set<string>()
  const carried = emptyRecords()
  for (const mark of records.annotations.values()) {
    const spans = spansOf(mark.id)
    if (spans) carried.annotations.set(mark.id, { ...mark, spans: spans.map(([start, end]) => [start, end]) })
    else waiting.add(mark.id)
  }
  // A reply waits for a remark, that for a link, and the link for a mark: three steps at most, however many there are.
  for (let size = -1; size !== waiting.size; ) {
    size = waiting.size
    for (const root of ['relations', 'comments', 'verdicts'] as const)
      for (const record of records[root].values())
        if (targetsOf(record).some((target) => waiting.has(target))) waiting.add(record.id)
  }
  const take = <R extends Root>(root: R, record: RecordOf[R]) => {
    if (!waiting.has(record.id)) carried[root].set(record.id, record)
  }
  for (const relation of records.relations.values()) take('relations', relation)
  for (const comment of records.comments.values()) take('comments', comment)
  for (const verdict of records.verdicts.values()) {
    if (!verdict.fix?.spans) {
      take('verdicts', verdict)
      continue
    }
    const { spans: _, ...rest } = verdict.fix
    const spans = spansOf(fixName(verdict.id))
    // Whoever decided about the mark did so knowing that the correction has no place any more.
    take('verdicts', {
      ...verdict,
      fix: { ...rest, ...(spans && { spans: spans.map(([start, end]): [number, number] => [start, end]) }) },
    })
  }
  return carried
}

/** Those whose key is not among these. */
export function without(records: Records, keys: ReadonlySet<string>): Records {
  const rest = emptyRecords()
  const take = <R extends Root>(root: R) => {
    for (const [id, record] of records[root]) if (!keys.has(recordKey(root, id))) rest[root].set(id, record)
  }
  for (const root of roots) take(root)
  return rest
}

export function keysOf(records: Records): string[] {
  return roots.flatMap((root) => Array.from(records[root].keys(), (id) => recordKey(root, id)))
}

function targetsOf(record: RecordOf[Root]): string[] {
  if ('from' in record) return [record.from, record.to]
  if ('decision' in record) return record.of === undefined ? [record.on] : [record.on, record.of]
  if ('thread' in record) return [record.thread]
  if ('on' in record) return record.replyTo === undefined ? [record.on] : [record.on, record.replyTo]
  return []
}
