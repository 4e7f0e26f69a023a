/** `npm start`: sets up what is missing, then becomes the server. */
import { buildPage, installPackages, requireNode } from './setup.mjs'

await requireNode()
await installPackages()
await buildPage()
await import('../apps/server/src/main.ts')
