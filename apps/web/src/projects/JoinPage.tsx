/** The first page for somebody new: a name, because it stands on every mark. */
import { type Me, personName } from '@attest/schema/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FieldError, Form, Input, Label, Text, TextField } from 'react-aria-components'
import { doorQuery, join, leave } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import styles from './projects.module.css'

export function JoinPage({ isByName }: { isByName: boolean }) {
  return (
    <main className={styles['join']}>
      <img src="/icon.svg" alt="" width="48" height="48" />
      <h1>Attest</h1>
      <p>Mark an article together: claims, denials, attributions, citations.</p>
      <JoinForm isByName={isByName} />
    </main>
  )
}

export function JoinForm({ isByName, onJoined }: { isByName: boolean; onJoined?: (me: Me) => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [complaint, setComplaint] = useState<string | null>(null)
  const joining = useMutation({
    mutationFn: join,
    onSuccess: async (me) => {
      onJoined?.(me)
      // Everything asked so far was asked by nobody, or by somebody else.
      await queries.resetQueries()
    },
    onError: (error) => setComplaint(error.message),
  })
  return (
    <>
      {!isByName && (
        <p role="alert">
          On this server a name is not enough, and it has no accounts yet. Its operator can switch joining by name on.
        </p>
      )}
      <Form
        className={styles['form'] ?? ''}
        onSubmit={(event) => {
          event.preventDefault()
          const parsed = personName.safeParse(name)
          if (!parsed.success) return setComplaint(parsed.error.issues[0]?.message ?? 'This name cannot be used.')
          setComplaint(null)
          joining.mutate(parsed.data)
        }}
      >
        <TextField
          value={name}
          onChange={(value) => {
            setName(value)
            setComplaint(null)
          }}
          isInvalid={complaint !== null}
          autoFocus
          validationBehavior="aria"
        >
          <Label>Your name</Label>
          <Input autoComplete="nickname" spellCheck={false} />
          <Text slot="description">It is shown with every mark you make.</Text>
          <FieldError>{complaint}</FieldError>
        </TextField>
        <Button type="submit" variant="primary" isDisabled={joining.isPending || !isByName}>
          {joining.isPending ? 'Joining …' : 'Join'}
        </Button>
      </Form>
    </>
  )
}

/** For the bar of the project pages: who one is, and the way out, which for a name without an account is one way. */
export function Identity({ me }: { me: Me }) {
  const queries = useQueryClient()
  const [isAsking, setIsAsking] = useState(false)
  const leaving = useMutation({
    mutationFn: leave,
    onSuccess: () => {
      // The door first: behind it nobody is left who would ask for the rest again.
      queries.setQueryData(doorQuery.queryKey, (door) => door && { ...door, me: null })
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== doorQuery.queryKey[0] })
    },
  })
  return (
    <span className={styles['me']}>
      <span className={styles['name']}>{me.name}</span>
      <Button variant="quiet" onPress={() => setIsAsking(true)}>
        Leave
      </Button>
      <Dialog title="Leave on this browser?" isOpen={isAsking} onOpenChange={setIsAsking}>
        {(close) => (
          <div className={styles['form']}>
            <p>
              You joined with a name only, so you cannot come back as {me.name}. Your marks stay under that name, and
              what you mark later will be somebody else’s.
            </p>
            {me.ownsWorkspace && (
              <p>
                <strong>You own this workspace.</strong> Nobody else can add articles or projects after you have left.
              </p>
            )}
            <div className={styles['choices']}>
              <Button onPress={close}>Stay</Button>
              <Button variant="bad" onPress={() => leaving.mutate()} isDisabled={leaving.isPending}>
                Leave for good
              </Button>
            </div>
          </div>
        )}
      </Dialog>
    </span>
  )
}
