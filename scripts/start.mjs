/** `npm start`: sets up what is missing, then runs the server. */
import { buildPage, installPackages, requireNode, run } from './setup.mjs'

await requireNode()
await installPackages()
await buildPage()
process.exitCode = await run(process.execPath, ['apps/server/src/main.ts', 'serve'], {
  stdio: ['ignore', 'inherit', 'inherit'],
  // Out of the terminal's reach, so that one Ctrl+C is one signal to it.
  detached: true,
})
