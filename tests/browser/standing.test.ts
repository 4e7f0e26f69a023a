/** What changes about a person, a project or what is stored while the page is open: it says so, and nothing is lost. */
import { readFileSync } from 'node:fs'
import type { LabelSet } from '@attest/schema/labelset'
import { makeRecordId } from '@attest/schema/record'
import type { Role } from '@attest/schema/roles'
import { emptyRecords } from '@attest/schema/room'
import { quotesOf, snapToGraphemes } from '@attest/schema/span'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { violations } from '../support/access.ts'
import { type Database, House } from '../support/house.ts'
import { labelSet, olderLabels } from '../support/labels.ts'
import { launch, sample, Visitor } from '../support/visitor.ts'

let house: House
let browser: Browser

beforeAll(async () => {
  house = await House.open()
  browser = await launch()
  // The first one owns the workspace, and is nobody here.
  await (await Visitor.join(browser, house.address, 'Olga')).leaves()
})

afterAll(async () => {
  await browser?.close()
  await house?.close()
})

async function guest(name: string, options = {}): Promise<Visitor> {
  const visitor = await Visitor.join(browser, house.address, name, options)
  onTestFinished(() => visitor.leaves())
  await visitor.opens()
  return visitor
}

async function idOf(visitor: Visitor): Promise<string> {
  return (await (await visitor.context.request.get(`${house.address}/api/me`)).json()).id
}

const setRole = async (visitor: Visitor, role: Role) =>
  house.parts.catalog.projects.setRole('sample', await idOf(visitor), role)

/** The words that this person has marked, as the server has them. */
async function savedBy(visitor: Visitor): Promise<string[]> {
  const author = await idOf(visitor)
  const { records } = await house.parts.sync.records(sample)
  const { text = '' } = (await house.parts.catalog.rooms.roomSetting(sample)) ?? {}
  const own = [...records.annotations.values()].filter((one) => one.author === author)
  return own.map(({ spans }) => quotesOf(text, spans).join(' ')).sort()
}

/** Gives the project other labels, as its owner will. */
const setLabels = (labels: LabelSet) => house.rebuild((db) => putLabels(db, labels))

function putLabels(db: Database, labels: LabelSet): Promise<unknown> {
  const label_set = JSON.stringify(labels)
  return db.updateTable('project').set({ label_set }).where('id', '=', 'sample').execute()
}

const tray = (visitor: Visitor) => visitor.page.getByRole('region', { name: /not accepted/ })

describe('a role that is taken away while the page is open', () => {
  it('makes it read-only, says so, keeps what waited, and lets it all go on when it is given back', async () => {
    const ron = await guest('Ron')
    await ron.marks('Russia believes', 'Attribution')
    await ron.isSaved()
    await setRole(ron, 'viewer')
    await ron.page.getByText('You can only read now').waitFor()
    await ron.says(/^Read only$/)
    await ron.selects('Dozens of videos')
    await ron.page.keyboard.press('1')
    await ron.page.getByText('You can read this article, but not mark it.').waitFor()
    expect(await ron.page.getByRole('toolbar', { name: 'Label the selection' }).count()).toBe(0)
    expect(await ron.page.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true)

    await setRole(ron, 'annotator')
    await ron.page.getByText('You can mark here again: you are an annotator now.').waitFor()
    await ron.isSaved()
    await ron.drops()
    await ron.marks('Dozens of videos', 'Claim')
    await ron.says('Offline · 1 not sent')
    await setRole(ron, 'viewer')
    await ron.reconnects()
    await tray(ron).waitFor()
    await ron.says(/^Read only$/)
    expect(await violations(ron.page)).toEqual([])
    expect(await tray(ron).getByRole('button', { name: 'Try again' }).isDisabled()).toBe(true)
    // It outlives the page.
    await ron.page.reload()
    await tray(ron).waitFor()
    await setRole(ron, 'reviewer')
    await tray(ron).getByRole('button', { name: 'Try again', disabled: false }).click()
    await expect.poll(() => tray(ron).count()).toBe(0)
    await ron.isSaved()
    expect(await savedBy(ron)).toEqual(['Dozens of videos', 'Russia believes'])
    expect(ron.complaints).toEqual([])
  })
})

describe('a person who is removed from the project', () => {
  it('is told so, and gets what was never saved, also after the page was opened again', async () => {
    const rem = await guest('Rem')
    await rem.drops()
    await rem.marks('Dozens of videos', 'Claim')
    const id = await idOf(rem)
    await house.rebuild((db) => db.deleteFrom('member').where('person_id', '=', id).execute())
    await rem.reconnects()
    await rem.page.getByText('You are no longer a member of this project.').waitFor()
    await rem.says('Not connected · 1 not sent')
    const [kept] = await Promise.all([
      rem.page.waitForEvent('download'),
      rem.page.getByRole('button', { name: 'Download what waits' }).click(),
    ])
    expect(readFileSync(await kept.path(), 'utf8')).toContain('"claim"')
    await rem.page.reload()
    const left = rem.page.getByRole('region', { name: 'One change of yours was never saved' })
    const [again] = await Promise.all([
      rem.page.waitForEvent('download'),
      left.getByRole('button', { name: 'Download all' }).click(),
    ])
    expect(JSON.parse(readFileSync(await again.path(), 'utf8'))).toEqual(
      JSON.parse(readFileSync(await kept.path(), 'utf8')),
    )
  })
})

describe('a session that has ended', () => {
  it('leaves the page as it is, and sends what waits when the same person is back', async () => {
    const sue = await guest('Sue')
    await sue.drops()
    await sue.marks('Dozens of videos', 'Claim')
    const cookies = await sue.context.cookies()
    await sue.context.clearCookies()
    await sue.reconnects()
    await sue.page.getByText('You are signed out.').first().waitFor()
    await sue.says('Signed out · 1 not sent')
    // One can go on marking.
    await sue.marks('Russia believes', 'Attribution')
    await sue.says('Signed out · 2 not sent')
    await sue.page.getByRole('button', { name: 'Sign in again' }).click()
    await sue.page.getByRole('dialog', { name: 'You are signed out' }).waitFor()
    expect(await violations(sue.page)).toEqual([])
    // As by signing in in another window.
    await sue.context.addCookies(cookies)
    await sue.page.keyboard.press('Escape')
    await sue.page.getByRole('button', { name: 'Sign in again' }).click()
    await sue.isSaved()
    expect(await savedBy(sue)).toEqual(['Dozens of videos', 'Russia believes'])
  })

  it('never sends what waits as somebody else, and has it still when the first one is back', async () => {
    const sue = await guest('Sue Two')
    const id = await idOf(sue)
    await sue.drops()
    await sue.marks('Dozens of videos', 'Claim')
    const cookies = await sue.context.cookies()
    await sue.context.clearCookies()
    await sue.reconnects()
    await sue.page.getByRole('button', { name: 'Sign in again' }).click()
    const dialog = sue.page.getByRole('dialog', { name: 'You are signed out' })
    await dialog.getByText('What waits stays in this browser, for Sue Two alone.').waitFor()
    await dialog.getByLabel('Your name').fill('Max')
    await dialog.getByRole('button', { name: 'Join' }).click()
    await sue.isSaved()
    await sue.page.getByRole('img', { name: 'Max (you)' }).waitFor()
    expect(await sue.page.locator('mark[aria-description*="Sue Two"]').count()).toBe(0)
    await sue.marks('Russia believes', 'Attribution')
    await sue.isSaved()
    const { records } = await house.parts.sync.records(sample)
    expect([...records.annotations.values()].filter((one) => one.author === id)).toEqual([])

    await sue.context.clearCookies()
    await sue.context.addCookies(cookies)
    await sue.opens()
    expect(await savedBy(sue)).toEqual(['Dozens of videos'])
  })
})

describe('a room that is damaged', () => {
  it('is shown as far as it can be read, with what this browser has more, and goes on when it is mended', async () => {
    const dan = await guest('Dan')
    await dan.marks('Dozens of videos', 'Claim')
    await dan.isSaved()
    await dan.marks('Russia believes', 'Attribution')
    await dan.isSaved()
    await dan.drops()
    await dan.marks('Syrian military', 'Claim')
    const rows = await house.parts.database.db
      .selectFrom('room_update')
      .selectAll()
      .where('room', '=', sample)
      .execute()
    const last = rows.sort((a, b) => a.seq - b.seq).at(-1)
    if (!last) throw new Error('the room is empty')
    const theLast = { room: sample, seq: last.seq }
    await house.rebuild((db) =>
      db.deleteFrom('room_update').where('room', '=', theLast.room).where('seq', '=', theLast.seq).execute(),
    )
    await dan.reconnects()
    await dan.page.getByText(/is damaged\. You see what could be read/).waitFor()
    expect(await violations(dan.page)).toEqual([])
    await dan.page.getByText(/One change waits: it is kept in this browser/).waitFor()
    await dan.says('Read only · 1 not sent')
    for (const words of ['Dozens of videos', 'Russia believes', 'Syrian military'])
      await dan.page
        .locator('mark[aria-description*="by Dan"]', { hasText: words })
        .first()
        .waitFor({ state: 'attached' })
    await dan.selects('Putin added')
    await dan.page.keyboard.press('1')
    await dan.page.getByText('so nothing can be marked for now').waitFor()

    await house.rebuild((db) => db.insertInto('room_update').values(last).execute())
    await dan.isSaved()
    expect(await dan.page.getByText('You see what could be read').count()).toBe(0)
    expect(await savedBy(dan)).toEqual(['Dozens of videos', 'Russia believes', 'Syrian military'])
  })
})

describe('marks of an older label set', () => {
  it('are shown by the name they have, can be filtered, exported, relabelled and deleted; new ones go to the tray', async () => {
    await setLabels(olderLabels)
    const lea = await guest('Lea')
    for (const words of ['Dozens of videos', 'Russia believes', 'Putin added']) await lea.marks(words, 'Rumour')
    await lea.isSaved()
    await lea.drops()
    await lea.marks('Syrian military', 'Rumour')
    await lea.marks('Klimov said', 'Attribution')
    await setLabels(labelSet)
    await lea.reconnects()
    await tray(lea).getByText('Rumour').or(tray(lea).getByText('Unknown kind “rumour”')).first().waitFor()
    expect(await tray(lea).getByRole('listitem').allInnerTexts()).toHaveLength(1)
    await lea.page.getByText('The labels of this project have changed.').waitFor()
    await lea.isSaved()

    const described = 'mark[aria-description*="Unknown kind “rumour” by Lea"]'
    await expect.poll(() => lea.page.locator(described).count()).toBeGreaterThanOrEqual(3)
    const look = await lea.page
      .locator(described, { hasText: 'Putin added' })
      .first()
      .evaluate((element) => {
        const style = getComputedStyle(element)
        return [style.getPropertyValue('--line0'), style.getPropertyValue('--line1'), style.getPropertyValue('--line2')]
      })
    expect(look.join()).toContain('gradient')
    await lea.opensList()
    await lea.page.getByRole('button', { name: 'Unknown kind “rumour” 3' }).click({ modifiers: ['Alt'] })
    await expect.poll(() => lea.page.locator(described).count()).toBe(0)
    await lea.page.getByRole('button', { name: 'Show all' }).click()
    await lea.page.getByRole('button', { name: 'Close the list' }).click()

    const chooses = async (words: string) => {
      await lea.clicks(words)
      const option = lea.page.getByRole('option', { name: /Unknown kind “rumour”.*Lea/ })
      if ((await option.count()) > 0) await option.click()
      await lea.card().getByText('The project no longer has this kind.').waitFor()
    }
    await chooses('Dozens of videos')
    await lea.card().getByRole('button', { name: 'Claim' }).click()
    await lea.isSaved()
    await chooses('Russia believes')
    await lea.card().getByRole('button', { name: 'Delete this mark' }).click()
    await lea.page
      .getByText('It could not be put back as it was: The project no longer has this kind of mark.')
      .waitFor()
    await lea.isSaved()
    expect(await savedBy(lea)).toEqual(['Dozens of videos', 'Klimov said', 'Putin added'])
    const url = `${house.address}/api/articles/${sample}/export`
    const { annotations } = await (await lea.context.request.get(url)).json()
    expect(annotations.filter((one: { kind: string }) => one.kind === 'rumour')).toHaveLength(1)
    expect(lea.complaints).toEqual([])
  })
})

describe('one refused mark among twenty, in an article with a thousand', () => {
  it('has the other nineteen saved a moment after the refusal', async () => {
    await setLabels(olderLabels)
    const { text = '' } = (await house.parts.catalog.rooms.roomSetting(sample)) ?? {}
    const records = emptyRecords()
    for (let i = 0; i < 1000; i++) {
      const id = makeRecordId('somebody')
      const start = (i * 3) % (text.length - 12)
      const [from, to] = snapToGraphemes(text, [start, start + 10])
      records.annotations.set(id, { id, kind: 'claim', spans: [[from, to]], attributes: {}, author: 'somebody', at: i })
    }
    await house.parts.sync.putRecords(sample, records, 'somebody')
    // Straight to the server: what cuts the lines of the others takes its time with each message.
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.addInitScript(() => {
      const times = { refused: 0, refusals: 0, saved: 0 }
      Object.assign(window, { times })
      window.WebSocket = class extends WebSocket {
        constructor(...given: ConstructorParameters<typeof WebSocket>) {
          super(...given)
          this.addEventListener('close', ({ code }) => {
            if (code !== 4422) return
            times.refused ||= performance.now()
            times.refusals++
          })
        }
      }
      new MutationObserver(() => {
        const isSaved = document.querySelector('[data-testid=status]')?.textContent === 'Saved'
        if (isSaved && times.refused) times.saved ||= performance.now()
      }).observe(document, { subtree: true, childList: true, characterData: true })
    })
    await page.goto(`${house.address}/articles/${sample}`)
    await page.getByLabel('Your name').fill('Quick')
    await page.getByRole('button', { name: 'Join' }).click()
    const status = page.getByTestId('status')
    await status.filter({ hasText: /^Saved$/ }).waitFor()
    const { id } = await (await context.request.get(`${house.address}/api/me`)).json()
    await house.rebuild(async (db) => {
      await status.filter({ hasText: 'Offline' }).waitFor()
      await page.evaluate(() => {
        const article = document.querySelector('.tiptap') as HTMLElement & {
          editor: { commands: { annotate: (kind: string, span: number[]) => void } }
        }
        for (let i = 0; i < 20; i++) {
          const kind = i === 7 ? 'rumour' : 'claim'
          article.editor.commands.annotate(kind, [i * 40, i * 40 + 8])
        }
      })
      await putLabels(db, labelSet)
    })
    await page.getByRole('region', { name: 'One change was not accepted' }).waitFor()
    await status.filter({ hasText: /^Saved$/ }).waitFor()
    const times = await page.evaluate(
      () => (window as unknown as { times: { refused: number; refusals: number; saved: number } }).times,
    )
    console.info(`in Chromium, from the refusal to "Saved": ${(times.saved - times.refused).toFixed(0)} ms`)
    expect(times.refusals).toBe(1)
    expect(times.saved - times.refused).toBeLessThan(5000)
    const disk = await house.parts.sync.records(sample)
    expect([...disk.records.annotations.values()].filter(({ author }) => author === id)).toHaveLength(19)
  })
})
