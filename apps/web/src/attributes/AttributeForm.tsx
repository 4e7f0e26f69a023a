/** The attributes of one's own mark as the label set has them, each a line that is edited where it stands. */
import type { Annotation } from '@attest/schema/annotation'
import { type Attribute, type Kind, missingAttributes } from '@attest/schema/labelset'
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { oddWords } from '../annotations/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import styles from './attributes.module.css'
import { ChoiceField } from './ChoiceField.tsx'
import { CitationHelp } from './CitationHelp.tsx'
import { saveAttributes, type Value, valueIn } from './save.ts'
import { WrittenField } from './WrittenField.tsx'
import { attributeWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  annotation: Annotation
  kind: Kind
}

/** What every field of the form is given. */
export interface FieldProps {
  bench: Workbench
  annotation: Annotation
  attribute: Attribute
  value: Value
  /** Whether it is required and not filled in yet. */
  isMissing: boolean
  /** The ids of the label, of the field that it belongs to, and of what explains it where there is anything. */
  labelId: string
  fieldId: string
  noteId: string | undefined
  /** The person is done here and goes on in the article. */
  onDone: () => void
}

export function AttributeForm({ bench, annotation, kind }: Props) {
  const { editor, focus, room } = bench
  const form = useRef<HTMLDivElement>(null)
  const edited = useLive(focus.edited)
  useEffect(() => {
    if (edited !== annotation.id) return
    focus.edited.set(null)
    const fields = [...(form.current?.querySelectorAll('[data-field]') ?? [])]
    const first = fields.find((field) => field.hasAttribute('data-empty')) ?? fields[0]
    first?.querySelector<HTMLElement>('button, textarea')?.focus()
  }, [edited, focus, annotation.id])

  const missing = new Set(missingAttributes(annotation, { ...room.page.labelSet, kinds: [kind] }).map(({ id }) => id))
  const strange = Object.entries(annotation.attributes).filter(([id]) => !kind.attributes.some((one) => one.id === id))
  if (kind.attributes.length === 0 && strange.length === 0) return null
  const onDone = () => editor.view.dom.focus({ preventScroll: true })
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be announced anew at each of its many fields
    <div
      ref={form}
      className={styles['form']}
      role="group"
      aria-label={words.form}
      onKeyDown={(event) => {
        // What is open over the form has its own Esc, and the fields that are written in answer theirs.
        if (event.key !== 'Escape' || event.defaultPrevented) return
        if (event.target instanceof Node && event.currentTarget.contains(event.target)) onDone()
      }}
    >
      <CitationHelp bench={bench} annotation={annotation} kind={kind} />
      {kind.attributes.map((attribute) => (
        <Line
          key={attribute.id}
          attribute={attribute}
          isEmpty={valueIn(annotation.attributes, attribute.id) === undefined}
          isMissing={missing.has(attribute.id)}
        >
          {(ids) => {
            const value = valueIn(annotation.attributes, attribute.id)
            const isMissing = missing.has(attribute.id)
            const props = { bench, annotation, attribute, value, isMissing, onDone, ...ids }
            return attribute.type === 'enum' ? <ChoiceField {...props} /> : <WrittenField {...props} />
          }}
        </Line>
      ))}
      {strange.map(([id, value]) => (
        <div key={id} className={styles['line']} data-field>
          <span className={styles['label']}>{id}</span>
          <span className={styles['strange']}>
            <span dir="auto">{value ?? <em>{words.none}</em>}</span>
            <Button
              variant="quiet"
              hint={words.remove(id)}
              aria-label={words.remove(id)}
              onPress={() => {
                const saved = saveAttributes(bench, annotation.id, { [id]: undefined })
                if (!saved.ok) tell(saved.why, { tone: 'problem' })
              }}
            >
              <X aria-hidden="true" />
            </Button>
            <small className={styles['odd']}>{oddWords.attribute}</small>
          </span>
        </div>
      ))}
    </div>
  )
}

interface LineProps {
  attribute: Attribute
  isEmpty: boolean
  isMissing: boolean
  children: (ids: Pick<FieldProps, 'labelId' | 'fieldId' | 'noteId'>) => ReactNode
}

function Line({ attribute: { label, hint }, isEmpty, isMissing, children }: LineProps) {
  const id = useId()
  const noteId = hint || isMissing ? `${id}-note` : undefined
  return (
    <div className={styles['line']} data-field data-empty={isEmpty || undefined}>
      <label className={styles['label']} id={`${id}-label`} htmlFor={id} title={hint}>
        {label}
      </label>
      {noteId && (
        <span id={noteId} hidden>
          {[isMissing && words.needed, hint].filter(Boolean).join('. ')}
        </span>
      )}
      {children({ labelId: `${id}-label`, fieldId: id, noteId })}
    </div>
  )
}
