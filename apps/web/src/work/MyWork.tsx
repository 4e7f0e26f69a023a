/** What a person has to do, at the top of the first page: what is due first, by project, and the way to the next article. */
import { type MyWork as Mine, type WorkState, workStates } from '@attest/schema/work'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowRight } from 'lucide-react'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Empty, Trouble } from '../ui/states.tsx'
import { myWorkQuery, refreshWork, takeNext } from './api.ts'
import { DueText } from './DueText.tsx'
import { StateBadge } from './StateBadge.tsx'
import { mineWords as words } from './wording.ts'
import styles from './work.module.css'

type Item = Mine['projects'][number]['items'][number]

export function MyWork() {
  const mine = useQuery(myWorkQuery)
  if (mine.isPending) return null
  if (!mine.data) return <Trouble isPart error={mine.error} onRetry={() => void mine.refetch()} />
  const { projects } = mine.data
  const shown = projects.filter(({ items, takeable }) => items.length > 0 || takeable > 0)
  // To somebody who is in no project, that is said below.
  if (projects.length === 0) return null
  return (
    <section className={styles['mine']} aria-label={words.title}>
      {projects.every(({ items }) => items.length === 0) && (
        <Empty title={words.none}>
          <p>{shown.length > 0 ? words.takeHint : words.noneHint}</p>
        </Empty>
      )}
      {shown.map((project) => (
        <section key={project.id} className={styles['mineProject']} aria-label={project.name}>
          <header>
            <h2 dir="auto">{project.name}</h2>
            {project.takeable > 0 && <TakeNext project={project} />}
          </header>
          {project.items.length > 0 && (
            <ul className={styles['mineItems']}>
              {inOrder(project.items).map((item) => (
                <li key={item.article}>
                  <Link to="/articles/$article" params={{ article: item.article }} search={{}}>
                    <strong dir="auto">{item.title}</strong>
                    <span className={styles['meta']}>
                      <StateBadge state={item.state} />
                      <DueText due={item.due} state={item.state} />
                    </span>
                    {item.note !== null && (
                      <span className={styles['note']} dir="auto">
                        <b>{words.note}</b> {item.note}
                      </span>
                    )}
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
    </section>
  )
}

/** What one can go on with comes before what waits for others; of each, what is due first. */
export function inOrder(items: readonly Item[]): Item[] {
  const rank = (state: WorkState) => (state === 'in-progress' || state === 'todo' ? 0 : workStates.indexOf(state))
  const due = ({ due }: Item) => due ?? '~'
  return items.toSorted(
    (a, b) =>
      rank(a.state) - rank(b.state) ||
      (due(a) < due(b) ? -1 : due(a) > due(b) ? 1 : 0) ||
      workStates.indexOf(b.state) - workStates.indexOf(a.state),
  )
}

/** Takes the article that most needs somebody, and opens it. */
export function TakeNext({ project }: { project: { id: string; name: string; takeable: number } }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const taking = useMutation({
    mutationFn: () => takeNext(project.id),
    onSuccess: (taken) => {
      void refreshWork(queries)
      void navigate({ to: '/articles/$article', params: { article: taken.article }, search: {} })
    },
    onError: (error) => {
      tell(error.message, { tone: 'problem' })
      void refreshWork(queries)
    },
  })
  return (
    <span className={styles['take']}>
      <small>{words.left(project.takeable)}</small>
      <Button aria-label={words.takeOf(project.name)} isDisabled={taking.isPending} onPress={() => taking.mutate()}>
        {words.take}
        <ArrowRight aria-hidden="true" />
      </Button>
    </span>
  )
}
