/** What a webhook was sent, and what came of it. */
import type { Delivery, Webhook } from '@attest/schema/webhook'
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleX, Clock } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { Code } from '../ui/Code.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { deliveriesQuery, deliveryQuery, sendAgain } from './api.ts'
import styles from './webhooks.module.css'
import { webhookWords as words } from './wording.ts'

const LOOK_MS = 3000

export function Log({ project, webhook }: { project: string; webhook: Webhook }) {
  const log = useInfiniteQuery({ ...deliveriesQuery(project, webhook.id), refetchInterval: LOOK_MS })
  if (log.isPending) return <Loading what="the log" />
  if (!log.data) return <Trouble isPart error={log.error} onRetry={() => void log.refetch()} />
  const deliveries = log.data.pages.flatMap((page) => page.deliveries)
  return (
    <div className={styles['log']}>
      {deliveries.length === 0 && <p>{words.logEmpty}</p>}
      {deliveries.length > 0 && (
        <ol className={styles['deliveries']}>
          {deliveries.map((one) => (
            <Row key={one.id} project={project} webhook={webhook} delivery={one} />
          ))}
        </ol>
      )}
      {log.hasNextPage && (
        <Button isDisabled={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()}>
          {words.earlier}
        </Button>
      )}
    </div>
  )
}

const icons = { waiting: Clock, arrived: CircleCheck, failed: CircleX } as const

interface RowProps {
  project: string
  webhook: Webhook
  delivery: Delivery
}

function Row({ project, webhook, delivery }: RowProps) {
  const [isOpen, setIsOpen] = useState(false)
  const { state, event, createdAt, tries, status, problem, ms, nextAt } = delivery
  const Icon = icons[state]
  return (
    <li>
      <span className={styles['head']} data-state={state}>
        <Icon aria-hidden="true" />
        {words.state(state)}: {words.event(event)}
      </span>
      <span className={styles['note']}>
        {words.time(createdAt)} · {words.answer(status, problem)}
        {ms !== null && ` · ${words.took(ms)}`}
        {tries > 1 && ` · ${words.tries(tries)}`}
        {nextAt !== null && tries > 0 && webhook.paused === null && ` · ${words.next(nextAt)}`}
      </span>
      <details onToggle={(toggled) => setIsOpen(toggled.currentTarget.open)}>
        <summary>{words.details}</summary>
        {isOpen && <Whole project={project} webhook={webhook} delivery={delivery} />}
      </details>
    </li>
  )
}

function Whole({ project, webhook, delivery }: RowProps) {
  const queries = useQueryClient()
  const { id, state, tries } = delivery
  // Asked anew after each try, while what is known already stays in view.
  const whole = useQuery({ ...deliveryQuery(project, webhook.id, delivery), placeholderData: keepPreviousData })
  const sending = useMutation({
    mutationFn: () => sendAgain(project, webhook.id, id),
    onSuccess: () => tell(words.isSentAgain),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => queries.invalidateQueries({ queryKey: deliveriesQuery(project, webhook.id).queryKey }),
  })
  if (whole.isPending) return <Loading what="the delivery" />
  if (!whole.data) return <Trouble isPart error={whole.error} onRetry={() => void whole.refetch()} />
  return (
    <div className={styles['whole']}>
      <Code label={words.body}>{indented(whole.data.body)}</Code>
      {whole.data.log.length > 0 && (
        <ol>
          {whole.data.log.map(({ number, at, ms, status, problem }) => (
            <li key={number}>
              {words.time(at)}, {words.answer(status, problem)}, {words.took(ms)}
            </li>
          ))}
        </ol>
      )}
      <Button
        isDisabled={sending.isPending || webhook.paused !== null || (state === 'waiting' && tries === 0)}
        onPress={() => sending.mutate()}
      >
        {state === 'waiting' && tries > 0 ? words.tryNow : words.again}
      </Button>
      {webhook.paused !== null && <span className={styles['note']}>{words.isPaused}</span>}
    </div>
  )
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
