import { isOverdue, type WorkState } from '@attest/schema/work'
import { CalendarClock } from 'lucide-react'
import { dayText, today } from './days.ts'
import { dueWords } from './wording.ts'
import styles from './work.module.css'

/** In words: `due tomorrow`, `overdue since Fri 20 Nov`. */
export function dueText(due: string, state: WorkState): string {
  const now = today()
  return (isOverdue(due, state, now) ? dueWords.overdue : dueWords.due)(dayText(due, now))
}

/** When something is due, by the day it is where the person is. Nothing where it is due on no day. */
export function DueText({ due, state, isShort = false }: { due: string | null; state: WorkState; isShort?: boolean }) {
  if (due === null) return null
  const now = today()
  const isLate = isOverdue(due, state, now)
  return (
    <time dateTime={due} className={styles['due']} data-late={isLate || undefined}>
      <CalendarClock aria-hidden="true" />
      {isShort ? dayText(due, now) : dueText(due, state)}
    </time>
  )
}
