import {
  changedWebhookSchema,
  type Delivery,
  deliveryPageSchema,
  madeWebhookSchema,
  type NewWebhook,
  type WebhookChange,
  webhookSchema,
  wholeDeliverySchema,
} from '@attest/schema/webhook'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { ask, post } from '../api.ts'

const at = (project: string, rest = '') => `/api/projects/${encodeURIComponent(project)}/webhooks${rest}`

export const webhooksQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'webhooks'],
    queryFn: () => ask(at(project), z.array(webhookSchema)),
  })

export const makeWebhook = (project: string, given: NewWebhook) => post(at(project), madeWebhookSchema, given)

export const changeWebhook = (project: string, id: string, change: WebhookChange) =>
  ask(at(project, `/${id}`), changedWebhookSchema, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  })

export const deleteWebhook = (project: string, id: string) =>
  ask(at(project, `/${id}`), z.unknown(), { method: 'DELETE' })

export const testWebhook = (project: string, id: string) => post(at(project, `/${id}/test`), z.unknown(), {})

export const deliveriesQuery = (project: string, id: string) =>
  infiniteQueryOptions({
    queryKey: ['projects', project, 'webhooks', id, 'deliveries'],
    queryFn: ({ pageParam }) => {
      const cursor = pageParam === null ? '' : `&cursor=${encodeURIComponent(pageParam)}`
      return ask(at(project, `/${id}/deliveries?limit=30${cursor}`), deliveryPageSchema)
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })

export const deliveryQuery = (project: string, id: string, { id: delivery, tries }: Pick<Delivery, 'id' | 'tries'>) =>
  queryOptions({
    queryKey: ['projects', project, 'webhooks', id, 'deliveries', delivery, tries],
    queryFn: () => ask(at(project, `/${id}/deliveries/${delivery}`), wholeDeliverySchema),
    staleTime: 0,
  })

export const sendAgain = (project: string, id: string, delivery: string) =>
  post(at(project, `/${id}/deliveries/${delivery}/again`), z.unknown(), {})
