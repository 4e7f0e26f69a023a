/** Marks about which those who review are split, for the owners of a project: told once, listed, and gone through in turn. */
import type { Disputed } from '@attest/schema/work'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowRight, Scale } from 'lucide-react'
import { useEffect } from 'react'
import { doorQuery } from '../api.ts'
import { tell } from '../ui/notices.ts'
import { disputedQuery } from './api.ts'
import { disputedWords as words } from './wording.ts'
import styles from './work.module.css'

/** How many there were in an article when this person last looked; null before the first answer, which is no news. */
let known: { by: string; marksIn: ReadonlyMap<string, number> } | null = null

/** Says it when there are more in an article than there were. Where it is open, it is seen there. */
export function DisputedNotices({ article }: { article?: string }) {
  const me = useQuery(doorQuery).data?.me?.id
  const { data } = useQuery({ ...disputedQuery, enabled: me !== undefined })
  const navigate = useNavigate()
  useEffect(() => {
    if (!data || me === undefined) return
    const before = known?.by === me ? known.marksIn : null
    known = { by: me, marksIn: new Map(data.map((one) => [one.article, one.marks])) }
    if (before === null) return
    const news = data.filter((one) => one.article !== article && one.marks > (before.get(one.article) ?? 0))
    const [first] = news
    if (!first) return
    const run = () =>
      void navigate({ to: '/articles/$article', params: { article: first.article }, search: { review: 'disputed' } })
    const marks = news.reduce((sum, one) => sum + one.marks, 0)
    // Of many articles one notice: from the first the way leads on to the others.
    const text = news.length === 1 ? words.notice(marks, first.title) : words.noticeOfMany(marks, news.length)
    tell(text, { action: { label: words.decide, run } })
  }, [data, me, article, navigate])
  return null
}

/** The list of them, over one's work. */
export function DisputedWork() {
  const { data } = useQuery(disputedQuery)
  if (!data || data.length === 0) return null
  return (
    <section className={styles['mine']} aria-labelledby="disputed-work">
      <h2 id="disputed-work">{words.title}</h2>
      <ul className={styles['mineItems']}>
        {data.map(({ article, title, project, marks }) => (
          <li key={article}>
            <Link
              to="/articles/$article"
              params={{ article }}
              search={{ review: 'disputed' }}
              aria-label={words.decideIn(title)}
            >
              <strong dir="auto">{title}</strong>
              <span className={styles['meta']}>
                <span className={styles['disputed']}>
                  <Scale aria-hidden="true" /> {words.marks(marks)}
                </span>
                <span dir="auto">{project.name}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The same for one project, over its articles. */
export function DisputedIn({ project }: { project: string }) {
  const { data } = useQuery(disputedQuery)
  const here = data?.filter((one) => one.project.id === project) ?? []
  const [first] = here
  if (!first) return null
  const marks = here.reduce((sum, one) => sum + one.marks, 0)
  return (
    <p className={styles['disputedIn']}>
      <Scale aria-hidden="true" /> {words.inProject(marks, here.length)}{' '}
      <Link to="/articles/$article" params={{ article: first.article }} search={{ review: 'disputed' }}>
        {words.decideAll}
      </Link>
    </p>
  )
}

/** In an article in which all of them are decided: the way to the next one. */
export function NextDisputed({ article, project }: { article: string; project: string }) {
  const { data } = useQuery(disputedQuery)
  if (!data) return null
  const next = nextAfter(data, { article, project })
  if (!next) return <p>{words.none}</p>
  return (
    <Link to="/articles/$article" params={{ article: next.article }} search={{ review: 'disputed' }}>
      {words.next(next.marks, next.title)} <ArrowRight aria-hidden="true" />
    </Link>
  )
}

/** Of the same project first, those after this one before those before it. */
export function nextAfter(all: Disputed, { article, project }: { article: string; project: string }) {
  const at = all.findIndex((one) => one.article === article)
  const inTurn = [...all.slice(at + 1), ...all.slice(0, Math.max(0, at))].filter((one) => one.article !== article)
  return inTurn.find((one) => one.project.id === project) ?? inTurn[0]
}
