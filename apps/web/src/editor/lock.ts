/** Choosing the label before the words: for the next selection, or locked for every one that comes. */
import type { Editor } from '@tiptap/core'
import type { ArticleRoom } from '../live/article-room.ts'
import { tell } from '../ui/notices.ts'
import { type Focus, type Lock, setDraft, speak } from './focus.ts'
import { kindName, words } from './wording.ts'

interface Locking {
  editor: Editor
  room: ArticleRoom
  focus: Focus
}

/** Marks what is selected as this kind; without a selection, the next one will be. */
export function chooseLabel({ editor, room, focus }: Locking, kind: string): boolean {
  if (focus.draft.get() || room.barred.get()) return editor.commands.annotate(kind)
  const before = focus.lock.get()
  setLock({ room, focus }, before?.kind === kind && !before.isKept ? null : { kind, isKept: false })
  return true
}

/** Locks a label: what is selected is marked with it, and so is all that comes. The same again lets go of it. */
export function toggleLock({ editor, room, focus }: Locking, kind: string): boolean {
  const before = focus.lock.get()
  const isOff = before?.kind === kind && before.isKept
  if (room.barred.get()) return editor.commands.annotate(kind)
  setLock({ room, focus }, isOff ? null : { kind, isKept: true })
  if (!isOff && focus.draft.get()) editor.commands.annotate(kind)
  return true
}

/** Lets go of the label, when one was chosen. */
export function unlock({ room, focus }: Pick<Locking, 'room' | 'focus'>): void {
  if (focus.lock.get()) setLock({ room, focus }, null)
}

/** Marks the finished selection with the label that was chosen for it, if there is one; true when it did. */
export function markWithLock({ editor, focus }: Pick<Locking, 'editor' | 'focus'>): boolean {
  const lock = focus.lock.get()
  if (!lock || !focus.draft.get()) return false
  const isMarked = editor.commands.annotate(lock.kind)
  // A refusal has been told; the words are let go of, or the next selection would seem to have done nothing.
  if (!isMarked) setDraft(focus, null)
  return true
}

/** Lets go of the label when there is nothing more to be marked with it, and says so. Returns the way to stop. */
export function watchLock({ room, focus }: Pick<Locking, 'room' | 'focus'>): () => void {
  const look = () => {
    const lock = focus.lock.get()
    if (!lock) return
    const isKnown = room.page.labelSet.kinds.some(({ id }) => id === lock.kind)
    if (isKnown && !room.barred.get()) return
    focus.lock.set(null)
    tell(isKnown ? words.lockBarred : words.lockGone, { tone: 'problem' })
  }
  const stops = [room.article.subscribe(look), room.barred.subscribe(look), focus.lock.subscribe(look)]
  look()
  return () => {
    for (const stop of stops) stop()
  }
}

function setLock({ room, focus }: Pick<Locking, 'room' | 'focus'>, lock: Lock | null): void {
  focus.lock.set(lock)
  const name = lock ? kindName(room.page.labelSet, lock.kind) : ''
  speak(focus, lock ? (lock.isKept ? words.locked(name) : words.lockedOnce(name)) : words.unlocked)
}
