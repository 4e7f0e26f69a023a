/**
 * What a request is answered when it cannot be served: RFC 9457 problem documents, thrown anywhere below a route and
 * written in one place. Only what was thrown as an `HttpProblem` tells its reason; everything else is a 500 without one.
 */
import { STATUS_CODES } from 'node:http'
import type { Problem } from '@attest/schema/api'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

export class HttpProblem extends Error {
  readonly status: ContentfulStatusCode
  readonly headers: Readonly<Record<string, string>>
  /** What else a program is told, beside the sentence. */
  members: Pick<Problem, 'reason' | 'root' | 'record'> = {}

  /** `detail` is a sentence for a person, and may be shown to one. */
  constructor(
    status: ContentfulStatusCode,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
    cause?: unknown,
  ) {
    super(detail, { cause })
    this.name = 'HttpProblem'
    this.status = status
    this.headers = headers
  }
}

export function answerProblem(c: Context, problem: HttpProblem): Response {
  const body: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    ...problem.members,
  }
  return c.body(JSON.stringify(body), problem.status, {
    ...problem.headers,
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  })
}
