/**
 * The layers of an article from the server. They are asked for again every few seconds while somebody looks; as long as
 * nothing has changed the answer is empty and the value the same object.
 */
import type { Layers } from '@attest/schema/layer'
import { queryOptions } from '@tanstack/react-query'
import { askAgain, askAgainText } from '../api.ts'
import { quickSchema, type When } from './layers.ts'

const AGAIN_MS = 5000

export const layersQuery = (article: string, when: When = 'now') =>
  queryOptions({
    queryKey: ['articles', article, 'layers', when],
    async queryFn({ client, queryKey }): Promise<{ value: Layers; tag: string | null }> {
      const before = client.getQueryData<{ value: Layers; tag: string | null }>(queryKey)
      const answer = await askAgain(pathOf(article, when), quickSchema, before?.tag ?? null)
      // Only what was answered before has a tag that can still hold.
      return answer ?? (before as NonNullable<typeof before>)
    },
    refetchInterval: when === 'now' ? AGAIN_MS : false,
    staleTime: when === 'now' ? 0 : Number.POSITIVE_INFINITY,
    // Comparing two answers of ten thousand marks takes longer than all that is made of them.
    structuralSharing: false,
  })

/** The same as the server wrote it: whoever compares reads it in a worker. */
export const layersTextQuery = (article: string, when: When) =>
  queryOptions({
    queryKey: ['articles', article, 'layers', when, 'text'],
    async queryFn({ client, queryKey }): Promise<{ text: string; tag: string | null }> {
      const before = client.getQueryData<{ text: string; tag: string | null }>(queryKey)
      const answer = await askAgainText(pathOf(article, when), before?.tag ?? null)
      // Only what was answered before has a tag that can still hold.
      return answer ?? (before as NonNullable<typeof before>)
    },
    refetchInterval: when === 'now' ? AGAIN_MS : false,
    staleTime: when === 'now' ? 0 : Number.POSITIVE_INFINITY,
    // It is long, and of no use to anybody once the page is left.
    gcTime: 0,
    structuralSharing: false,
  })

function pathOf(article: string, when: When): string {
  return `/api/articles/${encodeURIComponent(article)}/layers${when === 'now' ? '' : `?when=${when}`}`
}
