/** The test language of the page: people with a browser profile each, who mark, look, go offline and come back. */
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright'
import { chromiumOptions } from './chromium.ts'

export const sample = 'syria-airstrikes-2015'

export function launch(): Promise<Browser> {
  return chromium.launch(chromiumOptions)
}

export class Visitor {
  readonly name: string
  readonly context: BrowserContext
  readonly page: Page
  readonly #address: string
  /** What the browser complained about while the server was there to answer. */
  readonly complaints: string[] = []
  #isDropped = false
  readonly #lines = new Set<{ close: () => Promise<void> }>()

  private constructor(name: string, address: string, context: BrowserContext, page: Page) {
    this.name = name
    this.#address = address
    this.context = context
    this.page = page
    page.on('console', (message) => {
      if (this.#isDropped || !['error', 'warning'].includes(message.type())) return
      // Of what is sent while the other side closes a socket, and of one that is left before it is open: y-websocket does
      // so, and nothing of it is lost.
      if (!/already in CLOSING|closed before the connection is established/.test(message.text()))
        this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(String(error.stack)))
  }

  /** Somebody who has joined under a name, in a browser profile of their own. */
  static async join(
    browser: Browser,
    address: string,
    name: string,
    options: BrowserContextOptions = {},
  ): Promise<Visitor> {
    const visitor = await Visitor.arrive(browser, address, name, options)
    await visitor.page.goto(address)
    await visitor.page.getByLabel('Your name').fill(name)
    await visitor.page.getByRole('button', { name: 'Join' }).click()
    await visitor.page.getByRole('heading', { name: 'Projects' }).waitFor()
    return visitor
  }

  /** Somebody at the door, with an empty browser. */
  static async arrive(
    browser: Browser,
    address: string,
    name: string,
    options: BrowserContextOptions = {},
  ): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: { width: 1400, height: 900 },
      acceptDownloads: true,
      ...options,
    })
    const page = await context.newPage()
    const visitor = new Visitor(name, address, context, page)
    await context.routeWebSocket(/\/sync\//, (socket) => {
      if (visitor.#isDropped) return void socket.close({ code: 1001 })
      const server = socket.connectToServer()
      const line = { close: async () => void (await Promise.all([socket.close({ code: 1001 }), server.close()])) }
      visitor.#lines.add(line)
    })
    return visitor
  }

  async opens(search = '', article = sample): Promise<void> {
    await this.page.goto(`${this.#address}/articles/${article}${search}`)
    await this.page.locator('.tiptap').waitFor()
    await this.isSaved()
  }

  /** The line is cut: nothing comes through, in either direction. */
  async drops(): Promise<void> {
    this.#isDropped = true
    await this.context.setOffline(true)
    await Promise.all(Array.from(this.#lines, (line) => line.close()))
    this.#lines.clear()
    await this.says(/^Offline/)
  }

  async comesBack(): Promise<void> {
    await this.reconnects()
    await this.isSaved()
  }

  async reconnects(): Promise<void> {
    await this.context.setOffline(false)
    this.#isDropped = false
    // It tries by itself as well, and may be quicker than the click.
    const button = this.page.getByRole('button', { name: 'Try now' })
    await button.click({ timeout: 2000 }).catch(() => button.waitFor({ state: 'detached' }))
  }

  says(status: string | RegExp): Promise<void> {
    return this.page.getByTestId('status').filter({ hasText: status }).waitFor({ timeout: 15_000 })
  }

  isSaved(): Promise<void> {
    return this.says(/^Saved$/)
  }

  /** Drags over the words with the mouse. */
  async selects(words: string): Promise<void> {
    const { from, to } = await this.page.evaluate(edgesOf, words)
    await this.page.mouse.move(from.x, from.y)
    await this.page.mouse.down()
    await this.page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 })
    await this.page.mouse.move(to.x, to.y, { steps: 3 })
    await this.page.mouse.up()
  }

  /** Selects the words and chooses the label beside them. */
  async marks(words: string, kind: string): Promise<void> {
    await this.selects(words)
    await this.page.getByRole('toolbar', { name: 'Label the selection' }).getByRole('button', { name: kind }).click()
  }

  /** Clicks on the words; of several marks over them the shortest opens. */
  async clicks(words: string): Promise<void> {
    const { from } = await this.page.evaluate(edgesOf, words)
    await this.page.mouse.click(from.x + 2, from.y)
  }

  /** The open card. */
  card() {
    return this.page.getByRole('article', { name: / by / })
  }

  /** Every mark in the list, as it is read there: kind, words, author and state. The list must be open. */
  async list(): Promise<string[]> {
    const rows = this.page.getByTestId('mark-list').getByRole('listitem').getByRole('button')
    const texts = await rows.evaluateAll((buttons) =>
      buttons.map((button) => {
        const heard = button.cloneNode(true) as Element
        for (const silent of heard.querySelectorAll('[aria-hidden]')) silent.remove()
        return heard.textContent ?? ''
      }),
    )
    return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim())
  }

  async opensList(): Promise<void> {
    await this.page.getByRole('button', { name: /marks, list and filters$/ }).click()
    await this.page.getByTestId('mark-list').waitFor()
  }

  /** A field has the focus, so that what is pressed next is meant for it. */
  isWriting(): Promise<void> {
    return this.page.locator('textarea:focus').waitFor()
  }

  async leaves(): Promise<void> {
    await this.context.close()
  }
}

/** The window's coordinates of the first and last character of the words, scrolled into view. Runs in the page. */
async function edgesOf(words: string) {
  const article = document.querySelector('.tiptap')
  if (!article) throw new Error('no article is open')
  const block = [...article.children].find((child) => child.textContent?.includes(words))
  if (!block) throw new Error(`“${words}” is in no paragraph`)
  await document.fonts.ready
  // Paragraphs far from the window have only an estimated height until they come near, which moves the others.
  for (let top = Number.NaN; top !== block.getBoundingClientRect().top; ) {
    block.scrollIntoView({ block: 'center', behavior: 'instant' })
    top = block.getBoundingClientRect().top
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  }
  const start = block.textContent?.indexOf(words) ?? 0
  const at = (offset: number, isEnd: boolean) => {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT)
    let passed = 0
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const { length } = node as Text
      if (offset < passed + length) {
        const range = document.createRange()
        range.setStart(node, offset - passed)
        range.setEnd(node, offset - passed + 1)
        const rect = range.getBoundingClientRect()
        return { x: isEnd ? rect.right - 1 : rect.left + 1, y: rect.top + rect.height / 2 }
      }
      passed += length
    }
    throw new Error(`the paragraph has no character ${offset}`)
  }
  return { from: at(start, false), to: at(start + words.length - 1, true) }
}
