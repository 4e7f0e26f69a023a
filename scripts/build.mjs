/** `npm run build`: does all the set-up that the server needs, so that it can then start from a folder it cannot write. */
import { buildPage, installPackages, requireNode } from './setup.mjs'

await requireNode()
await installPackages()
await buildPage()
