/** A mark in one line: its kind, its words, its author, its state. A click goes to it. */
import type { Annotation } from '@attest/schema/annotation'
import type { Member, Person } from '@attest/schema/api'
import type { Outcome as OutcomeName } from '@attest/schema/outcome'
import { Check, CopyCheck, Scale, X } from 'lucide-react'
import { memo, useEffect } from 'react'
import { select } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar, sourceWord } from '../ui/Avatar.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import { chooseByClick } from './choice.ts'
import { kindLabel, kindStyle, shortQuote } from './describe.ts'
import { isDuplicate } from './MarkCard.tsx'
import styles from './marks.module.css'
import { RowTalk } from './RowTalk.tsx'
import { duplicateWord, outcomeWords } from './wording.ts'

interface Props {
  bench: Workbench
  annotation: Annotation
  author: Person & Pick<Member, 'source'>
  outcome: OutcomeName
  isSelected?: boolean
  isChosen?: boolean
  /** Whether Tab comes to it; in a list only to one. */
  isReachable?: boolean
  /** The ids of the list that it is one of, from which Shift chooses. */
  orderOf?: () => readonly string[]
  /** Called after it was gone to. */
  onPick?: () => void
}

const icons: Record<OutcomeName, React.ReactNode> = {
  open: null,
  accepted: <Check aria-hidden="true" />,
  rejected: <X aria-hidden="true" />,
  disputed: <Scale aria-hidden="true" />,
}

/** Drawn again only when something about this mark is new: there may be hundreds beside the text. */
export const MarkRow = memo(function MarkRow(props: Props) {
  const { bench, annotation, author, outcome, isSelected = false, isChosen = false, isReachable = true } = props
  const { room, focus } = bench
  useLive(room.article)
  // Nothing was said against it but that another stands for it.
  const isDouble = outcome === 'rejected' && isDuplicate(room.records.get(), annotation.id)
  // A row that goes from under the pointer is not left by it.
  useEffect(() => () => void (focus.hovered.get() === annotation.id && focus.hovered.set(null)), [focus, annotation.id])
  return (
    <button
      type="button"
      className={styles['row']}
      data-outcome={isDouble ? 'duplicate' : outcome}
      data-mark={annotation.id}
      data-kind={kindStyle(room, annotation)}
      data-chosen={isChosen || undefined}
      aria-pressed={isSelected}
      tabIndex={isReachable ? 0 : -1}
      style={{ '--kind': `var(--kind-${kindStyle(room, annotation)})` } as React.CSSProperties}
      onClick={(event) => {
        if (chooseByClick(focus, annotation.id, event, props.orderOf?.())) return
        goTo(bench, annotation, event.detail === 0)
        props.onPick?.()
      }}
      onPointerEnter={() => focus.hovered.set(annotation.id)}
      onPointerLeave={() => focus.hovered.set(null)}
    >
      <Swatch kind={kindStyle(room, annotation)} />
      <span className="visually-hidden">{kindLabel(room, annotation)}: </span>
      <span className={styles['rowQuote']} dir="auto">
        {shortQuote(room, annotation, 90)}
      </span>
      <span className="visually-hidden">{` by ${[author.name, sourceWord(author.source)].filter(Boolean).join(', ')}, ${isDouble ? duplicateWord : outcomeWords[outcome]}`}</span>
      {isDouble ? <CopyCheck aria-hidden="true" /> : icons[outcome]}
      <RowTalk bench={bench} id={annotation.id} />
      <Avatar person={author} />
    </button>
  )
})

/** Selects the mark and shows its words; whoever came with a key goes on with the keys there. */
function goTo({ editor, room, focus }: Workbench, { id, spans }: Annotation, isByKey: boolean): void {
  editor.commands.selectAnnotation(id)
  const start = spans[0]?.[0]
  if (!isByKey || start === undefined || start > room.page.text.length) return
  focus.cursor.set(start)
  editor.view.dom.focus({ preventScroll: true })
  select(editor.view, room.page.blocks, start, start)
}
