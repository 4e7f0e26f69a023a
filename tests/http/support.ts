/** The test language of the HTTP tests: a server on a data folder of its own, and browsers that keep their cookies. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Me } from '@attest/schema/api'
import { afterAll, onTestFinished } from 'vitest'
import { openDataFolder } from '../../apps/server/src/folder.ts'
import { createLogger } from '../../apps/server/src/log.ts'
import type { MailOptions } from '../../apps/server/src/mail.ts'
import type { OidcOptions } from '../../apps/server/src/oidc.ts'
import { assemble } from '../../apps/server/src/server.ts'
import { type Contract, contractOf } from '../support/contract.ts'

export const origin = 'http://127.0.0.1:4321'

export type Server = Awaited<ReturnType<typeof openServer>>
export type Browser = ReturnType<Server['browser']>

interface Settings {
  folder?: string
  joinByName?: boolean
  pageFolder?: string
  mail?: MailOptions
  oidc?: OidcOptions
  signUp?: 'off' | 'provider' | 'on'
  proxies?: number
  /** Where people reach it. */
  at?: string
  outgoingAllow?: readonly string[]
  webhookPace?: Parameters<typeof assemble>[0]['webhookPace']
  /** Whether all tests of a file use it; then it is opened outside of them. */
  isShared?: boolean
  /** Whether all that is asked and answered is held against the description of its route. */
  isChecked?: boolean
}

export function temporaryFolder(atEnd: (work: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'attest-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The whole server, without a port: requests are handed to it. */
export async function openServer({
  isShared = false,
  folder = temporaryFolder(isShared ? afterAll : onTestFinished),
  joinByName = true,
  pageFolder = folder,
  mail,
  oidc,
  signUp = 'off',
  proxies = 0,
  at = origin,
  outgoingAllow = [],
  webhookPace = {},
  isChecked = false,
}: Settings = {}) {
  const data = openDataFolder(folder)
  const parts = await assemble({
    folder: data,
    origins: new Set([at, 'http://localhost:4321']),
    joinByName,
    ...(mail && { mail }),
    ...(oidc && { oidc }),
    signUp,
    proxies,
    outgoingAllow,
    webhookPace,
    pageFolder,
    log: createLogger('silent'),
  })
  let isOpen = true
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    await parts.close()
    data.release()
  }
  if (isShared) afterAll(close)
  else onTestFinished(close)

  /** As a program would ask: no cookies, no Origin. */
  const ask = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    if (!headers.has('host')) headers.set('host', '127.0.0.1:4321')
    return answered(path, { ...init, headers })
  }

  async function answered(path: string, init: RequestInit): Promise<Response> {
    const answer = await parts.app.request(path, init)
    if (!isChecked) return answer
    contract ??= contractOf(
      await (await parts.app.request('/api/openapi.json', { headers: { host: '127.0.0.1:4321' } })).json(),
    )
    const flaw = await contract(init.method ?? 'GET', path, init, answer)
    if (flaw) throw new Error(flaw)
    return answer
  }
  let contract: Contract | undefined

  return { ...parts, folder, ask, close, browser: () => openBrowser(ask) }
}

function openBrowser(ask: (path: string, init?: RequestInit) => Promise<Response> | Response) {
  const jar = new Map<string, string>()

  async function send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (jar.size > 0) headers.set('cookie', Array.from(jar, ([name, value]) => `${name}=${value}`).join('; '))
    if (method !== 'GET' && !headers.has('origin')) headers.set('origin', origin)
    const answer = await ask(path, { ...init, method, headers })
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      const name = pair.slice(0, pair.indexOf('='))
      if (/max-age=0/i.test(cookie)) jar.delete(name)
      else jar.set(name, pair.slice(pair.indexOf('=') + 1))
    }
    return answer
  }

  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    send('POST', path, {
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  return {
    jar,
    send,
    post,
    get: (path: string, headers: Record<string, string> = {}) => send('GET', path, { headers }),
    /** The body of a GET that has to go well. The caller says what it is: these are the shapes the tests check. */
    async read<T>(path: string): Promise<T> {
      const answer = await send('GET', path)
      if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as T
    },
    async join(name: string): Promise<Me> {
      const answer = await post('/api/join', { name })
      if (!answer.ok) throw new Error(`join ${name}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as Me
    },
  }
}

/** The sentence of a problem document, after checking that it is one. */
export async function problemOf(answer: Response): Promise<string> {
  const type = answer.headers.get('content-type')
  if (type !== 'application/problem+json') throw new Error(`${answer.status} of type ${type}`)
  const { detail, status } = (await answer.json()) as { detail: string; status: number }
  if (status !== answer.status) throw new Error(`the problem says ${status}, the answer ${answer.status}`)
  return detail
}
