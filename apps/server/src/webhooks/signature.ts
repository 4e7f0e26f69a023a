/** How a webhook shows who sent it: over the moment and the body, so that neither can be another than it was. */
import { createHmac, randomBytes } from 'node:crypto'

export function makeSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`
}

/** What the header `Attest-Signature` says; `at` in milliseconds. */
export function sign(secret: string, body: string, at: number): string {
  const seconds = Math.floor(at / 1000)
  const code = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${code}`
}
