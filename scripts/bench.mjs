/** `npm run bench`: sets up what is missing, then measures the page and prints the table. It takes some minutes. */
import { buildPage, installChromium, installPackages, requireNode, run } from './setup.mjs'

await requireNode()
await installPackages()
await installChromium()
await buildPage()
process.exitCode = await run(process.execPath, ['tests/bench/page.ts'])
