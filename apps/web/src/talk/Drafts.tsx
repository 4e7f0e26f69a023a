/** What one has begun to say elsewhere and not sent: the way back to it, also where its mark is gone. */
import type { RemarkDraft } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { copy } from '../ui/copy.ts'
import { tell } from '../ui/notices.ts'
import { askFor, editPlace, newPlace, setRemark } from './places.ts'
import { markOf, subjectOf, subjectText } from './subject.ts'
import styles from './talk.module.css'
import { words } from './wording.ts'

interface DraftsProps {
  bench: Workbench
  records: LiveRecords
  /** What the field below is about: what is in it is in sight. */
  target: string
  onPick: () => void
}

export function Drafts({ bench, records, target, onPick }: DraftsProps) {
  const { room, focus } = bench
  const remarks = useLive(focus.remarks)
  const elsewhere = [...remarks].filter(([place]) => place !== newPlace(target))
  if (elsewhere.length === 0) return null
  return (
    <details className={styles['drafts']}>
      <summary>{words.drafts(elsewhere.length)}</summary>
      <ul>
        {elsewhere.map(([place, draft]) => (
          <li key={place}>
            <span dir="auto">{draft.body}</span>
            <small dir="auto">{subjectText(room, subjectOf(records, draft.on))}</small>
            <DraftTools bench={bench} records={records} place={place} draft={draft} onPick={onPick} />
          </li>
        ))}
      </ul>
    </details>
  )
}

interface DraftToolsProps {
  bench: Workbench
  records: LiveRecords
  place: string
  draft: RemarkDraft
  onPick: () => void
}

function DraftTools({ bench, records, place, draft, onPick }: DraftToolsProps) {
  const { editor, focus } = bench
  const subject = subjectOf(records, draft.on)
  const mark = markOf(subject)
  const isField = subject.type === 'article' || mark !== undefined
  const isThere =
    place === newPlace(draft.on)
      ? isField
      : place.startsWith('edit:')
        ? records.comments.has(place.slice(editPlace('').length))
        : records.threads.byId.has(place.slice('reply:'.length))
  return (
    <span className={styles['tools']}>
      {isThere && isField && (
        <Button
          variant="quiet"
          onPress={() => {
            editor.commands.selectAnnotation(mark?.id ?? null)
            onPick()
            askFor(focus, place, draft.on)
          }}
        >
          {words.goOn}
        </Button>
      )}
      <Button variant="quiet" onPress={() => void copy(draft.body)}>
        {words.copy}
      </Button>
      <Button
        variant="quiet"
        onPress={() => {
          setRemark(focus, place, null)
          tell(words.discarded, { action: { label: words.undo, run: () => setRemark(focus, place, draft) } })
        }}
      >
        {words.discard}
      </Button>
    </span>
  )
}
