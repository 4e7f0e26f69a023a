/** Makes a token: first what it is for, then the token itself, which is shown this once. */
import type { Project } from '@attest/schema/api'
import { type MadeToken, type Scope, scopes } from '@attest/schema/token'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { Complaint } from '../members/Complaint.tsx'
import { LinkField } from '../members/LinkField.tsx'
import shared from '../members/members.module.css'
import { Button } from '../ui/Button.tsx'
import { Code } from '../ui/Code.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { makeToken, tokensQuery } from './api.ts'
import styles from './tokens.module.css'
import { scopeWords, tokenWords as words } from './wording.ts'

interface NewTokenProps {
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  projects: readonly Project[]
}

export function NewToken({ isOpen, onOpenChange, projects }: NewTokenProps) {
  return (
    <Dialog title={words.dialog} isOpen={isOpen} onOpenChange={onOpenChange} holdsDraft>
      {(close) => <Making projects={projects} onDone={close} />}
    </Dialog>
  )
}

const DAYS = [7, 30, 90, 366]

function Making({ projects, onDone }: { projects: readonly Project[]; onDone: () => void }) {
  const queries = useQueryClient()
  const id = useId()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly Scope[]>(['read'])
  const [project, setProject] = useState('')
  const [days, setDays] = useState(30)
  const making = useMutation({
    mutationFn: () => makeToken({ name, scopes: [...chosen], days, project: project === '' ? null : project }),
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  })
  if (making.data) return <Made made={making.data} onDone={onDone} />
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (chosen.length > 0) making.mutate()
  }
  return (
    <form className={shared['form']} onSubmit={send}>
      <div className={shared['field']}>
        <label htmlFor={`${id}-name`}>{words.name}</label>
        <input
          id={`${id}-name`}
          value={name}
          onChange={(event) => setName(event.target.value)}
          aria-describedby={`${id}-hint`}
          required
          maxLength={100}
          autoComplete="off"
          dir="auto"
        />
        <small id={`${id}-hint`} className={styles['note']}>
          {words.nameHint}
        </small>
      </div>
      <fieldset className={shared['field']} aria-describedby={chosen.length === 0 ? `${id}-none` : undefined}>
        <legend>{words.scopes}</legend>
        {scopes.map((scope) => (
          <label key={scope} className={shared['choice']}>
            <input
              type="checkbox"
              checked={chosen.includes(scope)}
              onChange={(event) =>
                setChosen(scopes.filter((one) => (one === scope ? event.target.checked : chosen.includes(one))))
              }
            />
            <span>
              {scopeWords[scope].name}
              <small>{scopeWords[scope].note}</small>
            </span>
          </label>
        ))}
        {chosen.length === 0 && (
          <p id={`${id}-none`} className={shared['complaint']} role="alert">
            {words.choose}
          </p>
        )}
      </fieldset>
      <div className={shared['field']}>
        <label htmlFor={`${id}-project`}>{words.project}</label>
        <select
          id={`${id}-project`}
          className={shared['select']}
          value={project}
          onChange={(event) => setProject(event.target.value)}
        >
          <option value="">{words.allProjects}</option>
          {projects.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </div>
      <div className={shared['field']}>
        <label htmlFor={`${id}-days`}>{words.days}</label>
        <select
          id={`${id}-days`}
          className={shared['select']}
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
        >
          {DAYS.map((one) => (
            <option key={one} value={one}>
              {words.dayCount(one)}
            </option>
          ))}
        </select>
      </div>
      <Complaint error={making.error} />
      <div className={shared['buttons']}>
        <Button onPress={onDone}>{words.cancel}</Button>
        <Button type="submit" variant="primary" isDisabled={making.isPending}>
          {making.isPending ? words.creating : words.create}
        </Button>
      </div>
    </form>
  )
}

function Made({ made, onDone }: { made: MadeToken; onDone: () => void }) {
  return (
    <div className={shared['form']}>
      <p role="status">{words.isMade}</p>
      <LinkField label={words.token} url={made.token} copyLabel={words.copy} />
      <div className={shared['field']}>
        <strong>{words.tryIt}</strong>
        <Code label={words.tryIt}>{`curl -H 'Authorization: Bearer ${made.token}' ${location.origin}/api/me`}</Code>
      </div>
      <Button variant="primary" onPress={onDone}>
        {words.done}
      </Button>
    </div>
  )
}
