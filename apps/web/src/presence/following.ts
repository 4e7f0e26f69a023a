/** Going along with somebody through the text, and telling the others what one sees. */
import type { Span } from '@attest/schema/span'
import { bringIntoView } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { tell } from '../ui/notices.ts'
import { type Place, placeOf } from './places.ts'
import { alignTop, visibleSpan } from './view.ts'
import { presenceWords } from './wording.ts'

/** How often others hear of what one sees while one scrolls, in milliseconds. */
const VIEW_EVERY_MS = 200

/** How long one who went away may take to come back, as when they load the page anew, in milliseconds. */
const BACK_MS = 3000

const scrolling = new Set(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End', ' '])

/**
 * Keeps the window where this person is, until one moves on one's own or they leave; then `focus.followed` is nobody.
 * Without a connection nobody is known to have left.
 * Returns the way to stop listening.
 */
export function goAlong({ editor, room, focus }: Workbench, person: string): () => void {
  const { blocks } = room.page
  const stop = new AbortController()
  const options = { signal: stop.signal, passive: true, capture: true }
  let before: Place = { selection: null, view: null }
  let stopScrolling = () => {}
  let leaving: ReturnType<typeof setTimeout> | undefined
  const end = () => focus.followed.set(null)
  const leave = () => {
    tell(presenceWords.left(room.nameOf(person)))
    end()
  }

  const go = () => {
    // The page lets go of us a moment after one let go of them.
    if (focus.followed.get() !== person) return
    const isOnline = room.status.get().connection.phase === 'online'
    const isHere = room.peers.get().some((peer) => peer.user.id === person)
    if (isHere || !isOnline) {
      clearTimeout(leaving)
      leaving = undefined
    } else leaving ??= setTimeout(leave, BACK_MS)
    if (!isHere) return
    const place = placeOf(room, person)
    if (!place) return
    const { selection, view } = place
    // What they did last is what they look at: they may have selected words and read on.
    if (view && !isSame(view, before.view)) {
      stopScrolling()
      stopScrolling = alignTop(editor.view, blocks, view[0])
    } else if (selection && !isSame(selection, before.selection)) bringIntoView(editor.view, blocks, selection)
    before = place
  }
  const onKey = ({ key, target }: KeyboardEvent) => {
    const isText = target === editor.view.dom || target === document.body
    if (isText && scrolling.has(key)) end()
  }
  const onPointer = ({ target, clientX }: PointerEvent) => {
    // The scroll bar belongs to the root.
    if (target === document.documentElement && clientX >= document.documentElement.clientWidth) end()
  }
  window.addEventListener('wheel', end, options)
  window.addEventListener('touchmove', end, options)
  window.addEventListener('keydown', onKey, options)
  window.addEventListener('pointerdown', onPointer, options)
  const stops = [
    room.peers.subscribe(go),
    room.status.subscribe(go),
    room.views.subscribe(go),
    focus.draft.subscribe(() => focus.draft.get() && end()),
    focus.selected.subscribe(() => focus.selected.get() && end()),
  ]
  go()
  return () => {
    stop.abort()
    clearTimeout(leaving)
    stopScrolling()
    for (const one of stops) one()
  }
}

/** Shows the others what part of the text is in the window, as it changes, or whom one follows. Returns the way to stop. */
export function shareView({ editor, room, focus }: Workbench): () => void {
  const stop = new AbortController()
  const options = { signal: stop.signal, passive: true }
  let timer: ReturnType<typeof setTimeout> | undefined
  let said: { view: Span | null; follows: string | null } | null = null
  const say = () => {
    timer = undefined
    if (editor.isDestroyed) return
    const follows = focus.followed.get()
    const isSeen = !follows && document.visibilityState === 'visible'
    const view = isSeen ? visibleSpan(editor.view, room.page.blocks) : null
    if (said && said.follows === follows && isSame(said.view, view)) return
    said = { view, follows }
    room.look(said)
  }
  const soon = () => {
    timer ??= setTimeout(say, VIEW_EVERY_MS)
  }
  const isOnline = () => room.status.get().connection.phase === 'online'
  let wasOnline = isOnline()
  window.addEventListener('scroll', soon, options)
  window.addEventListener('resize', soon, options)
  document.addEventListener('visibilitychange', soon, options)
  const stops = [
    focus.followed.subscribe(soon),
    // A document that was given up took what was said in it along.
    room.status.subscribe(() => {
      const isBack = isOnline() && !wasOnline
      wasOnline = isOnline()
      if (!isBack) return
      said = null
      soon()
    }),
  ]
  soon()
  return () => {
    stop.abort()
    clearTimeout(timer)
    for (const one of stops) one()
  }
}

function isSame(a: Span | null, b: Span | null): boolean {
  return a === b || (a !== null && b !== null && a[0] === b[0] && a[1] === b[1])
}
