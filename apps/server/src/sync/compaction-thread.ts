/** The thread of `Compactor`: gets updates, answers with the state they add up to. */
import { parentPort } from 'node:worker_threads'
import type { Answer } from './compactor.ts'
import { compact } from './snapshot.ts'

parentPort?.on('message', (updates: Uint8Array[]) => {
  parentPort?.postMessage(answer(updates))
})

function answer(updates: readonly Uint8Array[]): Answer {
  try {
    return { ok: true, compacted: compact(updates) }
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) }
  }
}
