/**
 * Makes `build/`, what `npm pack` puts into the package: the program and the page as JavaScript, with all they are made of
 * inside. (Node runs no TypeScript below node_modules.) So it installs with one dependency, the one that is compiled.
 */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { buildPage, installPackages, requireNode, say } from './setup.mjs'

await requireNode()
await installPackages()
await buildPage()
const { rolldown } = await import('rolldown')

const program = 'build/apps/server/src'

rmSync('build', { recursive: true, force: true })
say('Building the program …')
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
await bundle.write({ dir: program, entryFileNames: '[name].js', minify: true })
for (const thread of threads)
  if (!existsSync(join(program, basename(thread).replace(/ts$/, 'js'))))
    throw new Error(`${thread} is not in the package`)

// Where the program looks for them.
cpSync('apps/web/dist', 'build/apps/web/dist', { recursive: true, filter: (path) => !path.endsWith('.map') })
cpSync('seeds', 'build/seeds', { recursive: true })
const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'))
writeFileSync('build/apps/server/package.json', `${JSON.stringify({ name, version, type: 'module' })}\n`)
writeFileSync('build/LICENSES.txt', licenses())

/** All files of the program are in one folder, so what lay in another is beside it. */
function besideEachOther(code) {
  return code.replaceAll(
    /new URL\('(?:[^']*\/)?([\w-]+-(?:thread|process))\.ts', import\.meta\.url\)/g,
    "new URL('$1.js', import.meta.url)",
  )
}

/** What those whose work is inside ask to be said with it. */
function licenses() {
  const { packages } = JSON.parse(readFileSync('node_modules/.package-lock.json', 'utf8'))
  return Object.entries(packages)
    .filter(([path, { dev, link }]) => path.startsWith('node_modules/') && !dev && !link)
    .flatMap(([path, { version, license = 'unknown' }]) => {
      const texts = readdirSync(path)
        .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
        .map((file) => readFileSync(join(path, file), 'utf8').trim())
      return [`${path.replace(/.*node_modules\//, '')} ${version} (${license})`, ...texts, '-'.repeat(80)]
    })
    .join('\n\n')
}
