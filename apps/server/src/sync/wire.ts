/** Frames, read and written: y-websocket's messages and our two, one message a frame (PROTOCOL.md). */
import { message, type Reason } from '@attest/schema/protocol'
import * as encoding from 'lib0/encoding'
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from 'y-protocols/sync'
import { Malformed, Reader } from './reader.ts'

/** What a client may say. The bytes in it are those of the frame, not copied. */
export type Message =
  /** Sync step 1: "this is what I have" (a state vector), "give me the rest". */
  | { type: 'ask'; vector: Uint8Array }
  /** Sync step 2, the answer to ours, or an update of its own accord. */
  | { type: 'update'; update: Uint8Array; isAnswer: boolean }
  | { type: 'presence'; update: Uint8Array }
  | { type: 'presence-query' }
  | { type: 'saved'; number: number }

export function readMessage(frame: Uint8Array): Message {
  const reader = new Reader(frame)
  const read = readBody(reader, reader.uint())
  if (reader.remaining > 0) throw new Malformed(`${reader.remaining} bytes after a message`)
  return read
}

function readBody(reader: Reader, type: number): Message {
  switch (type) {
    case message.sync:
      return readSync(reader, reader.uint())
    case message.awareness:
      return { type: 'presence', update: reader.bytes() }
    case message.queryAwareness:
      return { type: 'presence-query' }
    case message.saved:
      return { type: 'saved', number: reader.uint() }
    default:
      throw new Malformed(`a message of type ${type}`)
  }
}

function readSync(reader: Reader, step: number): Message {
  switch (step) {
    case messageYjsSyncStep1:
      return { type: 'ask', vector: readStateVector(reader.bytes()) }
    case messageYjsSyncStep2:
    case messageYjsUpdate:
      return { type: 'update', update: reader.bytes(), isAnswer: step === messageYjsSyncStep2 }
    default:
      throw new Malformed(`a sync message of type ${step}`)
  }
}

/** Yjs takes the bytes; this makes sure that it can. */
function readStateVector(bytes: Uint8Array): Uint8Array {
  const reader = new Reader(bytes)
  for (let left = reader.count(2); left > 0; left--) {
    reader.uint()
    reader.uint()
  }
  if (reader.remaining > 0) throw new Malformed(`${reader.remaining} bytes after a state vector`)
  return bytes
}

export function writeAsk(vector: Uint8Array): Uint8Array {
  return writeSync(messageYjsSyncStep1, vector)
}

export function writeAnswer(update: Uint8Array): Uint8Array {
  return writeSync(messageYjsSyncStep2, update)
}

export function writeUpdate(update: Uint8Array): Uint8Array {
  return writeSync(messageYjsUpdate, update)
}

function writeSync(step: number, bytes: Uint8Array): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, message.sync)
    encoding.writeVarUint(encoder, step)
    encoding.writeVarUint8Array(encoder, bytes)
  })
}

export function writeSaved(number: number): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, message.saved)
    encoding.writeVarUint(encoder, number)
  })
}

export function writeRefused(reason: Reason): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, message.refused)
    encoding.writeVarString(encoder, reason)
  })
}
