/**
 * Answers in pages, and answers that need not be sent again. A cursor names the last item of a page and where it stood, so
 * that a list goes on at the right place also when items came or went meanwhile.
 */
import { createHash } from 'node:crypto'
import { order } from '@attest/schema/order'
import { PAGE } from '@attest/schema/records-api'
import type { Context, MiddlewareHandler } from 'hono'
import * as z from 'zod'
import { HttpProblem } from './problem.ts'

export const pageQuery = {
  limit: z.coerce
    .number('A limit is a number.')
    .int('A limit is a whole number.')
    .min(1, 'A page has at least one entry.')
    .max(PAGE.most, `A page has at most ${PAGE.most} entries.`),
  cursor: z.string().max(500),
} as const

export const pageQueryDescription = {
  limit: { description: `How many at most, up to ${PAGE.most}.` },
  cursor: { description: 'Where to go on: what the page before says.' },
} as const

/** Of a list that `listed` answers. */
export const LISTED =
  'All of them; with `limit`, in pages: a `Link` header with `rel="next"` says where the next one is. The answer has an ETag.'

const cursorSchema = z.tuple([z.int().min(0), z.string()])

/**
 * The page that begins after `cursor`, and the cursor of the next one, null after the last. What is sorted by the ids goes
 * on at the right place also when all that was told before is gone.
 */
export function pageOf<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  { limit = PAGE.usual, cursor, isSorted = false }: PageOptions,
): { page: T[]; next: string | null } {
  const from = cursor === undefined ? 0 : placeAfter(items, idOf, { cursor, isSorted })
  const page = items.slice(from, from + limit)
  const end = from + page.length
  const last = page.at(-1)
  const next = last === undefined || end >= items.length ? null : encode([end, idOf(last)])
  return { page, next }
}

interface PageOptions {
  limit?: number | undefined
  cursor?: string | undefined
  /** By `order` of their ids. */
  isSorted?: boolean
}

function placeAfter<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  { cursor, isSorted }: { cursor: string; isSorted: boolean },
): number {
  const [end, id] = decode(cursor)
  // Where it stood, unless something came or went before it; when it is gone, where it stood is near enough.
  const known = items[end - 1]
  if (known !== undefined && idOf(known) === id) return end
  if (isSorted) {
    const next = items.findIndex((item) => order(idOf(item), id) > 0)
    return next < 0 ? items.length : next
  }
  const index = items.findIndex((item) => idOf(item) === id)
  return index < 0 ? Math.min(end, items.length) : index + 1
}

function encode(cursor: z.infer<typeof cursorSchema>): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

function decode(cursor: string): z.infer<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw new HttpProblem(422, 'This cursor is none that was given out here.')
  }
}

/**
 * The part of a list that is asked for with `limit` and `cursor`, all of it where neither is; where more comes after it,
 * a `Link` header says at which address.
 */
export function listed<T>(c: Context, items: readonly T[], idOf: (item: T) => string): T[] {
  const query = c.req.query()
  if (query['limit'] === undefined && query['cursor'] === undefined) return [...items]
  const asked = z.object(pageQuery).partial().safeParse(query)
  if (!asked.success) throw new HttpProblem(422, asked.error.issues[0]?.message ?? 'The query is not as it should be.')
  const { page, next } = pageOf(items, idOf, asked.data)
  if (next !== null) {
    const params = new URLSearchParams({ ...query, cursor: next })
    c.header('Link', `<${c.req.path}?${params}>; rel="next"`)
  }
  return page
}

export function tagOf(value: unknown): string {
  return tagOfText(JSON.stringify(value, inOrder))
}

function tagOfText(text: string | Uint8Array): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
}

/** Whoever wrote it may have had its keys in another order. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Whether a header like `If-None-Match` or `If-Match` names this tag. */
export function names(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === tag || one.trim() === '*')
}

/**
 * Gives every JSON answer to a GET a tag, and answers 304 to whoever has it already. Not to files, which may be large and
 * come in pieces.
 */
export const tagged: MiddlewareHandler = async (c, next) => {
  await next()
  const { res } = c
  if (c.req.method !== 'GET' || res.status !== 200 || res.headers.has('etag')) return
  if (!res.headers.get('content-type')?.startsWith('application/json')) return
  if (res.headers.has('content-disposition') || res.headers.has('set-cookie')) return
  const body = new Uint8Array(await res.arrayBuffer())
  const tag = tagOfText(body)
  const headers = new Headers(res.headers)
  headers.set('ETag', tag)
  c.res = undefined
  if (!names(c.req.header('if-none-match'), tag)) {
    c.res = new Response(body, { status: 200, headers })
    return
  }
  for (const name of ['content-type', 'content-length']) headers.delete(name)
  c.res = new Response(null, { status: 304, headers })
}
