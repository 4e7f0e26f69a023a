/** What the environment says: read once, at the start, and refused with a sentence that names the variable. */
import { fileURLToPath } from 'node:url'
import { CannotStart } from './folder.ts'
import { isLoopback, originsOf } from './guard.ts'
import { createLogger, logLevels } from './log.ts'
import { flawOfMailUrl, isSender, type MailOptions } from './mail.ts'
import { flawOfIssuer, type OidcOptions } from './oidc.ts'
import type { ServerOptions } from './server.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** `PORT=` on a command line is the same as not setting it. */
function given(env: Environment, name: string): string | undefined {
  return env[name] || undefined
}

/** All that the server is told. Throws `CannotStart`. */
export function readSettings(env: Environment): ServerOptions {
  const { host, port } = readAddress(env)
  const level = given(env, 'LOG_LEVEL') ?? 'warn'
  if (!logLevels.includes(level))
    throw new CannotStart(`LOG_LEVEL is one of ${logLevels.join(', ')}; it is “${level}”.`)
  const origins = readOrigins(env, 'ORIGIN')
  // With a public address there is a proxy in front, and everybody can reach what only listens on loopback.
  const isPrivate = [host, ...origins.map((origin) => new URL(origin).hostname)].every(isLoopback)
  return {
    host,
    port,
    dataFolder: readDataFolder(env),
    origins,
    joinByName: readSwitch(env, 'JOIN_BY_NAME') ?? isPrivate,
    mail: readMail(env),
    oidc: readOidc(env),
    signUp: readSignUp(env),
    proxies: readProxies(env),
    publicMetrics: readSwitch(env, 'METRICS') ?? false,
    outgoingAllow: readOrigins(env, 'OUTGOING_ALLOW'),
    pageFolder: fileURLToPath(new URL('../../web/dist', import.meta.url)),
    log: createLogger(level),
  }
}

export function readDataFolder(env: Environment): string {
  return given(env, 'DATA_DIR') ?? './data'
}

/** Where people reach the server, without a slash at its end. */
export function readPublicUrl(env: Environment): string {
  const [first = ''] = originsOf({ ...readAddress(env), configured: readOrigins(env, 'ORIGIN') })
  return first
}

function readAddress(env: Environment): { host: string; port: number } {
  const value = given(env, 'PORT') ?? '4321'
  const port = Number(value)
  if (!/^\d+$/.test(value) || port > 65_535)
    throw new CannotStart(`PORT is a number from 0 to 65535; it is “${value}”.`)
  return { host: given(env, 'HOST') ?? '127.0.0.1', port }
}

function readOrigins(env: Environment, name: string): string[] {
  return (given(env, name) ?? '').split(',').flatMap((part) => (part.trim() ? [readOrigin(name, part.trim())] : []))
}

function readOrigin(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username)
    throw new CannotStart(`${name} is an address such as https://attest.example.org, without a path; it is “${value}”.`)
  return url.origin
}

function readMail(env: Environment): MailOptions | null {
  const [url, from] = [given(env, 'MAIL_URL'), given(env, 'MAIL_FROM')]
  if (url === undefined && from === undefined) return null
  if (url === undefined || from === undefined)
    throw new CannotStart('MAIL_URL and MAIL_FROM are set together: where mail is handed in, and what it comes from.')
  const flaw = flawOfMailUrl(url)
  // The value may hold a password, so it is not repeated.
  if (flaw) throw new CannotStart(`MAIL_URL ${flaw}.`)
  if (!isSender(from))
    throw new CannotStart(`MAIL_FROM is an address such as Attest <attest@example.org>; it is “${from}”.`)
  return { url, from }
}

function readOidc(env: Environment): OidcOptions | null {
  const names = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_NAME'] as const
  if (names.every((name) => given(env, name) === undefined)) return null
  const [issuer, clientId] = [given(env, 'OIDC_ISSUER'), given(env, 'OIDC_CLIENT_ID')]
  if (issuer === undefined || clientId === undefined)
    throw new CannotStart('OIDC_ISSUER and OIDC_CLIENT_ID are set together: who the provider is, and who we are to it.')
  const flaw = flawOfIssuer(issuer, isLoopback)
  if (flaw) throw new CannotStart(`OIDC_ISSUER ${flaw}; it is “${issuer}”.`)
  const name = given(env, 'OIDC_NAME') ?? new URL(issuer).hostname
  if (name.length > 40) throw new CannotStart('OIDC_NAME has at most 40 characters: it stands on a button.')
  return { issuer, clientId, clientSecret: given(env, 'OIDC_CLIENT_SECRET') ?? null, name }
}

function readSignUp(env: Environment): 'off' | 'provider' | 'on' {
  if (given(env, 'SIGN_UP')?.toLowerCase() === 'provider') {
    if (given(env, 'OIDC_ISSUER') === undefined)
      throw new CannotStart('SIGN_UP=provider needs a provider: set OIDC_ISSUER.')
    return 'provider'
  }
  const value = readSwitch(env, 'SIGN_UP', 'on, off or provider')
  return value === true ? 'on' : 'off'
}

/** `on` is one, which is what there mostly is. */
function readProxies(env: Environment): number {
  const value = given(env, 'TRUST_PROXY')
  if (value !== undefined && /^[2-9]$/.test(value)) return Number(value)
  return readSwitch(env, 'TRUST_PROXY', 'on, off, or how many proxies stand in front (up to 9)') ? 1 : 0
}

function readSwitch(env: Environment, name: string, values = 'on or off'): boolean | undefined {
  const value = given(env, name)?.toLowerCase()
  if (value === undefined) return undefined
  if (['1', 'on', 'true', 'yes'].includes(value)) return true
  if (['0', 'off', 'false', 'no'].includes(value)) return false
  throw new CannotStart(`${name} is ${values}; it is “${value}”.`)
}
