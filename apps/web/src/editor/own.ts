/** The selected mark when it is one's own, which alone can be changed. */
import type { Annotation } from '@attest/schema/annotation'
import type { ArticleRoom } from '../live/article-room.ts'
import type { Focus } from './focus.ts'

export function ownSelected(room: ArticleRoom, focus: Focus): Annotation | null {
  const selected = focus.selected.get()
  const annotation = selected === null ? undefined : room.records.get().annotations.get(selected)
  return annotation?.author === room.me.id ? annotation : null
}
