/** `npm run fuzz`: sets up what is missing, then bends updates by the million. What follows `--`: how many, and the seed. */
import { installPackages, requireNode, run } from './setup.mjs'

await requireNode()
await installPackages()
process.exitCode = await run(process.execPath, ['tests/fuzz/main.ts', ...process.argv.slice(2)])
