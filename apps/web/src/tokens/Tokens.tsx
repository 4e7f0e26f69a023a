/** One's personal tokens: what each is for, until when, and the way to make and revoke them. */
import type { Token } from '@attest/schema/token'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { projectsQuery } from '../api.ts'
import shared from '../members/members.module.css'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { DocsLink } from '../ui/DocsLink.tsx'
import { tell } from '../ui/notices.ts'
import { Lines, Section } from '../ui/Section.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import { revokeToken, tokensQuery } from './api.ts'
import { NewToken } from './NewToken.tsx'
import styles from './tokens.module.css'
import { tokenWords as words } from './wording.ts'

export function Tokens() {
  const queries = useQueryClient()
  const tokens = useQuery(tokensQuery)
  const projects = useQuery(projectsQuery)
  const [isMaking, setIsMaking] = useState(false)
  const [asked, setAsked] = useState<Token | null>(null)
  const revoking = useMutation({
    mutationFn: ({ id }: Token) => revokeToken(id),
    onSuccess: (_, { name }) => {
      setAsked(null)
      tell(words.revoked(name))
    },
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  })
  if (tokens.isPending) return <Loading what="your tokens" />
  if (!tokens.data) return <Trouble isPart error={tokens.error} onRetry={() => void tokens.refetch()} />
  const now = Date.now()
  const isGood = ({ revokedAt, expiresAt }: Token) => revokedAt === null && expiresAt > now
  const good = tokens.data.filter(isGood)
  const former = tokens.data.filter((token) => !isGood(token))
  const projectOf = ({ project }: Token) =>
    project === null ? null : (projects.data?.find(({ id }) => id === project)?.name ?? words.aProject)
  return (
    <Section title={words.title}>
      <p className={styles['note']}>{words.note}</p>
      <DocsLink href="/api/docs">{words.docs}</DocsLink>
      {good.length === 0 && <p>{words.none}</p>}
      {good.length > 0 && (
        <Lines>
          {good.map((token) => (
            <li key={token.id}>
              <Described token={token} project={projectOf(token)} />
              <Button aria-label={words.revokeOf(token.name)} onPress={() => setAsked(token)}>
                {words.revoke}
              </Button>
            </li>
          ))}
        </Lines>
      )}
      <Button onPress={() => setIsMaking(true)}>{words.make}</Button>
      {former.length > 0 && (
        <details className={styles['former']}>
          <summary>{words.former(former.length)}</summary>
          <Lines>
            {former.map((token) => (
              <li key={token.id}>
                <Described token={token} project={projectOf(token)} />
              </li>
            ))}
          </Lines>
        </details>
      )}
      <NewToken isOpen={isMaking} onOpenChange={setIsMaking} projects={projects.data ?? []} />
      <Dialog title={words.revokeTitle(asked?.name ?? '')} isOpen={asked !== null} onOpenChange={() => setAsked(null)}>
        {(close) => (
          <>
            <p>{words.revokeText}</p>
            <div className={shared['buttons']}>
              <Button onPress={close}>{words.keep}</Button>
              <Button variant="bad" isDisabled={revoking.isPending} onPress={() => asked && revoking.mutate(asked)}>
                {words.revoke}
              </Button>
            </div>
          </>
        )}
      </Dialog>
    </Section>
  )
}

function Described({ token, project }: { token: Token; project: string | null }) {
  const standing =
    token.revokedAt !== null
      ? words.isRevoked(token.revokedAt)
      : token.expiresAt <= Date.now()
        ? words.isOver(token.expiresAt)
        : words.until(token.expiresAt)
  return (
    <span>
      <strong dir="auto">{token.name}</strong>
      <span className={styles['note']}>
        {words.scopesOf(token.scopes)}
        {project !== null && (
          <>
            {' · '}
            <bdi>{project}</bdi>
          </>
        )}
      </span>
      <span className={styles['note']}>
        {standing}, {words.used(token.usedAt)}
      </span>
    </span>
  )
}
