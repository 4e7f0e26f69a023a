/** What a webhook is: where to, of what, and how much; a new one answers with its secret, which is shown this once. */
import { type NewWebhook as Given, type Webhook, type WebhookEvent, webhookEvents } from '@attest/schema/webhook'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useState } from 'react'
import { Complaint } from '../members/Complaint.tsx'
import { LinkField } from '../members/LinkField.tsx'
import shared from '../members/members.module.css'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { changeWebhook, makeWebhook, webhooksQuery } from './api.ts'
import styles from './webhooks.module.css'
import { eventWords, webhookWords as words } from './wording.ts'

interface NewWebhookProps {
  project: string
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
}

export function NewWebhook({ project, isOpen, onOpenChange }: NewWebhookProps) {
  return (
    <Dialog title={words.newTitle} isOpen={isOpen} onOpenChange={onOpenChange} holdsDraft>
      {(close) => <Making project={project} onDone={close} />}
    </Dialog>
  )
}

function Making({ project, onDone }: { project: string; onDone: () => void }) {
  const queries = useQueryClient()
  const making = useMutation({
    mutationFn: (given: Given) => makeWebhook(project, given),
    onSuccess: () => queries.invalidateQueries({ queryKey: webhooksQuery(project).queryKey }),
  })
  if (making.data) return <Secret secret={making.data.secret} onDone={onDone} />
  return (
    <Fields
      given={{ name: '', url: '', events: [...webhookEvents], hasContents: false }}
      submit={making.isPending ? words.creating : words.create}
      isPending={making.isPending}
      error={making.error}
      onSubmit={(given) => making.mutate(given)}
      onCancel={onDone}
    />
  )
}

interface ChangeWebhookProps {
  project: string
  /** Null for none. */
  webhook: Webhook | null
  onClose: () => void
}

export function ChangeWebhook({ project, webhook, onClose }: ChangeWebhookProps) {
  return (
    <Dialog
      title={words.changeTitle(webhook?.name ?? '')}
      isOpen={webhook !== null}
      onOpenChange={() => onClose()}
      holdsDraft
    >
      {() => webhook && <Changing project={project} webhook={webhook} onClose={onClose} />}
    </Dialog>
  )
}

function Changing({ project, webhook, onClose }: ChangeWebhookProps & { webhook: Webhook }) {
  const queries = useQueryClient()
  const changing = useMutation({
    mutationFn: (given: Given) => changeWebhook(project, webhook.id, given),
    onSuccess: () => {
      onClose()
      tell(words.saved)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: webhooksQuery(project).queryKey }),
  })
  return (
    <Fields
      given={webhook}
      submit={words.save}
      isPending={changing.isPending}
      error={changing.error}
      onSubmit={(given) => changing.mutate(given)}
      onCancel={onClose}
    />
  )
}

interface FieldsProps {
  given: Given
  submit: string
  isPending: boolean
  error: Error | null
  onSubmit: (given: Given) => void
  onCancel: () => void
}

function Fields({ given, submit, isPending, error, onSubmit, onCancel }: FieldsProps) {
  const id = useId()
  const [name, setName] = useState(given.name)
  const [url, setUrl] = useState(given.url)
  const [events, setEvents] = useState<readonly WebhookEvent[]>(given.events)
  const [hasContents, setHasContents] = useState(given.hasContents === true)
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isPending) onSubmit({ name, url, events: [...events], hasContents })
  }
  return (
    <form className={shared['form']} onSubmit={send}>
      <div className={shared['field']}>
        <label htmlFor={`${id}-name`}>{words.name}</label>
        <input
          id={`${id}-name`}
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          maxLength={100}
          autoComplete="off"
          dir="auto"
        />
      </div>
      <div className={shared['field']}>
        <label htmlFor={`${id}-url`}>{words.url}</label>
        <input
          id={`${id}-url`}
          type="url"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
          aria-describedby={`${id}-hint`}
          placeholder="https://"
          required
          maxLength={2000}
          autoComplete="off"
          dir="ltr"
        />
        <small id={`${id}-hint`} className={styles['note']}>
          {/^http:/i.test(url.trim()) ? words.isPlain : words.urlHint}
        </small>
      </div>
      <fieldset className={shared['field']}>
        <legend>{words.events}</legend>
        {webhookEvents.map((one) => (
          <label key={one} className={shared['choice']}>
            <input
              type="checkbox"
              checked={events.includes(one)}
              onChange={(event) =>
                setEvents(webhookEvents.filter((each) => (each === one ? event.target.checked : events.includes(each))))
              }
            />
            <span>{eventWords[one]}</span>
          </label>
        ))}
        {events.length === 0 && (
          <p className={shared['complaint']} role="alert">
            {words.choose}
          </p>
        )}
      </fieldset>
      <label className={shared['choice']}>
        <input type="checkbox" checked={hasContents} onChange={(event) => setHasContents(event.target.checked)} />
        <span>
          {words.contents}
          <small>{words.contentsNote}</small>
        </span>
      </label>
      <Complaint error={error} />
      <div className={shared['buttons']}>
        <Button onPress={onCancel}>{words.cancel}</Button>
        <Button type="submit" variant="primary" isDisabled={isPending || events.length === 0}>
          {submit}
        </Button>
      </div>
    </form>
  )
}

export function Secret({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <div className={shared['form']}>
      <p role="status">{words.isMade}</p>
      <LinkField label={words.secret} url={secret} copyLabel={words.copy} />
      <Button variant="primary" onPress={onDone}>
        {words.done}
      </Button>
    </div>
  )
}
