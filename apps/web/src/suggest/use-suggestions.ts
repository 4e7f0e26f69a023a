/** Suggestions as the page shows them: with their scores, and only those that are sure enough and not dealt with. */
import type { Annotation } from '@attest/schema/annotation'
import type { Prediction } from '@attest/schema/suggestion-api'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import type { ArticleRoom } from '../live/article-room.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { type Standing, standings, suggestionsIn } from './answer.ts'
import { suggestionsQuery } from './api.ts'
import { type Kept, keptOf } from './kept.ts'

type Test = (annotation: Annotation) => boolean

export interface Suggested {
  all: readonly Annotation[]
  standing: ReadonlyMap<string, Standing>
  scores: ReadonlyMap<string, number>
  predictions: readonly Prediction[]
  kept: Kept
}

export function useSuggestions(room: ArticleRoom): Suggested {
  const records = useCalmly(room.records)
  const people = useLive(room.people)
  const kept = useLive(keptOf(room.me.id, room.page.id))
  // biome-ignore lint/correctness/useExhaustiveDependencies: who is a model is known by the people
  const all = useMemo(() => suggestionsIn(records), [records, people])
  const { data, refetch } = useQuery({ ...suggestionsQuery(room.page.id), enabled: all.length > 0 })
  // Somebody else has asked another model, or brought a file of its in: its marks are here, and its scores are not.
  const fresh = useMemo(() => {
    const known = new Set(data?.predictions.map(({ source }) => source))
    return data ? [...new Set(all.map(({ author }) => author))].filter((author) => !known.has(author)).join(' ') : ''
  }, [data, all])
  useEffect(() => {
    if (fresh !== '') void refetch()
  }, [fresh, refetch])
  const scores = useMemo(() => new Map(data?.predictions.flatMap((one) => one.scores)), [data])
  // biome-ignore lint/correctness/useExhaustiveDependencies: how they stand follows from the records
  const standing = useMemo(() => standings(room, all, kept), [room, all, kept, records])
  return { all, standing, scores, predictions: data?.predictions ?? none, kept }
}

const none: readonly Prediction[] = []

/** Whether a suggestion is sure enough to be shown: one without a score says nothing about that. */
export function isSure(scores: ReadonlyMap<string, number>, { threshold }: Kept, id: string): boolean {
  return (scores.get(id) ?? 1) >= threshold
}

/**
 * The test of the filters, without suggestions that are not sure enough, were taken over or waved away. Another function
 * only when another mark is hidden by it: with each new one the text is painted again.
 */
export function useSuggestionTest(room: ArticleRoom, isShown: Test): Test {
  const { all, standing, scores, kept } = useSuggestions(room)
  const hidden = useRef<ReadonlySet<string>>(new Set())
  const now = all.filter(({ id }) => {
    const how = standing.get(id)
    return how === 'taken' || how === 'rejected' || (how === 'open' && !isSure(scores, kept, id))
  })
  const isSame = now.length === hidden.current.size && now.every(({ id }) => hidden.current.has(id))
  if (!isSame) hidden.current = new Set(now.map(({ id }) => id))
  const { current } = hidden
  return useMemo(
    () => (current.size === 0 ? isShown : (annotation) => !current.has(annotation.id) && isShown(annotation)),
    [current, isShown],
  )
}
