import type { Context } from 'hono'
import { expect, it } from 'vitest'
import { clientAddress, isFromHere } from './client-address.ts'
import type { Env } from './routes/context.ts'

/** A request from this address, with what its headers say. */
function request(remoteAddress: string, forwarded?: string): Context<Env> {
  const header = (name: string) => (name === 'x-forwarded-for' ? forwarded : undefined)
  // As much of a context as is asked for here.
  return { env: { incoming: { socket: { remoteAddress } } }, req: { header } } as unknown as Context<Env>
}

it('is that of the socket, whatever a header says', () => {
  expect(clientAddress(request('192.0.2.7', '198.51.100.1'), 0)).toBe('192.0.2.7')
  expect(clientAddress(request('::ffff:192.0.2.7'), 0)).toBe('192.0.2.7')
  for (const local of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) expect(clientAddress(request(local), 0)).toBe(null)
})

it('is what our proxies tell, where there are some, and nothing before that', () => {
  expect(clientAddress(request('127.0.0.1', '6.6.6.6, 198.51.100.1'), 1)).toBe('198.51.100.1')
  expect(clientAddress(request('127.0.0.1', '6.6.6.6, 198.51.100.1, 10.0.0.2'), 2)).toBe('198.51.100.1')
  expect(clientAddress(request('10.0.0.9', 'nonsense'), 1)).toBe('10.0.0.9')
  expect(clientAddress(request('10.0.0.9'), 1)).toBe('10.0.0.9')
})

it('is a whole network of IPv6, which one person has', () => {
  const one = clientAddress(request('2001:db8:1:2:3:4:5:6'), 0)
  expect(clientAddress(request('2001:db8:1:2::9'), 0)).toBe(one)
  expect(clientAddress(request('2001:db8:1:3::9'), 0)).not.toBe(one)
  expect(clientAddress(request('2001:db8::1'), 0)).toBe('2001:db8:0:0')
})

it('is this machine where nobody asks for another', () => {
  expect(isFromHere(request('127.0.0.1'), 0)).toBe(true)
  expect(isFromHere(request('192.0.2.7'), 0)).toBe(false)
  // A proxy on this machine that nobody told us of.
  expect(isFromHere(request('127.0.0.1', '192.0.2.7'), 0)).toBe(false)
  expect(isFromHere(request('127.0.0.1', '192.0.2.7'), 1)).toBe(false)
  expect(isFromHere(request('127.0.0.1', '127.0.0.1'), 1)).toBe(true)
})
