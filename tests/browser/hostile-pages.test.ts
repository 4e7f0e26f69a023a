/**
 * What a person or a file can bring into the pages around an article, brought by somebody who wants it to run: names,
 * labels, guidelines, titles, files, notes, comments. Every page that shows any of it is opened; all of it stays text.
 */
import { emptyRecords } from '@attest/schema/room'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { House } from '../support/house.ts'
import { launch, Visitor } from '../support/visitor.ts'

let house: House
let browser: Browser
let ada: Visitor

beforeAll(async () => {
  house = await House.open()
  browser = await launch()
})

afterAll(async () => {
  await browser?.close()
  await house?.close()
})

/** Short enough for every field that there is. */
const bad = '<img src=x onerror=alert(1)>'
const markdown = [
  `# ${bad}`,
  '[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,<script>alert(1)</script>)',
  '[d](java&#10;script:alert(1)) [e](vbscript:x) <javascript:alert(1)> [f](//evil.example) [g](&#x6A;avascript:alert(1))',
  '![x](https://evil.example/seen.png) ![y](javascript:alert(1))',
  '<script>alert(1)</script><iframe srcdoc="<script>alert(1)</script>"></iframe><svg onload=alert(1)>',
  '<form id=test><input name=attributes></form><a name=querySelector></a>',
  '| a | b |\n|:-:|--:|\n| <style>*{display:none}</style> | `</script>` |',
  '[h]: javascript:alert(1)\n\n[h] [i][h]',
].join('\n\n')

/** A project in which everything is called so, and where to look at it. */
async function spoil(owner: string): Promise<{ token: string; link: string }> {
  const { catalog, rooms } = house.parts
  const sample = await catalog.projects.find('sample')
  const article = await catalog.articles.find('syria-airstrikes-2015')
  if (!sample || !article) throw new RangeError('the sample is missing')
  const { labelSet } = sample
  const kinds = labelSet.kinds.map((kind, i) => ({
    ...kind,
    label: `${bad}${i}`,
    guideline: markdown,
    attributes: kind.attributes.map((one, a) => ({ ...one, label: `${bad}${a}`, hint: bad })),
  }))
  const relations = labelSet.relations.map((one, i) => ({ ...one, label: `${bad}${i}`, guideline: markdown }))
  const spoiled = { ...labelSet, name: bad, kinds, relations }
  await catalog.projects.add({ ...sample, id: 'p', name: bad, labelSet: spoiled, guidelines: markdown }, owner)
  const mallory = await catalog.people.join('mallory', bad)
  await catalog.projects.setRole('p', mallory.id, 'annotator')
  const source = {
    outlet: bad,
    published: '2026-11-22',
    url: `https://example.org/"><img src=x onerror=alert(1)>`,
    fileName: `${bad}.txt`,
    encoding: bad,
  }
  for (const id of ['a', 'b']) await catalog.articles.add({ ...article, id, projectId: 'p', title: bad, source })
  await catalog.articles.remove('b', owner)
  const records = emptyRecords()
  const base = { author: mallory.id, at: Date.now() - 1000 }
  const names = ['1', '2'].map((one) => `${mallory.id}.${one}`) as [string, string]
  for (const [i, id] of names.entries())
    records.annotations.set(id, { id, kind: 'citation', spans: [[i * 20, i * 20 + 10]], attributes: {}, ...base })
  const first = records.annotations.get(names[0])
  if (first) first.attributes = { outlet: bad, url: 'javascript:alert(1)' }
  const [r, c] = [`${mallory.id}.r`, `${mallory.id}.c`]
  records.relations.set(r, { id: r, type: 'cites', from: names[0], to: names[1], ...base })
  records.comments.set(c, {
    id: c,
    on: names[0],
    body: `${bad} javascript:alert(1) https://example.org/"onx=`,
    ...base,
  })
  await rooms.putRecords('a', records, mallory.id)
  await rooms.removeRecords('a', [{ root: 'annotations', id: names[1] }], mallory.id)
  await catalog.work.assign(
    { project: 'p', person: owner },
    { articles: ['a'], people: [mallory.id, owner], how: 'all' },
  )
  await catalog.work.takeStep({ project: 'p', person: owner }, { step: 'start', articles: ['a'], person: owner })
  await catalog.work.takeStep({ project: 'p', person: owner }, { step: 'submit', articles: ['a'], person: owner })
  await catalog.work.takeStep({ project: 'p', person: owner }, { step: 'reopen', articles: ['a'], note: bad })
  await catalog.imports.add({
    id: 'j',
    name: bad,
    projectId: 'p',
    person: owner,
    choices: {},
    columns: null,
    keepsKnown: false,
  })
  const invited = { projectId: 'p', role: 'viewer', by: owner, email: `"${bad}"@example.org`, maxUses: 3 } as const
  const made = await catalog.invitations.add({ ...invited, expiresAt: Date.now() + 60_000 })
  const link = await catalog.publicLinks.put({ id: 'a', projectId: 'p' }, owner, true)
  return { token: made?.token ?? '', link: link.token }
}

/** Where each page shows what was brought, and words of it that have to be there as text. */
const pages = (token: string, link: string): [string, string | RegExp][] => [
  ['/', bad],
  ['/projects/p', bad],
  ['/projects/p/add', bad],
  ['/projects/p/labels', bad],
  ['/projects/p/members', bad],
  ['/projects/p/settings', bad],
  ['/projects/p/dashboard', bad],
  ['/projects/p/moderation', bad],
  ['/projects/p/log', bad],
  ['/articles/a', bad],
  ['/articles/a/replay', bad],
  ['/articles/a/revise', bad],
  ['/people', bad],
  ['/log', /account|sign|nothing|joined|log/i],
  ['/account', bad],
  [`/invite/${token}`, bad],
  [`/public/${link}`, bad],
  [`/sign-in?returnTo=${encodeURIComponent('javascript:alert(1)')}`, /sign in|Projects/i],
  [`/sign-in?problem=${encodeURIComponent(bad)}&returnTo=//evil.example`, /sign in|Projects/i],
]

it('runs nowhere: no page asks, loads, or becomes anything by it', async () => {
  ada = await Visitor.join(browser, house.address, bad)
  const { page, context } = ada
  const seen: string[] = []
  page.on('dialog', (dialog) => {
    // The page asks by itself whether what was read and not kept may be lost.
    if (dialog.type() === 'beforeunload') return void dialog.accept()
    seen.push(`asked: ${dialog.message()}`)
    void dialog.dismiss()
  })
  context.on('request', (request) => {
    if (!request.url().startsWith(house.address) && !/^(data|blob):/.test(request.url()))
      seen.push(`asked another server: ${request.url()}`)
  })
  await context.addInitScript(() => {
    document.addEventListener(
      'securitypolicyviolation',
      ({ violatedDirective, blockedURI, sample, sourceFile, lineNumber, columnNumber }) =>
        console.error(
          `against the policy: ${violatedDirective} ${blockedURI} ${sample} at ${sourceFile}:${lineNumber}:${columnNumber}`,
        ),
    )
  })
  const me = (await (await page.request.get(`${house.address}/api/me`)).json()) as { id: string }
  const { token, link } = await spoil(me.id)
  for (const [path, words] of pages(token, link)) {
    await page.goto(`${house.address}${path}`)
    await page.getByText(words).first().waitFor({ timeout: 10_000, state: 'attached' })
    if (path === '/articles/a') {
      await ada.isSaved()
      await page.locator('.tiptap').focus()
      await page.keyboard.press('j')
      await ada.card().waitFor()
      await ada.opensList()
      await page.locator('.tiptap').focus()
      await page.keyboard.press('Shift+C')
      await page.getByTestId('talk').getByText('https://example.org/').first().waitFor()
    }
    if (path === '/projects/p/add') {
      const buffer = Buffer.from(`# ${bad}\n\n${markdown}\n\nSome words of an article that is read out of a file.`)
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles({ name: `${bad}.md`, mimeType: 'text/markdown', buffer })
      await page.getByText('read out of a file').first().waitFor({ state: 'attached' })
    }
    const injected = await page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) => {
        const found = [...element.attributes].filter(
          ({ name, value }) =>
            name.startsWith('on') ||
            name === 'srcdoc' ||
            (['href', 'src', 'action', 'formaction', 'xlink:href', 'data'].includes(name) &&
              !/^(?:https?:|mailto:|[/#.?]|[\w-]*$|data:(?:image|application)|blob:)/i.test(value)),
        )
        const isForeign =
          element.matches('iframe, object, embed, base, meta[http-equiv], script:not([src^="/"]), img[src="x"]') ||
          element.matches('form#test, [name="querySelector"], a[href*="evil.example"]')
        return isForeign || found.length > 0 ? [element.outerHTML.slice(0, 200)] : []
      }),
    )
    expect([path, injected]).toEqual([path, []])
    expect([path, page.url().startsWith(house.address)]).toEqual([path, true])
    expect([path, seen, ada.complaints]).toEqual([path, [], []])
  }
}, 60_000)
