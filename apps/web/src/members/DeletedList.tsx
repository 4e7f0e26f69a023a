/** What was deleted and can still be brought back, with the day on which it goes for good. */
import type { Deleted } from '@attest/schema/teams'
import { useId } from 'react'
import { Button } from '../ui/Button.tsx'
import styles from './members.module.css'
import { settingsWords as words } from './wording.ts'

interface Props {
  title: string
  deleted: readonly Deleted[]
  isDisabled: boolean
  onRestore: (one: Deleted) => void
}

export function DeletedList({ title, deleted, isDisabled, onRestore }: Props) {
  const id = useId()
  if (deleted.length === 0) return null
  return (
    <section className={styles['part']} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ul className={styles['rows']}>
        {deleted.map((one) => (
          <li key={one.id} className={styles['row']}>
            <span className={styles['who']}>
              <span dir="auto">{one.name}</span>
              <small>{words.goneOn(one.goneAt, one.by)}</small>
            </span>
            <Button aria-label={words.bringBackOf(one.name)} isDisabled={isDisabled} onPress={() => onRestore(one)}>
              {words.bringBack}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
