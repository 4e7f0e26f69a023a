/** `npm run dev`: the server, restarted when its source changes, and the page, reloaded when its own does. */
import { installPackages, requireNode, run, tool } from './setup.mjs'

await requireNode()
await installPackages()

const port = process.env.PORT ?? '4321'
const pagePort = process.env.PAGE_PORT ?? '5173'
const page = `http://127.0.0.1:${pagePort}`

const node = process.execPath
process.exitCode = await Promise.race([
  // The page comes from vite here, so the server must take vite's address for its own.
  run(node, ['--watch', '--watch-preserve-output', 'apps/server/src/main.ts'], {
    env: { ...process.env, PORT: port, ORIGIN: page },
  }),
  run(node, [...tool('vite'), '--host', '127.0.0.1', '--port', pagePort, '--strictPort', '--logLevel', 'warn'], {
    cwd: 'apps/web',
    env: { ...process.env, ATTEST_SERVER: `http://127.0.0.1:${port}` },
  }),
])
// Neither is of use alone: whichever is left gets this passed on.
process.kill(process.pid, 'SIGTERM')
