/**
 * The ways in, as this server has them: a name, an address and a password, a provider, a new account. The page of the
 * door shows it, that of an invitation, and an article whose session is over; whoever comes in goes on where they are.
 */
import { emailSchema, newPasswordSchema } from '@attest/schema/accounts'
import { type Me, personName } from '@attest/schema/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import * as z from 'zod'
import { type ApiError, doorQuery, join } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import styles from './accounts.module.css'
import { becomeSomebody, goToProvider, makeAccount, signIn } from './api.ts'
import { Complaint, Field } from './Field.tsx'
import { useForm } from './use-form.ts'
import { entryWords, fieldWords } from './wording.ts'

interface EntryProps {
  /** The token of an invitation that is good: with it one can make an account. */
  invitation?: string
  /** The token of the link that makes the first account. */
  first?: string
  /** The name of whoever goes on with it, who need not give one. */
  name?: string
  /** Told before anything that was asked is asked again. */
  onSignedIn?: (me: Me) => void
  /** Where a provider sends the browser back to; here, if it is not said. */
  returnTo?: string
}

type Way = 'name' | 'sign-in' | 'sign-up'

export function Entry({ invitation, first, name, onSignedIn, returnTo }: EntryProps) {
  const { data: door } = useQuery(doorQuery)
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<Way | null>(null)
  if (!door) return null
  const maySignUp = first !== undefined || invitation !== undefined || door.signUp
  const ways: Way[] = first ? ['sign-up'] : ['sign-in']
  if (!first && maySignUp) ways.push('sign-up')
  if (!first && door.joinByName) ways.unshift('name')
  // Whoever was invited has most likely no account yet.
  const usual = invitation !== undefined && !door.joinByName ? 'sign-up' : ways[0]
  const way = chosen ?? usual
  const onDone = async (me: Me) => {
    onSignedIn?.(me)
    await becomeSomebody(queries, me)
  }
  const labels: Record<Way, string> = {
    name: entryWords.withName,
    'sign-in': door.joinByName ? entryWords.withEmail : entryWords.haveAccount,
    'sign-up': entryWords.noAccount,
  }
  return (
    <div className={styles['ways']}>
      {way === 'name' && <NameForm onDone={onDone} />}
      {way === 'sign-in' && <SignInForm onDone={onDone} hasMail={door.mail} />}
      {way === 'sign-up' && (
        <SignUpForm
          onDone={onDone}
          tokens={{ ...(invitation === undefined ? {} : { invitation }), ...(first === undefined ? {} : { first }) }}
          {...(name === undefined ? {} : { name })}
        />
      )}
      {door.provider !== null && way !== 'name' && (
        <ProviderButton
          provider={door.provider}
          request={{
            returnTo: returnTo ?? location.pathname + location.search,
            ...(invitation === undefined ? {} : { invitation }),
            ...(first === undefined ? {} : { first }),
          }}
        />
      )}
      {way === 'sign-in' && !maySignUp && !door.joinByName && (
        <p className={styles['note']}>{door.isNew ? entryWords.isNew : entryWords.byInvitation}</p>
      )}
      {ways.length > 1 && (
        <div className={styles['others']}>
          {ways
            .filter((one) => one !== way)
            .map((one) => (
              <Button key={one} variant="quiet" onPress={() => setChosen(one)}>
                {labels[one]}
              </Button>
            ))}
        </div>
      )}
    </div>
  )
}

interface FormProps {
  onDone: (me: Me) => Promise<void>
}

function NameForm({ onDone }: FormProps) {
  const form = useForm({
    initial: { name: '' },
    rules: { name: personName },
    send: ({ name }) => join(name),
    onDone,
    fieldOf: () => 'name',
  })
  return (
    <Form {...form.props} className={styles['form'] ?? ''}>
      <Field
        form={form}
        name="name"
        label={fieldWords.name}
        autoComplete="nickname"
        description={fieldWords.nameHint}
        autoFocus
      />
      <Button type="submit" variant="primary" isDisabled={form.isPending}>
        {form.isPending ? 'Joining …' : 'Join'}
      </Button>
    </Form>
  )
}

function SignInForm({ onDone, hasMail }: FormProps & { hasMail: boolean }) {
  const form = useForm({
    initial: { email: '', password: '' },
    rules: { email: emailSchema, password: z.string().min(1, 'Please enter your password.') },
    send: signIn,
    onDone,
    // Which of the two is wrong is not known, and what is to be typed again is the password.
    fieldOf: (error) => (error.status === 401 ? 'password' : null),
  })
  return (
    <Form {...form.props} className={styles['form'] ?? ''}>
      <Complaint text={form.complaint} />
      <Field form={form} name="email" type="email" label={fieldWords.email} autoComplete="username" autoFocus />
      <Field form={form} name="password" type="password" label={fieldWords.password} autoComplete="current-password" />
      <Button type="submit" variant="primary" isDisabled={form.isPending}>
        {form.isPending ? entryWords.signingIn : entryWords.signIn}
      </Button>
      {hasMail ? (
        <Link to="/forgot" className={styles['link'] ?? ''}>
          {entryWords.forgot}
        </Link>
      ) : (
        <p className={styles['note']}>{entryWords.askOwner}</p>
      )}
    </Form>
  )
}

interface SignUpProps extends FormProps {
  tokens: { invitation?: string; first?: string }
  name?: string
}

function SignUpForm({ onDone, tokens, name }: SignUpProps) {
  const form = useForm({
    initial: { name: name ?? '', email: '', password: '' },
    rules: { name: personName, email: emailSchema, password: newPasswordSchema },
    send: (values) => makeAccount({ ...values, ...tokens }),
    onDone,
    fieldOf: signUpField,
  })
  return (
    <Form {...form.props} className={styles['form'] ?? ''}>
      <Complaint text={form.complaint} />
      {name === undefined && (
        <Field
          form={form}
          name="name"
          label={fieldWords.name}
          autoComplete="name"
          description={fieldWords.nameHint}
          autoFocus
        />
      )}
      <Field
        form={form}
        name="email"
        type="email"
        label={fieldWords.email}
        autoComplete="username"
        autoFocus={name !== undefined}
      />
      <Field
        form={form}
        name="password"
        type="password"
        label={fieldWords.newPassword}
        autoComplete="new-password"
        description={fieldWords.passwordHint}
      />
      <Button type="submit" variant="primary" isDisabled={form.isPending}>
        {form.isPending ? entryWords.signingUp : entryWords.signUp}
      </Button>
    </Form>
  )
}

/** What a refusal is about: an address that is taken, or a password that only the server knows to be weak. */
export function signUpField(error: ApiError): 'email' | 'password' | null {
  if (error.status === 409) return 'email'
  return error.status === 422 && error.message.includes('password') ? 'password' : null
}

interface ProviderProps {
  provider: string
  request: Parameters<typeof goToProvider>[0]
  label?: string
}

export function ProviderButton({ provider, request, label }: ProviderProps) {
  const going = useMutation({ mutationFn: () => goToProvider(request) })
  return (
    <div className={styles['provider']}>
      {!label && <p className={styles['or']}>{entryWords.or}</p>}
      <Button onPress={() => going.mutate()} isDisabled={going.isPending || going.isSuccess}>
        {going.isPending || going.isSuccess ? entryWords.leaving(provider) : (label ?? entryWords.with(provider))}
      </Button>
      <Complaint text={going.error?.message} />
    </div>
  )
}
