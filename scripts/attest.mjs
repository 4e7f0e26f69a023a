#!/usr/bin/env node
/** `npx attest`: sets up what is missing, then runs the command. `attest serve` is what `npm start` runs. */
import { join } from 'node:path'
import { buildPage, calledFrom, installPackages, requireNode, run } from './setup.mjs'

await requireNode()
await installPackages()
const args = process.argv.slice(2)
const isServer = args.length === 0 || args[0] === 'serve'
if (isServer) await buildPage()
process.exitCode = await run(process.execPath, [join(process.cwd(), 'apps/server/src/main.ts'), ...args], {
  cwd: calledFrom,
  // The data folder of `npm start`, wherever this was called.
  env: { ...process.env, DATA_DIR: process.env.DATA_DIR || join(process.cwd(), 'data') },
  // The server is out of the terminal's reach, so that one Ctrl+C is one signal to it.
  detached: isServer,
})
