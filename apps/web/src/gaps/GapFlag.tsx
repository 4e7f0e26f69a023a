/** Flags that the guidelines do not say what a mark should be: a remark about it, of whoever flags it. */
import { FileQuestion } from 'lucide-react'
import { useState } from 'react'
import { kindLabel, shortQuote } from '../annotations/describe.ts'
import { useCommand } from '../commands/commands.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { talkRefusal } from '../talk/wording.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import styles from './gaps.module.css'
import { flagWords as words } from './wording.ts'

const NOTE_LENGTH = 2000

/** The button in a card, which runs what the palette runs. */
export function GapFlag({ bench: { room, editor, commands }, mark }: { bench: Workbench; mark: string }) {
  if (useLive(room.barred) !== null) return null
  return (
    <Button
      variant="quiet"
      hint={words.act}
      aria-label={words.act}
      onPress={() => {
        editor.commands.selectAnnotation(mark)
        commands.run('flagGap')
      }}
    >
      <FileQuestion aria-hidden="true" />
    </Button>
  )
}

export function GapDialog({ bench }: { bench: Workbench }) {
  const { room, focus, commands } = bench
  const [asked, setAsked] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const records = useLive(room.records)
  useCommand(commands, 'flagGap', {
    run() {
      const selected = focus.selected.get()
      if (room.barred.get() !== null) return false
      if (selected === null) tell(words.none)
      else setAsked(selected)
      return true
    },
    isPossible: () => room.barred.get() === null && focus.selected.get() !== null,
  })
  const mark = asked === null ? undefined : records.annotations.get(asked)
  if (!mark) return null
  const close = () => {
    setAsked(null)
    setNote('')
  }
  const flag = () => {
    const answer = room.put('comments', { on: mark.id, body: note.trim(), gap: true })
    if (!answer.ok) return tell(talkRefusal(answer.reason), { tone: 'problem' })
    close()
    tell(words.flagged, { action: { label: words.undo, run: () => room.remove('comments', [answer.id]) } })
  }
  return (
    <Dialog title={words.title} holdsDraft={note.trim() !== ''} isOpen onOpenChange={(isOpen) => isOpen || close()}>
      {() => (
        <form
          className={styles['form']}
          onSubmit={(event) => {
            event.preventDefault()
            if (note.trim() !== '') flag()
          }}
        >
          <blockquote dir="auto">
            {shortQuote(room, mark, 160)}
            <small>
              {kindLabel(room, mark)}, {room.nameOf(mark.author)}
            </small>
          </blockquote>
          <label>
            {words.note}
            <textarea
              autoFocus
              rows={4}
              maxLength={NOTE_LENGTH}
              required
              dir="auto"
              value={note}
              onChange={({ target }) => setNote(target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit()
              }}
            />
          </label>
          <p className={styles['hint']}>{words.hint}</p>
          <div className={styles['choices']}>
            <Button type="submit" variant="primary" isDisabled={note.trim() === ''}>
              {words.flag}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
