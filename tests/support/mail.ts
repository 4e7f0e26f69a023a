/** A real mail server on loopback, and what it was handed. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface Letter {
  from: string
  to: string[]
  /** The whole message as it came, headers and all. */
  raw: string
  subject: string
  text: string
}

export interface PostOffice {
  /** For `MAIL_URL`. */
  url: string
  letters: Letter[]
  /** Resolves with the next letter to that address that nobody has waited for yet. */
  letterTo(address: string): Promise<Letter>
  close(): Promise<void>
}

/** Opens one that takes what `options` lets it. */
export async function openPostOffice(options: SMTPServerOptions = {}): Promise<PostOffice> {
  const letters: Letter[] = []
  const unread = new Set<Letter>()
  let onLetter = Promise.withResolvers<void>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString()
        const { mailFrom, rcptTo } = session.envelope
        const letter = {
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw,
          ...read(raw),
        }
        letters.push(letter)
        unread.add(letter)
        onLetter.resolve()
        onLetter = Promise.withResolvers()
        done()
      })
    },
    ...options,
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    letters,
    async letterTo(address) {
      for (;;) {
        for (const letter of unread)
          if (letter.to.includes(address)) {
            unread.delete(letter)
            return letter
          }
        await onLetter.promise
      }
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** The subject and the text, decoded; a letter of ours has one part. */
function read(raw: string): { subject: string; text: string } {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const headers = head.replaceAll(/\r\n[ \t]+/g, ' ')
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1] ?? ''
  const body = rest.join('\r\n\r\n')
  const encoding = header('Content-Transfer-Encoding').toLowerCase()
  const bytes =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : encoding === 'quoted-printable'
        ? fromQuotedPrintable(body.replaceAll('=\r\n', ''))
        : Buffer.from(body)
  const subject = header('Subject')
    // Between two encoded words the space is no part of the text.
    .replaceAll(/\?= =\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      (kind.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64')
        : fromQuotedPrintable(word.replaceAll('_', ' '))
      ).toString(),
    )
  return { subject, text: bytes.toString().replaceAll('\r\n', '\n').trimEnd() }
}

function fromQuotedPrintable(text: string): Buffer {
  return Buffer.from(
    text.replaceAll(/=([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  )
}
