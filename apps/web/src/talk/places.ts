/** The fields in which a remark can be written, by name, and what is done with the drafts in them. */
import { remarksOf, type Thread } from '@attest/schema/thread'
import type { Focus, RemarkDraft } from '../editor/focus.ts'
import type { LiveRecords } from '../live/live-records.ts'

export const newPlace = (on: string) => `new:${on}`
export const replyPlace = (thread: string) => `reply:${thread}`
export const editPlace = (remark: string) => `edit:${remark}`

/** Whether an answer in a thread, or a remark of it anew, is written and not sent, or is about to be: that must be in sight. */
export function isWrittenIn({ remarks, asked }: Pick<Focus, 'remarks' | 'asked'>, thread: Thread): boolean {
  return [replyPlace(thread.id), ...remarksOf(thread).map(({ id }) => editPlace(id))].some(
    (place) => remarks.get().has(place) || asked.get() === place,
  )
}

/** The same of all that is said about a mark or link. */
export function isWrittenAbout(focus: Pick<Focus, 'remarks' | 'asked'>, { threads }: LiveRecords, on: string): boolean {
  const place = newPlace(on)
  const isBegun = focus.remarks.get().has(place) || focus.asked.get() === place
  return isBegun || (threads.on.get(on) ?? []).some((thread) => isWrittenIn(focus, thread))
}

/** Keeps what is in a field; null takes it away. */
export function setRemark(focus: Focus, place: string, draft: RemarkDraft | null): void {
  const next = new Map(focus.remarks.get())
  if (draft) next.set(place, draft)
  else next.delete(place)
  focus.remarks.set(next)
}

/** The field in which one goes on about this: an answer where a thread is open, else a new one. */
export function placeFor(records: LiveRecords, on: string): string {
  const open: Thread | undefined = records.threads.on.get(on)?.findLast((thread) => !thread.isResolved)
  return open ? replyPlace(open.id) : newPlace(on)
}

const modifiers: ReadonlySet<string> = new Set(['Shift', 'CapsLock', 'AltGraph', 'Control', 'Alt', 'Meta'])

/**
 * Has the field take the focus once it is there. What is typed until then is written into it, rather than be taken for
 * the keys of the article; another key or a click means that the person went elsewhere. `on` is what the field is about;
 * null where nothing can be written.
 */
export function askFor(focus: Focus, place: string, on: string | null): void {
  // Whoever asked before for the same must not write every key as well.
  focus.asked.set(null)
  focus.asked.set(place)
  const stop = new AbortController()
  const options = { signal: stop.signal, capture: true }
  const giveUp = () => {
    if (focus.asked.get() === place) focus.asked.set(null)
    stop.abort()
  }
  const onKey = (event: KeyboardEvent) => {
    // On the way to a capital letter.
    if (modifiers.has(event.key)) return
    const isText = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey
    if (!isText || on === null) return giveUp()
    event.preventDefault()
    event.stopPropagation()
    const before = focus.remarks.get().get(place)
    setRemark(focus, place, { on, body: (before?.body ?? '') + event.key, mentions: before?.mentions ?? [] })
  }
  // The key or click that asks is still on its way.
  setTimeout(() => {
    document.addEventListener('keydown', onKey, options)
    document.addEventListener('pointerdown', giveUp, options)
  })
  const unsubscribe = focus.asked.subscribe(() => stop.abort())
  stop.signal.addEventListener('abort', unsubscribe)
}
