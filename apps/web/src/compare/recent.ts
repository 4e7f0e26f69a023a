/** What was compared last in each article, as long as the page is open: who comes back finds it as it was. */
import type { CompareSearch } from './search.ts'

const last = new Map<string, CompareSearch>()

export function noteCompared(article: string, search: CompareSearch): void {
  last.set(article, search)
}

export function lastCompared(article: string): CompareSearch {
  return last.get(article) ?? {}
}
