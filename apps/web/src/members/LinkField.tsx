import { Copy } from 'lucide-react'
import { useId } from 'react'
import { Button } from '../ui/Button.tsx'
import { copy } from '../ui/copy.ts'
import styles from './members.module.css'

/** A link to take along. */
export function LinkField({ label, url, copyLabel }: { label: string; url: string; copyLabel: string }) {
  const id = useId()
  return (
    <div className={styles['link']}>
      <div className={styles['field']}>
        <label htmlFor={id}>{label}</label>
        <input id={id} readOnly value={url} dir="ltr" onFocus={(event) => event.target.select()} />
      </div>
      <Button variant="primary" onPress={() => void copy(url)}>
        <Copy aria-hidden="true" /> {copyLabel}
      </Button>
    </div>
  )
}
