/**
 * The program: what the command line and the environment say, and how it ends. Only this file reads either. The server
 * prints one line with its address.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { backup } from './commands/backup.ts'
import { CannotRun, Damaged, Interrupted, showProgress } from './commands/command.ts'
import { help } from './commands/help.ts'
import { link } from './commands/link.ts'
import { restore } from './commands/restore.ts'
import { verify } from './commands/verify.ts'
import { CannotStart } from './folder.ts'
import { isLoopback, originsOf } from './guard.ts'
import { createLogger, logLevels } from './log.ts'
import { flawOfMailUrl, isSender, type MailOptions } from './mail.ts'
import { flawOfIssuer, type OidcOptions } from './oidc.ts'
import type { ServerOptions } from './server.ts'
import { NewerDatabase } from './store/migrations.ts'

/** What `attest help` says of them. */
const exitCode = { fine: 0, couldNot: 1, wrongUsage: 2, damaged: 3 } as const

/** It was asked in a way that is not understood. */
class WrongUsage extends Error {
  override name = 'WrongUsage'
}

// `PORT=` on a command line is the same as not setting it.
const given = (name: string) => process.env[name] || undefined

function readOptions(): ServerOptions {
  const host = given('HOST') ?? '127.0.0.1'
  const level = given('LOG_LEVEL') ?? 'warn'
  if (!logLevels.includes(level))
    throw new CannotStart(`LOG_LEVEL is one of ${logLevels.join(', ')}; it is “${level}”.`)
  const origins = readOrigins('ORIGIN')
  // With a public address there is a proxy in front, and everybody can reach what only listens on loopback.
  const isPrivate = [host, ...origins.map((origin) => new URL(origin).hostname)].every(isLoopback)
  return {
    host,
    port: readPort(given('PORT') ?? '4321'),
    dataFolder: dataFolder(),
    origins,
    joinByName: readSwitch('JOIN_BY_NAME') ?? isPrivate,
    mail: readMail(),
    oidc: readOidc(),
    signUp: readSignUp(),
    proxies: readProxies(),
    outgoingAllow: readOrigins('OUTGOING_ALLOW'),
    pageFolder: fileURLToPath(new URL('../../web/dist', import.meta.url)),
    log: createLogger(level),
  }
}

function dataFolder(): string {
  return given('DATA_DIR') ?? './data'
}

function readPort(value: string): number {
  const port = Number(value)
  if (!/^\d+$/.test(value) || port > 65_535)
    throw new CannotStart(`PORT is a number from 0 to 65535; it is “${value}”.`)
  return port
}

function readOrigins(name: string): string[] {
  return (given(name) ?? '').split(',').flatMap((part) => (part.trim() ? [readOrigin(name, part.trim())] : []))
}

function readOrigin(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username)
    throw new CannotStart(`${name} is an address such as https://attest.example.org, without a path; it is “${value}”.`)
  return url.origin
}

function readMail(): MailOptions | null {
  const [url, from] = [given('MAIL_URL'), given('MAIL_FROM')]
  if (url === undefined && from === undefined) return null
  if (url === undefined || from === undefined)
    throw new CannotStart('MAIL_URL and MAIL_FROM are set together: where mail is handed in, and what it comes from.')
  const flaw = flawOfMailUrl(url)
  // The value may hold a password, so it is not repeated.
  if (flaw) throw new CannotStart(`MAIL_URL ${flaw}.`)
  if (!isSender(from))
    throw new CannotStart(`MAIL_FROM is an address such as Attest <attest@example.org>; it is “${from}”.`)
  return { url, from }
}

function readOidc(): OidcOptions | null {
  const names = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_NAME'] as const
  if (names.every((name) => given(name) === undefined)) return null
  const [issuer, clientId] = [given('OIDC_ISSUER'), given('OIDC_CLIENT_ID')]
  if (issuer === undefined || clientId === undefined)
    throw new CannotStart('OIDC_ISSUER and OIDC_CLIENT_ID are set together: who the provider is, and who we are to it.')
  const flaw = flawOfIssuer(issuer, isLoopback)
  if (flaw) throw new CannotStart(`OIDC_ISSUER ${flaw}; it is “${issuer}”.`)
  const name = given('OIDC_NAME') ?? new URL(issuer).hostname
  if (name.length > 40) throw new CannotStart('OIDC_NAME has at most 40 characters: it stands on a button.')
  return { issuer, clientId, clientSecret: given('OIDC_CLIENT_SECRET') ?? null, name }
}

function readSignUp(): 'off' | 'provider' | 'on' {
  if (given('SIGN_UP')?.toLowerCase() === 'provider') {
    if (given('OIDC_ISSUER') === undefined) throw new CannotStart('SIGN_UP=provider needs a provider: set OIDC_ISSUER.')
    return 'provider'
  }
  const value = readSwitch('SIGN_UP', 'on, off or provider')
  return value === true ? 'on' : 'off'
}

/** `on` is one, which is what there mostly is. */
function readProxies(): number {
  const value = given('TRUST_PROXY')
  if (value !== undefined && /^[2-9]$/.test(value)) return Number(value)
  return readSwitch('TRUST_PROXY', 'on, off, or how many proxies stand in front (up to 9)') ? 1 : 0
}

function readSwitch(name: string, values = 'on or off'): boolean | undefined {
  const value = given(name)?.toLowerCase()
  if (value === undefined) return undefined
  if (['1', 'on', 'true', 'yes'].includes(value)) return true
  if (['0', 'off', 'false', 'no'].includes(value)) return false
  throw new CannotStart(`${name} is ${values}; it is “${value}”.`)
}

interface CommandLine {
  command: string
  words: string[]
  wantsHelp: boolean
  wantsVersion: boolean
}

function readCommandLine(args: string[]): CommandLine {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
    })
    const [command = 'serve', ...words] = positionals
    return { command, words, wantsHelp: values.help === true, wantsVersion: values.version === true }
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error))
  }
}

/** Resolves when the command is done; the server is then still running. */
async function run(): Promise<void> {
  const { command, words, wantsHelp, wantsVersion } = readCommandLine(process.argv.slice(2))
  if (wantsVersion) return print(`attest ${readVersion()}`)
  if (wantsHelp) return showHelp(process.argv.length > 3 ? command : undefined)
  if (command === 'help') return showHelp(atMostOne(words))
  if (command === 'serve') {
    if (words.length > 0) throw new WrongUsage(`“attest serve” takes nothing after it, and there is “${words[0]}”.`)
    return serve()
  }
  const work = { dataFolder: dataFolder(), progress: showProgress() }
  if (command === 'verify') return print(await verify({ ...work, rooms: words }))
  if (command === 'backup')
    return print(await backup({ ...work, file: oneWord(command, 'FILE', words), signal: interruption() }))
  if (command === 'restore')
    return print(await restore({ ...work, file: oneWord(command, 'FILE', words), signal: interruption() }))
  if (command === 'link')
    return print(await link({ ...work, email: oneWord(command, 'EMAIL', words), publicUrl: publicUrl() }))
  throw new WrongUsage(`There is no command “${command}”.`)
}

function publicUrl(): string {
  const address = { host: given('HOST') ?? '127.0.0.1', port: readPort(given('PORT') ?? '4321') }
  const [first = ''] = originsOf({ ...address, configured: readOrigins('ORIGIN') })
  return first
}

function print(sentence: string): void {
  process.stdout.write(`${sentence}\n`)
}

function showHelp(command: string | undefined): void {
  const text = help(command)
  if (text === null) throw new WrongUsage(`There is no command “${command}”.`)
  process.stdout.write(text)
}

function atMostOne([word, ...more]: string[]): string | undefined {
  if (more.length > 0) throw new WrongUsage('“attest help” takes one command.')
  return word
}

function oneWord(command: string, what: string, [word, ...more]: string[]): string {
  if (!word || more.length > 0) throw new WrongUsage(`“attest ${command}” takes one ${what}.`)
  return word
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}

const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const

/** Lets a command take away what it has begun before it ends; told a second time, it ends at once. */
function interruption(): AbortSignal {
  const interrupted = new AbortController()
  for (const [signal, code] of Object.entries(signalCodes))
    process.once(signal, () => interrupted.abort(new Interrupted(code)))
  return interrupted.signal
}

async function serve(): Promise<void> {
  const options = readOptions()
  // The other commands do without: they answer in a fraction of the time.
  const starting = import('./server.ts').then(({ startServer }) => startServer(options))

  let isStopping = false
  const stop = async () => {
    const late = setTimeout(() => {
      options.log.fatal('could not stop in time')
      process.exit(exitCode.couldNot)
    }, STOP_MS)
    late.unref()
    const server = await starting
    await server.close().catch((error: unknown) => {
      options.log.fatal({ err: error }, 'could not stop cleanly')
      process.exit(exitCode.couldNot)
    })
    process.exit(exitCode.fine)
  }
  // Before the address is told: whoever reads it may stop the server at once.
  for (const [signal, code] of Object.entries(signalCodes))
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (isStopping) process.exit(code)
      isStopping = true
      // When it does not start, that is said below.
      stop().catch(() => {})
    })

  const { address, firstLink } = await starting
  print(`Attest is at ${address}`)
  if (firstLink)
    print(`Nobody can sign in as owner of the workspace yet. This link makes that account, once: ${firstLink}`)
}

/** What a disk that hangs may hold up the end for; whoever stops services kills those that take ten seconds. */
const STOP_MS = 9500

function complain(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode
  const say = (lines: string) => process.stderr.write(`${lines}\n`)
  if (error instanceof WrongUsage) {
    say(`${error.message}\n“attest help” says what there is.`)
    return exitCode.wrongUsage
  }
  if (error instanceof Damaged) {
    for (const flaw of error.flaws) print(flaw)
    say(error.message)
    return exitCode.damaged
  }
  const isSentence = [CannotRun, CannotStart, NewerDatabase].some((kind) => error instanceof kind)
  const message = error instanceof Error ? error.message : String(error)
  say(isSentence ? message : `Attest could not do it: ${message}`)
  return exitCode.couldNot
}

run().catch((error: unknown) => {
  process.exitCode = complain(error)
  // A part of the server may be open still.
  process.exit()
})
