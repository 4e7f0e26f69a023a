/** `npm test`: sets up what is missing, then runs the tests. What follows `--` goes to vitest: a folder, `--project unit`. */
import {
  buildPage,
  fetchNginx,
  installChromium,
  installFaultTools,
  installPackages,
  requireNode,
  run,
  tool,
} from './setup.mjs'

await requireNode()
await installPackages()
await installChromium()
await installFaultTools()
await fetchNginx()
await buildPage()
process.exitCode = await run(process.execPath, [...tool('vitest'), 'run', ...process.argv.slice(2)])
