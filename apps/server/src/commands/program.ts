/**
 * The command line: which commands there are, what words and options each takes, and what is done then. What surrounds the
 * process (environment, streams, signals) is given, so that only `main.ts` touches it.
 */
import { scopes } from '@attest/schema/token'
import { Command, Option } from 'commander'
import { type Environment, readDataFolder, readPublicUrl } from '../settings.ts'
import { backup } from './backup.ts'
import type { Done, Progress } from './command.ts'
import { completionScript, shells } from './completion.ts'
import { about, general } from './help.ts'
import { link } from './link.ts'
import { restore } from './restore.ts'
import { listTokens, makeToken, revokeToken } from './tokens.ts'
import { addUser, closeUser, listUsers } from './users.ts'
import { verify } from './verify.ts'

export interface Surroundings {
  env: Environment
  version: string
  /** Text for standard output. */
  write(text: string): void
  progress(): Progress
  /** Told when the process is asked to end, from when on that is for the command to do. */
  interruption(): AbortSignal
  /** Runs the server; resolves once it is there. */
  serve(): Promise<void>
}

/** Parses what it is given, and does it; a `CommanderError` says that it was asked in a way that is not understood. */
export function makeProgram({ env, version, write, progress, interruption, serve }: Surroundings): Command {
  const program = new Command('attest')
    .description('A team marks one article together.')
    .version(`attest ${version}`, '--version', 'say which version this is')
    .helpOption('-h, --help', 'say more')
    .helpCommand('help [command]', 'say more about a command')
    .showHelpAfterError('“attest help” says what there is.')
    .exitOverride()
    .addHelpText('after', general)
  const named = (usage: string, summary: string, more: string) =>
    program.command(usage).summary(summary).description(summary).addHelpText('after', more)
  const tell = ({ say, value }: Done, { json = false }: { json?: boolean }) =>
    write(`${json ? JSON.stringify(value, null, 2) : say}\n`)
  const asJson = () => new Option('--json', 'answer as JSON')

  named('serve', 'run the server, as “npm start” does', about.serve).action(serve)

  named('verify [room...]', 'read all that is stored, and say what is damaged', about.verify)
    .addOption(asJson())
    .action(async (rooms: string[], options) =>
      tell(await verify({ dataFolder: readDataFolder(env), progress: progress(), rooms }), options),
    )

  named('backup <file>', 'make one file of all that is stored, while people write', about.backup)
    .addOption(asJson())
    .action(async (file: string, options) => {
      const work = { dataFolder: readDataFolder(env), progress: progress(), signal: interruption() }
      tell(await backup({ ...work, file }), options)
    })

  named('restore <file>', 'make a data folder of such a file', about.restore)
    .addOption(asJson())
    .action(async (file: string, options) => {
      const work = { dataFolder: readDataFolder(env), progress: progress(), signal: interruption() }
      tell(await restore({ ...work, file }), options)
    })

  named('link <email>', 'make a link with which somebody sets a new password', about.link)
    .addOption(asJson())
    .action(async (email: string, options) =>
      tell(await link({ dataFolder: readDataFolder(env), email, publicUrl: readPublicUrl(env) }), options),
    )

  const users = named('users', 'see and change who has an account', about.users)
  users
    .command('list', { isDefault: true })
    .summary('who has an account')
    .addOption(asJson())
    .action(async (options) => tell(await listUsers({ dataFolder: readDataFolder(env) }), options))
  users
    .command('add <name> <email>')
    .summary('make an account, and a link to set its password')
    .addOption(asJson())
    .action(async (name: string, email: string, options) =>
      tell(await addUser({ dataFolder: readDataFolder(env), name, email, publicUrl: readPublicUrl(env) }), options),
    )
  users
    .command('close <email>')
    .summary('close an account; what its person made stays')
    .addOption(asJson())
    .action(async (email: string, options) =>
      tell(await closeUser({ dataFolder: readDataFolder(env), email }), options),
    )

  const token = named('token', 'make and revoke the tokens with which programs act for somebody', about.token)
  token
    .command('make <who>')
    .summary('make one, and print it this once')
    .option('--name <name>', 'what it is for', 'command line')
    .addOption(new Option('--scope <scope...>', 'what it lets its bearer do').choices(scopes).default(['read']))
    .option('--days <days>', 'how long it is good', '90')
    .option('--project <id>', 'the only project it is for')
    .addOption(asJson())
    .action(async (who: string, { name, scope, days, project, ...options }) => {
      const asked = { name, scopes: scope, days: Number(days), ...(project ? { project } : {}) }
      tell(await makeToken({ dataFolder: readDataFolder(env), who, asked }), options)
    })
  token
    .command('list <who>')
    .summary('those somebody has')
    .addOption(asJson())
    .action(async (who: string, options) => tell(await listTokens({ dataFolder: readDataFolder(env), who }), options))
  token
    .command('revoke <who> <id>')
    .summary('so that it opens nothing any more')
    .addOption(asJson())
    .action(async (who: string, id: string, options) =>
      tell(await revokeToken({ dataFolder: readDataFolder(env), who, id }), options),
    )

  named('completion', 'print what makes a shell complete these commands', about.completion)
    .argument('<shell>', shells.join(', '))
    .action((shell: string) => {
      if (!shells.some((known) => known === shell)) program.error(`error: there is no completion for “${shell}”`)
      write(completionScript(shell as (typeof shells)[number], program))
    })

  return program
}
