/** What is known of a mark beyond its kind: a form for its author, a list for everybody else. */
import type { Annotation } from '@attest/schema/annotation'
import { foreignTerm, type LabelSet } from '@attest/schema/labelset'
import { oddWords } from '../annotations/wording.ts'
import { useCommand } from '../commands/commands.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { AttributeForm } from './AttributeForm.tsx'
import styles from './attributes.module.css'
import { labelOf } from './save.ts'
import { attributeWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  annotation: Annotation
}

export function Attributes({ bench, annotation }: Props) {
  const { room, focus } = bench
  const { labelSet } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const kind = labelSet.kinds.find((one) => one.id === annotation.kind)
  // The one that is being corrected is given as it should be, and what is written goes into the verdict.
  const isOpen = useLive(focus.correcting) === annotation.id || annotation.author === room.me.id
  if (isOpen && !isBarred && kind)
    // Another mark is another form: what was being written is saved where it belongs.
    return <AttributeForm key={annotation.id} bench={bench} annotation={annotation} kind={kind} />
  const order = kind?.attributes.map(({ id }) => id) ?? []
  const entries = Object.entries(annotation.attributes).sort(([a], [b]) => place(order, a) - place(order, b))
  if (entries.length === 0) return null
  return (
    <dl className={styles['list']}>
      {entries.map(([id, value]) => (
        <div key={id}>
          <dt>{labelOf(labelSet, annotation.kind, id)}</dt>
          <dd dir="auto">
            {value ?? <em>{words.none}</em>}
            <Foreign set={labelSet} kind={annotation.kind} id={id} value={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Foreign({ set, kind, id, value }: { set: LabelSet; kind: string; id: string; value: string | null }) {
  const isForeign = foreignTerm({ kind, attributes: { [id]: value } }, set) === 'unknown-attribute'
  return isForeign && <small className={styles['odd']}>{oddWords.attribute}</small>
}

function place(order: readonly string[], id: string): number {
  const index = order.indexOf(id)
  return index < 0 ? order.length : index
}

/** The key for the form works wherever the card is, and also while it is still to come. */
export function EditCommand({ bench: { editor, room, focus, commands } }: { bench: Workbench }) {
  const own = () => {
    const mark = room.records.get().annotations.get(focus.selected.get() ?? '')
    const kind = room.page.labelSet.kinds.find((one) => one.id === mark?.kind)
    const isMine = mark?.author === room.me.id && room.barred.get() === null
    return isMine && kind && kind.attributes.length > 0 ? mark : null
  }
  useCommand(commands, 'edit', {
    isPossible: () => own() !== null,
    run() {
      const mark = own()
      if (!mark) return false
      // Elsewhere than in the list, an open panel has taken the card's place.
      if (focus.panel.get() !== 'list') focus.panel.set(null)
      editor.commands.selectAnnotation(mark.id)
      focus.edited.set(mark.id)
      return true
    },
  })
  return null
}
