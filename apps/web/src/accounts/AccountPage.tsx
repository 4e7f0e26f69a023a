/** One's own page: what one is called, how one signs in, where one is signed in, and the end of it. */
import {
  type Account,
  emailSchema,
  newPasswordSchema,
  type OidcProblem,
  type OpenSession,
} from '@attest/schema/accounts'
import { type Me, personName } from '@attest/schema/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Form, Label, Radio, RadioGroup } from 'react-aria-components'
import * as z from 'zod'
import { doorQuery } from '../api.ts'
import { Frame } from '../projects/Frame.tsx'
import { Tokens } from '../tokens/Tokens.tsx'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { Lines, Section } from '../ui/Section.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import styles from './accounts.module.css'
import {
  accountQuery,
  addCredentials,
  becomeNobody,
  changeEmail,
  changePassword,
  changeProfile,
  closeAccount,
  disconnect,
  endOtherSessions,
  endSession,
  sessionsQuery,
} from './api.ts'
import { ProviderButton, signUpField } from './Entry.tsx'
import { Complaint, Field } from './Field.tsx'
import { useForm } from './use-form.ts'
import { fieldWords, problemWords, accountWords as words } from './wording.ts'

export function AccountPage({ problem }: { problem?: OidcProblem | undefined }) {
  const door = useQuery(doorQuery)
  const account = useQuery(accountQuery)
  useEffect(() => {
    document.title = `${words.title} · Attest`
  }, [])
  const me = door.data?.me
  if (!me || account.isPending) return <Loading what="your account" />
  if (!account.data) return <Trouble error={account.error} onRetry={() => void account.refetch()} />
  return (
    <Frame title={words.title}>
      <Complaint text={problem && problemWords[problem]} />
      {account.data.email === null && <Credentials />}
      <Profile me={me} />
      {account.data.email !== null && (
        <SignIn account={account.data} hasMail={door.data?.mail === true} provider={door.data?.provider ?? null} />
      )}
      <Sessions />
      <Tokens />
      {me.ownsWorkspace && (
        <Link to="/people" className={styles['link'] ?? ''}>
          {words.people}
        </Link>
      )}
      <Closing account={account.data} />
    </Frame>
  )
}

/** Sets who one is where it is shown, and asks anew for what names one. */
function useMe() {
  const queries = useQueryClient()
  return async (me: Me) => {
    queries.setQueryData(doorQuery.queryKey, (door) => door && { ...door, me })
    await queries.invalidateQueries()
  }
}

function Profile({ me }: { me: Me }) {
  const become = useMe()
  const form = useForm({
    initial: { name: me.name },
    rules: { name: personName },
    send: changeProfile,
    onDone: async (changed) => {
      tell(form.values.name.trim() === changed.name ? words.saved : words.numbered(changed.name))
      form.set('name', changed.name)
      await become(changed)
    },
    fieldOf: () => 'name',
  })
  const coloring = useMutation({
    mutationFn: (color: number) => changeProfile({ color }),
    onSuccess: become,
    onError: (error) => tell(error.message, { tone: 'problem' }),
  })
  return (
    <Section title={words.you}>
      <Form {...form.props} className={styles['form'] ?? ''}>
        <Field form={form} name="name" label={fieldWords.name} autoComplete="name" description={fieldWords.nameHint} />
        <Button type="submit" isDisabled={form.isPending || form.values.name === me.name}>
          {words.save}
        </Button>
      </Form>
      <RadioGroup
        className={styles['colors'] ?? ''}
        value={String(coloring.isPending ? coloring.variables : me.color)}
        onChange={(color) => coloring.mutate(Number(color))}
        orientation="horizontal"
      >
        <Label>{words.color}</Label>
        <span>
          {Array.from({ length: 12 }, (_, color) => (
            // The twelve are always the same, in the same order.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <Radio key={color} value={String(color)} aria-label={words.colorOf(color + 1)}>
              <Avatar person={{ ...me, color }} />
            </Radio>
          ))}
        </span>
      </RadioGroup>
    </Section>
  )
}

function Credentials() {
  const become = useMe()
  const form = useForm({
    initial: { email: '', password: '' },
    rules: { email: emailSchema, password: newPasswordSchema },
    send: addCredentials,
    onDone: become,
    fieldOf: signUpField,
  })
  return (
    <Section title={words.addCredentials}>
      <p className={styles['note']}>{words.byName}</p>
      <Form {...form.props} className={styles['form'] ?? ''}>
        <Complaint text={form.complaint} />
        <Field form={form} name="email" type="email" label={fieldWords.email} autoComplete="username" />
        <Field
          form={form}
          name="password"
          type="password"
          label={fieldWords.newPassword}
          autoComplete="new-password"
          description={fieldWords.passwordHint}
        />
        <Button type="submit" variant="primary" isDisabled={form.isPending}>
          {words.addCredentials}
        </Button>
      </Form>
    </Section>
  )
}

function SignIn({ account, hasMail, provider }: { account: Account; hasMail: boolean; provider: string | null }) {
  const queries = useQueryClient()
  const [open, setOpen] = useState<'email' | 'password' | null>(null)
  const refresh = () => queries.invalidateQueries({ queryKey: accountQuery.queryKey })
  const parting = useMutation({
    mutationFn: disconnect,
    onSuccess: refresh,
    onError: (error) => tell(error.message, { tone: 'problem' }),
  })
  const canProve = account.hasPassword || account.isFresh
  return (
    <Section title={words.signIn}>
      <p>
        <strong className={styles['address']}>{account.email}</strong>{' '}
        {(hasMail || account.isConfirmed) && (
          <span className={styles['note']}>{account.isConfirmed ? words.isConfirmed : words.isNotConfirmed}</span>
        )}
      </p>
      {!canProve && <p className={styles['note']}>{words.notFresh}</p>}
      <div className={styles['choices']}>
        <Button isDisabled={!canProve} onPress={() => setOpen('email')}>
          {hasMail && !account.isConfirmed ? words.confirmEmail : words.changeEmail}
        </Button>
        <Button isDisabled={!canProve} onPress={() => setOpen('password')}>
          {account.hasPassword ? words.changePassword : words.setPassword}
        </Button>
      </div>
      {provider !== null && !account.hasProvider && (
        <ProviderButton
          provider={provider}
          label={words.connect(provider)}
          request={{ returnTo: '/account', connect: true }}
        />
      )}
      {provider !== null && account.hasProvider && (
        <div className={styles['choices']}>
          <span>{words.connected(provider)}</span>
          {account.hasPassword && (
            <Button variant="quiet" isDisabled={parting.isPending} onPress={() => parting.mutate()}>
              {words.disconnect(provider)}
            </Button>
          )}
        </div>
      )}
      <Dialog
        title={hasMail && !account.isConfirmed ? words.confirmEmail : words.changeEmail}
        holdsDraft
        isOpen={open === 'email'}
        onOpenChange={() => setOpen(null)}
      >
        {(close) => <NewEmail account={account} onDone={close} />}
      </Dialog>
      <Dialog
        title={account.hasPassword ? words.changePassword : words.setPassword}
        holdsDraft
        isOpen={open === 'password'}
        onOpenChange={() => setOpen(null)}
      >
        {(close) => <NewPassword account={account} onDone={close} />}
      </Dialog>
    </Section>
  )
}

interface PartProps {
  account: Account
  onDone: () => void
}

const present = z.string().min(1, 'Please enter your password.')

function NewEmail({ account, onDone }: PartProps) {
  const queries = useQueryClient()
  const form = useForm({
    initial: { email: account.isConfirmed ? '' : (account.email ?? ''), password: '' },
    rules: { email: emailSchema, ...(account.hasPassword ? { password: present } : {}) },
    send: async ({ email, password }) => ({
      email,
      ...(await changeEmail({ email, ...(account.hasPassword ? { password } : {}) })),
    }),
    onDone: async ({ email, isSent }) => {
      onDone()
      tell(isSent ? words.emailSent(email) : words.emailChanged)
      await queries.invalidateQueries({ queryKey: accountQuery.queryKey })
    },
    fieldOf: (error) => (error.status === 403 ? 'password' : error.status === 409 ? 'email' : null),
  })
  return (
    <Form {...form.props} className={styles['form'] ?? ''}>
      <Complaint text={form.complaint} />
      <Field form={form} name="email" type="email" label={words.newEmail} autoComplete="email" autoFocus />
      {account.hasPassword && (
        <Field
          form={form}
          name="password"
          type="password"
          label={fieldWords.presentPassword}
          autoComplete="current-password"
        />
      )}
      <Buttons onCancel={onDone} save={words.save} isPending={form.isPending} />
    </Form>
  )
}

function NewPassword({ account, onDone }: PartProps) {
  const become = useMe()
  const form = useForm({
    initial: { current: '', password: '' },
    rules: { ...(account.hasPassword ? { current: present } : {}), password: newPasswordSchema },
    send: ({ current, password }) => changePassword({ password, ...(account.hasPassword ? { current } : {}) }),
    onDone: async (me) => {
      onDone()
      tell(words.passwordChanged)
      await become(me)
    },
    fieldOf: (error) => (error.status === 403 ? 'current' : error.status === 422 ? 'password' : null),
  })
  return (
    <Form {...form.props} className={styles['form'] ?? ''}>
      <Complaint text={form.complaint} />
      <input type="email" name="email" autoComplete="username" value={account.email ?? ''} readOnly hidden />
      {account.hasPassword && (
        <Field
          form={form}
          name="current"
          type="password"
          label={fieldWords.presentPassword}
          autoComplete="current-password"
          autoFocus
        />
      )}
      <Field
        form={form}
        name="password"
        type="password"
        label={fieldWords.newPassword}
        autoComplete="new-password"
        description={fieldWords.passwordHint}
        autoFocus={!account.hasPassword}
      />
      <Buttons onCancel={onDone} save={words.save} isPending={form.isPending} />
    </Form>
  )
}

function Buttons({ onCancel, save, isPending }: { onCancel: () => void; save: string; isPending: boolean }) {
  return (
    <div className={styles['choices']}>
      <Button onPress={onCancel}>{words.cancel}</Button>
      <Button type="submit" variant="primary" isDisabled={isPending}>
        {save}
      </Button>
    </div>
  )
}

function Sessions() {
  const queries = useQueryClient()
  const sessions = useQuery(sessionsQuery)
  const ending = useMutation({
    mutationFn: (id: string | null) => (id === null ? endOtherSessions() : endSession(id)),
    onSuccess: () => tell(words.ended),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
  if (sessions.isPending) return <Loading what="where you are signed in" />
  if (!sessions.data) return <Trouble isPart error={sessions.error} onRetry={() => void sessions.refetch()} />
  return (
    <Section title={words.sessions}>
      <Lines>
        {sessions.data.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            isEnding={ending.isPending}
            onEnd={() => ending.mutate(session.id)}
          />
        ))}
      </Lines>
      {sessions.data.length > 1 && (
        <Button isDisabled={ending.isPending} onPress={() => ending.mutate(null)}>
          {words.endOthers}
        </Button>
      )}
    </Section>
  )
}

const dates = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

interface RowProps {
  session: OpenSession
  isEnding: boolean
  onEnd: () => void
}

function SessionRow({ session, isEnding, onEnd }: RowProps) {
  const device = words.device(session.browser, session.system)
  return (
    <li>
      <span>
        <strong>{device}</strong> {session.isThis && <em>{words.thisSession}</em>}
        <span className={styles['note']}>
          {words.since(dates.format(session.createdAt))}, {words.used(dates.format(session.usedAt))}
        </span>
      </span>
      {!session.isThis && (
        <Button aria-label={words.endSessionOf(device)} isDisabled={isEnding} onPress={onEnd}>
          {words.endSession}
        </Button>
      )}
    </li>
  )
}

function Closing({ account }: { account: Account }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Section title={words.close}>
      <p className={styles['note']}>{words.closeText}</p>
      <Button variant="bad" onPress={() => setIsOpen(true)}>
        {words.close} …
      </Button>
      <Dialog title={words.closeTitle} isOpen={isOpen} onOpenChange={setIsOpen}>
        {(close) => <CloseForm account={account} onCancel={close} />}
      </Dialog>
    </Section>
  )
}

function CloseForm({ account, onCancel }: { account: Account; onCancel: () => void }) {
  const queries = useQueryClient()
  const form = useForm({
    initial: { password: '' },
    rules: account.hasPassword ? { password: present } : {},
    send: ({ password }) => closeAccount(account.hasPassword ? password : undefined),
    onDone: () => becomeNobody(queries),
    fieldOf: (error) => (error.status === 403 && account.hasPassword ? 'password' : null),
  })
  return (
    <Form {...form.props} className={styles['form'] ?? ''}>
      <p>{words.closeText}</p>
      <Complaint text={form.complaint} />
      {account.hasPassword && (
        <Field
          form={form}
          name="password"
          type="password"
          label={fieldWords.presentPassword}
          autoComplete="current-password"
          autoFocus
        />
      )}
      <div className={styles['choices']}>
        <Button onPress={onCancel}>{words.keep}</Button>
        <Button type="submit" variant="bad" isDisabled={form.isPending}>
          {words.closeForGood}
        </Button>
      </div>
    </Form>
  )
}
