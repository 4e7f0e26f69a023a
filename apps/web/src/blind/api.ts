/** The page's side of blind articles. */
import { articleSummarySchema } from '@attest/schema/api'
import { blindChangedSchema, revealSchema } from '@attest/schema/reveal'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { ask, post, put } from '../api.ts'

const articlePath = (article: string) => `/api/articles/${encodeURIComponent(article)}`

/** How far an article is; asked anew while somebody looks, because others submit meanwhile. */
export const revealQuery = (article: string) =>
  queryOptions({
    queryKey: ['reveal', article],
    queryFn: () => ask(`${articlePath(article)}/reveal`, revealSchema),
    refetchInterval: ({ state }) =>
      state.data?.state === 'revealing' ? 700 : state.data?.state === 'revealed' ? false : 5000,
    refetchOnWindowFocus: 'always',
    staleTime: 2000,
  })

/** `without`: those whose marks cannot be read. Of a revealed article, what was left out is put in if it can be read now. */
export function revealArticle(article: string, without: readonly string[] = []) {
  return post(`${articlePath(article)}/reveal`, revealSchema, { without })
}

export function setBlind(article: string, isBlind: boolean) {
  return put(`${articlePath(article)}/blind`, articleSummarySchema, { isBlind })
}

export function setAllBlind(project: string, isBlind: boolean) {
  return post(`/api/projects/${encodeURIComponent(project)}/blind`, blindChangedSchema, { isBlind })
}

/** Has everything asked again that says which articles are blind. */
export async function refreshBlind(queries: QueryClient): Promise<void> {
  await Promise.all(
    ['projects', 'articles', 'reveal', 'work'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
  )
}
