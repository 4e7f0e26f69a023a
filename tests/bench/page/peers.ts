/** The tools that run in a page, on the same text and marks: a bare page with nothing but the text and the tool. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright'
import type { Load } from './article.ts'
import { add, type Figures, hover, paintedAt, scroll, size, tasksIn, traceCategories } from './gauges.ts'

const folder = fileURLToPath(new URL('peers/', import.meta.url))
const recogito = join(folder, 'node_modules/@recogito/text-annotator/dist')

/** By the name in the table: which renderer the tool is started with. */
export const peers = { 'Recogito, CSS highlights': 'CSS_HIGHLIGHTS', 'Recogito, spans': 'SPANS' } as const
export type Peer = keyof typeof peers

const style =
  'body { margin: 0 auto; max-width: 44rem; font: 19px/2.24 Georgia, serif } p { margin: 0; padding: 4px 0 22px }'

/** The whole tool with its load in one address, as our own page has it: markup, style, code, and the marks as JSON. */
export async function servePeer(peer: Peer, load: Load): Promise<{ address: string; close: () => void }> {
  const { text, blocks, spans, spots, paragraph } = load
  const paragraphs = blocks.map(({ start, end }) => `<p>${text.slice(start, end)}</p>`).join('\n')
  const html = `<!doctype html><meta charset="utf-8"><title>${peer}</title>
<link rel="stylesheet" href="/text-annotator.css"><style>${style}</style><div id="text">${paragraphs}</div>
<script>globalThis.process = { env: { NODE_ENV: 'production' } } // as a bundler puts it in</script>
<script src="/text-annotator.umd.js"></script><script type="module" src="/recogito.js"></script>`
  const files: Record<string, [type: string, body: () => string]> = {
    '/': ['text/html', () => html],
    '/load.json': [
      'application/json',
      () => JSON.stringify({ renderer: peers[peer], text, spans, spots, start: blocks[paragraph]?.start }),
    ],
    '/recogito.js': ['text/javascript', () => readFileSync(join(folder, 'recogito.js'), 'utf8')],
    '/text-annotator.css': ['text/css', () => readFileSync(join(recogito, 'text-annotator.css'), 'utf8')],
    '/text-annotator.umd.js': ['text/javascript', () => readFileSync(join(recogito, 'text-annotator.umd.js'), 'utf8')],
  }
  const server = createServer((request, response) => {
    const [type, body] = files[request.url ?? ''] ?? ['text/plain', () => '']
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export async function measurePeer(browser: Browser, address: string, load: Load): Promise<Figures> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } })
  const page = await context.newPage()
  await browser.startTracing(page, { categories: traceCategories })
  await page.goto(address, { waitUntil: 'commit' })
  const painted = await paintedAt(page)
  await page.waitForTimeout(2000)
  const tasks = tasksIn(await browser.stopTracing())
  const figures = {
    'first paint, ms': painted,
    ...tasks,
    ...(await size(browser, page)),
    'hover, ms': load.spots.length > 0 ? await hover(page) : Number.NaN,
    'add, ms': await add(page),
    ...(await scroll(page)),
  }
  await context.close()
  return figures
}
