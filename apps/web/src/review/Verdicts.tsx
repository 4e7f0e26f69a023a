/** What people said about a mark, and the two buttons to say it oneself. */
import type { Annotation } from '@attest/schema/annotation'
import { canJudge } from '@attest/schema/roles'
import { Check, X } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Input, TextField } from 'react-aria-components'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { copy } from '../ui/copy.ts'
import { tell } from '../ui/notices.ts'
import styles from './review.module.css'
import { verdictWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  records: LiveRecords
  annotation: Annotation
}

export function Verdicts({ bench: { editor, room }, records, annotation }: Props) {
  const verdicts = records.verdictsOn.get(annotation.id) ?? []
  const own = verdicts.find((verdict) => verdict.author === room.me.id)
  const { project } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const mayJudge = !isBarred && annotation.author !== room.me.id && canJudge(project.role, project)
  return (
    <div className={styles['review']}>
      {verdicts.length > 0 && (
        <ul className={styles['verdicts']} aria-label={words.list}>
          {verdicts.map((verdict) => (
            <li key={verdict.id} data-decision={verdict.decision}>
              <Avatar person={room.personOf(verdict.author)} />
              <span>
                <strong>{verdict.author === room.me.id ? words.you : room.nameOf(verdict.author)}</strong>{' '}
                {words.said[verdict.decision]}
                {/* One's own note stands in the field below. */}
                {verdict.note && verdict !== own && <q>{verdict.note}</q>}
              </span>
            </li>
          ))}
        </ul>
      )}
      {mayJudge && (
        <>
          <div className={styles['buttons']}>
            <Button
              variant="good"
              shortcut="accept"
              hint={own?.decision === 'accept' ? words.takeBack : words.acceptHint}
              isPressedState={own?.decision === 'accept'}
              onPress={() => editor.commands.judge(annotation.id, 'accept')}
            >
              <Check /> {words.accept}
            </Button>
            <Button
              variant="bad"
              shortcut="reject"
              hint={own?.decision === 'reject' ? words.takeBack : words.rejectHint}
              isPressedState={own?.decision === 'reject'}
              onPress={() => editor.commands.judge(annotation.id, 'reject')}
            >
              <X /> {words.reject}
            </Button>
          </div>
          {own && (own.decision === 'accept' || own.decision === 'reject') && (
            <Note
              key={own.id}
              note={own.note ?? ''}
              onDone={() => editor.view.dom.focus({ preventScroll: true })}
              onSave={(note) =>
                editor.commands.judge(annotation.id, own.decision === 'reject' ? 'reject' : 'accept', note)
              }
            />
          )}
        </>
      )}
    </div>
  )
}

interface NoteProps {
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
function Note({ note, onSave, onDone }: NoteProps) {
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
