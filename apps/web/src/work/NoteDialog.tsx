/** What is said with a step that gives work back. */
import { NOTE_LENGTH } from '@attest/schema/work'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { noteWords as words } from './wording.ts'
import styles from './work.module.css'

interface Props {
  step: 'send-back' | 'reopen'
  isPending: boolean
  onSend: (note: string) => void
  onClose: () => void
}

export function NoteDialog({ step, isPending, onSend, onClose }: Props) {
  const [note, setNote] = useState('')
  const isSentBack = step === 'send-back'
  return (
    <Dialog
      title={isSentBack ? words.sendBack : words.reopen}
      holdsDraft={note.trim() !== ''}
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
    >
      {() => (
        <form
          className={styles['form']}
          onSubmit={(event) => {
            event.preventDefault()
            onSend(note.trim())
          }}
        >
          <label className={styles['noteField']}>
            {isSentBack ? words.note : words.why}
            <textarea
              rows={4}
              maxLength={NOTE_LENGTH}
              value={note}
              required
              dir="auto"
              onChange={({ target }) => setNote(target.value)}
            />
          </label>
          <p>{words.hint}</p>
          <div className={styles['choices']}>
            <Button type="submit" variant="primary" isDisabled={isPending || note.trim() === ''}>
              {isSentBack ? words.sendBack : words.reopen}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
