/** What others corrected about one's own marks, in all articles of the project. */
import { correctionOf } from '@attest/schema/correction'
import { type Corrections, correctionsSchema, keyOfSpans, type Received } from '@attest/schema/correction-api'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Outcome } from '../annotations/MarkCard.tsx'
import { ask } from '../api.ts'
import { kindName } from '../editor/wording.ts'
import { useProject } from '../projects/ProjectFrame.tsx'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import { CorrectionView } from './CorrectionView.tsx'
import styles from './review.module.css'
import { saidOf } from './VerdictList.tsx'
import { verdictWords, feedbackWords as words } from './wording.ts'

export function CorrectionsPage() {
  const project = useProject()
  const read = useInfiniteQuery({
    queryKey: ['projects', project.id, 'corrections'],
    queryFn: ({ pageParam }) =>
      ask(`/api/projects/${encodeURIComponent(project.id)}/corrections?from=${pageParam}`, correctionsSchema),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  })
  const pages = read.data?.pages ?? []
  const last = pages.at(-1)
  const count = pages.reduce((sum, page) => sum + page.articles.reduce((n, { items }) => n + items.length, 0), 0)
  const damaged = pages.flatMap((page) => page.damaged)
  return (
    <div className={styles['page']}>
      <h2>{words.title}</h2>
      <p className={styles['soft']}>{words.pageNote}</p>
      {read.isPending && <Loading what={words.loading} />}
      {read.isError && <Trouble isPart error={read.error} onRetry={() => void read.refetch()} />}
      {pages.map((page) =>
        page.articles.map((article) => (
          <section key={article.id} className={styles['article']} aria-label={article.title}>
            <h3 dir="auto">
              <Link to="/articles/$article" params={{ article: article.id }} search={{}}>
                {article.title}
              </Link>{' '}
              <small>{words.count(article.items.length)}</small>
            </h3>
            <ul>
              {article.items.map((item) => (
                <li key={item.annotation.id}>
                  <Item article={article.id} item={item} page={page} />
                </li>
              ))}
            </ul>
          </section>
        )),
      )}
      {damaged.length > 0 && <p role="alert">{words.damaged(damaged.map(({ title }) => title))}</p>}
      {last && (
        <p role="status" className={styles['soft']}>
          {last.next === null ? words.lookedThrough(last.total) : words.lookedSoFar(last.next, last.total)}
        </p>
      )}
      {read.isSuccess && count === 0 && last?.next === null && <Empty title={words.noneInProject}>{null}</Empty>}
      {read.hasNextPage && (
        <Button isDisabled={read.isFetchingNextPage} onPress={() => void read.fetchNextPage()}>
          {read.isFetchingNextPage ? words.reading : words.readOn}
        </Button>
      )}
    </div>
  )
}

function Item({ article, item, page }: { article: string; item: Received; page: Corrections }) {
  const { annotation, outcome, verdicts } = item
  const wordsOf = (spans: Parameters<typeof keyOfSpans>[0]) => item.words[keyOfSpans(spans)] ?? ''
  const personOf = (id: string) => page.people.find((one) => one.id === id) ?? { id, name: id, color: 0 }
  return (
    <article className={styles['received']}>
      <p>
        <strong>{kindName(page.labelSet, annotation.kind)}</strong> <Outcome outcome={outcome} />{' '}
        <Link to="/articles/$article" params={{ article }} search={{ mark: annotation.id }}>
          <q dir="auto">{wordsOf(annotation.spans)}</q>
        </Link>
      </p>
      <ul className={styles['verdicts']}>
        {verdicts.map((verdict) => (
          <li key={verdict.id} data-decision={verdict.decision}>
            <Avatar person={personOf(verdict.author)} />
            <div>
              <strong>{personOf(verdict.author).name}</strong> {saidOf(verdict)}
              {verdict.note && <q dir="auto">{verdict.note}</q>}
              {verdict.fix && !correctionOf(annotation, verdict.fix, page.labelSet) && (
                <small className={styles['taken']}>{verdictWords.isAsCorrected}</small>
              )}
              <CorrectionView annotation={annotation} fix={verdict.fix} wordsOf={wordsOf} labelSet={page.labelSet} />
            </div>
          </li>
        ))}
      </ul>
    </article>
  )
}
