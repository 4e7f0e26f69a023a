/** The export of a project: made while one goes on working, and kept for some days. */
import type { ExportJob } from '@attest/schema/exchange-api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { articlesQuery } from '../api.ts'
import { membersQuery } from '../members/api.ts'
import { useProject } from '../projects/ProjectFrame.tsx'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { ArticleChoice } from './ArticleChoice.tsx'
import {
  cancelExport,
  type ExportChoice,
  exportFileUrl,
  exportsQuery,
  formatsQuery,
  makeExport,
  sourcesQuery,
} from './api.ts'
import { ExportFields } from './ExportFields.tsx'
import styles from './exchange.module.css'
import { Losses } from './Losses.tsx'
import { Progress } from './Progress.tsx'
import { recentChoice, rememberChoice } from './recent.ts'
import { exportWords, timeOf, exportsWords as words } from './wording.ts'

export function ExportsPage() {
  const { id: project } = useProject()
  const queries = useQueryClient()
  const formats = useQuery(formatsQuery)
  const members = useQuery(membersQuery(project))
  const sources = useQuery(sourcesQuery(project))
  const articles = useQuery(articlesQuery(project))
  const [choice, setChoice] = useState<ExportChoice>(recentChoice)
  const [some, setSome] = useState<ReadonlySet<string> | null>(null)
  const { format, layers, isAnonymous, hasHistory } = choice
  const making = useMutation({
    mutationFn: () =>
      makeExport(project, {
        format,
        layers: typeof layers === 'string' ? layers : [...layers],
        anonymous: isAnonymous,
        history: hasHistory,
        ...(some && { articles: [...some] }),
      }),
    onSuccess: () => {
      rememberChoice(choice)
      tell(words.making)
      return queries.invalidateQueries({ queryKey: exportsQuery(project).queryKey })
    },
  })
  if (formats.isPending) return <Loading what={words.title} />
  if (!formats.data) return <Trouble isPart error={formats.error} onRetry={() => void formats.refetch()} />
  const people = [
    ...(members.data?.members ?? []).map(({ id, name }) => ({ id, name })),
    ...(sources.data ?? []).map(({ id, title }) => ({ id, name: title })),
  ]
  return (
    <div className={styles['page']}>
      <h2>{words.title}</h2>
      <p>{articles.data?.length === 0 ? words.noArticles : words.intro}</p>
      <form
        className={styles['export']}
        onSubmit={(event) => {
          event.preventDefault()
          making.mutate()
        }}
      >
        {articles.data && <ArticleChoice articles={articles.data} chosen={some} onChange={setSome} />}
        <ExportFields formats={formats.data} people={people} choice={choice} onChange={setChoice} />
        {making.isError && (
          <p className={styles['problem']} role="alert">
            {making.error.message}
          </p>
        )}
        <p>
          <Button
            type="submit"
            variant="primary"
            isDisabled={making.isPending || some?.size === 0 || (typeof layers !== 'string' && layers.length === 0)}
          >
            {words.make}
          </Button>
        </p>
      </form>
      <Jobs project={project} formats={new Map(formats.data.map(({ name, label }) => [name, label]))} />
    </div>
  )
}

interface JobsProps {
  project: string
  /** What people know each by. */
  formats: ReadonlyMap<string, string>
}

function Jobs({ project, formats }: JobsProps) {
  const jobs = useQuery(exportsQuery(project))
  return (
    <section className={styles['list']} aria-labelledby="exports">
      <h2 id="exports">{words.list}</h2>
      {jobs.isError && <Trouble isPart error={jobs.error} onRetry={() => void jobs.refetch()} />}
      {jobs.data?.length === 0 && <p className={styles['hint']}>{words.none}</p>}
      <ul>
        {jobs.data?.map((job) => (
          <li key={job.id}>
            <Job project={project} job={job} label={formats.get(job.format) ?? job.format} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Job({ project, job, label }: { project: string; job: ExportJob; label: string }) {
  const queries = useQueryClient()
  const cancelling = useMutation({
    mutationFn: () => cancelExport(project, job.id),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => queries.invalidateQueries({ queryKey: exportsQuery(project).queryKey }),
  })
  const { state, done, articles, bytes, goneAt, note, left } = job
  const isRunning = state === 'running'
  const isThere = state === 'done' && (goneAt === null || goneAt > Date.now())
  return (
    <article className={styles['job']} aria-label={`${label}, ${timeOf(job.createdAt)}`}>
      <p className={styles['row']}>
        <strong>{label}</strong>
        <span>{chosen(job)}</span>
        <time dateTime={new Date(job.createdAt).toISOString()} className={styles['hint']}>
          {timeOf(job.createdAt)}
        </time>
      </p>
      {isRunning && <Progress label={label} said={words.state(job)} done={done} of={articles} />}
      {!isRunning && (
        <p role="status">
          {words.state(job)}
          {bytes !== null && `, ${exportWords.size(bytes)}`}
        </p>
      )}
      {note && <p className={styles['hint']}>{note}</p>}
      {state === 'done' && left.length > 0 && <Losses left={left} />}
      <p className={styles['row']}>
        {isRunning && (
          <Button onPress={() => cancelling.mutate()} isDisabled={cancelling.isPending}>
            {words.cancel}
          </Button>
        )}
        {isThere && (
          <a className={styles['link']} href={exportFileUrl(project, job.id)} download={job.fileName}>
            <Download aria-hidden="true" /> {exportWords.download}
          </a>
        )}
        {state === 'done' && (
          <span className={styles['hint']}>
            {isThere && goneAt !== null ? words.gone(timeOf(goneAt)) : isThere ? '' : words.isGone}
          </span>
        )}
      </p>
    </article>
  )
}

function chosen({ layers, anonymous, history }: ExportJob): string {
  const whose = typeof layers === 'string' ? words.layers[layers] : words.some(layers.length)
  return [whose, ...(anonymous ? [words.anonymous] : []), ...(history ? [words.history] : [])].join(', ')
}
