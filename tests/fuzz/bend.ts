/** Bends what honest people send: by its bytes, blindly, and by what they mean, as somebody would who knows Yjs. */
import { roots } from '@attest/schema/room'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { finish } from '../../apps/server/src/sync/steps.ts'
import { readingUpdate } from '../../apps/server/src/sync/update.ts'
import type { Chance } from '../support/seed.ts'
import { type Harbour, now, people, rootMapsOf, type Sent } from './harbour.ts'

interface Id {
  client: number
  clock: number
}

/** A struct as it will be written, right or wrong. */
interface Struct {
  info: number
  origin: Id
  right: Id
  /** 1 for a root by its name, 0 for a struct by its id. */
  parent: number
  root: string | Uint8Array
  key: string | Uint8Array
  length: number
  /** Null where the length is all there is. */
  values: unknown[] | null
  /** Written instead of length and values. */
  raw: Uint8Array | null
}

interface Line {
  /** What is written as the number of structs, when it is not the truth. */
  count: number | null
  client: number
  clock: number
  structs: Struct[]
}

interface Deletions {
  client: number
  ranges: { clock: number; length: number }[]
}

interface Bent {
  lines: Line[]
  deleted: Deletions[]
}

const KEY = 0b0010_0000
const RIGHT = 0b0100_0000
const ORIGIN = 0b1000_0000
const content = { deleted: 1, any: 8 }

/** What is sent when chance has bent one of the harbour's honest messages, or a few of them. */
export function bend(chance: Chance, harbour: Harbour, room: Y.Doc): Sent {
  const { under, pick } = chance
  const sent = { ...pick(harbour.honest) }
  const how = under(10)
  if (how === 0) sent.person = pick(people)
  if (how === 1) sent.isAnswer = !sent.isAnswer
  if (how === 2)
    sent.update = Y.mergeUpdates([sent.update, pick(harbour.honest.filter((one) => one.person === sent.person)).update])
  if (how < 4) return sent
  if (how < 7) return { ...sent, update: bendBytes(chance, sent.update, () => pick(harbour.honest).update) }
  const bent = read(sent.update)
  for (let times = 1 + under(2); times > 0; times--) pick(meanings)(chance, bent, room, sent)
  const update = write(bent)
  return { ...sent, update: under(20) === 0 ? bendBytes(chance, update, () => pick(harbour.honest).update) : update }
}

/** Also for frames. */
export function bendBytes(chance: Chance, bytes: Uint8Array, other: () => Uint8Array): Uint8Array {
  const { under, pick } = chance
  let bent: Uint8Array = bytes.slice()
  for (let times = 1 + under(3); times > 0; times--) {
    const at = under(bent.length)
    const how = under(8)
    if (how < 2) bent[at] = (bent[at] ?? 0) ^ (1 << under(8))
    else if (how === 2) bent[at] = under(256)
    else if (how === 3) bent = bent.slice(0, at)
    else if (how === 4) bent = concat(bent.subarray(0, at), other().subarray(under(40)))
    else if (how === 5) bent = concat(bent.subarray(0, at), bent.subarray(under(at + 1)))
    else if (how === 6) bent = concat(bent.subarray(0, at), varint(pick(numbers)), bent.subarray(at + 1))
    else bent[Math.min(at, under(12))] = under(130)
  }
  return bent
}

const numbers = [0, 1, 2, 3, 127, 128, 2 ** 14, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 60]

function varint(number: number): Uint8Array {
  // Past 2^53 it is not exact any more, and that is the point.
  return encoding.encode((encoder) => encoding.writeVarUint(encoder, number))
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

function read(update: Uint8Array): Bent {
  const { lines, deleted } = finish(readingUpdate(update))
  return {
    lines: lines.map(({ client, structs }) => ({
      count: null,
      client,
      clock: structs[0]?.clock ?? 0,
      structs: structs.map(({ origin, place, length, values }) => ({
        ...blank,
        info: (values ? content.any : content.deleted) | (origin ? ORIGIN : KEY),
        origin: origin ?? blank.origin,
        root: place?.root ?? '',
        key: place?.key ?? '',
        length,
        values: values?.map(({ value }) => value) ?? null,
      })),
    })),
    deleted: [...deleted].map(([client, ranges]) => ({ client, ranges: ranges.map((range) => ({ ...range })) })),
  }
}

const blank: Struct = {
  info: content.any | KEY,
  origin: { client: 0, clock: 0 },
  right: { client: 0, clock: 0 },
  parent: 1,
  root: '',
  key: '',
  length: 1,
  values: null,
  raw: null,
}

function write({ lines, deleted }: Bent): Uint8Array {
  return encoding.encode((encoder) => {
    const uint = (number: number) => encoding.writeVarUint(encoder, Math.max(0, number))
    const words = (word: string | Uint8Array) =>
      typeof word === 'string' ? encoding.writeVarString(encoder, word) : encoding.writeVarUint8Array(encoder, word)
    const id = ({ client, clock }: Id) => {
      uint(client)
      uint(clock)
    }
    uint(lines.length)
    for (const line of lines) {
      uint(line.count ?? line.structs.length)
      id(line)
      for (const struct of line.structs) {
        encoding.writeUint8(encoder, struct.info)
        if (struct.info & ORIGIN) id(struct.origin)
        if (struct.info & RIGHT) id(struct.right)
        if (!(struct.info & (ORIGIN | RIGHT))) {
          uint(struct.parent)
          if (struct.parent) words(struct.root)
          else id(struct.origin)
          if (struct.info & KEY) words(struct.key)
        }
        if (struct.raw) {
          encoding.writeUint8Array(encoder, struct.raw)
          continue
        }
        uint(struct.length)
        for (const value of struct.values ?? []) writeValue(encoder, value)
      }
    }
    uint(deleted.length)
    for (const { client, ranges } of deleted) {
      uint(client)
      uint(ranges.length)
      for (const { clock, length } of ranges) {
        uint(clock)
        uint(length)
      }
    }
  })
}

/** Bytes stand for themselves: for values that no writer would write. */
class Written {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

function writeValue(encoder: encoding.Encoder, value: unknown): void {
  if (value instanceof Written) {
    encoding.writeUint8Array(encoder, value.bytes)
  } else if (Array.isArray(value)) {
    encoding.writeUint8(encoder, 117)
    encoding.writeVarUint(encoder, value.length)
    for (const item of value) writeValue(encoder, item)
  } else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    encoding.writeUint8(encoder, 118)
    const entries = Object.entries(value)
    encoding.writeVarUint(encoder, entries.length)
    for (const [key, item] of entries) {
      encoding.writeVarString(encoder, key)
      writeValue(encoder, item)
    }
  } else {
    encoding.writeAny(encoder, value as Parameters<typeof encoding.writeAny>[1])
  }
}

/** A struct that the room has, and where it stands. */
function stored({ under, pick }: Chance, room: Y.Doc): Y.Item | null {
  const map = pick(rootMapsOf(room))
  const items = [...map._map.values()]
  if (items.length === 0) return null
  let item = pick(items)
  for (let back = under(3); back > 0 && item.left; back--) item = item.left
  return item
}

type Bender = (chance: Chance, bent: Bent, room: Y.Doc, sent: Sent) => void

function anyLine({ pick }: Chance, { lines }: Bent): Line | null {
  return lines.length > 0 ? pick(lines) : null
}

function anyStruct(chance: Chance, bent: Bent): Struct | null {
  const line = anyLine(chance, bent)
  return line && line.structs.length > 0 ? chance.pick(line.structs) : null
}

const strangeWords = [
  '',
  '.',
  'eve',
  'eve.',
  '.x',
  'eve.x.y',
  'eve.é',
  'eve.x\n',
  ' eve.x',
  'eve.\u0000',
  'EVE.x',
  'ada.x\u200b',
  '__proto__',
  'constructor',
  'ada.\u{1f600}',
  'x'.repeat(70),
]

const lines: Record<string, Bender> = {
  'another clock': (chance, bent) => {
    const line = anyLine(chance, bent)
    if (line) line.clock += chance.pick([-2, -1, 1, 2, 1000, 2 ** 31, 2 ** 40])
  },
  'another client': (chance, bent, room) => {
    const line = anyLine(chance, bent)
    if (line) line.client = chance.pick([...room.store.clients.keys(), 1, 2 ** 32, 2 ** 53 - 1, chance.under(2 ** 31)])
  },
  'another client, at its clock': (chance, bent, room) => {
    const line = anyLine(chance, bent)
    if (!line) return
    line.client = chance.pick([...room.store.clients.keys()])
    line.clock = Y.getState(room.store, line.client)
  },
  'a line twice': (chance, bent) => {
    const line = anyLine(chance, bent)
    if (line) bent.lines.push({ ...line })
  },
  'a false count': (chance, bent) => {
    const line = anyLine(chance, bent)
    if (line) line.count = chance.pick([0, line.structs.length - 1, line.structs.length + 1, 10_001, 2 ** 40])
  },
  'a struct twice, or none': (chance, bent) => {
    const line = anyLine(chance, bent)
    const struct = anyStruct(chance, bent)
    if (line && struct)
      line.structs.splice(chance.under(line.structs.length + 1), chance.under(2), ...(chance.under(2) ? [struct] : []))
  },
  'many lines': (chance, bent) => {
    const line = anyLine(chance, bent)
    const count = chance.pick([2, 63, 64, 65])
    for (let i = 0; line && i < count; i++) bent.lines.push({ ...line, client: chance.under(2 ** 31), clock: 0 })
  },
}

const structs: Record<string, Bender> = {
  'another origin': (chance, bent, room) => {
    const struct = anyStruct(chance, bent)
    const item = stored(chance, room)
    if (!struct || !item) return
    struct.info |= ORIGIN
    struct.origin = {
      client: item.id.client,
      clock: item.id.clock + chance.pick([0, 0, 0, item.length - 1, item.length]),
    }
  },
  'an origin that is the future, or itself': (chance, bent) => {
    const struct = anyStruct(chance, bent)
    const line = anyLine(chance, bent)
    if (!struct || !line) return
    struct.info |= ORIGIN
    struct.origin = { client: line.client, clock: line.clock + chance.under(4) }
  },
  'a right origin': (chance, bent, room) => {
    const struct = anyStruct(chance, bent)
    const item = stored(chance, room)
    if (!struct || !item) return
    struct.info |= RIGHT
    struct.right = item.id
  },
  'another place': (chance, bent, room, { person }) => {
    const struct = anyStruct(chance, bent)
    if (!struct) return
    struct.info = (struct.info & 0b11111) | (chance.under(20) ? KEY : 0)
    struct.root = chance.pick([...roots, ...roots, ...roots, 'admins', '__proto__', '', 'annotations\u0000'])
    const [author = ''] = String(stored(chance, room)?.parentSub ?? '').split('.')
    struct.key = chance.pick([
      `${person}.${chance.under(100)}`,
      `${chance.pick([person, author])}.x`,
      stored(chance, room)?.parentSub ?? 'ada.x',
      ...strangeWords,
      new Uint8Array([0x65, 0x76, 0x65, 0x2e, 0xed, 0xa0, 0x80]),
      new Uint8Array([0xef, 0xbb, 0xbf, 0x65, 0x76, 0x65, 0x2e, 0x78]),
    ])
    const value = struct.values?.[0]
    if (chance.under(2) && isObject(value) && typeof struct.key === 'string')
      struct.values = [{ ...value, id: struct.key, author: struct.key.split('.')[0] }]
  },
  'a struct as a parent': (chance, bent, room) => {
    const struct = anyStruct(chance, bent)
    const item = stored(chance, room)
    if (!struct || !item) return
    struct.info &= 0b111111
    struct.parent = 0
    struct.origin = item.id
  },
  'another kind of content': (chance, bent) => {
    const struct = anyStruct(chance, bent)
    if (!struct) return
    const kind = chance.under(32)
    struct.info = (struct.info & 0b11100000) | kind
    struct.raw = chance.pick([
      varint(chance.pick([0, 1, 7])),
      concat(varint(1), varint(0)),
      encoding.encode((encoder) => encoding.writeVarString(encoder, '{"id":"eve.x"}')),
      concat(varint(0), varint(0), varint(0)),
      concat(
        varint(1),
        encoding.encode((encoder) => encoding.writeVarString(encoder, 'undefined')),
      ),
      new Uint8Array(),
    ])
    if (kind === content.any || kind === content.deleted) struct.raw = null
  },
  'a tombstone': (chance, bent) => {
    const struct = anyStruct(chance, bent)
    if (!struct) return
    struct.info = (struct.info & 0b11100000) | content.deleted
    struct.values = null
    struct.length = chance.pick([0, 1, 1, 2, 3, 1000, 2 ** 31 - 1, 2 ** 40])
  },
  'a skip': (chance, bent) => {
    const line = anyLine(chance, bent)
    if (!line) return
    const skip = { ...blank, info: 10 | ORIGIN, raw: varint(chance.pick([0, 1, 5])) }
    line.structs.splice(chance.under(line.structs.length + 1), 0, { ...skip, info: 10 })
  },
  'a run': (chance, bent) => {
    const struct = anyStruct(chance, bent)
    if (!struct?.values) return
    const count = 1 + chance.under(4)
    struct.values = Array.from({ length: count }, () => struct.values?.[0])
    struct.length = count + chance.pick([0, 0, 0, 1, -1])
  },
}

const deletions: Record<string, Bender> = {
  'a deletion of what is there': (chance, bent, room, { person }) => {
    const item = stored(chance, room)
    if (!item || (chance.under(2) && !item.parentSub?.startsWith(`${person}.`))) return
    const { client, clock } = item.id
    const range = { clock: Math.max(0, clock - chance.pick([0, 0, 0, 1, 5])), length: chance.pick([1, 1, 1, 2, 7]) }
    const list = bent.deleted.find((one) => one.client === client)
    if (!list) bent.deleted.push({ client, ranges: [range] })
    else list.ranges = [...list.ranges, range].sort((a, b) => a.clock - b.clock)
  },
  'a huge deletion': (chance, bent, room) => {
    const client = chance.pick([...room.store.clients.keys(), 1])
    bent.deleted.push({ client, ranges: [{ clock: chance.under(3), length: chance.pick([50, 2 ** 31 - 5, 2 ** 40]) }] })
  },
  'deletions of what is new': (chance, bent) => {
    const line = anyLine(chance, bent)
    if (!line) return
    bent.deleted = bent.deleted.filter((list) => list.client !== line.client)
    bent.deleted.push({
      client: line.client,
      ranges: [{ clock: line.clock + chance.under(3), length: 1 + chance.under(3) }],
    })
  },
  'deletions in disorder': (chance, bent) => {
    for (const list of bent.deleted) if (chance.under(2)) list.ranges.reverse()
    if (bent.deleted[0] && chance.under(2)) bent.deleted.push(bent.deleted[0])
  },
}

/** Of a property, by its name; those that are fine are there so that enough is accepted. */
const properties: Record<string, readonly unknown[]> = {
  kind: ['claim', 'denial', 'citation', 'attribution', 'rumour', '', 'Claim', 5, null],
  spans: [
    [[0, 3]],
    [
      [10, 20],
      [30, 40],
    ],
    [[0, 0]],
    [[3, 1]],
    [[-1, 4]],
    [[-0, 4]],
    [[0.5, 4]],
    [[0, 2 ** 31]],
    [[0, 2 ** 53]],
    // Well formed, and of no text there is: said in several ways, or too few of all updates would come to it.
    [[0, 100_000]],
    [[99_990, 100_000]],
    [[0, 2 ** 31 - 1]],
    [[5, 50_000]],
    [
      [0, 3],
      [70_000, 70_001],
    ],
    [
      [5, 9],
      [0, 3],
    ],
    [],
    Array.from({ length: 64 }, (_, i) => [i * 2, i * 2 + 1]),
    Array.from({ length: 65 }, (_, i) => [i * 2, i * 2 + 1]),
  ],
  attributes: [
    {},
    { constructor: 'x' },
    { mood: 'bad' },
    { cue: 'said' },
    { cue: null },
    { cue: undefined },
    { cue: 'x'.repeat(2001) },
  ],
  author: [...people, 'nobody', '', undefined],
  id: ['eve.x', 'ada.x', 'x', undefined],
  at: [
    0,
    now,
    now + 299_999,
    now + 300_001,
    -1,
    -0,
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    2 ** 53 - 1,
    5n,
    '1',
  ],
  on: ['eve.x', 'ada.x', 'bob.x', 'article', 'x'],
  decision: ['accept', 'reject', 'unsure', 'duplicate', 'maybe'],
  body: ['', 'hello', 'x'.repeat(10_000), 'x'.repeat(10_001), '\u0000', '<b>', 'e\u0301', undefined],
  note: ['', 'well', 'x'.repeat(2000), 'x'.repeat(2001), undefined],
  replyTo: ['ada.x', undefined, null],
  type: ['denies', 'supports', 'attributes', ''],
  admin: [true, undefined],
  ['__proto__']: [{}],
}

const values: Record<string, Bender> = {
  'a property': (chance, bent) => {
    const struct = anyStruct(chance, bent)
    if (!struct?.values) return
    struct.values = struct.values.map((value) => {
      if (!isObject(value)) return value
      const names = Object.keys(value)
      const name = names.length > 0 && chance.under(4) ? chance.pick(names) : chance.pick(Object.keys(properties))
      const choices = Object.hasOwn(properties, name) ? properties[name] : undefined
      return { ...value, [name]: chance.pick(choices ?? [null]) }
    })
  },
  'a property less': (chance, bent) => {
    const struct = anyStruct(chance, bent)
    const value = struct?.values?.[0]
    if (!struct || !isObject(value) || Object.keys(value).length === 0) return
    const { [chance.pick(Object.keys(value))]: _, ...rest } = value
    struct.values = [rest]
  },
  'another value': (chance, bent) => {
    const struct = anyStruct(chance, bent)
    if (!struct?.values) return
    let deep: unknown = 1
    for (let i = 0; i < chance.under(40); i++) deep = chance.under(2) ? [deep] : { deep }
    struct.values = [
      chance.pick([
        undefined,
        null,
        5,
        -0,
        'claim',
        [],
        {},
        true,
        5n,
        new Uint8Array(3),
        deep,
        Array.from({ length: 100 }, () => 1),
        Array.from({ length: 60 }, () => Array.from({ length: 60 }, () => 1)),
        new Written(new Uint8Array([119, 3, 0xed, 0xa0, 0x80])),
        new Written(new Uint8Array([119, 0x85, 0, 0x65])),
        new Written(new Uint8Array([125, 0x40])),
        new Written(new Uint8Array([116])),
        new Written(new Uint8Array([118, 1, 9, ...Buffer.from('__proto__'), 118, 0])),
      ]),
    ]
    struct.length = 1
  },
}

const meanings = [lines, structs, deletions, values, values, values, values].flatMap((group) => Object.values(group))

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
