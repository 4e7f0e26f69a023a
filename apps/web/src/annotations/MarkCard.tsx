/** A mark in full: its words, what is known and said of it, and what one may do with it. */
import type { Annotation } from '@attest/schema/annotation'
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { markName } from '../editor/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar, sourceWord } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import { kindLabel, kindStyle, shortQuote } from './describe.ts'
import styles from './marks.module.css'
import { cardWords, duplicateWord, foldWords, oddWords, outcomeWords } from './wording.ts'

interface Props {
  bench: Workbench
  records: LiveRecords
  annotation: Annotation
  /** The other parts of the page's answer to what else there is about it. */
  children: ReactNode
  /** Where the card lies over the text, it can be folded to what fits beside it. */
  fold?: { isFolded: boolean; onFold: (isFolded: boolean) => void }
}

export function MarkCard({ bench, records, annotation, children, fold }: Props) {
  const { editor, room, focus } = bench
  const { labelSet } = useLive(room.article)
  // While its borders move, the card says what is between them, in its own place.
  const adjusting = useLive(focus.adjusting)
  const mode = useLive(focus.mode)
  const isMoving = mode.type === 'adjust' && adjusting?.id === annotation.id
  const isMine = annotation.author === room.me.id
  const author = room.personOf(annotation.author)
  const isKnown = labelSet.kinds.some((kind) => kind.id === annotation.kind)
  const outcome = records.outcomes.get(annotation.id) ?? 'open'
  return (
    <article
      className={styles['card']}
      data-mark={annotation.id}
      data-foldable={fold ? '' : undefined}
      data-folded={fold?.isFolded || undefined}
      style={{ '--kind': `var(--kind-${kindStyle(room, annotation)})` } as React.CSSProperties}
      aria-label={markName(kindLabel(room, annotation), room.nameOf(annotation.author))}
    >
      <header>
        <Swatch kind={kindStyle(room, annotation)} />
        <strong>{kindLabel(room, annotation)}</strong>
        <Outcome outcome={outcome} isDuplicate={isDuplicate(records, annotation.id)} />
        <span className={styles['author']}>
          <Avatar person={author} /> <span title={author.name}>{isMine ? cardWords.you : author.name}</span>
          {author.source && <small>{sourceWord(author.source)}</small>}
        </span>
        {fold && (
          <Button
            variant="quiet"
            aria-label={foldWords.details}
            aria-expanded={!fold.isFolded}
            onPress={() => fold.onFold(!fold.isFolded)}
          >
            {fold.isFolded ? <ChevronUp aria-hidden="true" /> : <ChevronDown aria-hidden="true" />}
          </Button>
        )}
        <Button
          variant="quiet"
          aria-label={cardWords.close}
          shortcut="leave"
          hint={cardWords.closeHint}
          onPress={() => editor.commands.selectAnnotation(null)}
        >
          <X aria-hidden="true" />
        </Button>
      </header>
      {!isMoving && <blockquote dir="auto">{shortQuote(room, annotation, 400)}</blockquote>}
      {!isKnown && <p className={styles['foreign']}>{oddWords.kind(isMine)}</p>}
      {records.stripped.has(annotation.id) && <p className={styles['foreign']}>{oddWords.version(isMine)}</p>}
      {children}
    </article>
  )
}

interface OutcomeProps {
  outcome: keyof typeof outcomeWords
  /** Whether it is not in the gold because another mark stands for it, which says nothing against it. */
  isDuplicate?: boolean
}

export function Outcome({ outcome, isDuplicate = false }: OutcomeProps) {
  if (outcome === 'open') return null
  return (
    <span className={styles['outcome']} data-outcome={isDuplicate ? 'duplicate' : outcome}>
      {isDuplicate ? duplicateWord : outcomeWords[outcome]}
    </span>
  )
}

/** Whether another mark stands for this one. */
export function isDuplicate({ rulings }: LiveRecords, id: string): boolean {
  return typeof rulings.get(id)?.of === 'string'
}
