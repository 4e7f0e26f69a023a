/** The words about the connection, in one place so that they can be translated. */
import { type Reason, type Refusal, refusals } from '@attest/schema/protocol'
import { refusalText } from '../editor/wording.ts'

/** Whether it was a change that was refused, rather than the person or the place. */
function isRefusal(reason: Reason | null): reason is Refusal {
  return refusals.some((one) => one === reason)
}

/** Why the server ended the connection for good, and what to do. */
export function endingText(reason: Reason | null): string {
  if (isRefusal(reason)) return `A change was not accepted: ${refusalText(reason)}`
  switch (reason) {
    case 'no-session':
      return 'You are signed out. What still waits can only be sent by the person who marked it: download it before you join again.'
    case 'no-access':
      return 'You are no longer a member of this project.'
    case 'no-such-room':
      return 'This article is no longer there.'
    case 'damaged-room':
      return 'What is stored of this article is damaged, so the server does not open it. Please tell whoever runs it; what waits here stays in this browser.'
    case 'malformed-message':
    case 'text-frame':
    case null:
      return 'The server ended the connection. Please reload the page.'
  }
}

export const trayWords = {
  title: (count: number) => (count === 1 ? 'One change was not accepted' : `${count} changes were not accepted`),
  explanation: 'They are kept in this browser only, until you try them again or let go of them.',
  deletion: 'a deletion',
} as const

/** Why a single change was refused, as far as the server said. */
export function refusedText(reason: Reason | null): string {
  return isRefusal(reason) ? refusalText(reason) : 'The server gave no reason.'
}
