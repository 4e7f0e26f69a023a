import type { WorkState } from '@attest/schema/work'
import { Circle, CircleCheckBig, CircleDot, Eye, Send } from 'lucide-react'
import { stateNames } from './wording.ts'
import styles from './work.module.css'

const icons = { todo: Circle, 'in-progress': CircleDot, submitted: Send, 'in-review': Eye, done: CircleCheckBig }

/** A state: its shape first, its colour second. */
export function StateBadge({ state }: { state: WorkState }) {
  const Icon = icons[state]
  return (
    <span className={styles['state']} data-state={state}>
      <Icon aria-hidden="true" />
      {stateNames[state]}
    </span>
  )
}
