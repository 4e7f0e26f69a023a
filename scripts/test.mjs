/** `npm test`: sets up what is missing, then runs the tests. What follows `--` goes to vitest: a folder, `--project unit`. */
import { programForTests } from './program.mjs'
import {
  buildPage,
  fetchNginx,
  installFaultTools,
  installHeadlessChromium,
  installPackages,
  requireNode,
  run,
  tool,
} from './setup.mjs'

await requireNode()
await installPackages()
process.env.CHROMIUM = await installHeadlessChromium()
await installFaultTools()
await fetchNginx()
await buildPage()
process.env.ATTEST_PROGRAM = await programForTests()
process.exitCode = await run(process.execPath, [...tool('vitest'), 'run', ...process.argv.slice(2)])
