/** `npm run picture`: makes the README's pictures anew, from the running product. */
import { buildPage, installChromium, installPackages, requireNode, run } from './setup.mjs'

await requireNode()
await installPackages()
await installChromium()
await buildPage()
process.exitCode = await run(process.execPath, ['tests/support/picture.ts'])
