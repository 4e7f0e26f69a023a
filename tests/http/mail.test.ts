/** Mail as a real mail server gets it. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLogger } from '../../apps/server/src/log.ts'
import { createMailer, flawOfMailUrl, isSender, MailNotSent } from '../../apps/server/src/mail.ts'
import { openPostOffice, type PostOffice } from '../support/mail.ts'

const log = createLogger('silent')
const from = 'Attest <attest@example.org>'

async function open(...options: Parameters<typeof openPostOffice>): Promise<PostOffice> {
  const office = await openPostOffice(...options)
  onTestFinished(office.close)
  return office
}

it('hands a letter in as plain text, with its letters whole', async () => {
  const office = await open()
  const text =
    'Grüße an آدا.\n\nhttps://attest.example.org/reset#aVeryLongTokenThatMustNotBeBroken0123456789012345678901234567890123456789\n'
  await createMailer({ url: office.url, from }, log).send({ to: 'ada@example.org', subject: 'Für Ada – 新しい', text })
  const letter = await office.letterTo('ada@example.org')
  expect(letter).toMatchObject({ from: 'attest@example.org', to: ['ada@example.org'], subject: 'Für Ada – 新しい' })
  expect(letter.text).toBe(text.trimEnd())
  expect(letter.raw).toMatch(/^Content-Type: text\/plain; charset=utf-8/im)
})

it('sends to one address alone and writes no header of its own, whatever stands in them', async () => {
  const office = await open()
  const mailer = createMailer({ url: office.url, from }, log)
  const strange = [
    { to: 'ada@example.org, mallory@example.org', subject: 'Hello' },
    { to: 'ada@example.org\r\nBcc: mallory@example.org', subject: 'Hello' },
    { to: 'ada@example.org', subject: 'Hello\r\nBcc: mallory@example.org\r\n\r\nText' },
  ]
  for (const mail of strange) await mailer.send({ ...mail, text: 'Text.' }).catch(() => {})
  for (const letter of office.letters) {
    expect(letter.to).not.toContain('mallory@example.org')
    expect(letter.raw).not.toMatch(/^bcc:/im)
  }
  expect(office.letters.at(-1)?.to).toEqual(['ada@example.org'])
})

it('signs in at the mail server, with the signs that an address has to write in another way', async () => {
  const seen: unknown[] = []
  const office = await open({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      seen.push([username, password])
      done(null, { user: username ?? '' })
    },
  })
  const url = office.url.replace('//', '//a%40b.org:p%2Fw%3A@')
  await createMailer({ url, from }, log).send({ to: 'ada@example.org', subject: 'Hello', text: 'Text.' })
  expect(seen).toEqual([['a@b.org', 'p/w:']])
})

it('says when the mail server is not there or refuses', async () => {
  const refusing = await open({ onRcptTo: (_address, _session, done) => done(new Error('unknown')) })
  const gone = await openPostOffice()
  await gone.close()
  for (const { url } of [refusing, gone])
    await expect(createMailer({ url, from }, log).send({ to: 'a@b.org', subject: 'A', text: 'B' })).rejects.toThrow(
      MailNotSent,
    )
})

it('says that it is off where none is set up', () => {
  expect(createMailer(null, log).isOn).toBe(false)
})

describe('the settings', () => {
  it.each([
    'smtp://mail.example.org',
    'smtps://u:p@mail.example.org:465',
    'smtp://[::1]:2525',
    'smtp://relay.lan?tls=off',
  ])('take %s', (url) => expect(flawOfMailUrl(url)).toBeNull())
  it.each([
    'mail.example.org',
    'http://mail.example.org',
    'smtp://',
    'smtp://a/b',
    'smtp://a?tls=on',
    'smtp://u:%zz@a',
  ])('refuse %s', (url) => expect(flawOfMailUrl(url)).not.toBeNull())
  it.each([
    ['attest@example.org', true],
    ['Attest <attest@example.org>', true],
    ['Attest', false],
    ['a@b.org, c@d.org', false],
    ['Attest <a@b.org>\r\nBcc: c@d.org', false],
  ])('know whether %j can be a sender', (value, isGood) => expect(isSender(value)).toBe(isGood))
})
