/** Personal tokens: with one, a program acts as the person who made it, within what the token is for. */
import * as z from 'zod'
import { entityId } from './article.ts'

/**
 * What a token may be used for, each by itself: to read; to make, change and delete one's own marks, links and comments;
 * to judge; to manage articles, members, labels and work. It never lets its bearer do more than its person may.
 */
export const scopes = ['read', 'annotate', 'review', 'manage'] as const

export const scopeSchema = z.enum(scopes)

/** What every token begins with, so that one that got into a public place is known for what it is. */
export const TOKEN_PREFIX = 'attest_'

export const MOST_TOKENS = 50
/** For how long a token may be good, in days. */
export const MOST_DAYS = 366

/** What somebody calls a thing of theirs: one line that can be seen. */
export const lineName = z
  .string()
  .transform((name) => name.normalize('NFC').replace(/\s+/gu, ' ').trim())
  .pipe(
    z
      .string()
      .min(1, 'Please enter a name.')
      .max(100, 'A name has at most 100 characters here.')
      .refine((name) => !/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(name), 'This name cannot be shown.'),
  )

export const newTokenSchema = z.strictObject({
  name: lineName,
  scopes: z.array(scopeSchema).min(1, 'Choose at least one thing that the token is for.'),
  /** For how many days from now it is good. */
  days: z
    .int('Say for how many days the token is good.')
    .min(1, 'A token is good for a day at least.')
    .max(MOST_DAYS, `A token is good for ${MOST_DAYS} days at most.`),
  /** The one project it is for; all of its person's when it is not said. */
  project: entityId.nullable().optional(),
})

export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(scopeSchema),
  project: entityId.nullable(),
  /** Milliseconds since 1970. */
  createdAt: z.int(),
  expiresAt: z.int(),
  /** To the minute; null for one that has never been used. */
  usedAt: z.int().nullable(),
  revokedAt: z.int().nullable(),
})

/** The token itself is told this once: only its hash is kept. */
export const madeTokenSchema = tokenSchema.extend({ token: z.string() })

export type Scope = z.infer<typeof scopeSchema>
export type NewToken = z.infer<typeof newTokenSchema>
export type Token = z.infer<typeof tokenSchema>
export type MadeToken = z.infer<typeof madeTokenSchema>
