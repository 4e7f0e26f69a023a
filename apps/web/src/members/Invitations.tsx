/** The invitations of a project: those that are open, with who used them, and those that are over. */
import type { Invitation } from '@attest/schema/teams'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId } from 'react'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Trouble } from '../ui/states.tsx'
import { endInvitation, invitationsQuery } from './api.ts'
import styles from './members.module.css'
import { dayOf, inviteWords, roleWords } from './wording.ts'

export function Invitations({ project }: { project: string }) {
  const id = useId()
  const found = useQuery(invitationsQuery(project))
  if (found.isError && !found.data) return <Trouble isPart error={found.error} onRetry={() => void found.refetch()} />
  const open = found.data?.filter((one) => one.whyNot === null) ?? []
  const past = found.data?.filter((one) => one.whyNot !== null) ?? []
  return (
    <section className={styles['part']} aria-labelledby={id}>
      <h2 id={id}>{inviteWords.section}</h2>
      {open.length === 0 && <p className={styles['note']}>{found.isPending ? '…' : inviteWords.none}</p>}
      <List project={project} invitations={open} />
      {past.length > 0 && (
        <details className={styles['part']}>
          <summary className={styles['summary']}>
            {inviteWords.past} ({past.length})
          </summary>
          <List project={project} invitations={past} />
        </details>
      )}
    </section>
  )
}

function List({ project, invitations }: { project: string; invitations: readonly Invitation[] }) {
  const queries = useQueryClient()
  const ending = useMutation({
    mutationFn: (id: string) => endInvitation(project, id),
    onSuccess: () => tell(inviteWords.ended),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => queries.invalidateQueries({ queryKey: invitationsQuery(project).queryKey }),
  })
  if (invitations.length === 0) return null
  return (
    <ul className={styles['rows']}>
      {invitations.map((one) => (
        <li key={one.id} className={styles['row']}>
          <span className={styles['who']}>
            <span>
              {roleWords[one.role].name}
              {one.email && <> · {one.email}</>}
            </span>
            <small>
              {inviteWords.state(one)} · {inviteWords.used(one)} · {inviteWords.by(one.by.name)}
            </small>
            {one.uses.length > 0 && (
              <details>
                <summary>{inviteWords.who}</summary>
                {one.uses.map(({ person, at }) => `${person.name} (${dayOf(at)})`).join(', ')}
              </details>
            )}
          </span>
          {one.whyNot === null && (
            <Button
              aria-label={inviteWords.endOf(one.role)}
              isDisabled={ending.isPending}
              onPress={() => ending.mutate(one.id)}
            >
              {inviteWords.end}
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}
