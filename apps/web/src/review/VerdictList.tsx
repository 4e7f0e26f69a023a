/** What people said about a mark: each with their note, and with what they would have otherwise. */
import type { Annotation } from '@attest/schema/annotation'
import { applyFix, correctionOf } from '@attest/schema/correction'
import { quotesOf } from '@attest/schema/span'
import type { Verdict } from '@attest/schema/verdict'
import { Check } from 'lucide-react'
import { kindLabel, shortQuote } from '../annotations/describe.ts'
import { speak } from '../editor/focus.ts'
import { putContent } from '../editor/own.ts'
import { refusalText } from '../editor/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { CorrectionView } from './CorrectionView.tsx'
import styles from './review.module.css'
import { verdictWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  annotation: Annotation
  verdicts: readonly Verdict[]
  /** One's own verdict, of which the note stands in a field. */
  own?: Verdict | undefined
}

export function VerdictList({ bench, annotation, verdicts, own }: Props) {
  const { room } = bench
  useLive(room.people)
  if (verdicts.length === 0) return null
  return (
    <ul className={styles['verdicts']} aria-label={words.list}>
      {verdicts.map((verdict) => (
        <li key={verdict.id} data-decision={verdict.decision}>
          <Avatar person={room.personOf(verdict.author)} />
          <div>
            <strong>{verdict.author === room.me.id ? words.you : room.nameOf(verdict.author)}</strong>{' '}
            {saidOf(verdict, verdict.author === room.me.id)}
            {verdict.note && verdict !== own && <q dir="auto">{verdict.note}</q>}
            {verdict.of !== undefined && verdict !== own && <StandIn bench={bench} id={verdict.of} />}
            {/* The two clocks are of two machines, but a minute is more than they differ by as a rule. */}
            {annotation.at > verdict.at + CLOCKS_MS && <small>{words.changedSince}</small>}
            <Fixed bench={bench} annotation={annotation} verdict={verdict} />
          </div>
        </li>
      ))}
    </ul>
  )
}

const CLOCKS_MS = 60_000

/** What somebody said, as the end of a sentence that begins with their name. */
export function saidOf({ decision, fix }: Verdict, isMine = false): string {
  if (decision === 'accept' && fix) return words.corrected
  return isMine && decision === 'unsure' ? words.youSaid.unsure : words.said[decision]
}

/** What stands for a duplicate, and the way there. */
function StandIn({ bench, id }: { bench: Workbench; id: string }) {
  const { editor, room } = bench
  const found = room.records.get().annotations.get(id)
  if (!found) return <small>{words.duplicateOfGone}</small>
  const name = `${kindLabel(room, found)}, ${room.nameOf(found.author)}: ${shortQuote(room, found, 80)}`
  return (
    <button
      type="button"
      className={styles['standIn']}
      aria-label={words.goTo(name)}
      onClick={() => editor.commands.selectAnnotation(id)}
    >
      <span dir="auto">{words.duplicateOf(name)}</span>
    </button>
  )
}

/** The correction; the author of the mark takes it over with one press. */
function Fixed({ bench, annotation, verdict }: { bench: Workbench; annotation: Annotation; verdict: Verdict }) {
  const { room, focus, editor } = bench
  const { labelSet } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  if (!verdict.fix) return null
  const isMine = annotation.author === room.me.id
  if (!correctionOf(annotation, verdict.fix, labelSet))
    return isMine ? (
      <small className={styles['taken']}>
        <Check aria-hidden="true" /> {words.isAsCorrected}
      </small>
    ) : null
  const takeOver = () => {
    const answer = putContent(room, annotation, applyFix(annotation, verdict.fix, labelSet))
    if (!answer.ok) return tell(refusalText(answer.reason), { tone: 'problem' })
    speak(focus, words.takenOver)
    // The button goes with what it did.
    if (!editor.view.dom.contains(document.activeElement)) editor.view.dom.focus({ preventScroll: true })
  }
  return (
    <>
      <CorrectionView
        annotation={annotation}
        fix={verdict.fix}
        wordsOf={(spans) => quotesOf(room.page.text, spans).join(' … ')}
        labelSet={labelSet}
      />
      {isMine && !isBarred && (
        <Button hint={words.takeOverHint} onPress={takeOver}>
          <Check aria-hidden="true" /> {words.takeOver}
        </Button>
      )}
    </>
  )
}
