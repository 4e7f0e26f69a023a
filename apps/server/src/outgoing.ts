/**
 * The only way out: every request that this server makes to an address which a person has given goes through here. A name
 * is resolved once, each of its addresses is judged, and the connection is made to those very addresses, so that neither
 * a redirect nor a second answer of the DNS leads into the network that the server stands in.
 */
import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import ipaddr from 'ipaddr.js'

export interface OutgoingOptions {
  /** Origins that may be asked wherever they lead, such as `http://cms.internal:8080`; whoever runs the server says so. */
  allow?: readonly string[]
  /** The addresses of a name; the system's, but for tests. */
  resolve?: (hostname: string) => Promise<LookupAddress[]>
}

export interface OutgoingRequest {
  method?: 'GET' | 'POST'
  headers?: Readonly<Record<string, string>>
  body?: string
  /** How many redirects are followed, each judged like the first address; only a GET follows any. */
  redirects?: number
  /** Of the body, as it comes and as it is once unpacked. */
  maxBytes?: number
  /** For all of it, with every redirect. */
  ms?: number
  /** Ends it before its time. */
  signal?: AbortSignal
}

export interface Fetched {
  ok: true
  status: number
  /** The last one, after redirects. */
  url: string
  headers: Readonly<Record<string, string>>
  body: Uint8Array
}

/** Why nothing was fetched; `detail` is a sentence for a person and tells nothing of the network behind this server. */
export interface Refused {
  ok: false
  reason: 'address' | 'private' | 'unreachable' | 'redirects' | 'size' | 'time'
  detail: string
}

export type Outgoing = (url: string, request?: OutgoingRequest) => Promise<Fetched | Refused>

const MAX_URL = 2000
const MAX_REDIRECTS = 5
const MAX_BYTES = 16 * 1024 * 1024
const MAX_MS = 20_000

/** Web servers are found at these; at others stand databases, mail, and what else understands half of a request. */
const ports: ReadonlySet<string> = new Set(['', '80', '443', '8080', '8443'])

/** For whoever gave the address, and cannot do it. */
const ALLOWING = 'Whoever runs it can allow this address (OUTGOING_ALLOW).'

export function createOutgoing({ allow = [], resolve = resolveName }: OutgoingOptions = {}): Outgoing {
  const allowed = new Set(allow.map((origin) => new URL(origin).origin))

  return async (given, request = {}) => {
    const late = AbortSignal.timeout(request.ms ?? MAX_MS)
    const end = request.signal ? AbortSignal.any([late, request.signal]) : late
    const most = request.redirects ?? (request.method === 'POST' ? 0 : MAX_REDIRECTS)
    let headers = request.headers ?? {}
    let url = given
    for (let hop = 0; hop <= most; hop++) {
      const target = judge(url, allowed)
      if ('ok' in target) return target
      const addresses = await addressesOf(target, { allowed, resolve, end })
      if ('ok' in addresses) return addresses
      const answer = await send(target, addresses, { ...request, headers }, end)
      if ('ok' in answer) return answer
      const next = redirectOf(answer, target)
      if (next === null) return readAnswer(answer, target, request.maxBytes ?? MAX_BYTES, end)
      answer.destroy()
      // What proves who asks is for the one that was asked.
      if (next.origin !== target.origin) headers = withoutSecrets(headers)
      url = next.href
    }
    if (most === 0) return refuse('redirects', 'This address leads on to another, which is not followed.')
    return refuse('redirects', `This address leads on to another more than ${most} times.`)
  }
}

/** The address as it will be asked, or why it will not. */
function judge(given: string, allowed: ReadonlySet<string>): URL | Refused {
  const url = given.length <= MAX_URL ? URL.parse(given) : null
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    return refuse('address', 'This is not an address of the web, such as https://example.org/article.')
  if (url.username || url.password)
    return refuse('address', 'An address with a name or a password in it is not fetched.')
  if (!allowed.has(url.origin) && !ports.has(url.port))
    return refuse('address', `Port ${url.port} is none that this server asks. ${ALLOWING}`)
  url.hash = ''
  return url
}

interface Resolving {
  allowed: ReadonlySet<string>
  resolve: (hostname: string) => Promise<LookupAddress[]>
  end: AbortSignal
}

/** Every address of the host; one that is not public spoils them all. */
async function addressesOf(url: URL, { allowed, resolve, end }: Resolving): Promise<LookupAddress[] | Refused> {
  // The parser has made 0x7f.1, 2130706433 and 0177.0.0.1 one spelling already.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(host)
  let found: LookupAddress[]
  if (family !== 0) found = [{ address: host, family }]
  else {
    const answer = await Promise.race([resolve(host).catch(() => []), aborted(end)])
    if (answer === null) return late
    found = answer
  }
  if (found.length === 0) return refuse('unreachable', `There is no server called ${url.hostname}.`)
  if (!allowed.has(url.origin) && !found.every(({ address }) => isPublic(address)))
    return refuse('private', `This address leads into a private network, which this server does not ask. ${ALLOWING}`)
  return found
}

/** Whether an address is one of the open internet. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  if (parsed.range() !== 'unicast' || isOfCloud(parsed.toString()) || isOwn(parsed.toString())) return false
  // Of IPv6 only what is given out for the internet: not what embeds an IPv4 address, nor what nobody has thought of yet.
  return parsed.kind() === 'ipv4' || (parsed.toByteArray()[0] ?? 0) >> 5 === 1
}

/** What the machines of a cloud find its own services at, though the address looks like any other: Azure has this one. */
function isOfCloud(address: string): boolean {
  return address === '168.63.129.16'
}

/** This machine by a public address of its own: what a firewall keeps strangers from is open to itself. */
function isOwn(address: string): boolean {
  return Object.values(networkInterfaces()).some((all) =>
    all?.some((one) => ipaddr.isValid(one.address) && ipaddr.process(one.address).toString() === address),
  )
}

function resolveName(hostname: string): Promise<LookupAddress[]> {
  return lookup(hostname, { all: true, verbatim: true })
}

function send(
  url: URL,
  addresses: readonly LookupAddress[],
  { method = 'GET', headers = {}, body }: OutgoingRequest,
  end: AbortSignal,
): Promise<IncomingMessage | Refused> {
  // Whatever is asked for, these are the addresses that were judged.
  const pinned: LookupFunction = (_hostname, options, done) => {
    const [first] = addresses
    if (options.all) done(null, [...addresses])
    else if (first) done(null, first.address, first.family)
  }
  return new Promise((resolve) => {
    const ask = url.protocol === 'https:' ? requestHttps : requestHttp
    const asking = ask(
      url.href,
      {
        method,
        agent: false,
        lookup: pinned,
        signal: end,
        headers: {
          'user-agent': 'Attest (annotation editor)',
          accept: '*/*',
          'accept-encoding': 'gzip, br',
          connection: 'close',
          ...headers,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
      },
      resolve,
    )
    asking.on('error', () => resolve(end.aborted ? late : refuse('unreachable', `${url.host} could not be reached.`)))
    asking.end(body)
  })
}

function redirectOf(answer: IncomingMessage, from: URL): URL | null {
  const { statusCode = 0, headers } = answer
  if (![301, 302, 303, 307, 308].includes(statusCode) || !headers.location) return null
  // One that is no address is judged as such.
  return URL.parse(headers.location, from.href) ?? new URL('about:blank')
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !['authorization', 'cookie'].includes(name.toLowerCase())),
  )
}

async function readAnswer(
  answer: IncomingMessage,
  url: URL,
  maxBytes: number,
  end: AbortSignal,
): Promise<Fetched | Refused> {
  const tooLarge = refuse('size', `What is at this address is larger than ${Math.round(maxBytes / 1024 / 1024)} MB.`)
  // With an error, which ends what unpacks it too: a pipe alone would let that wait for ever.
  const stop = () => answer.destroy(new Error('the time is over'))
  end.addEventListener('abort', stop)
  try {
    if (Number(answer.headers['content-length'] ?? 0) > maxBytes) return tooLarge
    if (end.aborted) return late
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of unpacked(answer, maxBytes)) {
      size += chunk.byteLength
      if (size > maxBytes) return tooLarge
      chunks.push(chunk)
    }
    if (end.aborted) return late
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(answer.headers)) headers[name] = String(value)
    return { ok: true, status: answer.statusCode ?? 0, url: url.href, headers, body: Buffer.concat(chunks, size) }
  } catch {
    return end.aborted ? late : refuse('unreachable', `What ${url.host} answered could not be read.`)
  } finally {
    end.removeEventListener('abort', stop)
    answer.destroy()
  }
}

/** The body as it was before it was packed. A stream that breaks ends the one behind it, which no pipe does by itself. */
function unpacked(answer: IncomingMessage, maxBytes: number): Readable {
  const encoding = (answer.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return answer
  const unpacking =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'br'
        ? createBrotliDecompress()
        : encoding === 'deflate'
          ? createInflate()
          : null
  if (!unpacking) throw new RangeError(`a body packed as ${encoding}`)
  let packed = 0
  answer.on('data', (chunk: Uint8Array) => {
    packed += chunk.byteLength
    // Packed it may be no larger than unpacked: what never ends can also unpack to nothing.
    if (packed > maxBytes) answer.destroy(new RangeError(`more than ${maxBytes} bytes`))
  })
  answer.on('error', (error) => unpacking.destroy(error))
  return answer.pipe(unpacking)
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }))
}

function refuse(reason: Refused['reason'], detail: string): Refused {
  return { ok: false, reason, detail }
}

const late = refuse('time', 'The answer took too long.')
