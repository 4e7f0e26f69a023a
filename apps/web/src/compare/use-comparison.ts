/** The comparison of an article as it is now, from a worker. */
import { useEffect, useMemo, useState } from 'react'
import type { Answer, Asked, Overview, PageCompared, Question } from './comparison.ts'
import type { Compared } from './differences.ts'
import { readStrips, type Strips } from './strips.ts'

export interface Comparison extends Omit<Overview, 'laid' | 'asked'> {
  /** What the filters let through. */
  shown: readonly Compared[]
  strips: Strips
}

export type Comparing =
  | { phase: 'computing' }
  /** `isPending` while it is the last there was, and what is asked for now is computed. */
  | { phase: 'ready'; comparison: Comparison; isPending: boolean }
  | { phase: 'unreadable' }
  | { phase: 'failed'; retry: () => void }

interface Props {
  page: PageCompared
  me: string
  /** The layers as the server wrote them; undefined before it has. */
  json: string | undefined
  asked: Asked
}

export function useComparison({ page, me, json, asked: { who, kind, how } }: Props): Comparing {
  const [attempt, setAttempt] = useState(0)
  const [worker, setWorker] = useState<Worker | null>(null)
  const [found, setFound] = useState<{ comparison: Comparison; answers: string } | null>(null)
  const [failure, setFailure] = useState<'unreadable' | 'failed' | null>(null)
  const { blocks, text, labelSet, people, project } = page
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt begins anew
  useEffect(() => {
    const bench = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    let overview: Overview | null = null
    let shown: Compared[] = []
    bench.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      if (data.type === 'unreadable') return setFailure('unreadable')
      if (data.type === 'overview') {
        overview = data.overview
        shown = []
        return
      }
      shown.push(...data.shown)
      if (!data.isLast || !overview) return
      const { laid, asked, ...rest } = overview
      setFailure(null)
      setFound({ comparison: { ...rest, shown, strips: readStrips(laid, rest.ids, shown) }, answers: keyOf(asked) })
    })
    bench.addEventListener('error', () => setFailure('failed'))
    bench.postMessage({ type: 'open', page: { blocks, text, labelSet, people, project }, me } satisfies Question)
    setWorker(bench)
    return () => bench.terminate()
  }, [attempt, blocks, text, labelSet, people, project, me])
  useEffect(() => {
    if (json !== undefined) worker?.postMessage({ type: 'layers', json } satisfies Question)
  }, [worker, json])
  // biome-ignore lint/correctness/useExhaustiveDependencies: other layers are asked about anew
  useEffect(() => {
    const asked: Asked = { who, kind, how }
    worker?.postMessage({ type: 'ask', asked } satisfies Question)
  }, [worker, json, who, kind, how])
  const wanted = keyOf({ who, kind, how })
  return useMemo(() => {
    if (failure === 'unreadable') return { phase: 'unreadable' }
    if (failure === 'failed')
      return {
        phase: 'failed',
        retry() {
          setFailure(null)
          setAttempt((before) => before + 1)
        },
      }
    if (!found) return { phase: 'computing' }
    return { phase: 'ready', comparison: found.comparison, isPending: found.answers !== wanted }
  }, [failure, found, wanted])
}

function keyOf({ who, kind, how }: Asked): string {
  return JSON.stringify([who, kind, how])
}
