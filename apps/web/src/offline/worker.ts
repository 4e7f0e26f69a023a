/**
 * The service worker: it keeps the page and what was last read, so that an article opens without the server. Marks are
 * not its business: they live in the room's copy in IndexedDB. The network always comes first, and what is kept here is
 * only ever an answer to "the server cannot be reached". Keeping never stands between an answer and the page: it goes
 * on after the page has its answer, and may fail, as where storage is full.
 */
const worker = self as unknown as ServiceWorkerGlobalScope

const SHELL = 'shell'
const ASSETS = 'assets'
/** Answers about and for the person who is signed in; gone when that changes. */
const ANSWERS = 'answers'

/** After these somebody else may be signed in; a provider sends them back by a way that is not seen here. */
const changesPerson = /^\/api\/(join|leave|sign-in|accounts|accounts\/reset|account\/close|oidc\/start)$/

// A worker that could not keep the page is of no use, so its installation fails with that.
worker.addEventListener('install', (event) => {
  event.waitUntil(installShell().then(() => worker.skipWaiting()))
})

worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (origin !== worker.location.origin) return
  if (request.method === 'POST' && changesPerson.test(pathname)) event.respondWith(changePerson(request))
  else if (request.method !== 'GET') return
  else if (request.mode === 'navigate' && !pathname.startsWith('/api/')) event.respondWith(openPage(event))
  else if (pathname.startsWith('/assets/') || pathname === '/icon.svg') event.respondWith(fromCacheFirst(event))
  else if (/^\/api\/(join|projects|projects\/[^/]+\/articles|articles\/[^/]+)$/.test(pathname))
    event.respondWith(fromNetworkFirst(event))
})

/** Who could not sign out, as the server is out of reach, is signed in still and goes on with what is kept. */
async function changePerson(request: Request): Promise<Response> {
  const response = await fetch(request)
  // The one thing that is waited for: with the answer in hand, nothing of the person before may be found here.
  if (response.ok) await caches.delete(ANSWERS).catch(report)
  return response
}

/** Every address inside the application is answered by the same page. */
function openPage(event: FetchEvent): Promise<Response> {
  return networkFirst(event.request, [SHELL, '/'], (response) => {
    if (response.ok) event.waitUntil(keepShell(response.clone()).catch(report))
  })
}

async function installShell(): Promise<void> {
  const response = await fetch('/', { cache: 'no-cache' })
  if (response.ok) await keepShell(response)
}

/** Keeps the page after all that it needs, so that whatever is kept is whole: this build or the one before. */
async function keepShell(response: Response): Promise<void> {
  if (!response.headers.get('content-type')?.startsWith('text/html')) return
  const html = await response.clone().text()
  // Not all that the server shows in a window is the application.
  if (!scriptOf(html)) return
  const before = await keptIn(SHELL, '/').then((kept) => kept?.text() ?? '')
  const wanted = assetsOf(html)
  const assets = await caches.open(ASSETS)
  // The first visit loads its assets before this worker is there to see it.
  await Promise.all(wanted.map(async (path) => (await assets.match(path)) ?? assets.add(path)))
  await (await caches.open(SHELL)).put('/', response)
  // A new build names its script and styles anew; those of the old one would stay for ever.
  const old = assetsOf(before).filter((path) => !wanted.includes(path))
  await Promise.all(old.map((path) => assets.delete(path)))
}

function scriptOf(html: string): string | undefined {
  return /src="(\/assets\/[^"]+)"/.exec(html)?.[1]
}

function assetsOf(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '')
}

async function fromCacheFirst(event: FetchEvent): Promise<Response> {
  const { request } = event
  const kept = await keptIn(ASSETS, request)
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) keep(event, caches.open(ASSETS), response.clone())
  return response
}

function fromNetworkFirst(event: FetchEvent): Promise<Response> {
  const { request } = event
  // Opened before the server is asked: if the person changes meanwhile, the answer goes with the cache that was theirs.
  const answers = caches.open(ANSWERS)
  answers.catch(report)
  return networkFirst(request, [ANSWERS, request], (response) => {
    if (response.ok) keep(event, answers, undated(response.clone()))
    else if (response.status < 500) event.waitUntil(answers.then((cache) => cache.delete(request)).catch(report))
  })
}

/** The page tells the server's time by the date of an answer; one that was kept must not tell it. */
function undated(response: Response): Response {
  const headers = new Headers(response.headers)
  headers.delete('date')
  return new Response(response.body, { headers })
}

/** What the server answers, whatever that is; only when it cannot be reached, what was kept. */
async function networkFirst(
  request: Request,
  kept: [cache: string, at: Request | string],
  onAnswer: (response: Response) => void,
): Promise<Response> {
  let response: Response
  try {
    response = await fetch(request)
  } catch (error) {
    const found = await keptIn(...kept)
    if (found) return found
    throw error
  }
  onAnswer(response)
  return response
}

/** What is kept at an address. A browser that cannot read what it keeps is as one that keeps nothing. */
function keptIn(cache: string, at: Request | string): Promise<Response | undefined> {
  return caches
    .open(cache)
    .then((opened) => opened.match(at))
    .catch(() => undefined)
}

function keep(event: FetchEvent, cache: Promise<Cache>, response: Response): void {
  event.waitUntil(cache.then((opened) => opened.put(event.request, response)).catch(report))
}

function report(error: unknown): void {
  console.warn('Not all of this will open offline:', error)
}
