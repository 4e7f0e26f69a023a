/** What an invitation is for, and the way in: for who is signed in one button, for others first the door. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Entry } from '../accounts/Entry.tsx'
import { ApiError, doorQuery } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { acceptInvitation, openInvitationQuery } from './api.ts'
import { Complaint } from './Complaint.tsx'
import styles from './members.module.css'
import { inviteePageWords as words } from './wording.ts'

export function InvitePage({ token }: { token: string }) {
  const door = useQuery(doorQuery)
  const found = useQuery(openInvitationQuery(token))
  const queries = useQueryClient()
  const navigate = useNavigate()
  // Who came in through this page has said yes by that.
  const [isJoining, setIsJoining] = useState(false)
  const { mutate: accept, ...accepting } = useMutation({
    mutationFn: () => acceptInvitation(token),
    onSuccess: async ({ projectId, role, isNew }) => {
      await queries.invalidateQueries({ queryKey: ['projects'] })
      await navigate({ to: '/projects/$project', params: { project: projectId }, replace: true })
      tell(isNew ? words.welcome(found.data?.project.name ?? '', role) : words.already(role))
    },
  })
  const me = door.data?.me
  useEffect(() => {
    document.title = 'Invitation · Attest'
  }, [])
  useEffect(() => {
    if (!me || !isJoining) return
    setIsJoining(false)
    accept()
  }, [me, isJoining, accept])

  if (door.isPending || found.isPending) return <Loading what="the invitation" />
  if (!door.data) return <Trouble error={door.error} onRetry={() => void door.refetch()} />
  if (!found.data) {
    const isOver = found.error instanceof ApiError && [404, 410].includes(found.error.status)
    if (!isOver) return <Trouble error={found.error} onRetry={() => void found.refetch()} />
    return (
      <main className={styles['page']}>
        <h1>{words.problem}</h1>
        <p role="alert">{found.error.message}</p>
        <Link to="/">{words.home}</Link>
      </main>
    )
  }
  const { project, role, by, expiresAt } = found.data
  return (
    <main className={styles['page']}>
      <h1>{words.title(project.name)}</h1>
      <p>{words.text(by.name, role)}</p>
      <p className={styles['note']}>{words.until(expiresAt)}</p>
      <Complaint error={accepting.error} />
      {me ? (
        <>
          <p className={styles['note']}>{words.as(me.name)}</p>
          <div className={styles['buttons']}>
            <Button variant="primary" isDisabled={accepting.isPending} onPress={() => accept()}>
              {accepting.isPending ? words.accepting : words.accept}
            </Button>
          </div>
        </>
      ) : (
        <>
          <p>{words.first}</p>
          <Entry invitation={token} onSignedIn={() => setIsJoining(true)} />
        </>
      )}
    </main>
  )
}
