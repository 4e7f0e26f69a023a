/** Labels to be read: each kind with its guideline and what is asked, the relation types, and what is common to all. */
import type { Labels } from '@attest/schema/formats/label-json'
import type { Kind, LabelSet } from '@attest/schema/labelset'
import { patternLine } from '../editor/label-styles.ts'
import { Markdown } from '../ui/Markdown.tsx'
import styles from './labels.module.css'
import { typeWords, labelWords as words } from './wording.ts'

export function Labelled({ labels: { labelSet, guidelines } }: { labels: Labels }) {
  return (
    <div className={styles['shown']}>
      {labelSet.kinds.map((kind) => (
        <section key={kind.id} aria-label={kind.label}>
          <h3 dir="auto">
            <Line kind={kind} /> {kind.label} <kbd>{kind.key}</kbd>
          </h3>
          {kind.guideline ? <Markdown text={kind.guideline} /> : <p className={styles['hint']}>{words.noGuideline}</p>}
          <Asked kind={kind} set={labelSet} />
        </section>
      ))}
      {labelSet.relations.length > 0 && (
        <section aria-label={words.relations}>
          <h3>{words.relations}</h3>
          <dl>
            {labelSet.relations.map((type) => (
              <div key={type.id}>
                <dt dir="auto">{type.label}</dt>
                <dd>
                  <p className={styles['hint']}>
                    {names(labelSet, type.from)} → {names(labelSet, type.to)}
                  </p>
                  {type.guideline && <Markdown text={type.guideline} />}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {guidelines && (
        <section aria-label={words.common}>
          <h3>{words.common}</h3>
          <Markdown text={guidelines} />
        </section>
      )}
    </div>
  )
}

/** The line of a kind by its own colours, whichever label set the page has the style of. */
function Line({ kind }: { kind: Kind }) {
  const { image, height } = patternLine(kind.pattern, `light-dark(${kind.color.light}, ${kind.color.dark})`)
  return <span aria-hidden="true" className={styles['line']} style={{ backgroundImage: image, height }} />
}

function Asked({ kind, set }: { kind: Kind; set: LabelSet }) {
  if (kind.attributes.length + (kind.needs?.length ?? 0) === 0) return null
  return (
    <dl>
      {kind.attributes.map((attribute) => (
        <div key={attribute.id}>
          <dt dir="auto">
            {attribute.label} <small>{attribute.isRequired ? words.required_ : typeWords[attribute.type]}</small>
          </dt>
          <dd dir="auto">
            {attribute.hint}
            {attribute.values && <span className={styles['values']}>{attribute.values.join(' · ')}</span>}
          </dd>
        </div>
      ))}
      {kind.needs && (
        <div>
          <dt>{words.needs}</dt>
          <dd>{kind.needs.map((need) => set.relations.find(({ id }) => id === need)?.label ?? need).join(', ')}</dd>
        </div>
      )}
    </dl>
  )
}

function names({ kinds }: LabelSet, ids: readonly string[]): string {
  return ids.map((id) => kinds.find((kind) => kind.id === id)?.label ?? id).join(', ')
}
