/** A corrected text compared with the article as it is, and made its newest revision. */
import type { ArticlePage } from '@attest/schema/api'
import type { RevisionPreview } from '@attest/schema/revision'
import { canManage } from '@attest/schema/roles'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { FileUp } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { ApiError, articleQuery } from '../api.ts'
import { kindName } from '../editor/wording.ts'
import { Frame } from '../projects/Frame.tsx'
import { frameWords } from '../projects/wording.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Missing, Trouble } from '../ui/states.tsx'
import { makeRevision, previewRevision } from './api.ts'
import { Words } from './Diff.tsx'
import styles from './history.module.css'
import { reasonWords, reviseWords as words } from './wording.ts'

const MAX_FILE_BYTES = 16 * 1024 * 1024

export function RevisePage() {
  const { article: id = '' } = useParams({ strict: false })
  const page = useQuery(articleQuery(id))
  useEffect(() => {
    if (page.data) document.title = `${words.of(page.data.title)} · Attest`
  }, [page.data])
  if (page.isPending) return <Loading what="the article" />
  if (page.error instanceof ApiError && page.error.status === 404) return <Missing what="article" />
  if (!page.data) return <Trouble error={page.error} onRetry={() => void page.refetch()} />
  const { title, project, revision } = page.data
  const newest = revision?.newest
  return (
    <Frame title={words.of(title)} isWide above={{ name: frameWords.projects }}>
      {!canManage(project.role) ? (
        <p role="alert">{words.notYours}</p>
      ) : newest ? (
        <p role="alert">
          {words.old}{' '}
          <Link to="/articles/$article" params={{ article: newest }} search={{}}>
            {words.toNewest}
          </Link>
        </p>
      ) : (
        <ReviseForm page={page.data} />
      )}
    </Frame>
  )
}

function ReviseForm({ page }: { page: ArticlePage }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [text, setText] = useState(page.text)
  const [title, setTitle] = useState('')
  const result = useRef<HTMLHeadingElement>(null)
  const given = { text, ...(title.trim() ? { title: title.trim() } : {}) }
  const comparing = useMutation({
    mutationFn: async () => ({ preview: await previewRevision(page.id, given), of: given }),
    onSuccess: () => requestAnimationFrame(() => result.current?.focus()),
  })
  const making = useMutation({
    mutationFn: () => makeRevision(page.id, given),
    onSuccess: async ({ id }) => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['articles', page.id] }),
        queries.invalidateQueries({ queryKey: ['projects', page.projectId] }),
      ])
      tell(words.made)
      void navigate({ to: '/articles/$article', params: { article: id }, search: {} })
    },
  })
  const readFile = async (file: File | undefined) => {
    if (!file) return
    if (file.size > MAX_FILE_BYTES) return tell(words.tooLarge(file.name), { tone: 'problem' })
    try {
      setText(new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()))
    } catch {
      tell(words.notText(file.name), { tone: 'problem' })
    }
  }
  const compared = comparing.data
  const isStale = compared !== undefined && (compared.of.text !== text || compared.of.title !== given.title)
  return (
    <div className={styles['page']}>
      <p>{words.explanation}</p>
      <form
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault()
          making.reset()
          comparing.mutate()
        }}
      >
        <label className={styles['field']}>
          <span>{words.text}</span>
          <textarea dir="auto" required value={text} onChange={(event) => setText(event.currentTarget.value)} />
        </label>
        <label className={styles['field']}>
          <span>{words.articleTitle}</span>
          <input dir="auto" maxLength={500} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
        </label>
        <div className={styles['row']}>
          <Button type="submit" variant="primary" isDisabled={comparing.isPending || text === ''}>
            {comparing.isPending ? words.comparing : words.compare}
          </Button>
          <FileTrigger
            acceptedFileTypes={['.txt', '.md', 'text/plain']}
            onSelect={(files) => void readFile(files?.[0])}
          >
            <Button>
              <FileUp aria-hidden="true" /> {words.upload}
            </Button>
          </FileTrigger>
          <Link to="/articles/$article" params={{ article: page.id }} search={{}}>
            {words.cancel}
          </Link>
        </div>
      </form>
      {comparing.isError && (
        <p className={styles['complaint']} role="alert">
          {comparing.error.message}
        </p>
      )}
      {compared && (
        <div className={styles['page']}>
          <h2 ref={result} tabIndex={-1}>
            {words.difference}
          </h2>
          <p>
            <strong>{words.summary(compared.preview.counts.sure, compared.preview.counts.doubtful)}</strong>{' '}
            {words.unchangedFormat}
          </p>
          {compared.preview.notes.map((note) => (
            <p key={note} className={styles['note']}>
              {note}
            </p>
          ))}
          <DifferenceView preview={compared.preview} />
          {compared.preview.doubts.length > 0 && <PreviewDoubts page={page} preview={compared.preview} />}
          {isStale && <p role="status">{words.compareAgain}</p>}
          {making.isError && (
            <p className={styles['complaint']} role="alert">
              {making.error.message}
            </p>
          )}
          <p>
            <Button variant="primary" isDisabled={isStale || making.isPending} onPress={() => making.mutate()}>
              {making.isPending ? words.making : words.make}
            </Button>
          </p>
        </div>
      )}
    </div>
  )
}

function DifferenceView({ preview: { difference, isCut } }: { preview: RevisionPreview }) {
  return (
    // It scrolls, so it can have the focus.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: else who has only a keyboard could not read on
    <section className={styles['difference']} tabIndex={0} aria-label={words.difference}>
      {difference.map((part, i) =>
        'same' in part ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: they never change their places
          <p key={i} data-same="">
            {words.same(part.same)}
          </p>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: they never change their places
          <p key={i} dir="auto">
            <Words words={part.paragraph} />
          </p>
        ),
      )}
      {isCut && <p data-same="">{words.cut}</p>}
    </section>
  )
}

function PreviewDoubts({ page, preview: { doubts, counts } }: { page: ArticlePage; preview: RevisionPreview }) {
  return (
    <>
      <h2>{words.doubts}</h2>
      <ul className={styles['doubts']}>
        {doubts.map(({ mark, quotes, reason, excerpts }) => (
          <li key={mark.id}>
            <p>
              <strong>{kindName(page.labelSet, mark.kind)}</strong>{' '}
              <span className={styles['note']}>
                {page.people.find(({ id }) => id === mark.author)?.name ?? mark.author} · {reasonWords[reason]}
              </span>
            </p>
            <blockquote dir="auto">{quotes.join(' … ')}</blockquote>
            {excerpts[0] && (
              <p dir="auto" className={styles['note']}>
                … {excerpts[0]} …
              </p>
            )}
          </li>
        ))}
      </ul>
      {counts.doubtful > doubts.length && <p>{words.moreDoubts(counts.doubtful - doubts.length)}</p>}
    </>
  )
}
