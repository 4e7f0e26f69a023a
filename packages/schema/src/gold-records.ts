/** Gold as the records of one annotator, for where it leaves the program: as a file that can be brought in again. */
import type { Gold } from './gold.ts'
import { emptyRecords, type Records } from './room.ts'

/** Who has made them, as far as the file says. */
export const GOLD_AUTHOR = 'gold'

/**
 * The same records for the same gold: ids are counted in the order of the text, since those of several people may be alike
 * but for their author. Nobody has judged them: whoever brings them in judges anew.
 */
export function goldRecords({ annotations, relations }: Gold): Records {
  const records = emptyRecords()
  const ids = new Map(annotations.map(({ id }, i) => [id, `${GOLD_AUTHOR}.m${i + 1}`]))
  for (const { id: from, kind, spans, attributes, at } of annotations) {
    const id = ids.get(from) ?? ''
    records.annotations.set(id, { id, kind, spans, attributes, author: GOLD_AUTHOR, at })
  }
  for (const [i, { type, from, to, at }] of relations.entries()) {
    const [start, end] = [ids.get(from), ids.get(to)]
    if (!start || !end) throw new RangeError(`gold has a relation from ${from} to ${to}, and not both of them`)
    const id = `${GOLD_AUTHOR}.r${i + 1}`
    records.relations.set(id, { id, type, from: start, to: end, author: GOLD_AUTHOR, at })
  }
  return records
}
