/** What somebody exported last in this browser, so that the next time is one press. */
import { formatNames } from '@attest/schema/formats/format'
import * as z from 'zod'
import type { ExportChoice } from './api.ts'

const KEY = 'attest.export'

const schema = z.object({
  format: z.enum(formatNames),
  // Not of whom by name: the next article has other people in it.
  layers: z.enum(['all', 'gold', 'accepted']).catch('all'),
  isAnonymous: z.boolean(),
  hasHistory: z.boolean(),
})

const first: ExportChoice = { format: 'attest-json', layers: 'all', isAnonymous: false, hasHistory: false }

export function recentChoice(): ExportChoice {
  try {
    const choice = schema.parse(JSON.parse(localStorage.getItem(KEY) ?? ''))
    return { ...choice, hasHistory: choice.hasHistory && choice.layers !== 'gold' }
  } catch {
    // Nothing was kept, or it cannot be: then it is the first time.
    return first
  }
}

export function rememberChoice(choice: ExportChoice): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice))
  } catch {
    // A browser that keeps nothing has the first choice each time.
  }
}
