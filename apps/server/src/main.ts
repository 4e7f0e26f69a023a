/**
 * The program: what it is told from outside, and how it ends. Only this file touches the process: its words, environment,
 * streams and signals. The server prints one line with its address.
 */
import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { CommanderError } from 'commander'
import { CannotRun, Damaged, Interrupted, showProgress } from './commands/command.ts'
import { makeProgram } from './commands/program.ts'
import { CannotStart } from './folder.ts'
import { readSettings } from './settings.ts'
import { NewerDatabase } from './store/migrations.ts'

/** What `attest help` says of them. */
const exitCode = { fine: 0, couldNot: 1, wrongUsage: 2, damaged: 3 } as const

/** Resolves when the command is done; the server is then still running. */
async function run(): Promise<void> {
  const words = process.argv.slice(2)
  const program = makeProgram({
    env: process.env,
    version: readVersion(),
    write: (text) => process.stdout.write(text),
    writeBytes: (bytes) => process.stdout.write(bytes),
    say: (line) => process.stderr.write(`${line}\n`),
    readInput: () => buffer(process.stdin),
    progress: () => showProgress(),
    interruption,
    serve,
  })
  await program.parseAsync(words.length > 0 ? words : ['serve'], { from: 'user' })
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
  const options = readSettings(process.env)
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
  process.stdout.write(`Attest is at ${address}\n`)
  if (firstLink)
    process.stdout.write(
      `Nobody can sign in as owner of the workspace yet. This link makes that account, once: ${firstLink}\n`,
    )
}

/** What a disk that hangs may hold up the end for; whoever stops services kills those that take ten seconds. */
const STOP_MS = 9500

function complain(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode
  const say = (lines: string) => process.stderr.write(`${lines}\n`)
  // What there is to say, commander has said.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.fine : exitCode.wrongUsage
  if (error instanceof Damaged) {
    for (const flaw of error.flaws) process.stdout.write(`${flaw}\n`)
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
