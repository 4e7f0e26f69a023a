/**
 * What can keep somebody out of a page, each as a question that is answered with a list of sentences: empty is good.
 * They look at the page as it is now, so a test can ask them in every state it brings about.
 */
import axe from 'axe-core'
import type { Page } from 'playwright'

interface Axe {
  run(context: unknown, options: unknown): Promise<{ violations: Violation[] }>
}

interface Violation {
  id: string
  help: string
  nodes: { target: unknown[]; failureSummary?: string; html: string }[]
}

const rules = {
  type: 'tag',
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}

/** What axe finds; with `only`, by that rule alone. */
export async function violations(page: Page, only?: string): Promise<string[]> {
  await settle(page)
  // Evaluated, not added as a script: the page's content security policy holds in tests too.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  const found = await page.evaluate(
    async (runOnly) => {
      const { axe } = window as unknown as { axe: Axe }
      return (await axe.run(document, { runOnly, resultTypes: ['violations'] })).violations
    },
    only ? { type: 'rule', values: [only] } : rules,
  )
  return found.flatMap(({ id, help, nodes }) =>
    nodes
      .filter((node) => !isExcepted(id, node))
      .map(
        ({ target, html, failureSummary = '' }) =>
          `${id}: ${help}\n  at ${target.flat().join(' ')}\n  ${html.slice(0, 160)}\n  ${failureSummary.split('\n').slice(1, 3).join(' ').trim()}`,
      ),
  )
}

/** What a rule does not know of a page like this one. */
function isExcepted(rule: string, { html }: Violation['nodes'][number]): boolean {
  // What pops up stands beside the landmarks, at the end of the page: its own role says what it is.
  if (rule === 'region')
    return /^<(?:[^>]*role="(?:listbox|menu|toolbar|tooltip)"|div style="display: contents;">)/.test(html)
  // In a drawing the words are cut into lines, with dots where there is no room; the name has them whole.
  return rule === 'label-content-name-mismatch' && html.startsWith('<g ')
}

/** What cannot be seen without scrolling sideways. */
export async function sideways(page: Page): Promise<string[]> {
  await settle(page)
  return page.evaluate(() => {
    const named = (element: Element) =>
      `<${element.tagName.toLowerCase()} class="${element.className}"> “${(element.textContent ?? '').slice(0, 40)}”`
    const { scrollWidth } = document.documentElement
    const found = scrollWidth > innerWidth ? [`the page is ${scrollWidth} px wide in a window of ${innerWidth}`] : []
    const isClipped = (element: Element) => {
      for (let above: Element | null = element; above && above !== document.body; above = above.parentElement)
        if (getComputedStyle(above).overflowX !== 'visible' || getComputedStyle(above).clipPath !== 'none') return true
      return false
    }
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
      const { left, right, bottom, width } = element.getBoundingClientRect()
      // Above the page is where the skip link waits.
      if (width === 0 || bottom <= 0 || (left >= -1 && right <= innerWidth + 1) || isClipped(element)) continue
      found.push(`${named(element)} reaches from ${Math.round(left)} to ${Math.round(right)} of ${innerWidth} px`)
    }
    return found.slice(0, 6)
  })
}

/** What a finger or an unsteady hand cannot hit: what one presses that is smaller than so many pixels. */
export async function smallTargets(page: Page, least = 24): Promise<string[]> {
  await settle(page)
  return page.evaluate((size) => {
    const pressed = [
      'a[href]',
      'button',
      'input:not([type=hidden])',
      'select',
      'textarea',
      'summary',
      ...['button', 'option', 'menuitem', 'menuitemradio', 'tab', 'checkbox', 'radio', 'switch', 'slider', 'link'].map(
        (role) => `[role=${role}]`,
      ),
    ].join()
    const found: string[] = []
    for (const element of document.querySelectorAll(pressed)) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue
      // A field that is drawn by its label is as large as the label.
      const drawn = element.closest('label') ?? element
      const { width, height } = drawn.getBoundingClientRect()
      const style = getComputedStyle(drawn)
      if (width < 2 || style.clipPath !== 'none' || drawn.closest('.visually-hidden, [style*="clip"]')) continue
      // Links within a sentence are as high as its words: WCAG excepts them.
      if (element.matches('p a, .tiptap a') && style.display === 'inline') continue
      if (width >= size - 0.5 && height >= size - 0.5) continue
      const name = element.getAttribute('aria-label') ?? element.textContent ?? ''
      found.push(
        `<${element.tagName.toLowerCase()}> “${name.slice(0, 40)}” is ${Math.round(width)} × ${Math.round(height)} px`,
      )
    }
    return [...new Set(found)]
  }, least)
}

/** What is cut off or runs over when somebody spaces letters, words and lines as WCAG 1.4.12 lets them. */
export async function clippedBySpacing(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }',
    )
    Object.assign(window, { spacing: sheet })
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  })
  await settle(page)
  const found = await page.evaluate(() => {
    const found: string[] = []
    for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
      if (!element.checkVisibility({ visibilityProperty: true }) || !element.textContent?.trim()) continue
      if (element.closest('[aria-hidden=true], .visually-hidden, svg, select, textarea')) continue
      const style = getComputedStyle(element)
      if (style.clipPath !== 'none' || element.clientHeight < 2) continue
      const isScrolled = (overflow: string) => overflow === 'auto' || overflow === 'scroll'
      // What is shortened on purpose says so with dots, and is there in full elsewhere.
      const isShortened = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none'
      const isCutHigh = element.scrollHeight > element.clientHeight + 2 && !isScrolled(style.overflowY)
      const isCutWide = element.scrollWidth > element.clientWidth + 2 && !isScrolled(style.overflowX)
      const hasOwnText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim())
      if (!hasOwnText && style.overflow === 'visible') continue
      if (isShortened || !(isCutHigh || isCutWide)) continue
      found.push(
        `<${element.tagName.toLowerCase()} class="${element.className}"> “${element.textContent.slice(0, 40)}” needs ${element.scrollWidth} × ${element.scrollHeight} of ${element.clientWidth} × ${element.clientHeight} px`,
      )
    }
    return found.slice(0, 6)
  })
  await page.evaluate(() => {
    const { spacing } = window as unknown as { spacing: CSSStyleSheet }
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== spacing)
  })
  return found
}

/** Goes through the page with Tab; what had the focus while nothing of it could be seen. */
export async function hiddenFocus(page: Page, steps: number): Promise<string[]> {
  const found: string[] = []
  for (let i = 0; i < steps; i++) {
    await page.keyboard.press('Tab')
    const hidden = await page.evaluate(async () => {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      const element = document.activeElement
      if (!element || element === document.body) return null
      const { left, right, top, bottom } = element.getBoundingClientRect()
      const points = [0.5, 0.08, 0.92].flatMap((x) =>
        [0.5, 0.08, 0.92].map((y) => [left + (right - left) * x, top + (bottom - top) * y] as const),
      )
      const isSeen = points.some(([x, y]) => {
        const hit = document.elementFromPoint(x, y)
        return (
          hit !== null &&
          (element.contains(hit) ||
            (hit.contains(element) === true &&
              hit !== document.body &&
              hit !== document.documentElement &&
              element.getClientRects().length > 0 &&
              getComputedStyle(hit).position !== 'fixed'))
        )
      })
      // Taller than the window: some of it is always there.
      if (isSeen || bottom - top > innerHeight) return null
      const name = element.getAttribute('aria-label') ?? element.textContent ?? ''
      return `<${element.tagName.toLowerCase()}> “${name.slice(0, 40)}” at ${Math.round(left)}, ${Math.round(top)}`
    })
    if (hidden) found.push(hidden)
  }
  return found
}

async function settle(page: Page): Promise<void> {
  await page.evaluate(() =>
    document.fonts.ready.then(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    ),
  )
}
