/** The way to the articles before and after this one in its project. */
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import { articlesQuery, queries } from '../api.ts'
import { type Commands, useCommand } from '../commands/commands.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { tell } from '../ui/notices.ts'
import { neighbourWords } from './wording.ts'

/** Whoever goes on by a key wants to go on using keys: the article that is gone to takes the focus. Null for none. */
let focusWanted: string | null = null

export function useNeighbours(commands: Commands, room: ArticleRoom): void {
  const navigate = useNavigate()
  const go = useCallback(
    (step: 1 | -1) => {
      const { id, project } = room.page
      queries.fetchQuery(articlesQuery(project.id)).then(
        (articles) => {
          const at = articles.findIndex((article) => article.id === id)
          const next = at < 0 ? articles[0] : articles[at + step]
          if (!next) return tell(step === 1 ? neighbourWords.last : neighbourWords.first)
          focusWanted = next.id
          void navigate({ to: '/articles/$article', params: { article: next.id }, search: {} })
        },
        () => tell(neighbourWords.unknown, { tone: 'problem' }),
      )
      return true
    },
    [room, navigate],
  )
  useCommand(commands, 'nextArticle', { run: () => go(1) })
  useCommand(commands, 'previousArticle', { run: () => go(-1) })
}

/** Gives the article the focus if it was come to with a key. */
export function useWantedFocus(bench: Workbench | null): void {
  useEffect(() => {
    if (!bench || focusWanted !== bench.room.page.id) return
    focusWanted = null
    bench.editor.view.dom.focus({ preventScroll: true })
  }, [bench])
}
