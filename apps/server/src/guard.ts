/**
 * What every request passes before a route sees it: the right host, the right origin, and headers on the way out that
 * leave a page nothing to load, to run or to be framed by but what comes from here.
 */
import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { MiddlewareHandler } from 'hono'
import { HttpProblem } from './problem.ts'
import { bearerOf } from './token.ts'

/** Whether a host name or address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase()
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

/**
 * The origins this server answers to: the configured ones first, then those its own listening address implies. It is
 * never the request that says what its own origin is.
 */
export function originsOf({ host, port, configured }: { host: string; port: number; configured: readonly string[] }) {
  const hosts = new Set<string>()
  const isAny = host === '0.0.0.0' || host === '::'
  if (!isAny) hosts.add(bracket(host))
  if (isAny || isLoopback(host)) for (const name of ['127.0.0.1', 'localhost', '[::1]']) hosts.add(name)
  if (isAny)
    for (const addresses of Object.values(networkInterfaces()))
      for (const { address } of addresses ?? []) hosts.add(bracket(address.split('%', 1).join()))
  // `URL` drops port 80 and writes addresses in the one form that browsers send.
  return new Set([...configured, ...Array.from(hosts, (name) => new URL(`http://${name}:${port}`).origin)])
}

function bracket(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host
}

/**
 * Refuses requests for a host that is not one of ours. Without it a page of a stranger whose name is pointed at
 * 127.0.0.1 would be of the same origin as a server there (DNS rebinding), whatever the cookies say.
 */
export function checkHost(origins: ReadonlySet<string>): MiddlewareHandler {
  const hosts = new Set(Array.from(origins, (origin) => new URL(origin).host))
  return async (c, next) => {
    const host = c.req.header('host')?.toLowerCase()
    if (host === undefined || !(hosts.has(host) || hosts.has(host.replace(/:(80|443)$/, ''))))
      throw new HttpProblem(421, 'This server does not answer to that host name; ORIGIN says to which it does.')
    return next()
  }
}

/**
 * Refuses changes that another site's page asks for. Browsers send an Origin with each of them; programs send neither
 * that nor Sec-Fetch-Site, and carry no cookie they were not given on purpose, so they pass without.
 */
export function checkOrigin(origins: ReadonlySet<string>): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
    // No page of another site can send one, and with it no cookie counts.
    if (bearerOf(c.req.raw.headers) !== null) return next()
    const origin = c.req.header('origin')
    const isOurs = origin === undefined ? c.req.header('sec-fetch-site') === undefined : origins.has(origin)
    if (!isOurs)
      throw new HttpProblem(
        403,
        'A change has to come from a page of this server; ORIGIN says at which addresses it is.',
      )
    return next()
  }
}

/** Headers of every answer. A page sets a policy of its own; for anything else there is nothing it may load. */
export function protect({ isHttps }: { isHttps: boolean }): MiddlewareHandler {
  return async (c, next) => {
    await next()
    const { headers } = c.res
    if (!headers.has('Content-Security-Policy'))
      headers.set(
        'Content-Security-Policy',
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      )
    // What is not said to be kept is for the person who asked, and no longer than this.
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
    headers.set('X-Content-Type-Options', 'nosniff')
    headers.set('Referrer-Policy', 'no-referrer')
    headers.set('Cross-Origin-Opener-Policy', 'same-origin')
    headers.set('Cross-Origin-Resource-Policy', 'same-origin')
    headers.set('Origin-Agent-Cluster', '?1')
    headers.set('X-Frame-Options', 'DENY')
    headers.set(
      'Permissions-Policy',
      'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
    )
    if (isHttps) headers.set('Strict-Transport-Security', 'max-age=31536000')
  }
}

export function makeNonce(): string {
  return randomBytes(16).toString('base64')
}

/** The policy of a page: everything from here, styles also under the nonce of this answer, nothing inline, no eval. */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}
