/** Where a request comes from, for limits. */
import { isIP } from 'node:net'
import type { Context } from 'hono'
import { isLoopback } from './guard.ts'
import type { Env } from './routes/context.ts'

/**
 * The address, or null when that is this machine. What a proxy says is believed only where so many of ours stand in
 * front (`proxies`): each adds the address it sees at the end of the header, and what is before those anybody may write.
 */
export function clientAddress(c: Context<Env>, proxies: number): string | null {
  const socket = c.env?.incoming?.socket.remoteAddress
  const said = proxies === 0 ? undefined : c.req.header('x-forwarded-for')?.split(',').at(-proxies)?.trim()
  const address = (said !== undefined && isIP(said) ? said : socket)?.replace(/^::ffff:/, '')
  if (address === undefined || isLoopback(address)) return null
  // One who has IPv6 has a whole network of addresses.
  return isIP(address) === 6 ? networkOf(address) : address
}

/**
 * Whether a request comes from this machine, and was not passed on for another. A proxy that nobody told us of names whom
 * it asks for all the same.
 */
export function isFromHere(c: Context<Env>, proxies: number): boolean {
  return clientAddress(c, proxies) === null && (proxies > 0 || c.req.header('x-forwarded-for') === undefined)
}

/** The first 64 bits. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const front = head.split(':').filter(Boolean)
  const back = tail?.split(':').filter(Boolean) ?? []
  const gap = tail === undefined ? 0 : 8 - front.length - back.length
  return [...front, ...Array<string>(Math.max(0, gap)).fill('0'), ...back]
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':')
}
