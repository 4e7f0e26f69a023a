import type { LookupAddress } from 'node:dns'
import { createServer, type RequestListener } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import type { AddressInfo } from 'node:net'
import os, { networkInterfaces } from 'node:os'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createOutgoing, isPublic } from './outgoing.ts'

/** A server on loopback, with what it was asked. */
async function openServer(listener: RequestListener): Promise<{ origin: string; port: number; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, answer) => {
    asked.push(`${request.method} ${request.headers.host}${request.url}`)
    listener(request, answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, port, asked }
}

/** A name server that answers each question with the next of these lists, and the last for ever. */
function nameServer(...answers: string[][]) {
  let at = 0
  return async (): Promise<LookupAddress[]> =>
    (answers[Math.min(at++, answers.length - 1)] ?? []).map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }))
}

const text = (body: Uint8Array) => new TextDecoder().decode(body)

describe('which addresses are public', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    // NAT64 under a prefix of an operator, ISATAP in a private network, the documentation of IPv6.
    '64:ff9b:1:fffe::10.0.0.1',
    'fe80::5efe:10.0.0.1',
    '::ffff:0:127.0.0.1',
    '4000::1',
    '100::1',
    // What a cloud keeps there for its own machines.
    '168.63.129.16',
    '::ffff:168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    'nonsense',
    '',
  ])('not %s', (address) => expect(isPublic(address)).toBe(false))

  it.each(['93.184.216.34', '8.8.8.8', '::ffff:8.8.8.8', '2a00:1450:4001:82a::200e', '2606:4700::1111'])(
    'but %s',
    (address) => expect(isPublic(address)).toBe(true),
  )
})

it('takes no address of this machine for public, whatever network it is of', () => {
  for (const all of Object.values(networkInterfaces()))
    for (const { address } of all ?? []) expect([address, isPublic(address)]).toEqual([address, false])
  const lan = { address: '93.184.216.34', netmask: '', family: 'IPv4', mac: '', internal: false, cidr: null } as const
  vi.spyOn(os, 'networkInterfaces').mockReturnValue({ eth0: [lan] })
  onTestFinished(() => void vi.restoreAllMocks())
  syncBuiltinESMExports()
  expect(isPublic('93.184.216.34')).toBe(false)
  expect(isPublic('::ffff:93.184.216.34')).toBe(false)
  vi.restoreAllMocks()
  syncBuiltinESMExports()
  expect(isPublic('93.184.216.34')).toBe(true)
})

describe('what is never asked', () => {
  it.each([
    ['http://127.0.0.1/', 'private'],
    ['http://127.1/', 'private'],
    ['http://2130706433/', 'private'],
    ['http://0x7f000001/', 'private'],
    ['http://0177.0.0.1/', 'private'],
    ['http://0/', 'private'],
    ['http://[::1]/', 'private'],
    ['http://[::ffff:127.0.0.1]/', 'private'],
    ['http://[::ffff:a9fe:a9fe]/', 'private'],
    ['http://169.254.169.254/latest/meta-data/', 'private'],
    ['http://１２７.０.０.１/', 'private'],
    ['http://localhost/', 'private'],
    ['http://LOCALHOST/', 'private'],
    ['ftp://example.org/', 'address'],
    ['file:///etc/passwd', 'address'],
    ['gopher://example.org/', 'address'],
    ['javascript:alert(1)', 'address'],
    ['//example.org', 'address'],
    ['nonsense', 'address'],
    ['http://user:word@example.org/', 'address'],
    ['http://example.org@127.0.0.1/', 'address'],
    ['http://127.0.0.1#@example.org/', 'private'],
    ['http://127.0.0.1\\@example.org/', 'private'],
    ['http://example.org\\@127.0.0.1/', 'unreachable'],
    ['http:127.0.0.1/', 'private'],
    ['http:/\\127.0.0.1/', 'private'],
    ['\nhttp://127.0.0.1/', 'private'],
    ['http://127.0.0.1\t/', 'private'],
    ['http://[::ffff:0:0]/', 'private'],
    ['http://[64:ff9b::10.0.0.1]/', 'private'],
    ['http://①②⑦.⓪.⓪.①/', 'private'],
    ['http://0x7f.1/', 'private'],
    ['http://127.0.0.1.:80/', 'private'],
    ['http://168.63.129.16/machine', 'private'],
    ['http://256.256.256.256/', 'address'],
    ['https:', 'address'],
    ['http://example.org:22/', 'address'],
    ['http://example.org:6379/', 'address'],
    [`http://example.org/${'a'.repeat(2000)}`, 'address'],
  ])('%s', async (url, reason) => {
    expect(await createOutgoing()(url, { ms: 5000 })).toMatchObject({ ok: false, reason })
  })

  it('a name of which one address is private', async () => {
    const outgoing = createOutgoing({ resolve: nameServer(['8.8.8.8', '10.0.0.1']) })
    expect(await outgoing('http://mixed.example/')).toMatchObject({ reason: 'private' })
    const none = createOutgoing({ resolve: nameServer([]) })
    expect(await none('http://nowhere.example/')).toMatchObject({ reason: 'unreachable' })
  })
})

describe('a page', () => {
  it('is fetched under its own name from the address that was judged, and the name is resolved once', async () => {
    const server = await openServer((request, answer) => {
      expect(request.headers.cookie).toBeUndefined()
      answer.setHeader('set-cookie', 'a=b')
      answer.end('hello')
    })
    const origin = `http://page.example:${server.port}`
    // The second answer would lead elsewhere.
    const outgoing = createOutgoing({ allow: [origin], resolve: nameServer(['127.0.0.1'], ['203.0.113.1']) })
    const fetched = await outgoing(`${origin}/a#b`)
    expect(fetched).toMatchObject({ ok: true, status: 200, url: `${origin}/a` })
    expect(fetched.ok && text(fetched.body)).toBe('hello')
    expect(server.asked).toEqual([`GET page.example:${server.port}/a`])
  })

  it('is not followed into a private network, by whatever kind of redirect', async () => {
    const inner = await openServer((_request, answer) => answer.end('secret'))
    for (const [status, to] of [
      [301, `http://127.0.0.1:${inner.port}/`],
      [302, 'http://localhost/'],
      [303, 'http://[::1]/'],
      [307, 'http://169.254.169.254/latest'],
      [308, 'file:///etc/passwd'],
      [302, '//10.0.0.1/'],
      [302, `http://public.example:${inner.port}/`],
    ] as const) {
      const outer = await openServer((_request, answer) => {
        answer.writeHead(status, { location: to })
        answer.end()
      })
      const found = await createOutgoing({ allow: [outer.origin], resolve: nameServer(['127.0.0.1']) })(outer.origin)
      expect(found).toMatchObject({ ok: false })
    }
    expect(inner.asked).toEqual([])
  })

  it('is judged anew at each redirect: a name that leads inside the second time is not followed', async () => {
    const inner = await openServer((_request, answer) => answer.end('secret'))
    const outer = await openServer((_request, answer) => {
      answer.writeHead(302, { location: 'http://rebound.example/' })
      answer.end()
    })
    const resolve = nameServer(['127.0.0.1'])
    const outgoing = createOutgoing({ allow: [outer.origin], resolve })
    expect(await outgoing(outer.origin)).toMatchObject({ reason: 'private' })
    expect(inner.asked).toEqual([])
  })

  it('is followed five times and no more, and secrets stay with the one they are for', async () => {
    const seen: (string | undefined)[] = []
    const other = await openServer((request, answer) => {
      seen.push(request.headers.authorization)
      answer.end('there')
    })
    const first = await openServer((request, answer) => {
      seen.push(request.headers.authorization)
      answer.writeHead(302, { location: request.url === '/away' ? `${other.origin}/` : request.url })
      answer.end()
    })
    const outgoing = createOutgoing({ allow: [first.origin, other.origin] })
    expect(await outgoing(`${first.origin}/round`)).toMatchObject({ reason: 'redirects' })
    expect(first.asked).toHaveLength(6)
    seen.length = 0
    expect(await outgoing(`${first.origin}/away`, { headers: { authorization: 'Bearer x' } })).toMatchObject({
      ok: true,
    })
    expect(seen).toEqual(['Bearer x', undefined])
    expect(await outgoing(`${first.origin}/away`, { method: 'POST', body: '{}' })).toMatchObject({
      reason: 'redirects',
    })
  })

  it('is unpacked, and cut off when it is too large, packed or not', async () => {
    const bomb = gzipSync(new Uint8Array(20_000_000))
    const server = await openServer((request, answer) => {
      if (request.url === '/gzip') answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'))
      else if (request.url === '/br')
        answer.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('packed'))
      else if (request.url === '/bomb') answer.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
      else if (request.url === '/odd') answer.writeHead(200, { 'content-encoding': 'zstd' }).end('x')
      else if (request.url === '/liar') answer.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip')
      else if (request.url === '/length') answer.writeHead(200, { 'content-length': '99999999' }).end('x')
      else {
        // Without a length, for ever.
        const more = () => {
          while (answer.write(new Uint8Array(65_536)));
          answer.once('drain', more)
        }
        more()
      }
    })
    const outgoing = createOutgoing({ allow: [server.origin] })
    const ask = (path: string) => outgoing(`${server.origin}${path}`, { maxBytes: 1_000_000 })
    for (const path of ['/gzip', '/br']) {
      const found = await ask(path)
      expect(found.ok && text(found.body)).toBe('packed')
    }
    expect(bomb.byteLength).toBeLessThan(100_000)
    for (const path of ['/bomb', '/length', '/endless']) expect(await ask(path)).toMatchObject({ reason: 'size' })
    for (const path of ['/odd', '/liar']) expect(await ask(path)).toMatchObject({ reason: 'unreachable' })
  })

  it('is given up when it comes in drops, or never', async () => {
    const timers: NodeJS.Timeout[] = []
    onTestFinished(() => timers.forEach(clearInterval))
    const server = await openServer((request, answer) => {
      if (request.url === '/never') return
      const isPacked = request.url === '/packed'
      if (isPacked) answer.writeHead(200, { 'content-encoding': 'gzip' })
      // A packed body that goes on for ever, and of which nothing comes.
      const empty = Buffer.from([0, 0, 0, 0xff, 0xff])
      answer.write(isPacked ? gzipSync('').subarray(0, 10) : 'x')
      timers.push(setInterval(() => answer.write(isPacked ? empty : 'x'), 20))
    })
    const outgoing = createOutgoing({ allow: [server.origin] })
    for (const path of ['/drops', '/packed', '/never'])
      expect(await outgoing(`${server.origin}${path}`, { ms: 300 })).toMatchObject({ reason: 'time' })
    const slowNames = createOutgoing({ resolve: () => new Promise(() => {}) })
    expect(await slowNames('http://slow.example/', { ms: 100 })).toMatchObject({ reason: 'time' })
  })

  it('is not read where its head is without end, or has more lines than one can have', async () => {
    const server = await openServer((request, answer) => {
      if (request.url === '/one') answer.setHeader('x-large', 'a'.repeat(1_000_000))
      else for (let i = 0; i < 5000; i++) answer.setHeader(`x-${i}`, 'a'.repeat(10))
      answer.end('x')
    })
    const outgoing = createOutgoing({ allow: [server.origin] })
    for (const path of ['/one', '/many'])
      expect(await outgoing(`${server.origin}${path}`, { ms: 3000 })).toMatchObject({ reason: 'unreachable' })
  })

  it('that breaks off, or is not there, is told without a word about the network', async () => {
    const server = await openServer((_request, answer) => {
      answer.writeHead(200, { 'content-length': '10' })
      answer.write('half')
      setTimeout(() => answer.destroy(), 20)
    })
    const outgoing = createOutgoing({ allow: [server.origin, 'http://127.0.0.1:9'] })
    expect(await outgoing(server.origin)).toMatchObject({ reason: 'unreachable' })
    const gone = await outgoing('http://127.0.0.1:9/')
    expect(gone).toMatchObject({ reason: 'unreachable', detail: '127.0.0.1:9 could not be reached.' })
  })
})
