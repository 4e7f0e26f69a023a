/** Request bodies: counted while they are read, whatever their headers say of their length, then parsed by a schema. */
import type { Context } from 'hono'
import type * as z from 'zod'
import { HttpProblem } from './problem.ts'

/** The JSON in the body, of at most `maxBytes`. */
export async function readJson(c: Context, maxBytes: number): Promise<unknown> {
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type))
    throw new HttpProblem(415, 'Send the body as JSON, with Content-Type: application/json.')
  const bytes = await readBytes(c, maxBytes)
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

async function readBytes(c: Context, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () =>
    new HttpProblem(413, `This is too large: at most ${formatBytes(maxBytes)} are taken here.`, { Connection: 'close' })
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
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
