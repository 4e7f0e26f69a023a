/** The note to one's verdict, where the verdict is shown. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Input, TextField } from 'react-aria-components'
import { copy } from '../ui/copy.ts'
import { tell } from '../ui/notices.ts'
import styles from './review.module.css'
import { verdictWords as words } from './wording.ts'

interface Props {
  note: string
  /** False when it could not be saved. */
  onSave: (note: string) => boolean
  /** The person is done with the field, and goes on in the article. */
  onDone: () => void
}

/**
 * The reason for a verdict; a draft of it is one's own until Enter, or until the field is left. Esc gives it up. What was
 * not written anew is never saved over what another window has made of it.
 */
export function Note({ note, onSave, onDone }: Props) {
  const [draft, show] = useState<string | null>(null)
  const latest = useRef<string | null>(null)
  const write = (next: string | null) => {
    latest.current = next
    show(next)
  }
  const save = () => {
    const text = latest.current?.trim()
    if (text === undefined || text === note || onSave(text)) write(null)
  }
  const newest = useRef({ save, note })
  useLayoutEffect(() => {
    newest.current = { save, note }
  })
  useEffect(() => {
    // A page that is hidden may never come back.
    const onHide = () => {
      if (document.visibilityState === 'hidden') newest.current.save()
    }
    document.addEventListener('visibilitychange', onHide)
    return () => {
      document.removeEventListener('visibilitychange', onHide)
      // The verdict, or the right to one, went while the note was written: it is at least handed over.
      const text = latest.current?.trim()
      if (text && text !== newest.current.note)
        tell(words.noteLost(text), { tone: 'problem', action: { label: words.copy, run: () => void copy(text) } })
    }
  }, [])
  return (
    <TextField
      className={styles['note'] ?? ''}
      aria-label={words.note}
      value={draft ?? note}
      onChange={write}
      onBlur={save}
      maxLength={2000}
    >
      <Input
        placeholder={words.why}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Escape') write(null)
          // Leaving the field saves; after Esc there is nothing new to save.
          if (event.key === 'Enter' || event.key === 'Escape') requestAnimationFrame(onDone)
        }}
      />
    </TextField>
  )
}
