/** Whether everybody can use every screen and state: found by axe, in both themes, small, spaced out, by finger. */
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clippedBySpacing, hiddenFocus, sideways, smallTargets, violations } from '../support/access.ts'
import { type Program, startProgram } from '../support/program.ts'
import { launch, Visitor } from '../support/visitor.ts'

let program: Program
let browser: Browser
let ada: Visitor

const wide = { width: 1400, height: 900 }
/** A window of 1280 pixels at 400 %. */
const small = { width: 320, height: 640 }

beforeAll(async () => {
  program = await startProgram()
  browser = await launch()
  ada = await Visitor.join(browser, program.address, 'Ada', { reducedMotion: 'reduce' })
  // Somebody to mention.
  await (await Visitor.join(browser, program.address, 'Ben')).leaves()
})

afterAll(async () => {
  await browser?.close()
  await program?.close()
})

/** Everything that keeps somebody out of what is shown now, wide and small, in the light and in the dark. */
async function barriers(visitor: Visitor): Promise<string[]> {
  const { page } = visitor
  const found: string[] = []
  const add = (where: string, list: readonly string[]) => found.push(...list.map((one) => `${where}: ${one}`))
  add('light', await violations(page))
  await page.emulateMedia({ colorScheme: 'dark' })
  add('dark', await violations(page, 'color-contrast'))
  await page.emulateMedia({ colorScheme: 'light' })
  add('target', await smallTargets(page))
  add('spaced', await clippedBySpacing(page))
  await page.setViewportSize(small)
  // What axe looks at is the same as in the wide window; what a small one changes is where things stand.
  add('320 px', await sideways(page))
  add('320 px target', await smallTargets(page))
  add('320 px spaced', await clippedBySpacing(page))
  await page.setViewportSize(wide)
  return found
}

async function goes(path: string, heading: string): Promise<void> {
  await ada.page.goto(program.address + path)
  await ada.page.getByRole('heading', { name: heading }).waitFor()
}

const key = async (...keys: string[]) => {
  await ada.page.locator('.tiptap').focus()
  for (const one of keys) await ada.page.keyboard.press(one)
}

/** Selects the sentence at the cursor and makes it a claim. */
async function marks(): Promise<void> {
  await ada.opens()
  await key('Control+End', 's', '1')
  await ada.card().waitFor()
}

async function opened(chord: string): Promise<void> {
  await ada.opens()
  await key(chord)
  await ada.page.getByRole('dialog').waitFor()
}

/** Looks a command up among all, and runs it. */
async function commands(name: string, title: string): Promise<void> {
  await opened('Control+k')
  await ada.page.keyboard.type(name)
  await ada.page.getByRole('option', { name }).first().waitFor()
  await ada.page.keyboard.press('Enter')
  await ada.page.getByRole('dialog', { name: title }).waitFor()
}

/** Brings an article in; returns its id. */
async function adds(text: string): Promise<string> {
  const answer = await ada.context.request.post(`${program.address}/api/projects/sample/articles`, {
    data: { text },
    headers: { origin: program.address },
  })
  return (await answer.json()).id
}

const states: [string, () => Promise<unknown>][] = [
  ['the projects', () => goes('/', 'Projects')],
  ['a project', () => goes('/projects/sample', 'Sample: a news article about Syria')],
  [
    'a new project',
    async () => {
      await ada.page.goto(program.address)
      await ada.page.getByRole('button', { name: 'New project' }).click()
      await ada.page.getByRole('dialog').waitFor()
    },
  ],
  [
    'a new article',
    async () => {
      await ada.page.goto(`${program.address}/projects/sample/add`)
      await ada.page.getByRole('tab', { name: 'Paste' }).click()
      await ada.page.getByLabel('Text').fill('A title\nSome words.')
      await ada.page.getByRole('button', { name: 'Preview' }).click()
      await ada.page.getByRole('button', { name: 'Keep', exact: true }).waitFor()
    },
  ],
  ['an address that leads nowhere', () => goes('/articles/nothing', 'There is no such article')],
  ['an article', () => ada.opens()],
  [
    'an open card',
    async () => {
      await ada.opens()
      await key('j', 'j')
      await ada.card().waitFor()
    },
  ],
  [
    'the list',
    async () => {
      await ada.opens()
      await key('j')
      await ada.opensList()
    },
  ],
  [
    'the marks that overlap',
    async () => {
      await ada.opens()
      await key('j', 'j', 'j', 'Escape', 'Enter')
      await ada.page.getByRole('listbox').waitFor()
    },
  ],
  [
    'the labels beside a selection',
    async () => {
      await ada.opens()
      await key('s')
      await ada.page.getByRole('toolbar', { name: 'Label the selection' }).waitFor()
    },
  ],
  [
    'an article in which nothing is marked',
    async () => {
      await ada.opens('', await adds(`A short one\n${'Nobody has marked a word of it. '.repeat(8)}`))
      await ada.page.getByText('Nothing is marked yet.').waitFor()
    },
  ],
  ['filters that hide marks', () => ada.opens('?hide=claim')],
  [
    'a mark of one’s own, with its borders being moved',
    async () => {
      await marks()
      await key('b')
      await ada.page.getByRole('region', { name: 'Words of this mark' }).waitFor()
    },
  ],
  [
    'a mark that was deleted',
    async () => {
      await marks()
      await key('Delete')
      await ada.page.getByRole('button', { name: 'Undo', exact: true }).last().waitFor()
    },
  ],
  [
    'linking',
    async () => {
      await ada.opens()
      await key('j', 'j', 'l')
      await ada.page.getByText(/^Link this/).waitFor()
    },
  ],
  [
    'a thread that is being written',
    async () => {
      await ada.opens()
      await key('j', 'j', 'c')
      await ada.isWriting()
      await ada.page.keyboard.type('Whose is it? @')
      await ada.page.locator('[role=listbox] [role=option]').first().waitFor()
    },
  ],
  [
    'all threads',
    async () => {
      await ada.opens()
      await key('j', 'j', 'c')
      await ada.isWriting()
      await ada.page.keyboard.type('A word about it')
      await ada.page.keyboard.press('Control+Enter')
      await key('Shift+C')
      await ada.page.getByTestId('talk').waitFor()
    },
  ],
  [
    'a citation with something to fill in and to cut, and a field that is written in',
    async () => {
      await ada.opens()
      await ada.marks('http://t.co/ndzk8TwQrJpic.twitter.com/rZlO5wHG5n', 'Citation')
      await ada
        .card()
        .getByRole('button', { name: /^Cut into/ })
        .waitFor()
      await ada.card().getByLabel('Date').fill('1 October')
    },
  ],
  [
    'the list of sentences',
    async () => {
      await ada.opens()
      await key('m')
      await ada.page.getByRole('dialog').getByRole('option').first().waitFor()
    },
  ],
  [
    'all occurrences of words',
    async () => {
      await ada.opens()
      await key('o')
      await ada.page.getByLabel('These words').fill('information warfare')
      await ada.page.getByRole('button', { name: 'Mark 2' }).waitFor()
    },
  ],
  [
    'several marks chosen',
    async () => {
      await ada.opens()
      await key('j', 'x', 'j', 'x')
      await ada.page.getByRole('region', { name: 'The chosen marks' }).waitFor()
    },
  ],
  [
    'what is missing',
    async () => {
      await ada.opens()
      await ada.page.getByRole('button', { name: /marks? lacks? something|^Nothing is missing/ }).click()
      await ada.page.getByRole('dialog').waitFor()
    },
  ],
  [
    'the people',
    async () => {
      await ada.opens()
      await ada.page.getByTestId('people').getByRole('button').first().click()
      await ada.page.getByRole('menu').waitFor()
    },
  ],
  [
    'a search in text and marks',
    async () => {
      await ada.opens()
      await key('/')
      await ada.page.keyboard.type('Russia')
      await ada.page.getByRole('search').first().waitFor()
    },
  ],
  [
    'the claim graph',
    async () => {
      await ada.opens()
      await key('g')
      await ada.page.getByRole('region', { name: /graph/i }).first().waitFor()
    },
  ],
  ['all commands', () => opened('Control+k')],
  ['the help', () => opened('?')],
  ['the choice of keys', () => commands('Choose other keys', 'Your keys')],
  ['what is read aloud', () => commands('What is read aloud', 'What is read aloud')],
]

describe('nobody is kept out', () => {
  it('of the door', async () => {
    const visitor = await Visitor.arrive(browser, program.address, 'Nobody', { reducedMotion: 'reduce' })
    await visitor.page.goto(program.address)
    await visitor.page.getByLabel('Your name').waitFor()
    await visitor.page.getByRole('button', { name: 'Join' }).click()
    await visitor.page.getByText('Please enter a name.').waitFor()
    expect(await barriers(visitor)).toEqual([])
    await visitor.leaves()
  })

  it.each(states)('of %s', async (_, show) => {
    await show()
    expect(await barriers(ada)).toEqual([])
  })

  it('of an article without a connection', async () => {
    await ada.opens()
    await ada.drops()
    const found = await barriers(ada)
    await ada.comesBack()
    expect(found).toEqual([])
  })
})

describe('what has the focus', () => {
  it.each([wide, small])('is never under the bar or a sheet, in a window of $width pixels', async (viewport) => {
    await ada.page.setViewportSize(viewport)
    await ada.opens()
    await key('j', 'j', 'j', 'j', 'j', 'j', 'j', 'j')
    await ada.card().waitFor()
    await ada.page.evaluate(() => scrollTo({ top: 500, behavior: 'instant' }))
    expect(await hiddenFocus(ada.page, 40)).toEqual([])
    await ada.page.setViewportSize(wide)
  })
})
