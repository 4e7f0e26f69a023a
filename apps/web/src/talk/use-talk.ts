/** What the parts of the talk read again and again. */
import { useEffect, useLayoutEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { clock } from '../api.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { type News, newsFor } from './news.ts'

export function useNews({ room, focus }: Workbench, { threads }: LiveRecords): News {
  const seen = useLive(focus.seen)
  return useMemo(() => newsFor(room.me.id, threads, seen), [room, threads, seen])
}

const EVERY_MS = 30_000

/** The server's time, every half a minute anew. */
export function useNow(): number {
  return useSyncExternalStore(onBeat, beat)
}

function onBeat(listener: () => void): () => void {
  const timer = setInterval(listener, EVERY_MS)
  return () => clearInterval(timer)
}

/** The same for a while, because React asks often. */
function beat(): number {
  return Math.ceil(clock.now() / EVERY_MS) * EVERY_MS
}

/** How long a remark is in view before it counts as looked at, in milliseconds. */
const LOOKED_MS = 1000

/** Calls back once the element has been in view for a moment, in a window that somebody sees; does nothing without `onSeen`. */
export function useLooked(element: React.RefObject<HTMLElement | null>, onSeen: (() => void) | null): void {
  const isWaiting = onSeen !== null
  // What is looked at may have become another meanwhile: who is called is asked when it is time.
  const latest = useRef(onSeen)
  useLayoutEffect(() => {
    latest.current = onSeen
  })
  useEffect(() => {
    if (!isWaiting || !element.current) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let isInView = false
    const look = () => {
      clearTimeout(timer)
      if (isInView && document.visibilityState === 'visible') timer = setTimeout(() => latest.current?.(), LOOKED_MS)
    }
    const observer = new IntersectionObserver(([entry]) => {
      isInView = entry?.isIntersecting ?? false
      look()
    })
    observer.observe(element.current)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
      document.removeEventListener('visibilitychange', look)
    }
  }, [isWaiting, element])
}
