/** The pages before anybody is signed in: the door, the first account, a forgotten password, the links that are mailed. */
import { emailSchema, newPasswordSchema, type OidcProblem, oidcProblems, ownPath } from '@attest/schema/accounts'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { Form } from 'react-aria-components'
import * as z from 'zod'
import { doorQuery } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import styles from './accounts.module.css'
import { becomeSomebody, confirmEmail, forget, linkQuery, resetPassword } from './api.ts'
import { Entry, signUpField } from './Entry.tsx'
import { Complaint, Field } from './Field.tsx'
import { useForm } from './use-form.ts'
import { confirmWords, entryWords, fieldWords, forgotWords, problemWords, resetWords, welcomeWords } from './wording.ts'

/** Stands where a page would be that only people who are signed in can see. */
export function DoorPage() {
  return (
    <Door title="Attest" text={entryWords.tagline}>
      <Entry />
    </Door>
  )
}

/** What a provider's way back may add to an address. */
export const doorSearch = z.object({
  returnTo: z.string().optional().catch(undefined),
  problem: z.enum(oidcProblems).optional().catch(undefined),
})

/** The door under an address of its own: where a provider sends those back whom it could not sign in. */
export function SignInPage({
  returnTo,
  problem,
}: {
  returnTo?: string | undefined
  problem?: OidcProblem | undefined
}) {
  const door = useQuery(doorQuery)
  const navigate = useNavigate()
  const path = ownPath(returnTo) ?? '/'
  const isIn = door.data?.me != null
  useEffect(() => {
    if (isIn && problem === undefined) void navigate({ href: path, replace: true })
  }, [isIn, problem, path, navigate])
  if (door.isPending) return <Loading what="Attest" />
  if (!door.data) return <Trouble error={door.error} onRetry={() => void door.refetch()} />
  return (
    <Door title="Attest" text={entryWords.tagline}>
      <Complaint text={problem && problemWords[problem]} />
      {isIn ? (
        <Link to={path} className={styles['link'] ?? ''}>
          {confirmWords.goOn}
        </Link>
      ) : (
        <Entry returnTo={path} onSignedIn={() => void navigate({ href: path, replace: true })} />
      )}
    </Door>
  )
}

/** The token of a link stands after the #, which browsers send to nobody. */
function useToken(): string {
  const [token] = useState(() => location.hash.slice(1))
  return token
}

export function WelcomePage() {
  const token = useToken()
  const navigate = useNavigate()
  const link = useQuery(linkQuery(token))
  if (link.isPending) return <Loading what="the link" />
  if (link.data?.kind !== 'first') return <OverPage error={link.error} />
  const name = link.data.person?.name
  return (
    <Door title={welcomeWords.title} text={name === undefined ? welcomeWords.text : welcomeWords.goOn(name)}>
      <Entry
        first={token}
        returnTo="/"
        onSignedIn={() => void navigate({ to: '/', replace: true })}
        {...(name === undefined ? {} : { name })}
      />
    </Door>
  )
}

export function ForgotPage() {
  const door = useQuery(doorQuery)
  const [sentTo, setSentTo] = useState<string | null>(null)
  const form = useForm({
    initial: { email: '' },
    rules: { email: emailSchema },
    send: async ({ email }) => {
      await forget(email)
      return email
    },
    onDone: setSentTo,
  })
  const back = (
    <Link to="/" className={styles['link'] ?? ''}>
      {forgotWords.back}
    </Link>
  )
  if (door.isPending) return <Loading what="Attest" />
  if (door.data && !door.data.mail)
    return (
      <Door title={forgotWords.title} text={forgotWords.noMail}>
        {back}
      </Door>
    )
  if (sentTo !== null)
    return (
      <Door title={forgotWords.title}>
        <p role="status">{forgotWords.sent(sentTo)}</p>
        {back}
      </Door>
    )
  return (
    <Door title={forgotWords.title} text={forgotWords.text}>
      <Form {...form.props} className={styles['form'] ?? ''}>
        <Complaint text={form.complaint} />
        <Field form={form} name="email" type="email" label={fieldWords.email} autoComplete="username" autoFocus />
        <Button type="submit" variant="primary" isDisabled={form.isPending}>
          {form.isPending ? forgotWords.sending : forgotWords.send}
        </Button>
      </Form>
      {back}
    </Door>
  )
}

export function ResetPage() {
  const token = useToken()
  const link = useQuery(linkQuery(token))
  if (link.isPending) return <Loading what="the link" />
  if (link.data?.kind !== 'password' || !link.data.person) return <OverPage error={link.error} />
  return <NewPassword token={token} name={link.data.person.name} email={link.data.email} />
}

function NewPassword({ token, name, email }: { token: string; name: string; email: string | null }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const form = useForm({
    initial: { email: email ?? '', password: '' },
    rules: { email: emailSchema, password: newPasswordSchema },
    send: (values) =>
      resetPassword({ token, password: values.password, ...(email === null ? { email: values.email } : {}) }),
    onDone: async (me) => {
      void navigate({ to: '/', replace: true })
      await becomeSomebody(queries, me)
    },
    fieldOf: signUpField,
  })
  return (
    <Door
      title={email === null ? resetWords.titleByName : resetWords.title}
      text={email === null ? resetWords.byName(name) : resetWords.whose(name, email)}
    >
      <Form {...form.props} className={styles['form'] ?? ''}>
        <Complaint text={form.complaint} />
        {email === null ? (
          <Field form={form} name="email" type="email" label={fieldWords.email} autoComplete="username" autoFocus />
        ) : (
          // So that a password manager knows whose it is.
          <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
        )}
        <Field
          form={form}
          name="password"
          type="password"
          label={fieldWords.newPassword}
          autoComplete="new-password"
          description={fieldWords.passwordHint}
          autoFocus={email !== null}
        />
        <Button type="submit" variant="primary" isDisabled={form.isPending}>
          {form.isPending ? resetWords.saving : resetWords.save}
        </Button>
      </Form>
    </Door>
  )
}

/** Asks before it confirms: programs that look into mails open links too. */
export function ConfirmPage() {
  const token = useToken()
  const link = useQuery(linkQuery(token))
  const queries = useQueryClient()
  const confirming = useMutation({
    mutationFn: () => confirmEmail(token),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['account'] }),
  })
  if (link.isPending) return <Loading what="the link" />
  if (link.data?.kind !== 'email' || link.data.email === null) return <OverPage error={link.error} />
  const { email } = link.data
  return (
    <Door title={confirmWords.title} {...(confirming.isSuccess ? {} : { text: confirmWords.text(email) })}>
      <Complaint text={confirming.error?.message} />
      {confirming.isSuccess ? (
        <>
          <p role="status">{confirmWords.done(email)}</p>
          <Link to="/" className={styles['link'] ?? ''}>
            {confirmWords.goOn}
          </Link>
        </>
      ) : (
        <Button variant="primary" autoFocus isDisabled={confirming.isPending} onPress={() => confirming.mutate()}>
          {confirmWords.confirm}
        </Button>
      )}
    </Door>
  )
}

function OverPage({ error }: { error: Error | null }) {
  return (
    <Door title={resetWords.over} text={error?.message ?? 'It is for something else.'}>
      <Link to="/" className={styles['link'] ?? ''}>
        {confirmWords.goOn}
      </Link>
    </Door>
  )
}

function Door({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  useEffect(() => {
    document.title = title === 'Attest' ? title : `${title} · Attest`
  }, [title])
  return (
    <main className={styles['door']}>
      <img src="/icon.svg" alt="" width="48" height="48" />
      <h1>{title}</h1>
      {text && <p className={styles['text']}>{text}</p>}
      {children}
    </main>
  )
}
