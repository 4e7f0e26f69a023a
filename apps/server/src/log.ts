/** What happened, for whoever runs the server: JSON lines on standard error, without names and without texts. */
import { type Logger, pino } from 'pino'
import { BrokenDisk, DamagedRoom, FullDisk, UnreadableDisk } from './store/store.ts'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** So much is kept where it cannot be written; what comes then is dropped. */
const UNWRITTEN_BYTES = 256 * 1024

/** Standard output is for the address alone. */
export function createLogger(level: string): Logger {
  const destination = pino.destination({ fd: 2, sync: true, maxLength: UNWRITTEN_BYTES })
  // It may be a file on a disk that is full, and that is no reason to end.
  destination.on('error', () => {})
  return pino({ level, base: null, serializers: { err: describeError } }, destination)
}

/**
 * An error as it may be written down. Its message is left out where it may hold the value that was wrong, which may be
 * a person's name or words; where it happened is always told.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error ? String(error.code) : undefined
  return {
    type: error.name,
    ...(code !== undefined && { code }),
    ...(isPlain(error) && { message: error.message }),
    at: placesOf(error),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  }
}

/** Whether its message is about files, sockets, tables and rooms, and nothing that a person wrote. */
function isPlain(error: Error): boolean {
  return (
    [BrokenDisk, DamagedRoom, FullDisk, UnreadableDisk].some((kind) => error instanceof kind) ||
    error.name === 'SqliteError' ||
    'syscall' in error
  )
}

/** Where it was thrown: what follows the message in the stack. */
function placesOf({ message, stack = '' }: Error): string[] {
  return stack
    .slice(Math.max(0, stack.indexOf(message)) + message.length)
    .split('\n')
    .filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line))
    .map((line) => line.slice('    at '.length))
}
