/**
 * The pictures of the documents: three people in the sample article, in the light, in the dark and on a phone; one with
 * two thousand marks; one from right to left; and the graph of its claims. `npm run picture` makes them anew.
 */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright'
import { bringIn, manyMarks } from './annotated.ts'
import { startProgram } from './program.ts'
import { launch, Visitor } from './visitor.ts'

const program = await startProgram()
const browser = await launch()
const size = { viewport: { width: 1400, height: 860 }, deviceScaleFactor: 1, reducedMotion: 'reduce' as const }
const ada = await Visitor.join(browser, program.address, 'Ada Okafor', size)
const ben = await Visitor.join(browser, program.address, 'Ben Ruiz', size)
const chi = await Visitor.join(browser, program.address, 'Chi Nguyen', size)
for (const person of [ada, ben, chi]) await person.opens()

async function picture(page: Page, name: string): Promise<void> {
  // The margin is measured once the text stands still.
  await page.waitForTimeout(800)
  await page.screenshot({ path: `docs/${name}.png` })
}

await ben.marks('no UN mandate', 'Claim')
const marked = 'mark[aria-description*="Claim by Ben"]'
await chi.page.locator(marked).waitFor()
await chi.clicks('no UN mandate')
await chi.card().getByRole('button', { name: 'Accept' }).click()
await chi.isSaved()
await ada.page.evaluate(() => scrollTo(0, 0))
await ben.page.evaluate(() => scrollTo(0, 0))
await ben.selects('fight against terrorist organizations')
await ada.page.locator(marked).waitFor()
await ada.clicks('no UN mandate')
await ada.page.keyboard.press('Escape')
await ada.page.mouse.move(5, 700)
await ada.page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }))
await ada.page.getByText('Ben Ruiz', { exact: true }).first().waitFor()
for (const colorScheme of ['light', 'dark'] as const) {
  await ada.page.emulateMedia({ colorScheme })
  await picture(ada.page, `article-${colorScheme}`)
}
await ada.page.emulateMedia({ colorScheme: 'light' })

await ada.page.locator('.tiptap').focus()
await ada.page.keyboard.press('g')
await ada.page.getByRole('region', { name: 'Claim graph' }).locator('svg').first().waitFor()
await picture(ada.page, 'claim-graph')

const dense = await bringIn(ada, program.address, 'Two thousand marks', (file) => ({
  annotations: manyMarks(file, 2000),
  relations: [],
  comments: [],
  verdicts: [],
}))
await ada.opens('', dense)
await picture(ada.page, 'dense')

const phone = await Visitor.join(browser, program.address, 'Eve Sand', {
  ...size,
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
})
await phone.opens()
await phone.page.locator('mark', { hasText: 'stressing' }).tap()
await phone.card().waitFor()
await picture(phone.page, 'phone')

const text = readFileSync(new URL('../fixtures/right-to-left.txt', import.meta.url), 'utf8').trimEnd()
const added = await ada.context.request.post(`${program.address}/api/projects/sample/articles`, {
  data: { text },
  headers: { origin: program.address },
})
await ada.opens('', (await added.json()).id)
for (const [words, kind] of [
  ['البلدية تنفي', 'Attribution'],
  ['تأجيل افتتاح خط المترو', 'Claim'],
  ['قالت المتحدثة باسم البلدية', 'Attribution'],
  ['The Harbour Times', 'Citation'],
  ['הקו ייפתח בזמן', 'Claim'],
  ['nothing has been postponed', 'Denial'],
  ['الأنفاق الثلاثة', 'Claim'],
] as const)
  await ada.marks(words, kind)
await ada.page.mouse.move(5, 700)
await picture(ada.page, 'right-to-left')

await browser.close()
await program.close()
