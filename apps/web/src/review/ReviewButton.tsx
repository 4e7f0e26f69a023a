/** In the bar: how much there is to decide, for whoever may; and what others corrected of one's own. */
import { isHidden } from '@attest/schema/layer'
import { canJudge } from '@attest/schema/roles'
import { ClipboardCheck, ClipboardPen } from 'lucide-react'
import { useDeferredValue, useMemo } from 'react'
import type { Workbench } from '../editor/workbench.ts'
import { awaits } from '../live/live-records.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { useFeedback } from './CorrectionsPanel.tsx'
import styles from './review.module.css'
import { feedbackWords, reviewWords as words } from './wording.ts'

export function ReviewButtons({ bench }: { bench: Workbench }) {
  const { room } = bench
  const { project, blind } = useLive(room.article)
  return (
    <>
      {canJudge(project.role, project) && !isHidden(blind) && <ReviewButton bench={bench} />}
      <CorrectionsButton bench={bench} />
    </>
  )
}

function ReviewButton({ bench: { room, focus, commands } }: { bench: Workbench }) {
  const records = useDeferredValue(useCalmly(room.records))
  const isOpen = useLive(focus.panel) === 'review'
  const left = useMemo(() => {
    let count = 0
    for (const one of records.annotations.values()) if (awaits(records, room.me.id, one)) count++
    return count
  }, [records, room])
  const button = (
    <Button
      variant="quiet"
      hint={words.hintMarks(left)}
      shortcut="review"
      aria-label={words.hintMarks(left)}
      isPressedState={isOpen}
      onPress={() => commands.run('review')}
    >
      <ClipboardCheck aria-hidden="true" />
      {left > 0 && <span className={styles['count']}>{left.toLocaleString('en')}</span>}
    </Button>
  )
  // On a phone there is room for it where there is something to decide; else it is in the menu.
  return left > 0 || isOpen ? button : <span className={styles['roomy']}>{button}</span>
}

/** Only where there is something to see: most have no corrections. */
function CorrectionsButton({ bench }: { bench: Workbench }) {
  const { focus, commands } = bench
  const count = useFeedback(bench).length
  const isOpen = useLive(focus.panel) === 'corrections'
  if (count === 0) return null
  return (
    <Button
      variant="quiet"
      hint={feedbackWords.hint(count)}
      shortcut="corrections"
      aria-label={feedbackWords.hint(count)}
      isPressedState={isOpen}
      onPress={() => commands.run('corrections')}
    >
      <ClipboardPen aria-hidden="true" />
      <span className={styles['count']}>{count.toLocaleString('en')}</span>
    </Button>
  )
}
