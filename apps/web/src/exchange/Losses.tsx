/** What a format has no place for. */
import type { ExportReport } from '@attest/schema/exchange-api'
import { lossInWords } from '@attest/schema/formats/format'
import styles from './exchange.module.css'
import { exportWords as words } from './wording.ts'

export function Losses({ left }: Pick<ExportReport, 'left'>) {
  if (left.length === 0) return <p className={styles['hint']}>{words.nothingLeft}</p>
  return (
    <div className={styles['left']}>
      <h3>{words.left}</h3>
      <ul>
        {left.map((loss) => (
          <li key={loss.what}>{words.loss(loss.count, lossInWords(loss))}</li>
        ))}
      </ul>
    </div>
  )
}
