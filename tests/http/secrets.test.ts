/** What opens doors, and what is nobody's business: neither is in the log, and of what opens doors nothing is on disk. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openPostOffice } from '../support/mail.ts'
import { Product, sample } from '../support/product.ts'

it('keeps names, addresses, words, passwords and tokens out of the log, and tokens out of the database', async () => {
  const office = await openPostOffice({
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('refused') ? done(new Error(`no mailbox ${address}`)) : done(),
  })
  onTestFinished(office.close)
  const product = await Product.start({
    env: { LOG_LEVEL: 'trace', MAIL_URL: office.url, MAIL_FROM: 'attest@example.org' },
  })
  const name = 'Zbigniewa <b>Quetzal</b>'
  const words = 'Xylophonists vanquished'
  const email = 'quetzalcoatl@example.org'
  const password = 'nine vermilion ocelots'
  const ada = await product.join(name)
  let { cookie } = ada
  const send = async (path: string, body?: unknown, method = 'POST') => {
    const headers = { 'content-type': 'application/json', cookie }
    const answer = await product.ask(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const [fresh] = answer.headers.getSetCookie().filter((line) => line.includes('session_token'))
    if (fresh) cookie = fresh.slice(0, fresh.indexOf(';'))
    return answer
  }
  const urlIn = async (answer: Response) => ((await answer.json()) as { url: string }).url

  // An account, its mails, and a sign-in that fails.
  expect((await send('/api/account/credentials', { email, password })).status).toBe(200)
  const confirmation = /#([\w-]{20,})/.exec((await office.letterTo(email)).text)?.[1] ?? ''
  expect((await send('/api/accounts/confirm', { token: `${confirmation}x` })).status).toBe(410)
  await send('/api/sign-in', { email, password: `${password} or so` })
  await send('/api/accounts/forgot', { email })
  const reset = /#([\w-]{20,})/.exec((await office.letterTo(email)).text)?.[1] ?? ''
  await send('/api/accounts/link', { token: reset })

  // Invitations by mail, one of which the mail server does not take.
  const renamed = await send('/api/projects/sample', { name: `${words}\r\nBcc: all@example.org` }, 'PATCH')
  expect(renamed.status).toBe(200)
  const invited = { role: 'viewer', days: 1, maxUses: 1 }
  const url = await urlIn(await send('/api/projects/sample/invitations', { ...invited, email: 'guest@example.org' }))
  const letter = await office.letterTo('guest@example.org')
  expect(letter.to).toEqual(['guest@example.org'])
  expect(letter.raw.split('\r\n\r\n')[0]).not.toMatch(/^(bcc|cc):/im)
  expect(letter.raw.match(/^subject:/gim)).toHaveLength(1)
  expect(letter.text).toContain(url)
  const failed = await send('/api/projects/sample/invitations', { ...invited, email: 'refused@example.org' })
  expect(await failed.json()).toMatchObject({ isSent: false })
  const token = url.split('/').at(-1) ?? ''
  expect((await product.ask(`/api/invitations/${token}`)).status).toBe(200)
  expect((await product.ask(`/invite/${token}`)).status).toBeLessThan(600)

  // The public, files, and pages of the web.
  const link = await urlIn(await send(`/api/articles/${sample}/public-link`, { showsNames: true }, 'PUT'))
  const opened = link.split('/').at(-1) ?? ''
  expect((await product.ask(`/api/public/${opened}`)).status).toBe(200)
  const headers = { cookie, 'content-type': 'application/octet-stream' }
  for (const [file, body] of [
    [`${words}.txt`, `${words}\nagain`],
    [`${words}.docx`, 'PK\u0003\u0004 none'],
    [`${words}.pdf`, '%PDF-1.7 none'],
  ] as const)
    await product.ask(`/api/projects/sample/readings?name=${encodeURIComponent(file)}`, {
      method: 'POST',
      headers,
      body,
    })
  await send('/api/projects/sample/readings/page', { url: `http://127.0.0.1/?key=${words}` })
  await product.ask(`/api/projects/sample/dashboard?zone=${encodeURIComponent(words)}`, { headers: { cookie } })
  await product.stop()

  expect(product.complaints.trim().split('\n').length).toBeGreaterThan(15)
  expect(product.complaints).toContain('a mail could not be sent')
  const doors = [confirmation, reset, token, password, cookie.slice(cookie.indexOf('=') + 1)]
  for (const door of doors) expect(door.length).toBeGreaterThan(20)
  for (const secret of [...doors, opened, 'Zbigniewa', 'Xylophonists', 'quetzalcoatl', 'refused@', 'guest@'])
    expect([secret, product.complaints.includes(secret)]).toEqual([secret, false])

  const onDisk = readdirSync(product.folder)
    .filter((file) => file.startsWith('attest.db'))
    .map((file) => readFileSync(join(product.folder, file), 'latin1'))
    .join('')
  expect(onDisk).toContain('quetzalcoatl')
  for (const door of doors) expect([door, onDisk.includes(door)]).toEqual([door, false])
})
