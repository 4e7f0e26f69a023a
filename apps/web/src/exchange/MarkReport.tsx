/** What would come of an import, or came. */
import type { MarkReport as Report, SkippedTold } from '@attest/schema/exchange-api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { labelsQuery } from '../labels/api.ts'
import { reportUrl } from './api.ts'
import styles from './exchange.module.css'
import { importWords as words } from './wording.ts'

interface Props {
  project: string
  id: string
  report: Report
  isDone: boolean
  /** Whether it may still be mapped otherwise. */
  canChange: boolean
}

/** Longer lists are folded: what is to be decided stands below them. */
const MOST_SHOWN = 12

export function MarkReport({ project, id, report, isDone, canChange }: Props) {
  const labels = useQuery(labelsQuery(project))
  const kinds = new Map(labels.data?.labelSet.kinds.map((kind) => [kind.id, kind]))
  const { given, imported, refused, reported, changed, articles, articleCount, layers, samples } = report
  return (
    <section className={styles['report']} aria-labelledby="report">
      <h4 id="report">{isDone ? words.reportDone : words.report}</h4>
      <p>
        <strong>{words.sums(given, imported, refused.count, reported.count)}</strong>
      </p>
      <Skipped title={words.refused} {...refused} />
      <Skipped title={words.reported} {...reported} />
      <Skipped title={words.changed} {...changed} />
      {refused.count + reported.count + changed.count > 0 && (
        <p>
          <a className={styles['link']} href={reportUrl(project, id)} download>
            <Download aria-hidden="true" /> {words.allOfThem}
          </a>
        </p>
      )}
      {canChange && refused.count > 0 && <p className={styles['hint']}>{words.misplaced}</p>}
      {layers.length > 0 && (
        <>
          <h4>{words.layersMade}</h4>
          <ul>
            {layers.map(({ title, imported: count, isPrediction }) => (
              <li key={title}>
                <bdi>{title}</bdi>: {words.things(count)}
                {isPrediction && ` (${words.predictions})`}
              </li>
            ))}
          </ul>
        </>
      )}
      {imported > 0 && (
        <details className={styles['folded']} open={articleCount <= MOST_SHOWN}>
          <summary>{words.intoArticles(articleCount)}</summary>
          <ul>
            {articles.map(({ article, title, isNew, imported: count }) => (
              <li key={article}>
                {isDone || !isNew ? (
                  <Link to="/articles/$article" params={{ article }} search={{}} className={styles['target']}>
                    <bdi>{title}</bdi>
                  </Link>
                ) : (
                  <bdi>{title}</bdi>
                )}
                {isNew && ` (${words.isNew})`}: {words.things(count)}
              </li>
            ))}
            {articleCount > articles.length && <li>{words.moreArticles(articleCount - articles.length)}</li>}
          </ul>
        </details>
      )}
      {samples.length > 0 && (
        <>
          <h4>{words.samples}</h4>
          <ul>
            {samples.map(({ article, kind, quotes, attributes, layer }, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two marks may be alike, and the list never changes.
              <li key={i}>
                <bdi className={styles['kind']}>{kinds.get(kind)?.label ?? kind}</bdi>{' '}
                <q dir="auto">{quotes.join(' … ')}</q>
                {Object.entries(attributes).map(([name, value]) => (
                  <span key={name} className={styles['hint']}>
                    {' · '}
                    {kinds.get(kind)?.attributes.find(({ id: known }) => known === name)?.label ?? name}:{' '}
                    <bdi>{value ?? '–'}</bdi>
                  </span>
                ))}
                {articleCount > 1 && (
                  <span className={styles['hint']}>
                    {' · '}
                    <bdi>{article}</bdi>
                  </span>
                )}
                {layer !== '' && (
                  <span className={styles['hint']}>
                    {' · '}
                    <bdi>{layer}</bdi>
                  </span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

interface SkippedProps {
  title: string
  count: number
  first: readonly SkippedTold[]
}

/** Shut, so that a long list hides nothing below it. */
export function Skipped({ title, count, first }: SkippedProps) {
  if (count === 0) return null
  return (
    <details className={styles['skipped']}>
      <summary>
        {title}: {count.toLocaleString('en')}
      </summary>
      <ul>
        {first.map(({ where, why }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be alike, and the list never changes.
          <li key={i}>
            <bdi className={styles['where']}>{words.place(where)}</bdi> <span dir="auto">{why}</span>
          </li>
        ))}
      </ul>
      {first.length < count && <p className={styles['hint']}>{words.first(first.length, count)}</p>}
    </details>
  )
}
