/** The webhooks of a project, for its owners: what they are told of, what they were sent, and what came of it. */
import {
  changedWebhookSchema,
  deliveryPageSchema,
  MOST_WEBHOOKS,
  madeWebhookSchema,
  newWebhookSchema,
  webhookChangeSchema,
  webhookSchema,
  wholeDeliverySchema,
} from '@attest/schema/webhook'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { parseBody, readJson } from '../body.ts'
import { makeLimit } from '../limit.ts'
import { pageQuery, pageQueryDescription } from '../pages.ts'
import { HttpProblem } from '../problem.ts'
import { makeSecret } from '../webhooks/signature.ts'
import { type Env, ownedProjectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

const BODY_BYTES = 16 * 1024

const owners = {
  401: 'Nobody is signed in.',
  403: 'You do not own the project, or it is archived.',
  404: 'There is no such project for you, or no such webhook in it.',
}

const pageSchema = z
  .object({
    ...pageQuery,
    cursor: z.string().regex(/^\d{1,16}\.[\w-]{1,64}$/, 'This cursor is none that was given out here.'),
  })
  .partial()

/** To be mounted at `/api/projects`. */
export function webhookRoutes({ auth, catalog }: RouteOptions): Hono<Env> {
  const { webhooks } = catalog
  const routes = new Hono<Env>()
  const person = requirePerson(auth)
  const limitSending = makeLimit(30, 'That was sent too often. Please wait for a minute.')

  const owned = (c: Context<Env>, whileArchived = false) =>
    ownedProjectOf(c, catalog, c.req.param('id') ?? '', 'see and change its webhooks', { whileArchived })

  /** Everything about one webhook begins so. */
  async function one(c: Context<Env>, whileArchived = false) {
    const project = await owned(c, whileArchived)
    const webhook = await webhooks.find(project.id, c.req.param('webhook') ?? '')
    if (!webhook) throw new HttpProblem(404, 'There is no such webhook in this project.')
    return { project, webhook }
  }

  routes.get(
    '/:id/webhooks',
    person,
    describe({
      summary: 'The webhooks of a project',
      tag: 'Webhooks',
      answer: { schema: z.array(webhookSchema), description: 'The oldest first, without their secrets.' },
      problems: owners,
    }),
    async (c) => c.json(await webhooks.inProject((await owned(c, true)).id)),
  )

  routes.post(
    '/:id/webhooks',
    person,
    describe({
      summary: 'Make a webhook',
      description:
        'From then on what happens is sent to the address, signed with a secret that is told this once. It has to be on ' +
        'the open internet, unless whoever runs the server allows it.',
      tag: 'Webhooks',
      body: newWebhookSchema,
      answer: { status: 201, schema: madeWebhookSchema, description: 'The webhook and its secret.' },
      problems: {
        ...owners,
        409: `There are ${MOST_WEBHOOKS} already.`,
        422: 'The address or what else is said cannot be used.',
      },
    }),
    async (c) => {
      const project = await owned(c)
      const given = parseBody(newWebhookSchema, await readJson(c, BODY_BYTES))
      const secret = makeSecret()
      const sealed = await auth.seal(secret)
      const id = await webhooks.add({ ...given, project: project.id, person: c.var.person.id, secret: sealed })
      if (id === null) throw new HttpProblem(409, `A project has at most ${MOST_WEBHOOKS} webhooks.`)
      return c.json({ ...(await webhooks.find(project.id, id)), secret }, 201, { 'Cache-Control': 'no-store' })
    },
  )

  routes.get(
    '/:id/webhooks/:webhook',
    person,
    describe({
      summary: 'One webhook',
      tag: 'Webhooks',
      answer: { schema: webhookSchema, description: 'The webhook, without its secret.' },
      problems: owners,
    }),
    async (c) => c.json((await one(c, true)).webhook),
  )

  routes.patch(
    '/:id/webhooks/:webhook',
    person,
    describe({
      summary: 'Change a webhook, or have it wait or go on',
      description:
        'From then on it runs in your name. What happens while it is paused is not told afterwards; what waited before is.',
      tag: 'Webhooks',
      body: webhookChangeSchema,
      answer: { schema: changedWebhookSchema, description: 'The webhook, with its secret where that is new.' },
      problems: { ...owners, 422: 'It cannot be changed so.' },
    }),
    async (c) => {
      const { project, webhook } = await one(c)
      const { isPaused, newSecret, ...rest } = parseBody(webhookChangeSchema, await readJson(c, BODY_BYTES))
      const me = c.var.person.id
      const secret = newSecret ? makeSecret() : undefined
      const change = { ...rest, ...(secret === undefined ? {} : { secret: await auth.seal(secret) }) }
      if (Object.keys(change).length > 0) await webhooks.change(project.id, webhook.id, me, change)
      if (isPaused === true) await webhooks.pause(webhook.id, 'asked', me)
      // For want of a secret it waits no longer.
      const isMended = secret !== undefined && webhook.paused?.why === 'secret'
      if (isPaused === false || (isMended && isPaused === undefined)) await webhooks.resume(project.id, webhook.id, me)
      const changed = await webhooks.find(project.id, webhook.id)
      return c.json({ ...changed, ...(secret === undefined ? {} : { secret }) }, 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.delete(
    '/:id/webhooks/:webhook',
    person,
    describe({
      summary: 'Delete a webhook',
      description: 'With its log, and with what waits to be sent.',
      tag: 'Webhooks',
      answer: { status: 204, schema: null, description: 'It is deleted.' },
      problems: owners,
    }),
    async (c) => {
      const { project, webhook } = await one(c)
      await webhooks.remove(project.id, webhook.id, c.var.person.id)
      return c.body(null, 204)
    },
  )

  routes.post(
    '/:id/webhooks/:webhook/test',
    person,
    describe({
      summary: 'Send a webhook something to try it',
      description: 'An event `ping` without data; the log says what came of it.',
      tag: 'Webhooks',
      answer: { status: 202, schema: z.object({ delivery: z.string() }), description: 'It is on its way.' },
      problems: { ...owners, 409: 'It is paused.', 429: 'It was tried too often.' },
    }),
    async (c) => {
      const { project, webhook } = await one(c)
      limitSending(webhook.id)
      if (webhook.paused) throw new HttpProblem(409, 'This webhook is paused. Have it go on first.')
      return c.json({ delivery: await webhooks.deliveries.ping(project.id, webhook.id) }, 202)
    },
  )

  routes.get(
    '/:id/webhooks/:webhook/deliveries',
    person,
    describe({
      summary: 'What a webhook was sent',
      description: 'Kept for thirty days. In pages, the newest first.',
      tag: 'Webhooks',
      query: pageQueryDescription,
      answer: { schema: deliveryPageSchema, description: 'A page of it.' },
      problems: { ...owners, 422: 'The query is not as it should be.' },
    }),
    async (c) => {
      const { webhook } = await one(c, true)
      const { limit = 50, cursor } = parseBody(pageSchema, c.req.query())
      const [at = '', id = ''] = cursor?.split('.') ?? []
      const rows = await webhooks.deliveries.page(webhook.id, limit + 1, cursor ? { at: Number(at), id } : undefined)
      const deliveries = rows.slice(0, limit)
      const last = deliveries.at(-1)
      return c.json({ deliveries, next: rows.length > limit && last ? `${last.createdAt}.${last.id}` : null })
    },
  )

  routes.get(
    '/:id/webhooks/:webhook/deliveries/:delivery',
    person,
    describe({
      summary: 'One delivery',
      tag: 'Webhooks',
      answer: { schema: wholeDeliverySchema, description: 'What is sent, byte for byte, and what came of each try.' },
      problems: owners,
    }),
    async (c) => {
      const { webhook } = await one(c, true)
      const found = await webhooks.deliveries.find(webhook.id, c.req.param('delivery'))
      if (!found) throw new HttpProblem(404, 'There is no such delivery of this webhook.')
      return c.json(found)
    },
  )

  routes.post(
    '/:id/webhooks/:webhook/deliveries/:delivery/again',
    person,
    describe({
      summary: 'Send a delivery again',
      description: 'The same body, signed anew, as a delivery of its own; one that waits is tried at once.',
      tag: 'Webhooks',
      answer: { status: 202, schema: z.object({ delivery: z.string() }), description: 'It is on its way.' },
      problems: { ...owners, 409: 'It is paused.', 429: 'It was sent too often.' },
    }),
    async (c) => {
      const { webhook } = await one(c)
      limitSending(webhook.id)
      if (webhook.paused) throw new HttpProblem(409, 'This webhook is paused. Have it go on first.')
      const delivery = await webhooks.deliveries.sendAgain(webhook.id, c.req.param('delivery'))
      if (delivery === null) throw new HttpProblem(404, 'There is no such delivery of this webhook.')
      return c.json({ delivery }, 202)
    },
  )

  return routes
}
