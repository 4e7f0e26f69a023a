/** Makes an invitation: first what it is for, then its link, which is shown this once. */
import type { Role } from '@attest/schema/roles'
import { INVITATION_DAYS, INVITATION_USES, type MadeInvitation } from '@attest/schema/teams'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { doorQuery } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { invitationsQuery, invite } from './api.ts'
import { Complaint } from './Complaint.tsx'
import { LinkField } from './LinkField.tsx'
import styles from './members.module.css'
import { RoleChoice } from './RoleChoice.tsx'
import { inviteWords } from './wording.ts'

interface DialogProps {
  project: string
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
}

export function InviteDialog({ project, isOpen, onOpenChange }: DialogProps) {
  return (
    <Dialog title={inviteWords.title} isOpen={isOpen} onOpenChange={onOpenChange} holdsDraft>
      {(close) => <Inviting project={project} onDone={close} />}
    </Dialog>
  )
}

const TIMES = [1, INVITATION_DAYS.usual, 30, INVITATION_DAYS.most]

type Uses = 'once' | 'several' | 'any'

function Inviting({ project, onDone }: { project: string; onDone: () => void }) {
  const queries = useQueryClient()
  const id = useId()
  const [role, setRole] = useState<Role>('annotator')
  const [uses, setUses] = useState<Uses>('once')
  const [most, setMost] = useState('10')
  const [days, setDays] = useState<number>(INVITATION_DAYS.usual)
  const [email, setEmail] = useState('')
  const making = useMutation({
    mutationFn: (given: FormEvent<HTMLFormElement>) => {
      given.preventDefault()
      return invite(project, {
        role,
        days,
        maxUses: uses === 'once' || role === 'owner' ? 1 : uses === 'any' ? null : Number(most),
        ...(email.trim() ? { email: email.trim() } : {}),
      })
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsQuery(project).queryKey }),
  })
  if (making.data) return <Made made={making.data} email={email.trim()} onAnother={making.reset} onDone={onDone} />
  const isForOne = role === 'owner'
  return (
    <form className={styles['form']} onSubmit={(event) => making.mutate(event)}>
      <RoleChoice
        legend={inviteWords.role}
        value={role}
        onChange={setRole}
        roles={['viewer', 'annotator', 'reviewer', 'owner']}
      />
      <fieldset className={styles['field']}>
        <legend>{inviteWords.uses}</legend>
        {isForOne ? (
          <p className={styles['note']}>{inviteWords.ownerOnce}</p>
        ) : (
          (['once', 'several', 'any'] as const).map((one) => (
            <label key={one} className={styles['choice']}>
              <input type="radio" name={`${id}-uses`} checked={uses === one} onChange={() => setUses(one)} />
              <span>{inviteWords[one]}</span>
              {one === 'several' && uses === 'several' && (
                <input
                  type="number"
                  className={styles['number']}
                  aria-label={inviteWords.most}
                  min={2}
                  max={INVITATION_USES}
                  required
                  value={most}
                  onChange={(event) => setMost(event.target.value)}
                />
              )}
            </label>
          ))
        )}
      </fieldset>
      <div className={styles['field']}>
        <label htmlFor={`${id}-days`}>{inviteWords.time}</label>
        <select
          id={`${id}-days`}
          className={styles['select']}
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
        >
          {TIMES.map((time) => (
            <option key={time} value={time}>
              {inviteWords.days(time)}
            </option>
          ))}
        </select>
      </div>
      <EmailField id={`${id}-email`} value={email} onChange={setEmail} />
      <Complaint error={making.error} />
      <Button type="submit" variant="primary" isDisabled={making.isPending}>
        {making.isPending ? inviteWords.making : inviteWords.make}
      </Button>
    </form>
  )
}

function EmailField({ id, value, onChange }: { id: string; value: string; onChange: (value: string) => void }) {
  const queries = useQueryClient()
  const door: { mail?: boolean } | undefined = queries.getQueryData(doorQuery.queryKey)
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{inviteWords.email}</label>
      <input
        id={id}
        type="email"
        maxLength={254}
        autoComplete="off"
        aria-describedby={`${id}-note`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <small id={`${id}-note`} className={styles['note']}>
        {door?.mail === true ? inviteWords.emailSends : inviteWords.emailNote}
      </small>
    </div>
  )
}

interface MadeProps {
  made: MadeInvitation
  email: string
  onAnother: () => void
  onDone: () => void
}

function Made({ made, email, onAnother, onDone }: MadeProps) {
  return (
    <div className={styles['form']}>
      <p role="status">
        {inviteWords.isMade} {made.isSent === true && inviteWords.sent(email)} {inviteWords.shownOnce}
      </p>
      {made.isSent === false && (
        <p className={styles['complaint']} role="alert">
          {inviteWords.notSent}
        </p>
      )}
      <LinkField label={inviteWords.link} url={made.url} copyLabel={inviteWords.copy} />
      <div className={styles['buttons']}>
        <Button onPress={onAnother}>{inviteWords.another}</Button>
        <Button onPress={onDone}>{inviteWords.done}</Button>
      </div>
    </div>
  )
}
