/** What a model has proposed counts as nobody’s work: only what people have accepted of it is there for them. */
import { type Judging, rulingsOf } from './outcome.ts'
import type { Records } from './room.ts'

/** The records without the marks that a model has proposed and nobody has accepted, and the links from and to these. */
export function countedRecords(
  records: Pick<Records, 'annotations' | 'relations' | 'comments' | 'verdicts'>,
  isModel: (author: string) => boolean,
  judging: Judging,
): Records {
  const proposed = [...records.annotations.values()].filter(({ author }) => isModel(author))
  if (proposed.length === 0) return { ...records }
  const rulings = rulingsOf(records, judging)
  const left = new Set(proposed.flatMap(({ id }) => (rulings.get(id)?.outcome === 'accepted' ? [] : [id])))
  const without = <T>(all: ReadonlyMap<string, T>, isLeft: (one: T) => boolean) =>
    new Map([...all].filter(([, one]) => !isLeft(one)))
  return {
    ...records,
    annotations: without(records.annotations, ({ id }) => left.has(id)),
    relations: without(records.relations, ({ from, to }) => left.has(from) || left.has(to)),
  }
}
