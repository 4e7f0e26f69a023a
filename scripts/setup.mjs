/**
 * What each command needs before it can begin: a Node that runs TypeScript, the packages, a page that is not stale, a
 * browser. Only what is missing is done, and a second time nothing is, so it works without a network. This file and
 * the first line of each command must run on Node 20.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the command was called: what its command line says of files is meant from there. */
export const calledFrom = process.env.ATTEST_CALLED_FROM ?? process.cwd()
delete process.env.ATTEST_CALLED_FROM

// Every command works from the root of the repository, wherever it was called.
process.chdir(fileURLToPath(new URL('..', import.meta.url)))

// A server reads 600 modules at its start, and each of its threads some of them again.
process.env.NODE_COMPILE_CACHE ??= join(process.cwd(), '.cache', 'compiled')

const WHOLE_CHROMIUM = '/usr/bin/chromium'
const FONTS = ['fonts-liberation', 'fonts-noto-color-emoji']

const LEAST_NODE = 24
const NODE_TO_FETCH = '24.21.0'

/** Goes on under a new enough Node, fetching one into `.cache` where there is none; under an old one it never returns. */
export async function requireNode() {
  if (majorOf(process.versions.node) >= LEAST_NODE) return
  const [command, ...args] = process.argv.slice(1)
  const env = { ...process.env, ATTEST_CALLED_FROM: calledFrom }
  process.exit(await run(await fetchNode(), [command, ...args], { env }))
}

async function fetchNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  const name = `${prefix}-${platform}-${process.arch}`
  const folder = join('.cache', `node-${NODE_TO_FETCH}`)
  const program = join(folder, 'node_modules', name, 'bin', platform === 'win' ? 'node.exe' : 'node')
  if (existsSync(program)) return program
  say(`This is Node ${process.versions.node}, and Attest needs ${LEAST_NODE} or newer: fetching ${NODE_TO_FETCH} …`)
  const code = await npm(['install', '--prefix', folder, '--no-save', '--ignore-scripts', `${name}@${NODE_TO_FETCH}`])
  if (code !== 0) fail(`Node ${NODE_TO_FETCH} could not be fetched. Install Node ${LEAST_NODE} yourself, or try again.`)
  return program
}

function majorOf(version) {
  return Number.parseInt(version, 10)
}

/** Installs the packages of package-lock.json, unless exactly those are there. */
export function installPackages() {
  return installPackagesIn('.')
}

/** The same for a folder with a lock file of its own. */
export async function installPackagesIn(folder) {
  if (isInstalled(folder)) return
  say(folder === '.' ? 'Installing the packages …' : `Installing the packages of ${folder} …`)
  // Not `npm ci`: it refuses a lock file without the optional packages of other systems, which not every registry has.
  if ((await npm(['install', '--no-save'], folder)) !== 0)
    fail('The packages could not be installed. The lines above say why.')
}

function isInstalled(folder) {
  // npm keeps a list of what it has put there. What it left out, for another system, is optional.
  const there = packagesIn(join(folder, 'node_modules/.package-lock.json'))
  return Object.entries(packagesIn(join(folder, 'package-lock.json')))
    .filter(([path]) => path.includes('node_modules/'))
    .every(([path, { version, optional }]) => (there[path] ? there[path].version === version : optional))
}

function packagesIn(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {}
}

/** Builds the page, unless it was built from exactly these sources. */
export async function buildPage() {
  const stamp = 'apps/web/dist/.built-from'
  const sources = hashOf(['apps/web', 'packages/schema/src', 'package-lock.json'])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return
  say('Building the page …')
  if ((await build()) !== 0) fail('The page could not be built. The lines above say why.')
  writeFileSync(stamp, sources)
}

/** The production build of the page; resolves with its exit code. */
export function build() {
  return run(process.execPath, [...tool('vite'), 'build', '--logLevel', 'warn'], {
    cwd: 'apps/web',
    // Standard output belongs to the one line of the server.
    stdio: ['ignore', 2, 2],
  })
}

/** Tells sources from others; tests are none. */
export function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesUnder)) hash.update(`${path}\0`).update(readFileSync(path)).update('\0')
  return hash.digest('hex')
}

function filesUnder(path) {
  if (/(^|\/)(dist|node_modules)$|\.(test|browser)\.tsx?$/.test(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`))
}

/** Makes sure of a Chromium and returns its path: $CHROMIUM, or Debian's, which is installed where it can be. */
export async function installChromium() {
  const chromium = process.env.CHROMIUM ?? WHOLE_CHROMIUM
  if (existsSync(chromium)) return chromium
  const wanted = 'The tests need Chromium. Set CHROMIUM to the path of one'
  if (process.env.CHROMIUM || !existsSync('/usr/bin/apt-get')) fail(`${wanted}; there is none at ${chromium}.`)
  say("Installing Debian's chromium …")
  if (!(await aptInstall(['chromium', ...FONTS]))) fail(`${wanted}, or install it yourself.`)
  return chromium
}

/** The same engine without a window, a profile and what else a person needs: tests take a quarter less time with it. */
export async function installHeadlessChromium() {
  const shell = '/usr/bin/chromium-headless-shell'
  if (process.env.CHROMIUM) return installChromium()
  if (existsSync(shell)) return shell
  if (existsSync('/usr/bin/apt-get')) {
    say("Installing Debian's chromium-headless-shell for the tests …")
    if (await aptInstall(['chromium-headless-shell', ...FONTS])) return shell
  }
  return installChromium()
}

/** Installs what the tests of faults look and meddle with, where it can be. Without it those are skipped, and say so. */
export async function installFaultTools() {
  const tools = { strace: 'strace', ip: 'iproute2' }
  const folders = (process.env.PATH ?? '').split(delimiter)
  const missing = Object.entries(tools).filter(([name]) => !folders.some((folder) => existsSync(join(folder, name))))
  if (missing.length === 0) return
  const packages = missing.map(([, name]) => name)
  say(`Installing ${packages.join(' and ')} for the tests of faults …`)
  if (existsSync('/usr/bin/apt-get') && (await aptInstall(packages))) return
  say(`${packages.join(' and ')} could not be installed: some tests of faults will be skipped.`)
}

/**
 * Fetches nginx for the test of the configuration in deploy/, where it can be. It is unpacked, not installed: installing
 * it would start a server on this machine. Without it that test is skipped, and says so.
 */
export async function fetchNginx() {
  const folder = join('.cache', 'nginx')
  if (existsSync('/usr/sbin/nginx') || existsSync(join(folder, 'usr/sbin/nginx'))) return
  say("Fetching Debian's nginx for the test of deploy/nginx.conf …")
  mkdirSync(folder, { recursive: true })
  const quietly = { cwd: folder, stdio: ['ignore', 2, 2] }
  const isThere =
    existsSync('/usr/bin/apt-get') &&
    (await aptInstall(['openssl', 'libpcre2-8-0'])) &&
    (await run('apt-get', ['-qq', 'download', 'nginx'], quietly)) === 0 &&
    (await run('sh', ['-c', 'dpkg -x nginx_*.deb . && rm nginx_*.deb'], quietly)) === 0
  if (!isThere) say('nginx could not be fetched: its test will be skipped.')
}

/** Whether Debian's package manager could install these. */
async function aptInstall(packages) {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo']
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const [command, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args]
    if ((await run(command, rest, { stdio: ['inherit', 2, 2] })) !== 0) return false
  }
  return true
}

/** The words that run a package's program under this Node, by its path rather than through a shell. */
export function tool(name, bin = name) {
  const folder = join(process.cwd(), 'node_modules', name)
  const { bin: bins } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return [join(folder, typeof bins === 'string' ? bins : bins[bin])]
}

/**
 * Runs a program to its end and resolves with its exit code. Signals are passed on and not acted on here, so that it
 * can finish what it does.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options })
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    let passedAt = 0
    const pass = (signal) => {
      // One Ctrl+C comes from the terminal, and once more from npm; a program may take the second for impatience.
      if (Date.now() - passedAt < 1000) return
      passedAt = Date.now()
      child.kill(signal)
    }
    for (const signal of signals) process.on(signal, pass)
    const end = (code) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(code)
    }
    child.on('error', (error) => {
      say(`${command} could not be run: ${error.message}`)
      end(127)
    })
    child.on('close', (code, signal) => end(code ?? 128 + constants.signals[signal]))
  })
}

function npm(args, cwd = '.') {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  // Under `npm start` this very npm is known by its path; that also spares Windows a shell.
  const { npm_execpath: path } = process.env
  const [command, first] = path?.endsWith('.js') ? [process.execPath, [path]] : ['npm', []]
  return run(command, [...first, ...args, ...quiet], { cwd, stdio: ['ignore', 2, 2] })
}

export function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

function fail(sentence) {
  say(sentence)
  process.exit(1)
}
