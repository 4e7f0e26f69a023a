/** What a format has no place for. */
import type { ExportReport } from '@attest/schema/exchange-api'
import styles from './exchange.module.css'
import { exportWords as words } from './wording.ts'

export function Losses({ left }: Pick<ExportReport, 'left'>) {
  if (left.length === 0) return <p className={styles['hint']}>{words.nothingLeft}</p>
  return (
    <div className={styles['left']}>
      <h3>{words.left}</h3>
      <ul>
        {left.map(({ what, count }) => (
          <li key={what}>{words.loss(count, what)}</li>
        ))}
      </ul>
    </div>
  )
}
