/** For owners: which articles the public may read, and which are deleted, with the way back. */
import type { ArticleSummary } from '@attest/schema/api'
import { isHidden } from '@attest/schema/layer'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Globe, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { articlesQuery } from '../api.ts'
import { AllBlind, BlindSwitch } from '../blind/BlindSwitch.tsx'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { deleteArticle, deletedArticlesQuery, restoreArticle } from './api.ts'
import { DeletedList } from './DeletedList.tsx'
import styles from './members.module.css'
import { PublicLinkDialog } from './PublicLinkDialog.tsx'
import { settingsWords as words } from './wording.ts'

export function ArticleSettings({ project, isArchived }: { project: string; isArchived: boolean }) {
  const id = useId()
  const queries = useQueryClient()
  const articles = useQuery(articlesQuery(project))
  const deleted = useQuery(deletedArticlesQuery(project))
  const [opened, setOpened] = useState<ArticleSummary | null>(null)
  const refresh = () =>
    Promise.all(
      // Also what other parts of the page ask of the articles of this project.
      [['projects'], ['deleted-articles', project], ['work']].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    )
  const restoring = useMutation({
    mutationFn: (article: { id: string; name: string }) => restoreArticle(article.id),
    onSuccess: (_, { name }) => tell(words.broughtBack(name)),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: refresh,
  })
  const deleting = useMutation({
    mutationFn: (article: ArticleSummary) => deleteArticle(article.id),
    onSuccess: (_, { id, title }) =>
      tell(words.articleDeleted(title), {
        action: { label: words.undo, run: () => restoring.mutate({ id, name: title }) },
      }),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: refresh,
  })
  if (articles.isPending) return <Loading what="the articles" />
  if (!articles.data) return <Trouble isPart error={articles.error} onRetry={() => void articles.refetch()} />
  return (
    <section className={styles['part']} aria-labelledby={id}>
      <h2 id={id}>{words.articles}</h2>
      {articles.data.length > 0 && (
        <>
          <p className={styles['note']}>{words.articlesNote}</p>
          {articles.data.some(({ blind }) => blind === 'open') && (
            <AllBlind project={project} isDisabled={isArchived} />
          )}
          <ul className={styles['rows']}>
            {articles.data.map((article) => (
              <li key={article.id} className={styles['row']}>
                <span className={styles['who']} dir="auto">
                  {article.title}
                </span>
                <BlindSwitch article={article} isDisabled={isArchived} />
                {!isHidden(article.blind) && (
                  <Button aria-label={words.publicOf(article.title)} onPress={() => setOpened(article)}>
                    <Globe aria-hidden="true" /> {words.public}
                  </Button>
                )}
                <Button
                  aria-label={words.deleteOf(article.title)}
                  isDisabled={isArchived || deleting.isPending}
                  onPress={() => deleting.mutate(article)}
                >
                  <Trash2 aria-hidden="true" /> {words.deleteArticle}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
      <DeletedList
        title={words.deletedArticles}
        deleted={deleted.data ?? []}
        isDisabled={isArchived || restoring.isPending}
        onRestore={(one) => restoring.mutate(one)}
      />
      <PublicLinkDialog article={opened} onClose={() => setOpened(null)} />
    </section>
  )
}
