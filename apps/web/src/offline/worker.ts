/**
 * The service worker: it keeps the page and what was last read, so that an article opens without the server. Marks are
 * not its business: they live in the room's copy in IndexedDB. The network always comes first, and what is kept here is
 * only ever an answer to "the server cannot be reached".
 */
const worker = self as unknown as ServiceWorkerGlobalScope

const SHELL = 'shell'
const ASSETS = 'assets'
/** Answers about and for the person who is signed in; gone when that changes. */
const ANSWERS = 'answers'

worker.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => worker.skipWaiting()))
})

worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (origin !== worker.location.origin) return
  if (request.method === 'POST' && (pathname === '/api/join' || pathname === '/api/leave'))
    event.respondWith(fetch(request).finally(() => caches.delete(ANSWERS)))
  else if (request.method !== 'GET') return
  else if (request.mode === 'navigate' && !pathname.startsWith('/api/')) event.respondWith(openPage(request))
  else if (pathname.startsWith('/assets/') || pathname === '/icon.svg') event.respondWith(fromCacheFirst(request))
  else if (/^\/api\/(join|projects|projects\/[^/]+\/articles|articles\/[^/]+)$/.test(pathname))
    event.respondWith(fromNetworkFirst(request))
})

/** Every address inside the application is answered by the same page. */
async function openPage(request: Request): Promise<Response> {
  try {
    const response = await fetch(request)
    if (response.ok) await putShell(response.clone())
    return response
  } catch (error) {
    const kept = await (await caches.open(SHELL)).match('/')
    if (kept) return kept
    throw error
  }
}

async function keepShell(): Promise<void> {
  const response = await fetch('/', { cache: 'no-cache' })
  if (response.ok) await putShell(response)
}

async function putShell(response: Response): Promise<void> {
  const shell = await caches.open(SHELL)
  const [before, now] = await Promise.all([shell.match('/').then((kept) => kept?.text()), response.clone().text()])
  // A new build names its assets anew; those of the old one would stay for ever.
  if (before !== undefined && scriptOf(before) !== scriptOf(now)) await caches.delete(ASSETS)
  await shell.put('/', response)
  // The first visit loads its assets before this worker is there to see it.
  const assets = await caches.open(ASSETS)
  const wanted = [...now.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '')
  await Promise.all(wanted.map(async (path) => (await assets.match(path)) ?? assets.add(path)))
}

function scriptOf(html: string): string | undefined {
  return /src="(\/assets\/[^"]+)"/.exec(html)?.[1]
}

async function fromCacheFirst(request: Request): Promise<Response> {
  const assets = await caches.open(ASSETS)
  const kept = await assets.match(request)
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) await assets.put(request, response.clone())
  return response
}

async function fromNetworkFirst(request: Request): Promise<Response> {
  const answers = await caches.open(ANSWERS)
  try {
    const response = await fetch(request)
    if (response.ok) await answers.put(request, response.clone())
    else if (response.status < 500) await answers.delete(request)
    return response
  } catch (error) {
    const kept = await answers.match(request)
    if (kept) return kept
    throw error
  }
}
