/** How far something is that takes longer than a moment: a bar that moves, with its figures in words. */
import { ProgressBar } from 'react-aria-components'
import styles from './exchange.module.css'

interface Props {
  /** What goes on; told as it begins, and not at each step. */
  label: string
  /** The figures, in words. */
  said?: string
  done: number | null
  of: number
}

export function Progress({ label, said, done, of }: Props) {
  const most = Math.max(1, of)
  return (
    <ProgressBar
      className={styles['progress'] ?? ''}
      aria-label={label}
      {...(done === null ? { isIndeterminate: true } : { value: done, maxValue: most, valueLabel: said ?? '' })}
    >
      {said !== undefined && <span>{said}</span>}
      {done === null ? <progress aria-hidden="true" /> : <progress aria-hidden="true" value={done} max={most} />}
    </ProgressBar>
  )
}
