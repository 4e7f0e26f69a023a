/** Webhooks: what happens in a project, told to an address that one of its owners has given. */
import * as z from 'zod'
import { entityId } from './article.ts'
import { lineName } from './token.ts'

/** What can be told of; one closed list, because the page has words for each. */
export const webhookEvents = [
  'article.added',
  'article.removed',
  'article.restored',
  'marks.changed',
  'verdicts.changed',
  'work.submitted',
  'article.revealed',
  'article.signed-off',
  'article.reopened',
  'export.done',
] as const

export const webhookEventSchema = z.enum(webhookEvents)

/** What an address is sent to be tried; not to be chosen. */
export const PING = 'ping'

export const MOST_WEBHOOKS = 20

const url = z
  .string()
  .trim()
  .max(2000, 'This address is too long.')
  .refine((given) => {
    const parsed = parse(given)
    return parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:')
  }, 'This is not an address of the web, such as https://example.org/hook.')
  .refine((given) => {
    const parsed = parse(given)
    return !parsed || (parsed.username === '' && parsed.password === '')
  }, 'An address with a name or a password in it is not asked. The signature says who is asking.')

interface Parsed {
  protocol: string
  username: string
  password: string
}

/** Every platform has it, and neither of them is known here. */
function parse(given: string): Parsed | null {
  const { URL } = globalThis as unknown as { URL: new (url: string) => Parsed }
  try {
    return new URL(given)
  } catch {
    return null
  }
}

const events = z.array(webhookEventSchema).min(1, 'Choose at least one thing to be told of.')

export const newWebhookSchema = z.strictObject({
  name: lineName,
  url,
  events,
  /** Whether the records come with what is told of marks and verdicts, and not only how many they are. */
  hasContents: z.boolean().default(false),
})

export const webhookChangeSchema = z
  .strictObject({
    name: lineName.optional(),
    url: url.optional(),
    events: events.optional(),
    hasContents: z.boolean().optional(),
    /** True to have it wait, false to have it go on. */
    isPaused: z.boolean().optional(),
    /** Makes a new secret, which the answer tells; the one before is good for nothing from then on. */
    newSecret: z.literal(true).optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'Nothing is to be changed.')

/**
 * Why one does not run: an owner wants it so, it failed for too long, its server wants no more, too much waits for it, its
 * owner is none any more, or its secret cannot be read, as after a restore without the file that it was sealed with.
 */
export const pauseReasons = ['asked', 'failing', 'gone', 'too-much', 'ownerless', 'secret'] as const

export const webhookSchema = z.object({
  id: entityId,
  name: z.string(),
  url: z.string(),
  events: z.array(webhookEventSchema),
  hasContents: z.boolean(),
  /** In whose name it runs. */
  by: z.object({ id: z.string(), name: z.string() }),
  createdAt: z.int(),
  /** Null while it runs. */
  paused: z.object({ why: z.enum(pauseReasons), at: z.int() }).nullable(),
  /** How many deliveries wait to be tried, again or for the first time. */
  waiting: z.int(),
  /** When one arrived last; null where none has. */
  arrivedAt: z.int().nullable(),
  /** What came of the last try of what waits, where that was in vain, and when it is tried again; null where all is well. */
  trouble: z.object({ status: z.int().nullable(), problem: z.string().nullable(), nextAt: z.int() }).nullable(),
})

/** The secret is told this once. */
export const madeWebhookSchema = webhookSchema.extend({ secret: z.string() })

export const changedWebhookSchema = webhookSchema.extend({ secret: z.string().optional() })

export const deliveryStates = ['waiting', 'arrived', 'failed'] as const

export const deliverySchema = z.object({
  id: entityId,
  event: z.string(),
  state: z.enum(deliveryStates),
  tries: z.int(),
  createdAt: z.int(),
  /** When it is tried next, while it waits. */
  nextAt: z.int().nullable(),
  /** Of the last try: what was answered, null where nothing was. */
  status: z.int().nullable(),
  ms: z.int().nullable(),
  /** Why nothing was. */
  problem: z.string().nullable(),
})

export const deliveryPageSchema = z.object({
  /** The newest first. */
  deliveries: z.array(deliverySchema),
  next: z.string().nullable(),
})

export const wholeDeliverySchema = deliverySchema.extend({
  /** What is sent, byte for byte. */
  body: z.string(),
  log: z.array(
    z.object({
      number: z.int(),
      at: z.int(),
      ms: z.int(),
      status: z.int().nullable(),
      problem: z.string().nullable(),
    }),
  ),
})

export type WebhookEvent = z.infer<typeof webhookEventSchema>
export type Webhook = z.infer<typeof webhookSchema>
export type MadeWebhook = z.infer<typeof madeWebhookSchema>
export type NewWebhook = z.input<typeof newWebhookSchema>
export type WebhookChange = z.infer<typeof webhookChangeSchema>
export type PauseReason = (typeof pauseReasons)[number]
export type Delivery = z.infer<typeof deliverySchema>
export type WholeDelivery = z.infer<typeof wholeDeliverySchema>
