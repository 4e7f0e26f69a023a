/** The filter of the address as a test of marks that stays the same object for as long as it says the same. */
import type { Annotation } from '@attest/schema/annotation'
import { useMemo } from 'react'
import type { ArticleRoom } from '../live/article-room.ts'
import { constantCell, makeCell } from '../live/cell.ts'
import { useLive } from '../live/use-live.ts'
import { evidenceOf } from './evidence.ts'
import { dependsOnRecords, type Filter, makeTest } from './filter.ts'

type Test = (annotation: Annotation) => boolean

/**
 * A new function says that marks which were here before are shown or hidden now: the text is painted again by it, so
 * nothing else may make one.
 */
export function useFilterTest(room: ArticleRoom, filter: Filter): Test {
  const { mark: _, sort: __, ...asked } = filter
  const key = JSON.stringify(asked)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for all that the filter asks
  const test = useMemo(() => watchTest(room, asked), [room, key])
  return useLive(test)
}

export function watchTest(room: ArticleRoom, filter: Filter) {
  const test = makeTest(filter, evidenceOf(room))
  if (!dependsOnRecords(filter)) return constantCell<Test>(test)
  const cell = makeCell<Test>((annotation) => test(annotation))
  let answers = new Map<string, boolean>()
  function compare(): void {
    const now = new Map<string, boolean>()
    let isOther = false
    for (const [id, annotation] of room.records.get().annotations) {
      const answer = test(annotation)
      now.set(id, answer)
      // A mark that is new is painted anyway.
      if (answers.has(id) && answers.get(id) !== answer) isOther = true
    }
    answers = now
    if (isOther) cell.set((annotation) => test(annotation))
  }
  compare()
  return {
    ...cell,
    subscribe(listener: () => void) {
      let frame = 0
      compare()
      const stops = [
        cell.subscribe(listener),
        // Many marks may come in one frame, and all are asked about at each turn.
        room.records.subscribe(() => {
          frame ||= requestAnimationFrame(() => {
            frame = 0
            compare()
          })
        }),
        () => cancelAnimationFrame(frame),
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}
