/**
 * The command line: which commands there are, what words and options each takes, and what is done then. What surrounds the
 * process (environment, streams, signals) is given, so that only `main.ts` touches it.
 */
import { formatNames, offsetUnits } from '@attest/schema/formats/format'
import { encodings, lineWays } from '@attest/schema/importing'
import { scopes } from '@attest/schema/token'
import { Command, Option } from 'commander'
import { type Environment, readDataFolder, readPublicUrl } from '../settings.ts'
import { backup } from './backup.ts'
import { CannotRun, type Done, type Progress } from './command.ts'
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
  /** Text for standard output, and lines for standard error. */
  write(text: string): void
  writeBytes(bytes: Uint8Array): void
  say(line: string): void
  /** All of standard input. */
  readInput(): Promise<Uint8Array>
  progress(): Progress
  /** Told when the process is asked to end, from when on that is for the command to do. */
  interruption(): AbortSignal
  /** Runs the server; resolves once it is there. */
  serve(): Promise<void>
}

/** What is in files that are imported. */
const importKinds = ['marks', 'articles'] as const

/** Parses what it is given, and does it; a `CommanderError` says that it was asked in a way that is not understood. */
export function makeProgram(surroundings: Surroundings): Command {
  const { env, version, write, writeBytes, say, readInput, progress, interruption, serve } = surroundings
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
  const tell = (done: Done, { json = false }: { json?: boolean }) => {
    write(`${json ? JSON.stringify(done.value, null, 2) : done.say}\n`)
    if (done.failure !== undefined) throw new CannotRun(done.failure)
  }
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

  const remote = (command: Command) =>
    command.option('--server <url>', 'where the server is; ATTEST_URL, or this machine')
  const connection = ({ server }: { server?: string }) => ({
    url: server ?? (env['ATTEST_URL'] || readPublicUrl(env)),
    token: env['ATTEST_TOKEN'],
  })

  remote(named('import <file...>', 'bring marks or articles into a project', about.import))
    .requiredOption('--project <id>', 'where they go')
    .addOption(new Option('--as <what>', 'whether marks or texts alone are given; found out').choices(importKinds))
    .option('--article <id>', 'the one article that marks are for')
    .addOption(new Option('--from <format>', 'the format of the marks; found out').choices(formatNames))
    .addOption(new Option('--unit <unit>', 'what their offsets are counted in; found out').choices(offsetUnits))
    .option('--map <file>', 'what becomes of their labels, attributes and links; proposed')
    .addOption(new Option('--lines <way>', 'which lines of a text are paragraphs; found out').choices(lineWays))
    .option('--again', 'also texts that the project has already')
    .addOption(new Option('--encoding <name>', 'what the bytes are read as; found out').choices(encodings))
    .option('--dry-run', 'only tell what would come of it')
    .addOption(asJson())
    .action(async (files: string[], { dryRun = false, again = false, ...options }) => {
      const { importFiles } = await import('./import.ts')
      const asked = { ...connection(options), ...options, files, isTrial: dryRun, keepsKnown: again }
      tell(await importFiles({ ...asked, progress: progress() }), options)
    })

  remote(named('export', 'fetch the marks of an article or a project', about.export))
    .option('--article <id>', 'of one article')
    .option('--project <id>', 'of all articles of a project')
    .addOption(new Option('--format <format>', 'in which format').choices(formatNames).default('attest-json'))
    .option('--layers <whose>', 'all, accepted, gold, or ids of people parted by commas', 'all')
    .option('--anonymous', 'without names')
    .option('--history', 'with who did what, when')
    .option('--out <file>', 'where it goes; of an article, standard output')
    .option('--json', 'answer as JSON; needs --out')
    .action(async ({ anonymous = false, history = false, ...options }) => {
      if (options.json && !options.out) program.error('error: with --json, --out says where the marks go')
      const { exportMarks } = await import('./export.ts')
      const choice = { isAnonymous: anonymous, hasHistory: history, progress: progress(), write: writeBytes }
      const done = await exportMarks({ ...connection(options), ...options, ...choice })
      if (options.json || done.say !== '') tell(done, options)
    })

  remote(named('agreement', 'tell how far people agree', about.agreement))
    .requiredOption('--project <id>', 'in which project')
    .option('--people <ids>', 'these alone, parted by commas')
    .option('--kinds <ids>', 'these alone, parted by commas')
    .option('--articles <ids>', 'these alone, parted by commas')
    .option('--against-gold', 'against what was accepted as well')
    .addOption(asJson())
    .action(async ({ project, people, kinds, articles, againstGold, ...options }) => {
      const { tellAgreement } = await import('./agreement.ts')
      const chosen = { people, kinds, articles, against: againstGold ? 'gold' : undefined }
      const query = Object.fromEntries(Object.entries(chosen).filter((pair): pair is [string, string] => !!pair[1]))
      tell(await tellAgreement({ ...connection(options), project, query }), options)
    })

  named('convert <input...>', 'make marks of one format another’s, file to file', about.convert)
    .addOption(new Option('--to <format>', 'what is made').choices(formatNames).makeOptionMandatory())
    .addOption(new Option('--from <format>', 'what is given; found out').choices(formatNames))
    .option('--text <file...>', 'the text, for formats that have none')
    .addOption(new Option('--unit <unit>', 'what offsets are counted in; found out').choices(offsetUnits))
    .option('--labels <file>', 'a label set to map to')
    .option('--map <file>', 'what becomes of labels, attributes and links')
    .option('--out <path>', 'a file, or a folder for several; standard output')
    .option('--strict', 'end with 1 when anything is lost')
    .option('--json', 'answer as JSON; needs --out')
    .action(async (inputs: string[], { text = [], strict = false, json = false, ...asked }) => {
      if (json && !asked.out) program.error('error: with --json, --out says where the marks go')
      // All formats: the other commands do without.
      const { convert } = await import('./convert.ts')
      const done = await convert({ ...asked, inputs, texts: text, isStrict: strict, readInput, write, say })
      if (json) tell(done, { json })
    })

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
