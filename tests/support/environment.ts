import { fileURLToPath } from 'node:url'

/** What the program finds in its environment beside its own settings, wherever the tests run. */
const { PATH = '', NODE_COMPILE_CACHE } = process.env

export const bare: Record<string, string> = { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) }

/** The program's file: what `npm test` has built, which starts in half the time, or the source of it. */
export const main =
  process.env['ATTEST_PROGRAM'] ?? fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url))
