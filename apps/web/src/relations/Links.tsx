/** The relations of a mark, from it and to it. */
import type { Annotation } from '@attest/schema/annotation'
import type { Relation } from '@attest/schema/relation'
import { kindStyle, shortQuote } from '../annotations/describe.ts'
import styles from '../annotations/marks.module.css'
import { oddWords } from '../annotations/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { Swatch } from '../ui/Swatch.tsx'

interface Props {
  bench: Workbench
  records: LiveRecords
  annotation: Annotation
}

export function Links({ bench: { editor, room }, records, annotation }: Props) {
  const related = [...records.relations.values()].filter(
    ({ from, to }) => from === annotation.id || to === annotation.id,
  )
  if (related.length === 0) return null
  const name = ({ type }: Relation) =>
    room.page.labelSet.relations.find((one) => one.id === type)?.label ?? oddWords.relation(type)
  return (
    <ul className={styles['relations']} aria-label="Links">
      {related.map((relation) => {
        const isFrom = relation.from === annotation.id
        const other = records.annotations.get(isFrom ? relation.to : relation.from)
        return (
          <li key={relation.id}>
            <span>
              {name(relation)} {isFrom ? '→' : '←'}
            </span>
            {other ? (
              <button type="button" onClick={() => editor.commands.selectAnnotation(other.id)}>
                <Swatch kind={kindStyle(room, other)} />
                <span dir="auto">{shortQuote(room, other, 60)}</span>
              </button>
            ) : (
              <em>a mark that was deleted</em>
            )}
          </li>
        )
      })}
    </ul>
  )
}
