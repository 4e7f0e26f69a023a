/** In the card of a mark: what people said about it, and, where one may judge it, what says it oneself. */
import type { Annotation } from '@attest/schema/annotation'
import { canJudge } from '@attest/schema/roles'
import type { Decision, Verdict } from '@attest/schema/verdict'
import { Check, CircleHelp, CopyCheck, PencilLine, X } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { kindLabel, shortQuote } from '../annotations/describe.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { Button, type ButtonProps } from '../ui/Button.tsx'
import { standIns } from './decide.ts'
import { judge, startCorrecting } from './judge.ts'
import { Note } from './Note.tsx'
import styles from './review.module.css'
import { VerdictList } from './VerdictList.tsx'
import { verdictWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  records: LiveRecords
  annotation: Annotation
}

const icons: Record<Decision, ReactNode> = {
  accept: <Check />,
  reject: <X />,
  duplicate: <CopyCheck />,
  unsure: <CircleHelp />,
}

const buttons: Record<Decision, Pick<ButtonProps, 'variant'> & { shortcut: string; hint: string }> = {
  accept: { variant: 'good', shortcut: 'accept', hint: words.acceptHint },
  reject: { variant: 'bad', shortcut: 'reject', hint: words.rejectHint },
  duplicate: { shortcut: 'duplicateOf', hint: words.duplicateHint },
  unsure: { shortcut: 'unsure', hint: words.unsureHint },
}

const order = ['accept', 'reject', 'duplicate', 'unsure'] as const

export function Verdicts({ bench, records, annotation }: Props) {
  const { editor, room, focus } = bench
  const verdicts = records.verdictsOn.get(annotation.id) ?? []
  const ruling = records.rulings.get(annotation.id)
  const own = verdicts.find((verdict) => verdict.author === room.me.id)
  const { project } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const isCorrecting = useLive(focus.correcting) === annotation.id
  const mayJudge = !isBarred && annotation.author !== room.me.id && canJudge(project.role, project)
  // Not as one corrects it: what was is told beside what should be.
  const original = records.annotations.get(annotation.id) ?? annotation
  const isAnswer = ruling?.outcome === 'accepted' && ruling.by.every(({ on }) => on !== annotation.id)
  return (
    <div className={styles['review']}>
      <VerdictList bench={bench} annotation={original} verdicts={verdicts} own={mayJudge ? own : undefined} />
      {ruling?.outcome === 'disputed' && (
        <p className={styles['disputed']}>{words.disputed(project.role === 'owner')}</p>
      )}
      {isAnswer && <p className={styles['soft']}>{words.answer}</p>}
      {mayJudge && (
        <>
          <div className={styles['buttons']}>
            {order.map((decision) => (
              <Button
                key={decision}
                {...buttons[decision]}
                hint={own?.decision === decision ? words.takeBack : buttons[decision].hint}
                isPressedState={own?.decision === decision}
                onPress={() => judge(bench, annotation.id, decision)}
              >
                {icons[decision]} {words[decision]}
              </Button>
            ))}
          </div>
          {own?.decision === 'duplicate' && (
            <StandInField bench={bench} records={records} annotation={original} own={own} />
          )}
          {isCorrecting ? (
            <div className={styles['correcting']} role="status">
              <p>{words.correcting(room.nameOf(annotation.author))}</p>
              <Button shortcut="leave" variant="primary" onPress={() => focus.correcting.set(null)}>
                <Check aria-hidden="true" /> {words.done}
              </Button>
              {own?.fix && (
                <Button onPress={() => judge(bench, annotation.id, own.decision, { dropsFix: true })}>
                  {words.dropFix}
                </Button>
              )}
            </div>
          ) : (
            <Button
              variant="quiet"
              shortcut="correct"
              hint={words.correctHint}
              onPress={() => void startCorrecting(bench, annotation.id)}
            >
              <PencilLine aria-hidden="true" /> {words.correct}
            </Button>
          )}
          {own && (
            <Note
              key={own.id}
              note={own.note ?? ''}
              onDone={() => editor.view.dom.focus({ preventScroll: true })}
              onSave={(note) =>
                judge(bench, annotation.id, own.decision, { note, ...(own.of && { of: own.of }) }) !== null
              }
            />
          )}
        </>
      )}
    </div>
  )
}

/** Of which mark it is a duplicate: the best that was found, until somebody chooses another. */
function StandInField({ bench, records, annotation, own }: Props & { own: Verdict }) {
  const { room } = bench
  const id = useId()
  const found = standIns(records, annotation)
  const chosen = found.some((one) => one.id === own.of) ? undefined : records.annotations.get(own.of ?? '')
  const offered = chosen ? [chosen, ...found] : found
  return (
    <div className={styles['of']}>
      <label htmlFor={id}>{words.of}</label>
      <select
        id={id}
        value={own.of ?? ''}
        onChange={(event) => judge(bench, annotation.id, 'duplicate', { of: event.currentTarget.value })}
      >
        {!records.annotations.has(own.of ?? '') && <option value={own.of ?? ''}>{words.duplicateOfGone}</option>}
        {offered.map((one) => (
          <option key={one.id} value={one.id}>
            {`${kindLabel(room, one)}, ${one.author === room.me.id ? words.you : room.nameOf(one.author)}: ${shortQuote(room, one, 60)}`}
          </option>
        ))}
      </select>
    </div>
  )
}
