/**
 * Makes `build/`, what `npm pack` puts into the package: the program and the page as JavaScript, with all they are made of
 * inside. (Node runs no TypeScript below node_modules.) So it installs with one dependency, the one that is compiled.
 */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeProgram } from './program.mjs'
import { buildPage, installPackages, requireNode, say } from './setup.mjs'

await requireNode()
await installPackages()
await buildPage()

rmSync('build', { recursive: true, force: true })
say('Building the program …')
await writeProgram('build', { minify: true })

// Where the program looks for them.
cpSync('apps/web/dist', 'build/apps/web/dist', { recursive: true, filter: (path) => !path.endsWith('.map') })
cpSync('seeds', 'build/seeds', { recursive: true })
writeFileSync('build/LICENSES.txt', licenses())

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
