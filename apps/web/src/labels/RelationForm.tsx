/** One relation type: what it is called, and which kinds it joins. */
import type { LabelSet } from '@attest/schema/labelset'
import { idFrom } from './draft.ts'
import { Checks, Text } from './fields.tsx'
import styles from './labels.module.css'
import { labelWords as words } from './wording.ts'

type RelationType = LabelSet['relations'][number]

interface Props {
  set: LabelSet
  at: number
  isKept: boolean
  onChange: (field: string, change: (type: RelationType, set: LabelSet) => void) => void
}

export function RelationForm({ set, at, isKept, onChange }: Props) {
  const type = set.relations[at]
  if (!type) return null
  const path = `relations.${at}`
  return (
    <div className={styles['form']}>
      <Text
        label={words.label}
        path={`${path}.label`}
        hint={words.id(type.id)}
        value={type.label}
        maxLength={60}
        onChange={(label) =>
          onChange(`${path}.label`, (one, all) => {
            one.label = label
            if (isKept) return
            const id = idFrom(
              label,
              all.relations.flatMap((other) => (other.id === one.id ? [] : [other.id])),
              'relation',
            )
            for (const kind of all.kinds)
              if (kind.needs) kind.needs = kind.needs.map((need) => (need === one.id ? id : need))
            one.id = id
          })
        }
      />
      <div className={styles['pair']}>
        {(['from', 'to'] as const).map((side) => (
          <Checks
            key={side}
            label={words[side]}
            path={`${path}.${side}`}
            options={set.kinds}
            chosen={type[side]}
            onChange={(chosen) => onChange('', (one) => (one[side] = chosen))}
          />
        ))}
      </div>
      <label className={styles['check']}>
        <input
          type="checkbox"
          checked={type.isAcyclic === true}
          onChange={(event) =>
            onChange('', (one) => {
              if (event.target.checked) one.isAcyclic = true
              else delete one.isAcyclic
            })
          }
        />
        {words.acyclic}
      </label>
      <Text
        label={words.guideline}
        path={`${path}.guideline`}
        rows={4}
        maxLength={10_000}
        value={type.guideline}
        onChange={(guideline) => onChange(`${path}.guideline`, (one) => (one.guideline = guideline))}
      />
    </div>
  )
}
