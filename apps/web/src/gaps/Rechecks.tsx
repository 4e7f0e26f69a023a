/** The marks that a new version of the labels touches, to be walked through and ticked off. */
import type { Rechecks as Asked, Recheck } from '@attest/schema/gap'
import { canAnnotate } from '@attest/schema/roles'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { check, rechecksQuery } from './api.ts'
import styles from './gaps.module.css'
import { recheckWords as words } from './wording.ts'

/** So many are drawn at a time. */
const DRAWN = 100

interface Props {
  project: string
  version: number
  /** How many it settled. */
  gaps: number
  kindOf: (kind: string) => string
}

export function Rechecks({ project, version, gaps, kindOf }: Props) {
  const query = rechecksQuery(project, version)
  const rechecks = useQuery(query)
  const navigate = useNavigate()
  const [isOpen, setIsOpen] = useState(false)
  if (rechecks.isPending) return <Loading what={words.loading} />
  if (!rechecks.data) return <Trouble isPart error={rechecks.error} onRetry={() => void rechecks.refetch()} />
  const { marks, more, kinds } = rechecks.data
  const done = marks.filter(({ checked }) => checked !== null).length
  const next = marks.find(({ checked }) => checked === null)
  return (
    <section className={styles['recheck']} aria-label={words.version(version, gaps)}>
      <h3>{words.version(version, gaps)}</h3>
      {marks.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <>
          <p>
            {words.progress(done, marks.length + more)} <small>{words.kinds(kinds.map(kindOf).join(', '))}</small>
          </p>
          <progress value={done} max={marks.length + more} aria-label={words.progress(done, marks.length + more)} />
          <div className={styles['tabs']}>
            <Button onPress={() => setIsOpen(!isOpen)} aria-expanded={isOpen}>
              {isOpen ? words.hide : words.show}
            </Button>
            {next && (
              <Button
                onPress={() =>
                  void navigate({
                    to: '/articles/$article',
                    params: { article: next.article },
                    search: { mark: next.mark },
                  })
                }
              >
                {words.next}
              </Button>
            )}
          </div>
          {isOpen && <Marks project={project} asked={rechecks.data} kindOf={kindOf} />}
        </>
      )}
    </section>
  )
}

function Marks({ project, asked, kindOf }: { project: string; asked: Asked; kindOf: Props['kindOf'] }) {
  const { version, role, people, more } = asked
  const queries = useQueryClient()
  const query = rechecksQuery(project, version.number)
  const [drawn, setDrawn] = useState(DRAWN)
  const [onlyOpen, setOnlyOpen] = useState(false)
  const names = new Map(people.map(({ id, name }) => [id, name]))
  const checking = useMutation({
    mutationFn: ({ mark, isChecked }: { mark: Recheck; isChecked: boolean }) =>
      check(project, version.number, [{ article: mark.article, mark: mark.mark }], isChecked),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => queries.invalidateQueries({ queryKey: query.queryKey }),
  })
  const marks = asked.marks.filter(({ checked }) => !onlyOpen || checked === null)
  const groups = Map.groupBy(marks.slice(0, drawn), ({ article }) => article)
  return (
    <>
      <label className={styles['switch']}>
        <input type="checkbox" checked={onlyOpen} onChange={({ target }) => setOnlyOpen(target.checked)} />
        {words.onlyOpen}
      </label>
      {[...groups].map(([article, ofArticle]) => (
        <section key={article} aria-label={ofArticle[0]?.title}>
          <h4 dir="auto">
            {ofArticle[0]?.title} {ofArticle[0]?.isOfGap && <small>{words.ofGap}</small>}
          </h4>
          <ul className={styles['marks']}>
            {ofArticle.map((mark) => (
              <li key={mark.mark}>
                <label className={styles['tick']}>
                  <input
                    type="checkbox"
                    aria-label={words.check(mark.quote)}
                    checked={mark.checked !== null}
                    disabled={!canAnnotate(role) || checking.isPending}
                    onChange={({ target }) => checking.mutate({ mark, isChecked: target.checked })}
                  />
                </label>
                <Link to="/articles/$article" params={{ article }} search={{ mark: mark.mark }} dir="auto">
                  {mark.quote}
                </Link>
                <small>
                  {kindOf(mark.kind)}, {names.get(mark.author) ?? mark.author}
                  {mark.checked && ` · ${words.by(names.get(mark.checked.by) ?? mark.checked.by)}`}
                </small>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {marks.length > drawn && <Button onPress={() => setDrawn(drawn + DRAWN)}>{words.more}</Button>}
      {more > 0 && <p>{words.beside(more)}</p>}
    </>
  )
}
