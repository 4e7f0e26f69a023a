#!/usr/bin/env node
/**
 * `npx attest`: sets up what is missing, then runs the command. `attest serve` is what `npm start` runs. In the package that
 * `npm pack` makes, only a new enough Node can be missing.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildPage, calledFrom, installPackages, requireNode, run } from './setup.mjs'

await requireNode()
const args = process.argv.slice(2)
const isServer = args.length === 0 || args[0] === 'serve'
const isPackage = !existsSync('apps')
if (!isPackage) await installPackages()
if (!isPackage && isServer) await buildPage()
const main = isPackage ? 'build/apps/server/src/main.js' : 'apps/server/src/main.ts'
// In a clone the data folder of `npm start`, wherever this was called.
const dataFolder = isPackage ? join(calledFrom, 'data') : join(process.cwd(), 'data')
process.exitCode = await run(process.execPath, [join(process.cwd(), main), ...args], {
  cwd: calledFrom,
  env: { ...process.env, DATA_DIR: process.env.DATA_DIR || dataFolder },
  // The server is out of the terminal's reach, so that one Ctrl+C is one signal to it.
  detached: isServer,
})
