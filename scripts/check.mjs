/** `npm run check`: everything but the tests. All of it runs, and the last lines say what failed. */
import { build, installPackages, requireNode, run, say, tool } from './setup.mjs'

await requireNode()
await installPackages()

const node = (words) => () => run(process.execPath, words)
const checks = {
  'formatting and lint': node([...tool('@biomejs/biome', 'biome'), 'ci', '--error-on-warnings']),
  ...Object.fromEntries(
    ['packages/schema', 'apps/server', 'apps/web', 'tests'].map((folder) => [
      `types of ${folder}`,
      node([...tool('typescript', 'tsc'), '-p', folder]),
    ]),
  ),
  'unused code': node(tool('knip')),
  'build of the page': build,
}

const failed = []
for (const [name, check] of Object.entries(checks)) {
  say(`— ${name}`)
  if ((await check()) !== 0) failed.push(name)
}
for (const name of failed) say(`Failed: ${name}.`)
if (failed.length === 0) say('All checks passed.')
process.exitCode = failed.length === 0 ? 0 : 1
