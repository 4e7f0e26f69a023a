/** What happened, for whoever runs the server: JSON lines on standard error, without names and without texts. */
import { type Logger, pino } from 'pino'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** Standard output is for the address alone. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null }, pino.destination({ fd: 2, sync: true }))
}
