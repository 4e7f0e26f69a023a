/** What is said with a step that gives work back, and why an owner signs something off although it has something open. */
import { NOTE_LENGTH } from '@attest/schema/work'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { noteWords } from './wording.ts'
import styles from './work.module.css'

interface Props {
  step: keyof typeof noteWords
  /** What was said against the step, where it was refused before. */
  problem?: string
  isPending: boolean
  onSend: (note: string) => void
  onClose: () => void
}

export function NoteDialog({ step, problem, isPending, onSend, onClose }: Props) {
  const [note, setNote] = useState('')
  const { title, label, hint, send } = noteWords[step]
  return (
    <Dialog title={title} holdsDraft={note.trim() !== ''} isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      {() => (
        <form
          className={styles['form']}
          onSubmit={(event) => {
            event.preventDefault()
            onSend(note.trim())
          }}
        >
          {problem !== undefined && <p role="alert">{problem}</p>}
          <label className={styles['noteField']}>
            {label}
            <textarea
              autoFocus
              rows={4}
              maxLength={NOTE_LENGTH}
              value={note}
              required
              dir="auto"
              onChange={({ target }) => setNote(target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit()
              }}
            />
          </label>
          <p>{hint}</p>
          <div className={styles['choices']}>
            <Button type="submit" variant="primary" isDisabled={isPending || note.trim() === ''}>
              {send}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
