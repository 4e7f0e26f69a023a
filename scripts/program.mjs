/**
 * The program as JavaScript, with all it is made of inside: what `npm pack` puts into the package, and what the tests start.
 * It starts in less than half the time that its 600 sources take.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { hashOf, say } from './setup.mjs'

/** Where the program lies in a folder that holds one, beside what it looks for: the page, the seeds, its version. */
const place = 'apps/server/src'

/** Writes the program into a folder that is not there yet. */
export async function writeProgram(folder, { minify = false } = {}) {
  const { rolldown } = await import('rolldown')
  // Each is a file that is started by its name.
  const threads = readdirSync('apps/server/src', { recursive: true })
    .filter((path) => /-(thread|process)\.ts$/.test(path))
    .map((path) => join('apps/server/src', path))
  const bundle = await rolldown({
    input: ['apps/server/src/main.ts', ...threads],
    platform: 'node',
    external: ['better-sqlite3'],
    plugins: [{ name: 'threads', transform: (code) => ({ code: besideEachOther(code) }) }],
  })
  await bundle.write({ dir: join(folder, place), entryFileNames: '[name].js', minify })
  for (const thread of threads)
    if (!existsSync(join(folder, place, basename(thread).replace(/ts$/, 'js'))))
      throw new Error(`${thread} is not in the program`)
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'))
  writeFileSync(join(folder, 'apps/server/package.json'), `${JSON.stringify({ name, version, type: 'module' })}\n`)
}

/** All files of the program are in one folder, so what lay in another is beside it. */
function besideEachOther(code) {
  return code.replaceAll(
    /new URL\('(?:[^']*\/)?([\w-]+-(?:thread|process))\.ts', import\.meta\.url\)/g,
    "new URL('$1.js', import.meta.url)",
  )
}

/** The file of a program made of exactly these sources, with the page and the seeds of this clone. */
export async function programForTests() {
  const folder = resolve('.cache/program')
  const stamp = join(folder, '.built-from')
  const sources = hashOf(['apps/server/src', 'packages/schema', 'scripts/program.mjs', 'package-lock.json'])
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== sources) {
    say('Building the program …')
    rmSync(folder, { recursive: true, force: true })
    await writeProgram(folder)
    mkdirSync(join(folder, 'apps/web'))
    symlinkSync(resolve('apps/web/dist'), join(folder, 'apps/web/dist'))
    symlinkSync(resolve('seeds'), join(folder, 'seeds'))
    writeFileSync(stamp, sources)
  }
  return join(folder, place, 'main.js')
}
