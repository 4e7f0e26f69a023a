/** Somebody who means harm, in a process of their own, so that making a giant frame holds up nobody who measures. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import * as encoding from 'lib0/encoding'
import { Client, type Door } from './client.ts'

export const attacks = ['giant frame', 'crafted update'] as const
type Attack = (typeof attacks)[number]

const GIANT_BYTES = 48 * 1024 * 1024
const RIVALS = 5000

/** Lets one in who is ready to strike. */
export async function bringAttacker(door: Door, attack: Attack): Promise<{ attack(): void; leave(): number | null }> {
  const child = fork(new URL(import.meta.url), [JSON.stringify(door), attack])
  let code: number | null = null
  await once(child, 'message')
  child.on('message', (message) => {
    code = message as number
  })
  return {
    attack: () => void child.send('now'),
    leave() {
      child.kill('SIGKILL')
      return code
    },
  }
}

if (process.argv[1] === import.meta.filename) {
  const [door = '', attack = ''] = process.argv.slice(2)
  const client = new Client(JSON.parse(door), {
    index: 0,
    listener: { onEnd: (_, code) => process.send?.(code) },
  })
  const update = attack === 'giant frame' ? new Uint8Array(GIANT_BYTES).fill(1) : rivals(client.author.id)
  await client.isIn
  process.on('message', () => client.sendUpdate(update))
  process.send?.('ready')
}

/** Thousands of structs for one key that know nothing of each other: Yjs compares each with all. */
function rivals(person: string): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, RIVALS)
    for (let i = RIVALS; i > 0; i--) {
      for (const part of [1, 100_000 + i, 0]) encoding.writeVarUint(encoder, part)
      encoding.writeUint8(encoder, 0x28)
      encoding.writeVarUint(encoder, 1)
      encoding.writeVarString(encoder, 'annotations')
      encoding.writeVarString(encoder, `${person}.x`)
      encoding.writeVarUint(encoder, 1)
      encoding.writeAny(encoder, null)
    }
    encoding.writeVarUint(encoder, 0)
  })
}
