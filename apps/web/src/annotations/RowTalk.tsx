/** That there is talk about a mark, in its line: how much that is not done, and whether one has begun to say something. */
import { MessageSquare, PencilLine } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import type { Workbench } from '../editor/workbench.ts'
import styles from './marks.module.css'
import { talkWords } from './wording.ts'

export function RowTalk({ bench: { room, focus }, id }: { bench: Workbench; id: string }) {
  // Numbers, so that the line is drawn again only when they are others.
  const count = useSyncExternalStore(room.records.subscribe, () =>
    (room.records.get().threads.on.get(id) ?? []).reduce(
      (sum, { isResolved, first, replies }) => (isResolved ? sum : sum + replies.length + (first ? 1 : 0)),
      0,
    ),
  )
  const hasDraft = useSyncExternalStore(focus.remarks.subscribe, () =>
    [...focus.remarks.get().values()].some(({ on }) => on === id),
  )
  if (count === 0 && !hasDraft) return null
  return (
    <small className={styles['rowTalk']}>
      {count > 0 && (
        <>
          <MessageSquare aria-hidden="true" />
          <span aria-hidden="true">{count}</span>
          <span className="visually-hidden">{talkWords.comments(count)}</span>
        </>
      )}
      {hasDraft && (
        <>
          <PencilLine aria-hidden="true" />
          <span className="visually-hidden">{talkWords.draft}</span>
        </>
      )}
    </small>
  )
}
