/** What is known of a mark beyond its kind. */
import type { Annotation } from '@attest/schema/annotation'
import { foreignTerm } from '@attest/schema/labelset'
import styles from '../annotations/marks.module.css'
import { oddWords } from '../annotations/wording.ts'
import type { Workbench } from '../editor/workbench.ts'

interface Props {
  bench: Workbench
  annotation: Annotation
}

export function Attributes({ bench: { room }, annotation }: Props) {
  const kind = room.page.labelSet.kinds.find((one) => one.id === annotation.kind)
  const entries = Object.entries(annotation.attributes)
  if (entries.length === 0) return null
  return (
    <dl className={styles['attributes']}>
      {entries.map(([id, value]) => (
        <div key={id}>
          <dt>{kind?.attributes.find((attribute) => attribute.id === id)?.label ?? id}</dt>
          <dd dir="auto">
            {value ?? <em>none</em>}
            {kind && foreignTerm({ kind: kind.id, attributes: { [id]: value } }, room.page.labelSet) && (
              <small>{oddWords.attribute}</small>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}
