/**
 * Finds out about which marks people differ, for whatever shows it, some time after an article was opened: everything else
 * comes first, and where only one person has marked there is nothing to find. It draws nothing.
 */
import { useEffect, useState } from 'react'
import type { Workbench } from '../../editor/workbench.ts'
import { useLive } from '../../live/use-live.ts'
import { makeWorker, sourceOfRoom, watchAgreement } from './live-agreement.ts'

const AFTER_MS = 3000

export function DifferingMarks({ bench: { room, focus } }: { bench: Workbench }) {
  const { annotations } = useLive(room.records)
  const [isDue, setIsDue] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsDue(true), AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  const isWanted = isDue && haveTwoAuthors([...annotations.values()].filter(({ author }) => !room.isModel(author)))
  useEffect(() => {
    if (!isWanted) return
    const live = watchAgreement(sourceOfRoom(room), { about: 'differing', bench: makeWorker(), now: Date.now })
    const stop = live.standing.subscribe(() => {
      const standing = live.standing.get()
      if (standing.phase === 'ready' && !standing.isOld) focus.differing.set(new Set(standing.answer))
    })
    return () => {
      stop()
      live.close()
      focus.differing.set(new Set())
    }
  }, [isWanted, room, focus])
  return null
}

function haveTwoAuthors(annotations: Iterable<{ author: string }>): boolean {
  let first: string | null = null
  for (const { author } of annotations) {
    first ??= author
    if (author !== first) return true
  }
  return false
}
