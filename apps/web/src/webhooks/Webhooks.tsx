/** For owners: to whom what happens in a project is told, whether it arrives, and the ways to change that. */
import type { Webhook } from '@attest/schema/webhook'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { MoreHorizontal } from 'lucide-react'
import { useId, useState } from 'react'
import shared from '../members/members.module.css'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { DocsLink } from '../ui/DocsLink.tsx'
import { MenuOf } from '../ui/Menu.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { changeWebhook, deleteWebhook, testWebhook, webhooksQuery } from './api.ts'
import { Log } from './Log.tsx'
import { ChangeWebhook, NewWebhook, Secret } from './WebhookForm.tsx'
import styles from './webhooks.module.css'
import { webhookWords as words } from './wording.ts'

/** What is open of one of them. */
type Open =
  | { what: 'log' | 'change' | 'renew' | 'delete'; of: Webhook }
  | { what: 'secret'; secret: string; of: Webhook }

/** Deliveries come and go by themselves. */
const LOOK_MS = 10_000

export function Webhooks({ project, isArchived }: { project: string; isArchived: boolean }) {
  const id = useId()
  const queries = useQueryClient()
  const webhooks = useQuery({ ...webhooksQuery(project), refetchInterval: LOOK_MS })
  const [isMaking, setIsMaking] = useState(false)
  const [open, setOpen] = useState<Open | null>(null)
  const refresh = () => queries.invalidateQueries({ queryKey: webhooksQuery(project).queryKey })
  const complain = (error: Error) => tell(error.message, { tone: 'problem' })
  const changing = useMutation({
    mutationFn: ({ of, change }: { of: Webhook; change: Parameters<typeof changeWebhook>[2] }) =>
      changeWebhook(project, of.id, change),
    onSuccess: ({ secret }, { of }) => setOpen(secret === undefined ? null : { what: 'secret', secret, of }),
    onError: complain,
    onSettled: refresh,
  })
  const testing = useMutation({
    mutationFn: ({ id }: Webhook) => testWebhook(project, id),
    onSuccess: () => tell(words.testSent),
    onError: complain,
    onSettled: refresh,
  })
  const deleting = useMutation({
    mutationFn: ({ id }: Webhook) => deleteWebhook(project, id),
    onSuccess: (_, { name }) => {
      setOpen(null)
      tell(words.deleted(name))
    },
    onError: complain,
    onSettled: refresh,
  })
  if (webhooks.isPending) return <Loading what="the webhooks" />
  if (!webhooks.data) return <Trouble isPart error={webhooks.error} onRetry={() => void webhooks.refetch()} />

  const groupsOf = (of: Webhook) => () => [
    {
      entries: [
        {
          id: 'test',
          label: words.test,
          isDisabled: of.paused !== null || isArchived,
          run: () => testing.mutate(of),
        },
        { id: 'change', label: words.change, isDisabled: isArchived, run: () => setOpen({ what: 'change', of }) },
        {
          id: 'pause',
          label: of.paused ? words.resume : words.pause,
          isDisabled: isArchived,
          run: () => changing.mutate({ of, change: { isPaused: of.paused === null } }),
        },
        { id: 'renew', label: words.renew, isDisabled: isArchived, run: () => setOpen({ what: 'renew', of }) },
      ],
    },
    {
      entries: [
        { id: 'delete', label: words.delete, isDisabled: isArchived, run: () => setOpen({ what: 'delete', of }) },
      ],
    },
  ]
  return (
    <section className={shared['part']} aria-labelledby={id}>
      <h2 id={id}>{words.title}</h2>
      <p className={shared['note']}>{words.note}</p>
      <DocsLink href="/api/docs#webhooks">{words.docs}</DocsLink>
      {webhooks.data.length === 0 && <p>{words.none}</p>}
      {webhooks.data.length > 0 && (
        <ul className={shared['rows']}>
          {webhooks.data.map((one) => (
            <li key={one.id} className={shared['row']}>
              <About webhook={one} />
              <div className={shared['buttons']}>
                {one.paused?.why === 'secret' && (
                  <Button isDisabled={isArchived} onPress={() => setOpen({ what: 'renew', of: one })}>
                    {words.renew}
                  </Button>
                )}
                {one.paused && one.paused.why !== 'secret' && (
                  <Button
                    isDisabled={isArchived || changing.isPending}
                    onPress={() => changing.mutate({ of: one, change: { isPaused: false } })}
                  >
                    {words.resume}
                  </Button>
                )}
                <Button aria-label={words.logOf(one.name)} onPress={() => setOpen({ what: 'log', of: one })}>
                  {words.log}
                </Button>
                <MenuOf
                  label={words.more(one.name)}
                  trigger={
                    <Button variant="quiet" aria-label={words.more(one.name)}>
                      <MoreHorizontal aria-hidden="true" />
                    </Button>
                  }
                  groups={groupsOf(one)}
                />
              </div>
            </li>
          ))}
        </ul>
      )}
      <Button isDisabled={isArchived} onPress={() => setIsMaking(true)}>
        {words.make}
      </Button>
      <NewWebhook project={project} isOpen={isMaking} onOpenChange={setIsMaking} />
      <ChangeWebhook
        project={project}
        webhook={open?.what === 'change' ? open.of : null}
        onClose={() => setOpen(null)}
      />
      <Dialog
        title={words.logOf(open?.of.name ?? '')}
        size="wide"
        isOpen={open?.what === 'log'}
        onOpenChange={() => setOpen(null)}
      >
        {/* As it is by now: it may have been paused since. */}
        {() => open && <Log project={project} webhook={webhooks.data.find(({ id }) => id === open.of.id) ?? open.of} />}
      </Dialog>
      <Dialog
        title={words.renewTitle(open?.of.name ?? '')}
        isOpen={open?.what === 'renew'}
        onOpenChange={() => setOpen(null)}
      >
        {(close) => (
          <>
            <p>{words.renewText}</p>
            <div className={shared['buttons']}>
              <Button onPress={close}>{words.keep}</Button>
              <Button
                variant="primary"
                isDisabled={changing.isPending}
                onPress={() => open && changing.mutate({ of: open.of, change: { newSecret: true } })}
              >
                {words.renewButton}
              </Button>
            </div>
          </>
        )}
      </Dialog>
      <Dialog
        title={words.secretOf(open?.of.name ?? '')}
        holdsDraft
        isOpen={open?.what === 'secret'}
        onOpenChange={() => setOpen(null)}
      >
        {(close) => open?.what === 'secret' && <Secret secret={open.secret} onDone={close} />}
      </Dialog>
      <Dialog
        title={words.deleteTitle(open?.of.name ?? '')}
        isOpen={open?.what === 'delete'}
        onOpenChange={() => setOpen(null)}
      >
        {(close) => (
          <>
            <p>{words.deleteText}</p>
            <div className={shared['buttons']}>
              <Button onPress={close}>{words.keep}</Button>
              <Button variant="bad" isDisabled={deleting.isPending} onPress={() => open && deleting.mutate(open.of)}>
                {words.deleteButton}
              </Button>
            </div>
          </>
        )}
      </Dialog>
    </section>
  )
}

function About({ webhook }: { webhook: Webhook }) {
  const { name, url, paused, waiting, trouble, arrivedAt, by } = webhook
  return (
    <span className={shared['who']}>
      <strong dir="auto">{name}</strong>
      <small className={styles['address']} dir="ltr">
        {url}
      </small>
      {paused ? (
        <small className={styles['paused']} role="status">
          {words.pausedBecause(paused.why)} {words.pausedNote}
        </small>
      ) : (
        <small>
          {words.runs} {words.by(by.name)}, {words.arrived(arrivedAt)}
        </small>
      )}
      {trouble && !paused && (
        <small className={styles['paused']} role="status">
          {words.trouble(trouble)}
        </small>
      )}
      {waiting > 0 && <small>{words.waiting(waiting)}</small>}
    </span>
  )
}
