/** Brings marks in that were made elsewhere: the files, what they are mapped to, a look at what would come of it, and the deed. */
import type { MarkImport } from '@attest/schema/exchange-api'
import { canManage } from '@attest/schema/roles'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { articlesQuery } from '../api.ts'
import { useProject } from '../projects/ProjectFrame.tsx'
import { DropArea } from '../ui/DropArea.tsx'
import { Empty, Trouble } from '../ui/states.tsx'
import { beginImport, cancelImport, isOpen, markImportsQuery, readImport, sendFiles } from './api.ts'
import styles from './exchange.module.css'
import { OneImport } from './OneImport.tsx'
import { Progress } from './Progress.tsx'
import { useNames } from './use-names.ts'
import { timeOf, importWords as words } from './wording.ts'

interface Props {
  /** The import that is open, by its id. */
  open: string | undefined
}

export function ImportMarksPage({ open }: Props) {
  const { id: project, role } = useProject()
  if (!canManage(role)) return <Empty title={words.ownersOnly} />
  return (
    <div className={styles['page']}>
      <h2>{words.title}</h2>
      {open === undefined ? (
        <>
          <p>{words.intro}</p>
          <Begin project={project} />
          <Earlier project={project} />
        </>
      ) : (
        <>
          <p>
            <Link to="/projects/$project/import" params={{ project }} search={{}}>
              {words.all}
            </Link>
          </p>
          <OneImport key={open} project={project} id={open} />
        </>
      )}
    </div>
  )
}

function Begin({ project }: { project: string }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const articles = useQuery(articlesQuery(project))
  const [article, setArticle] = useState('')
  const [sent, setSent] = useState<{ done: number; of: number } | null>(null)
  const beginning = useMutation({
    mutationFn: async (files: readonly File[]) => {
      const [first] = files
      if (!first) return null
      setSent({ done: 0, of: files.length })
      const { id } = await beginImport(project, first.name, article || null)
      try {
        await sendFiles(project, id, files, (done) => setSent({ done, of: files.length }))
        await readImport(project, id, { format: null, encoding: null })
      } catch (error) {
        // Half an import is of no use to anybody, and few may be open at a time. Where it cannot even be cancelled, it
        // is in the list below.
        await cancelImport(project, id).catch(() => {})
        throw error
      }
      return id
    },
    onSuccess: (id) => id !== null && navigate({ to: '.', search: { import: id } }),
    onSettled: () => {
      setSent(null)
      return queries.invalidateQueries({ queryKey: markImportsQuery(project).queryKey })
    },
  })
  return (
    <section className={styles['begin']} aria-label={words.title}>
      <label className={styles['field']}>
        <span>{words.into}</span>
        <select value={article} onChange={({ target }) => setArticle(target.value)}>
          <option value="">{words.anyArticle}</option>
          {articles.data?.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <DropArea choose={words.choose} isDisabled={beginning.isPending} onFiles={(files) => beginning.mutate(files)}>
        <p>{words.drop}</p>
        {sent && <Progress label={words.states.receiving} said={words.sending(sent.done, sent.of)} {...sent} />}
      </DropArea>
      {beginning.isError && (
        <p className={styles['problem']} role="alert">
          {beginning.error.message}
        </p>
      )}
    </section>
  )
}

function Earlier({ project }: { project: string }) {
  const imports = useQuery(markImportsQuery(project))
  const nameOf = useNames(project)
  return (
    <section className={styles['list']} aria-labelledby="earlier">
      <h2 id="earlier">{words.list}</h2>
      {imports.isError && <Trouble isPart error={imports.error} onRetry={() => void imports.refetch()} />}
      {imports.data?.length === 0 && <p className={styles['hint']}>{words.none}</p>}
      <ul>
        {imports.data?.map((one) => (
          <li key={one.id}>
            <Row one={one} by={nameOf(one.by)} />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface RowProps {
  one: MarkImport
  /** Who has brought it. */
  by: string
}

function Row({ one: { id, name, files, state, createdAt, note }, by }: RowProps) {
  return (
    <p className={styles['row']}>
      <Link to="." search={{ import: id }} className={styles['link']}>
        <bdi>{name}</bdi>
      </Link>
      <span data-open={isOpen(state) || undefined} className={styles['state']}>
        {words.states[state]}
      </span>
      <span className={styles['hint']}>
        {files.length > 1 && `${words.filesOf(files.length)}, `}
        <bdi>{words.byWhom(by)}</bdi>, <time dateTime={new Date(createdAt).toISOString()}>{timeOf(createdAt)}</time>
      </span>
      {note && <span className={styles['hint']}>{note}</span>}
    </p>
  )
}
