/** That something one worked on was reopened: said once wherever one is, and listed until one has seen it. */
import { dayTeller } from '@attest/schema/days'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { doorQuery } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { dayText, today, zone } from '../work/days.ts'
import { reopenedQuery, seeReopened } from './api.ts'
import styles from './signoff.module.css'
import { reopenWords as words } from './wording.ts'

/** What was said on this page already; it is asked for again and again. */
const said = new Set<string>()

/** Says it in a notice. In the article itself, having it open is to have seen it. */
export function ReopenedNotices({ article }: { article?: string }) {
  const door = useQuery(doorQuery)
  const { data } = useQuery({ ...reopenedQuery, enabled: door.data?.me != null })
  const queries = useQueryClient()
  const navigate = useNavigate()
  useEffect(() => {
    const fresh = (data ?? []).filter(({ id }) => !said.has(id))
    for (const one of fresh) {
      said.add(one.id)
      const text = words.notice(one.by.name, one.title, one.reason)
      if (one.article === article) tell(text, { tone: 'problem' })
      else
        tell(text, {
          action: {
            label: words.open,
            run: () => void navigate({ to: '/articles/$article', params: { article: one.article }, search: {} }),
          },
        })
    }
    const here = (data ?? []).filter((one) => one.article === article).map(({ id }) => id)
    // What cannot be said now is said again with the next answer.
    if (here.length > 0) seeReopened(queries, here).catch(() => {})
  }, [data, article, queries, navigate])
  return null
}

/** The list of them, over one's work. */
export function ReopenedWork() {
  const { data } = useQuery(reopenedQuery)
  const queries = useQueryClient()
  if (!data || data.length === 0) return null
  return (
    <section className={styles['reopened']} aria-labelledby="reopened-work">
      <h2 id="reopened-work">{words.heading}</h2>
      <ul>
        {data.map(({ id, article, title, by, at, reason }) => (
          <li key={id}>
            <Link to="/articles/$article" params={{ article }} search={{}}>
              <strong dir="auto">{title}</strong>
            </Link>
            <p dir="auto">
              <b>{words.by(by.name, dayText(dayTeller(zone)(at), today()))}</b> {reason}
            </p>
            <Button
              variant="quiet"
              aria-label={words.seenOf(title)}
              onPress={() =>
                seeReopened(queries, [id]).catch((error: Error) => tell(error.message, { tone: 'problem' }))
              }
            >
              {words.seen}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
