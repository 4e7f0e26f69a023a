/**
 * Mail to people, by SMTP: plain text to one address at a time. Where none is set up there is a mailer too, which says
 * so, because most of the program only has to know whether it may offer a mail.
 */
import type { Logger } from 'pino'
import { isLoopback } from './guard.ts'

export interface Mail {
  /** One address. */
  to: string
  subject: string
  text: string
}

export interface Mailer {
  /** Whether mail is set up; `send` may be called only then. */
  readonly isOn: boolean
  /** Resolves when the mail server has taken it. Throws `MailNotSent`. */
  send(mail: Mail): Promise<void>
}

export interface MailOptions {
  /** What `MAIL_URL` says: `smtp://` or `smtps://`, with a name and a password if need be. */
  url: string
  /** The address it comes from, or a name and an address: `Attest <attest@example.org>`. */
  from: string
}

/** The mail server did not take it. */
export class MailNotSent extends Error {
  override name = 'MailNotSent'
}

/** A mail server that does not answer must not hold up whoever waits for the mail to be sent. */
const PATIENCE_MS = 10_000

export function createMailer(options: MailOptions | null, log: Logger): Mailer {
  if (!options)
    return {
      isOn: false,
      send: () => Promise.reject(new RangeError('mail is not set up, and was to be sent')),
    }
  const { from } = options
  const transport = loadTransport(options.url)
  // Whether it could be loaded is told to whoever sends.
  transport.catch(() => {})
  return {
    isOn: true,
    async send({ to, subject, text }) {
      try {
        // An address as an object is one address, whatever is written in it.
        await (await transport).sendMail({ from, to: { name: '', address: to }, subject, text })
      } catch (error) {
        log.error({ err: error }, 'a mail could not be sent')
        throw new MailNotSent('the mail server did not take the mail', { cause: error })
      }
    },
  }
}

async function loadTransport(address: string) {
  const url = new URL(address)
  const isSecure = url.protocol === 'smtps:'
  const { createTransport } = await import('nodemailer')
  return createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : isSecure ? 465 : 587,
    secure: isSecure,
    // A password reset in plain text is a key under the mat; to this machine nobody listens.
    requireTLS: !isSecure && !isLoopback(url.hostname) && url.searchParams.get('tls') !== 'off',
    ...(url.username && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** What is wrong with a value of `MAIL_URL`, as the end of a sentence, or null. */
export function flawOfMailUrl(value: string): string | null {
  const url = URL.canParse(value) ? new URL(value) : null
  if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname)
    return 'is an address such as smtp://user:password@mail.example.org:587, or smtps:// for TLS from the start'
  if (url.pathname !== '' && url.pathname !== '/') return 'has no path'
  for (const [name, setting] of url.searchParams)
    if (name !== 'tls' || setting !== 'off') return 'may end with ?tls=off and nothing else'
  if (![url.username, url.password].every(isEncoded)) return 'has a name or a password with a % that stands for nothing'
  return null
}

function isEncoded(part: string): boolean {
  try {
    decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}

/** Whether it is an address that mail may come from: `a@b`, or `Name <a@b>`. */
export function isSender(value: string): boolean {
  const address = /^[^<>\r\n]*<([^<>]+)>$/.exec(value)?.[1] ?? value
  return /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(address)
}
