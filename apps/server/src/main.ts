/** The program: what the environment says, one line with the address, and a clean end. Only this file reads it. */
import { fileURLToPath } from 'node:url'
import { CannotStart } from './folder.ts'
import { isLoopback } from './guard.ts'
import { createLogger, logLevels } from './log.ts'
import { type ServerOptions, startServer } from './server.ts'

// `PORT=` on a command line is the same as not setting it.
const given = (name: string) => process.env[name] || undefined

function readOptions(): ServerOptions {
  const host = given('HOST') ?? '127.0.0.1'
  const level = given('LOG_LEVEL') ?? 'warn'
  if (!logLevels.includes(level))
    throw new CannotStart(`LOG_LEVEL is one of ${logLevels.join(', ')}; it is “${level}”.`)
  const origins = (given('ORIGIN') ?? '').split(',').flatMap((part) => (part.trim() ? [readOrigin(part.trim())] : []))
  // With a public address there is a proxy in front, and everybody can reach what only listens on loopback.
  const isPrivate = [host, ...origins.map((origin) => new URL(origin).hostname)].every(isLoopback)
  return {
    host,
    port: readPort(given('PORT') ?? '4321'),
    dataFolder: given('DATA_DIR') ?? './data',
    origins,
    joinByName: readSwitch('JOIN_BY_NAME') ?? isPrivate,
    pageFolder: fileURLToPath(new URL('../../web/dist', import.meta.url)),
    log: createLogger(level),
  }
}

function readPort(value: string): number {
  const port = Number(value)
  if (!/^\d+$/.test(value) || port > 65_535)
    throw new CannotStart(`PORT is a number from 0 to 65535; it is “${value}”.`)
  return port
}

function readOrigin(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username)
    throw new CannotStart(`ORIGIN is an address such as https://attest.example.org, without a path; it is “${value}”.`)
  return url.origin
}

function readSwitch(name: string): boolean | undefined {
  const value = given(name)?.toLowerCase()
  if (value === undefined) return undefined
  if (['1', 'on', 'true', 'yes'].includes(value)) return true
  if (['0', 'off', 'false', 'no'].includes(value)) return false
  throw new CannotStart(`${name} is on or off; it is “${value}”.`)
}

async function run(): Promise<void> {
  const options = readOptions()
  const server = await startServer(options)
  process.stdout.write(`Attest is at ${server.address}\n`)

  let isStopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (isStopping) process.exit(signal === 'SIGINT' ? 130 : 143)
      isStopping = true
      server.close().then(
        () => process.exit(0),
        (error: unknown) => {
          options.log.fatal({ err: error }, 'could not stop cleanly')
          process.exit(1)
        },
      )
    })
}

run().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${error instanceof CannotStart ? message : `Attest could not start: ${message}`}\n`)
  process.exit(1)
})
