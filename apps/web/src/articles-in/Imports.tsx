/** The imports of a project: how far each is, what went wrong, and the way to stop one. */
import type { ImportJob } from '@attest/schema/importing'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { ProgressBar } from 'react-aria-components'
import { articlesQuery, projectsQuery } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import styles from './articles-in.module.css'
import { cancelImport, importQuery, importsQuery, reportUrl } from './requests.ts'
import { sentence } from './tray.ts'
import { progressOf, words } from './wording.ts'

export function Imports({ project }: { project: string }) {
  const jobs = useQuery(importsQuery(project))
  const queries = useQueryClient()
  const kept = jobs.data?.reduce((sum, { counts }) => sum + counts.kept, 0)
  const before = useRef(kept)
  useEffect(() => {
    // What others see of the project is counted anew as it grows.
    if (before.current !== undefined && before.current !== kept) {
      for (const { queryKey } of [articlesQuery(project), projectsQuery])
        void queries.invalidateQueries({ queryKey, exact: true })
      void queries.invalidateQueries({ queryKey: ['work'] })
    }
    before.current = kept
  }, [kept, project, queries])
  if (!jobs.data || jobs.data.length === 0) return null
  return (
    <section className={styles['imports']} aria-labelledby="imports">
      <h2 id="imports">{words.imports}</h2>
      <ul>
        {jobs.data.map((job) => (
          <li key={job.id}>
            <Job project={project} job={job} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Job({ project, job }: { project: string; job: ImportJob }) {
  const queries = useQueryClient()
  const [isCancelling, setIsCancelling] = useState(false)
  const { kept, known, failed, cancelled, waiting } = job.counts
  const done = kept + known + failed + cancelled
  const isOpen = job.state === 'running' || job.state === 'receiving'
  const cancel = () => {
    setIsCancelling(true)
    cancelImport(project, job.id)
      .then(() => queries.invalidateQueries({ queryKey: importsQuery(project).queryKey }))
      .catch((error: unknown) => tell(sentence(error), { tone: 'problem' }))
      .finally(() => setIsCancelling(false))
  }
  return (
    <article className={styles['job']} aria-label={job.name}>
      <div className={styles['row']}>
        <strong dir="auto">{job.name}</strong>
        <time dateTime={new Date(job.createdAt).toISOString()} className={styles['hint']}>
          {new Date(job.createdAt).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })}
        </time>
      </div>
      {isOpen && (
        <ProgressBar aria-label={job.name} value={done} maxValue={Math.max(1, done + waiting)}>
          <progress aria-hidden="true" value={done} max={Math.max(1, done + waiting)} />
        </ProgressBar>
      )}
      <p role={isOpen ? undefined : 'status'}>{progressOf(job)}</p>
      {job.note && <p className={styles['hint']}>{job.note}</p>}
      <div className={styles['row']}>
        {isOpen && (
          <Button onPress={cancel} isDisabled={isCancelling}>
            {words.cancel}
          </Button>
        )}
        <a className={styles['link']} href={reportUrl(project, job.id)} download>
          <Download aria-hidden="true" /> {words.report}
        </a>
      </div>
      {failed + known > 0 && <Problems project={project} job={job} />}
    </article>
  )
}

/** Asked for only when somebody wants to see them. */
function Problems({ project, job }: { project: string; job: ImportJob }) {
  const [isShown, setIsShown] = useState(false)
  const page = useQuery({ ...importQuery(project, job.id), enabled: isShown })
  return (
    <details onToggle={({ currentTarget }) => setIsShown(currentTarget.open)}>
      <summary>{words.problems}</summary>
      <ul className={styles['entries']}>
        {page.data?.problems.map((item, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name; what is told only grows.
          <li key={i}>
            <span>
              <bdi>{item.name}</bdi>
              {item.line !== null && `, ${words.line(item.line)}`}
            </span>
            {item.problem && <span className={styles['flaw']}>{item.problem}</span>}
            {item.articleId && (
              <span className={styles['hint']}>
                {words.isKnown}:{' '}
                <Link to="/articles/$article" params={{ article: item.articleId }} search={{}}>
                  <bdi>{item.title}</bdi>
                </Link>
              </span>
            )}
          </li>
        ))}
      </ul>
      {page.error && <p className={styles['flaw']}>{page.error.message}</p>}
    </details>
  )
}
