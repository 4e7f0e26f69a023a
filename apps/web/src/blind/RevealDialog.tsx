/** Before an owner reveals an article: who has submitted, how much each has marked, and what will happen. */
import type { Reveal } from '@attest/schema/reveal'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { StateBadge } from '../work/StateBadge.tsx'
import { refreshBlind, revealArticle, revealQuery } from './api.ts'
import styles from './blind.module.css'
import { countSubmitted } from './count-submitted.ts'
import { revealWords as words } from './wording.ts'

interface Props {
  article: { id: string; title: string }
  onClose: () => void
}

export function RevealDialog({ article, onClose }: Props) {
  return (
    <Dialog title={words.title} isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      {() => <Question article={article} onClose={onClose} />}
    </Dialog>
  )
}

function Question({ article, onClose }: Props) {
  const queries = useQueryClient()
  const query = revealQuery(article.id)
  const found = useQuery(query)
  const revealing = useMutation({
    mutationFn: (without: readonly string[]) => revealArticle(article.id, without),
    onSuccess: (told) => queries.setQueryData(query.queryKey, told),
    onSettled: () => refreshBlind(queries),
  })
  const state = found.data?.state
  useEffect(() => {
    if (state !== 'revealed') return
    tell(words.done(article.title))
    onClose()
  }, [state, article.title, onClose])
  if (found.isPending) return <Loading what={words.loading} />
  if (!found.data) return <Trouble isPart error={found.error} onRetry={() => void found.refetch()} />
  const { submitted, assigned } = countSubmitted(found.data)
  const isBusy = revealing.isPending || state === 'revealing'
  const damaged = found.data.people.filter(({ isDamaged }) => isDamaged)
  const names = damaged.map(({ name }) => name).join(', ')
  return (
    <div className={styles['question']}>
      <p dir="auto">
        <strong>{article.title}</strong>
      </p>
      <p>{words.submitted(submitted, assigned)}</p>
      <People people={found.data.people} />
      <h3>{words.next}</h3>
      <ul className={styles['steps']}>
        {words.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
        {submitted < assigned && <li>{words.early}</li>}
      </ul>
      {found.data.isStuck && (
        <p className={styles['problem']} role="alert">
          {words.stuck}
        </p>
      )}
      {damaged.length > 0 && !isBusy && (
        // Said again where it was tried again and is no better.
        <p key={revealing.submittedAt} className={styles['problem']} role="alert">
          {words.damage(names)}
        </p>
      )}
      {revealing.isError && damaged.length === 0 && (
        <p className={styles['problem']} role="alert">
          {revealing.error.message}
        </p>
      )}
      <div className={styles['choices']}>
        <Button onPress={onClose}>{words.cancel}</Button>
        {damaged.length > 0 && !isBusy && (
          <Button onPress={() => revealing.mutate(damaged.map(({ person }) => person))}>{words.without(names)}</Button>
        )}
        <Button variant="primary" isDisabled={isBusy} onPress={() => revealing.mutate([])}>
          {isBusy
            ? words.revealing
            : damaged.length > 0
              ? words.again
              : submitted < assigned
                ? words.anyway
                : words.reveal}
        </Button>
      </div>
    </div>
  )
}

function People({ people }: Pick<Reveal, 'people'>) {
  if (people.length === 0) return <p>{words.nobody}</p>
  return (
    <div className={styles['scroll']}>
      <table className={styles['people']}>
        <thead>
          <tr>
            <th scope="col">{words.who}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.marks}</th>
          </tr>
        </thead>
        <tbody>
          {people.map(({ person, name, color, state, marks, isDamaged }) => (
            <tr key={person}>
              <th scope="row">
                <Avatar person={{ id: person, name, color }} /> <span dir="auto">{name}</span>
              </th>
              <td>{state === null ? words.notAssigned : <StateBadge state={state} />}</td>
              <td>{isDamaged ? words.damaged : marks.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
