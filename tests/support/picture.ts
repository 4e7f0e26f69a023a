/** The pictures of the README: three people in the sample article, one of them about to mark, one judging. */
import { startProgram } from './program.ts'
import { launch, Visitor } from './visitor.ts'

const program = await startProgram()
const browser = await launch()
const size = { viewport: { width: 1400, height: 860 }, deviceScaleFactor: 1.5 }
const ada = await Visitor.join(browser, program.address, 'Ada Okafor', size)
const ben = await Visitor.join(browser, program.address, 'Ben Ruiz', size)
const chi = await Visitor.join(browser, program.address, 'Chi Nguyen', size)
for (const person of [ada, ben, chi]) await person.opens()

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
// The margin slides into place.
await ada.page.waitForTimeout(600)
for (const colorScheme of ['light', 'dark'] as const) {
  await ada.page.emulateMedia({ colorScheme })
  await ada.page.screenshot({ path: `docs/article-${colorScheme}.png` })
}
await browser.close()
await program.close()
