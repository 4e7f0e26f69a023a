/** Request bodies: counted while they are read, whatever their headers say of their length, then parsed by a schema. */
import type { Person } from '@attest/schema/api'
import type { Context, MiddlewareHandler } from 'hono'
import type * as z from 'zod'
import { HttpProblem } from './problem.ts'

/**
 * What the bodies of all requests under way may take of the memory, and those of one person. One that is small is not
 * counted; without this, a few large ones that come in drops would be all that it takes to stop the server.
 */
const MOST_HELD = { all: 512 * 1024 * 1024, person: 192 * 1024 * 1024 }
const SMALL = 1024 * 1024
/** What JSON takes once it is parsed, for each byte of it; the worst is more. */
const JSON_WEIGHT = 4

interface Held {
  person: string
  bytes: number
}

const held = new Map<Request, Held>()

/** To be run around every request: what its body took is free when it has been answered. */
export const freeBody: MiddlewareHandler = async (c, next) => {
  try {
    await next()
  } finally {
    held.delete(c.req.raw)
  }
}

/** For a request in whose place another goes on with the same body: that one is counted when it is read. */
export function letGo(request: Request): void {
  held.delete(request)
}

/** Makes room for what may come of a body, or throws: 429 when this person has enough under way, 503 when all have. */
function hold(c: Context, bytes: number): void {
  if (bytes <= SMALL) return
  const { person: asking } = c.var as { person?: Person }
  const person = asking?.id ?? ''
  let [all, own] = [bytes, bytes]
  for (const [request, one] of held) {
    if (request === c.req.raw) continue
    all += one.bytes
    if (one.person === person) own += one.bytes
  }
  const later = { 'Retry-After': '5', Connection: 'close' }
  if (own > MOST_HELD.person)
    throw new HttpProblem(429, 'You are sending several large files at once. Please wait for one of them.', later)
  if (all > MOST_HELD.all)
    throw new HttpProblem(503, 'Many large files are being sent at the moment. Please try again soon.', later)
  held.set(c.req.raw, { person, bytes })
}

/** The JSON in the body, of at most `maxBytes`. */
export async function readJson(c: Context, maxBytes: number): Promise<unknown> {
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type))
    throw new HttpProblem(415, 'Send the body as JSON, with Content-Type: application/json.')
  const bytes = await readBytes(c, maxBytes, JSON_WEIGHT)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new HttpProblem(422, 'This is not JSON: it is not UTF-8 text.')
  }
  try {
    return JSON.parse(text)
  } catch {
    // What V8 says of it quotes the body, which may hold anything.
    throw new HttpProblem(422, 'This is not JSON.')
  }
}

/** The bytes of a body that is a file. */
export async function readFileBody(c: Context, maxBytes: number): Promise<Uint8Array> {
  // A type that no form can send, so that a page of another site cannot either.
  if (!/^application\/octet-stream\s*(;|$)/i.test(c.req.header('content-type') ?? ''))
    throw new HttpProblem(415, 'Send the file as it is, with Content-Type: application/octet-stream.')
  return readBytes(c, maxBytes)
}

export async function readBytes(c: Context, maxBytes: number, weight = 1): Promise<Uint8Array> {
  const tooLarge = () =>
    new HttpProblem(413, `This is too large: at most ${formatBytes(maxBytes)} are taken here.`, { Connection: 'close' })
  const told = Number(c.req.header('content-length') ?? 0)
  const reader = c.req.raw.body?.getReader()
  if (told > maxBytes) {
    await drain(reader, told)
    throw tooLarge()
  }
  // At once where it is said how much comes; else as it comes.
  hold(c, told * weight)
  const chunks: Uint8Array[] = []
  let size = 0
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    size += read.value.byteLength
    // Nobody knows how much more there is.
    if (size > maxBytes) throw tooLarge()
    if (size > told) hold(c, size * weight)
    chunks.push(read.value)
  }
  return Buffer.concat(chunks, size)
}

/** How much of a body that is refused for its length is read all the same, in bytes and in milliseconds. */
const DRAINED = { bytes: 128 * 1024 * 1024, ms: 10_000 }

/**
 * Reads a body to its end for nothing: whoever is still sending when the connection closes, a browser or a proxy, hears
 * of a broken connection and not of the reason.
 */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array> | undefined, told: number): Promise<void> {
  if (!reader || told > DRAINED.bytes) return
  const late = setTimeout(() => void reader.cancel().catch(() => {}), DRAINED.ms)
  try {
    while (!(await reader.read()).done);
  } catch {
    // They went away themselves.
  } finally {
    clearTimeout(late)
  }
}

function formatBytes(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.round(bytes / 1024 / 1024)} MB` : `${Math.round(bytes / 1024)} KB`
}

/** `value` as the schema has it; otherwise a problem that names the first thing wrong with it. */
export function parseBody<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const message = issue?.message ?? 'The body is not as it should be.'
  // Messages of our own are sentences for a person; zod's need to be told where they belong.
  throw new HttpProblem(422, message.endsWith('.') ? message : `${issue?.path.join('.') || 'The body'}: ${message}.`)
}
