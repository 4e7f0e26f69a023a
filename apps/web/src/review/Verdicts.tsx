/** What people said about a mark, and the two buttons to say it oneself. */
import type { Annotation } from '@attest/schema/annotation'
import { canJudge } from '@attest/schema/roles'
import { Check, X } from 'lucide-react'
import { useState } from 'react'
import { Input, TextField } from 'react-aria-components'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import styles from './review.module.css'

const said = {
  accept: 'accepted',
  reject: 'rejected',
  duplicate: 'called it a duplicate',
  unsure: 'is unsure',
} as const

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
        <ul className={styles['verdicts']} aria-label="Verdicts">
          {verdicts.map((verdict) => (
            <li key={verdict.id} data-decision={verdict.decision}>
              <Avatar person={room.personOf(verdict.author)} />
              <span>
                <strong>{verdict.author === room.me.id ? 'You' : room.nameOf(verdict.author)}</strong>{' '}
                {said[verdict.decision]}
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
              hint={own?.decision === 'accept' ? 'Take it back' : 'Accept this mark'}
              isPressedState={own?.decision === 'accept'}
              onPress={() => editor.commands.judge(annotation.id, 'accept')}
            >
              <Check /> Accept
            </Button>
            <Button
              variant="bad"
              shortcut="reject"
              hint={own?.decision === 'reject' ? 'Take it back' : 'Reject this mark'}
              isPressedState={own?.decision === 'reject'}
              onPress={() => editor.commands.judge(annotation.id, 'reject')}
            >
              <X /> Reject
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
  onSave: (note: string) => void
  /** The person is done with the field, and goes on in the article. */
  onDone: () => void
}

/** The reason for a verdict; a draft of it is one's own until Enter, or until the field is left. Esc gives it up. */
function Note({ note, onSave, onDone }: NoteProps) {
  const [text, setText] = useState(note)
  const save = () => {
    if (text.trim() !== note) onSave(text.trim())
  }
  return (
    <TextField
      className={styles['note'] ?? ''}
      aria-label="Note to your verdict"
      value={text}
      onChange={setText}
      onBlur={save}
      maxLength={2000}
    >
      <Input
        placeholder="Why? (optional note)"
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText(note)
          // Leaving the field saves; after Esc there is nothing new to save.
          if (event.key === 'Enter' || event.key === 'Escape') requestAnimationFrame(onDone)
        }}
      />
    </TextField>
  )
}
