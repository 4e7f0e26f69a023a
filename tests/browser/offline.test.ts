/** The service worker in a real browser: with the program, and with a small server whose next build can be awaited. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Program, startProgram } from '../support/program.ts'
import { launch, sample, Visitor } from '../support/visitor.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launch()
})

afterAll(() => browser?.close())

/** From now on nothing more fits into the browser's storage of this address. */
async function fillStorage(page: Page, origin: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 })
  // Chromium remembers for a while how much room there was.
  await expect
    .poll(
      () =>
        page.evaluate(async () => {
          const cache = await caches.open('probe')
          return cache.put('/probe', new Response('x'.repeat(100_000))).then(
            () => null,
            (error: DOMException) => error.name,
          )
        }),
      { timeout: 60_000 },
    )
    .toBe('QuotaExceededError')
}

describe('the program', () => {
  let program: Program

  beforeAll(async () => {
    program = await startProgram()
  })

  afterAll(() => program?.close())

  /** Somebody who has read the sample article, and whose browser has kept it. */
  async function reader(name: string): Promise<Visitor> {
    const visitor = await Visitor.join(browser, program.address, name)
    onTestFinished(() => visitor.leaves())
    await visitor.opens()
    await visitor.page.evaluate(() => navigator.serviceWorker.ready)
    await visitor.page.reload()
    await visitor.isSaved()
    await hasKept(visitor.page, 'answers', `/api/articles/${sample}`)
    return visitor
  }

  it('opens an article for the first time although storage is full', async () => {
    const ada = await reader('Ada')
    const answer = await ada.context.request.post(`${program.address}/api/projects`, { data: { name: 'Other' } })
    const project = await answer.json()
    const added = await ada.context.request.post(`${program.address}/api/projects/${project.id}/articles`, {
      data: { title: 'Never read', text: 'Never read\nbefore' },
    })
    const { id } = await added.json()
    await fillStorage(ada.page, program.address)
    await ada.opens('', id)
    expect(await ada.page.getByRole('article').first().innerText()).toContain('before')
  })

  it('opens without the server although other pages of it were looked at', async () => {
    const ada = await reader('Ada')
    for (const path of ['/healthz', '/metrics']) await ada.page.goto(program.address + path)
    await ada.page.goto(program.address)
    await ada.page.goto(`${program.address}/healthz`)
    await program.kill()
    onTestFinished(() => program.restart())
    await ada.page.goto(`${program.address}/articles/${sample}`)
    await ada.says(/^Offline/)
  })

  it('goes on with what was read when leaving did not reach the server, and forgets it when it did', async () => {
    const ada = await reader('Ada')
    const leaves = () =>
      ada.page.evaluate(() => {
        const headers = { 'content-type': 'application/json' }
        return fetch('/api/leave', { method: 'POST', headers, body: '{}' }).then(
          (response) => response.ok,
          () => false,
        )
      })
    await program.kill()
    expect(await leaves()).toBe(false)
    await ada.page.goto(`${program.address}/articles/${sample}`)
    await ada.says(/^Offline/)
    await program.restart()
    expect(await leaves()).toBe(true)
    expect(await isKept(ada.page, 'answers', `/api/articles/${sample}`)).toBe(false)
    await ada.page.reload()
    await ada.page.getByLabel('Your name').waitFor()
  })
})

describe('a new build', () => {
  const workerFile = new URL('../../apps/web/dist/sw.js', import.meta.url)

  /** A server with our worker and a page that names its build and who is signed in, as the application would. */
  async function openSite() {
    const site = { build: 1, person: 'Ada', isReachable: true, assets: Promise.resolve(), address: '' }
    const answer: RequestListener = async (request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://site')
      const send = (type: string, body: string | Buffer) => response.setHeader('content-type', type).end(body)
      if (!site.isReachable) response.destroy()
      else if (pathname === '/sw.js') send('text/javascript', readFileSync(workerFile))
      else if (pathname === '/api/join') send('application/json', JSON.stringify(site.person))
      else if (pathname.startsWith('/assets/')) {
        await site.assets
        if (pathname === `/assets/index-${site.build}.js`)
          send('text/javascript', `document.title = 'build ${site.build}'`)
        else response.writeHead(404).end()
      } else
        send(
          'text/html; charset=utf-8',
          `<!doctype html><p>page ${site.build}</p><script src="/assets/index-${site.build}.js" async></script>`,
        )
    }
    const server = createServer((request, response) => void answer(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A TCP server's address is never a string.
    site.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const context = await browser.newContext()
    onTestFinished(async () => {
      await context.close()
      server.closeAllConnections()
      server.close()
    })
    const page = await context.newPage()
    await page.goto(site.address)
    await page.evaluate(async () => {
      await navigator.serviceWorker.register('/sw.js')
      await navigator.serviceWorker.ready
    })
    const person = () => page.evaluate(async () => (await fetch('/api/join')).json())
    await page.reload()
    expect(await person()).toBe('Ada')
    await hasKept(page, 'answers', '/api/join')
    await hasKept(page, 'assets', '/assets/index-1.js')
    return { site, page, person }
  }

  const titleOf = (page: Page) => expect.poll(() => page.title())

  it('is what opens, with the person who is signed in now, although storage is full', async () => {
    const { site, page, person } = await openSite()
    await fillStorage(page, site.address)
    site.build = 2
    site.person = 'Bob'
    await page.reload()
    expect(await page.locator('p').innerText()).toBe('page 2')
    await titleOf(page).toBe('build 2')
    expect(await person()).toBe('Bob')
  })

  it('shows its page before its assets are here', async () => {
    const { site, page } = await openSite()
    const assets = Promise.withResolvers<void>()
    site.build = 2
    site.assets = assets.promise
    await page.reload({ waitUntil: 'commit', timeout: 10_000 })
    await expect.poll(() => page.locator('p').innerText()).toBe('page 2')
    assets.resolve()
    await titleOf(page).toBe('build 2')
    await hasKept(page, 'assets', '/assets/index-2.js')
    await expect.poll(() => isKept(page, 'assets', '/assets/index-1.js')).toBe(false)
    site.isReachable = false
    await page.reload()
    await titleOf(page).toBe('build 2')
  })

  it('leaves the one before whole when it could not be fetched to its end', async () => {
    const { site, page } = await openSite()
    const assets = Promise.withResolvers<void>()
    site.build = 2
    site.assets = assets.promise
    await page.reload({ waitUntil: 'commit' })
    site.build = 3
    assets.resolve()
    await expect.poll(() => page.locator('p').innerText()).toBe('page 2')
    site.isReachable = false
    await page.reload()
    await titleOf(page).toBe('build 1')
  })
})

function isKept(page: Page, cache: string, path: string): Promise<boolean> {
  return page.evaluate(async ({ cache, path }) => (await (await caches.open(cache)).match(path)) !== undefined, {
    cache,
    path,
  })
}

function hasKept(page: Page, cache: string, path: string): Promise<void> {
  return expect.poll(() => isKept(page, cache, path), { timeout: 15_000 }).toBe(true)
}
