/** The labels of the first project, and what they might have been before. */
import { readFileSync } from 'node:fs'
import { type LabelSet, labelSetSchema } from '@attest/schema/labelset'

export const labelSet: LabelSet = labelSetSchema.parse(
  JSON.parse(readFileSync(new URL('../../seeds/label-set.json', import.meta.url), 'utf8')),
)

/** With one more kind, `rumour`: as a page knows them that was opened before its project gave that kind up. */
export const olderLabels: LabelSet = {
  ...labelSet,
  kinds: labelSet.kinds.flatMap((kind, i) =>
    i === 0 ? [{ ...kind, id: 'rumour', label: 'Rumour', key: '9' }, kind] : [kind],
  ),
}
