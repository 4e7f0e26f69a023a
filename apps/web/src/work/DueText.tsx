import { isOverdue, type WorkState } from '@attest/schema/work'
import { CalendarClock } from 'lucide-react'
import { dayText, today } from './days.ts'
import { dueWords } from './wording.ts'
import styles from './work.module.css'

/** When something is due, by the day it is where the person is. Nothing where it is due on no day. */
export function DueText({ due, state, isShort = false }: { due: string | null; state: WorkState; isShort?: boolean }) {
  if (due === null) return null
  const now = today()
  const isLate = isOverdue(due, state, now)
  return (
    <time dateTime={due} className={styles['due']} data-late={isLate || undefined}>
      <CalendarClock aria-hidden="true" />
      <span>
        <span className={isShort ? 'visually-hidden' : undefined}>{isLate ? dueWords.overdue : dueWords.due} </span>
        {dayText(due, now)}
      </span>
    </time>
  )
}
