/** A server that the command line talks to as anybody’s program would: by its address and a personal token. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiProblem, type Client, connect } from '@attest/schema/client'
import { CannotRun } from './command.ts'

export interface RemoteOptions {
  url: string
  /** From ATTEST_TOKEN, never from the command line: everybody on a machine can read that. */
  token: string | undefined
}

export interface Remote extends Client {
  /** What is not JSON: a file on its way there or back. */
  bytes(method: string, path: string, options?: { body?: Uint8Array; from?: number }): Promise<Response>
}

export function connectTo({ url, token }: RemoteOptions): Remote {
  if (!token)
    throw new CannotRun('ATTEST_TOKEN is not set: make a token on your account page, or with “attest token make”.')
  if (!URL.canParse(url))
    throw new CannotRun(`--server is an address such as https://attest.example.org; it is “${url}”.`)
  const base = url.replace(/\/$/, '')
  return {
    ...connect({ url: base, token }),
    async bytes(method, path, { body, from = 0 } = {}) {
      const headers = new Headers({ authorization: `Bearer ${token}` })
      if (body) headers.set('content-type', 'application/octet-stream')
      if (from > 0) headers.set('range', `bytes=${from}-`)
      const answer = await fetch(base + path, { method, headers, ...(body && { body: new Uint8Array(body) }) })
      if (answer.ok) return answer
      const problem = (await answer.json().catch(() => null)) as { detail?: string } | null
      throw new CannotRun(problem?.detail ?? `The server answered ${answer.status}.`, answer.status)
    },
  }
}

/** What a server refuses, or that there is none, is a sentence for whoever asked. */
export async function explained<T>(url: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ApiProblem) throw new CannotRun(error.message)
    if (error instanceof TypeError && error.cause) throw new CannotRun(`No server can be reached at ${url}.`)
    throw error
  }
}

/** Between two looks at what goes on over there, in milliseconds. */
const LOOK_MS = 300

/** Asks until it is no more as it says. */
export async function watch<T>(ask: () => Promise<T>, isBusy: (told: T) => boolean): Promise<T> {
  for (;;) {
    const told = await ask()
    if (!isBusy(told)) return told
    await sleep(LOOK_MS)
  }
}
