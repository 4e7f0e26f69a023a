/**
 * Which characters the bytes of a text file stand for. What the first bytes say is believed first, then that it is UTF-8
 * when all of it is valid (hardly any other text is by chance), then what the file says of itself, then a guess.
 */
import { encodings, type FoundEncoding } from '@attest/schema/importing'
import { analyse } from 'chardet'
import { type Report, Unreadable } from './report.ts'

type Encoding = FoundEncoding['name']

export interface Decoded {
  text: string
  encoding: FoundEncoding
}

interface Hints {
  /** What a person has said, over everything else. */
  chosen?: Encoding | undefined
  /** What the file or whoever sent it says. */
  declared?: string | null
}

/** How many bytes are looked at to guess. */
const SAMPLE = 256 * 1024

export function decode(bytes: Uint8Array, { chosen, declared = null }: Hints, report: Report): Decoded {
  const encoding = chosen ? { name: chosen, how: 'chosen' as const } : find(bytes, declared)
  const text = new TextDecoder(encoding.name).decode(bytes)
  if (encoding.how !== 'fits') {
    const inFile = encoding.name === 'utf-8' ? countReplacements(bytes) : 0
    report.count('undecoded', (text.match(/\ufffd/g)?.length ?? 0) - inFile)
  }
  if (encoding.how === 'mark') report.say('A byte order mark at the beginning was left out.')
  if (encoding.how === 'guessed')
    report.say(`The encoding was guessed: ${encoding.name}. Please look whether accents and quotation marks are right.`)
  return { text, encoding }
}

function find(bytes: Uint8Array, declared: string | null): FoundEncoding {
  const [a, b, c, d] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return { name: 'utf-8', how: 'mark' }
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff))
    throw new Unreadable('This text is in UTF-32. Please save it as UTF-8.')
  if (a === 0xff && b === 0xfe) return { name: 'utf-16le', how: 'mark' }
  if (a === 0xfe && b === 0xff) return { name: 'utf-16be', how: 'mark' }
  const wide = wideEncoding(bytes)
  if (wide) return { name: wide, how: 'guessed' }
  if (isBinary(bytes)) throw new Unreadable('This is not a text: most of it is bytes that stand for no characters.')
  // ISO-2022-JP writes Japanese in ASCII bytes, all of which are valid UTF-8.
  if (isUtf8(bytes) && !hasEscapes(bytes)) return { name: 'utf-8', how: 'fits' }
  const said = known(declared)
  if (said && said !== 'utf-8') return { name: said, how: 'declared' }
  return { name: guess(bytes), how: 'guessed' }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function hasEscapes(bytes: Uint8Array): boolean {
  const sample = Buffer.from(bytes.subarray(0, SAMPLE))
  return sample.includes('\x1b$B') || sample.includes('\x1b$@')
}

/** UTF-16 without a mark, where every other byte of western text is zero. */
function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const length = Math.min(bytes.length, 4096) & ~1
  if (length < 8) return null
  const zeros: [number, number] = [0, 0]
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros[(i & 1) as 0 | 1]++
  const half = length / 2
  if (zeros[1] > half * 0.4 && zeros[0] < half * 0.05) return 'utf-16le'
  if (zeros[0] > half * 0.4 && zeros[1] < half * 0.05) return 'utf-16be'
  return null
}

function isBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 8192)
  let odd = 0
  for (const byte of sample) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) odd++
  return odd > sample.length * 0.02 + 4
}

function guess(bytes: Uint8Array): Encoding {
  for (const { name } of analyse(bytes.subarray(0, SAMPLE))) {
    const found = known(name)
    // It is not valid UTF-8, so it is that only in the sense of a file that is damaged.
    if (found && found !== 'utf-8' && !found.startsWith('utf-16')) return found
  }
  return 'windows-1252'
}

/** One of ours for a label of any spelling, as browsers have it: “latin1” is windows-1252. */
function known(label: string | null | undefined): Encoding | null {
  if (!label) return null
  try {
    const { encoding } = new TextDecoder(label)
    const name = encoding === 'gbk' ? 'gb18030' : encoding === 'iso-8859-9' ? 'windows-1254' : encoding
    return encodings.find((one) => one === name) ?? null
  } catch {
    return null
  }
}

/** How often the file itself has the character that stands for what cannot be read. */
function countReplacements(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let count = 0
  for (let at = buffer.indexOf('\ufffd'); at >= 0; at = buffer.indexOf('\ufffd', at + 3)) count++
  return count
}

/** What an HTML file says of its encoding, in its first bytes. */
export function declaredInHtml(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1')
  return /<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w:.-]{1,40})/i.exec(head)?.[1] ?? null
}

/** The charset of a content type such as `text/html; charset=koi8-r`. */
export function declaredInType(type: string | null | undefined): string | null {
  return /;\s{0,9}charset\s{0,9}=\s{0,9}"?([\w:.-]{1,40})/i.exec(type ?? '')?.[1] ?? null
}
