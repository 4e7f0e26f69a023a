/**
 * A room's state as bytes to keep: updates (v1) of a moderate size, each of which depends only on those before it,
 * compressed together. Unpacked they are what a page that has nothing is sent, and are applied a few at a time, so
 * neither the first answer nor the opening of a long document ever holds up the other rooms.
 */
import { promisify } from 'node:util'
import { zstdCompressSync, zstdDecompress } from 'node:zlib'
import { rootMap, roots } from '@attest/schema/room'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { splitUpdate } from './split.ts'

/** Bytes of one part: Yjs takes some 3 ms to apply so many. */
const PART_BYTES = 64 * 1024

const FORMAT = 1

const decompress = promisify(zstdDecompress)

/** One state out of updates, in the order they were made; takes some 100 ms for 10 000 marks. Throws when one is missing. */
export function compact(updates: readonly Uint8Array[]): { parts: Uint8Array[]; packed: Uint8Array } {
  const doc = new Y.Doc()
  for (const root of roots) rootMap(doc, root)
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  if (doc.store.pendingStructs || doc.store.pendingDs)
    throw new Error('an update depends on one that was never written')
  const parts = splitUpdate(Y.encodeStateAsUpdate(doc), PART_BYTES)
  return { parts, packed: pack(parts) }
}

function pack(parts: readonly Uint8Array[]): Uint8Array {
  const plain = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, parts.length)
    for (const part of parts) encoding.writeVarUint8Array(encoder, part)
  })
  return Buffer.concat([Buffer.of(FORMAT), zstdCompressSync(plain)])
}

/** The parts of `compact`. Rejects when the bytes are of another format. */
export async function unpack(packed: Uint8Array): Promise<Uint8Array[]> {
  if (packed[0] !== FORMAT) throw new Error(`a snapshot of format ${packed[0]}`)
  const decoder = decoding.createDecoder(await decompress(packed.subarray(1)))
  const parts: Uint8Array[] = []
  // Copied: a part that is sent to another thread would else take all the others along.
  for (let left = decoding.readVarUint(decoder); left > 0; left--)
    parts.push(decoding.readVarUint8Array(decoder).slice())
  return parts
}
