/** The words of the article page, in one place so that they can be translated. */
import type { Outcome } from '@attest/schema/outcome'
import type { Reason } from '@attest/schema/protocol'
import { refusalText } from '../editor/wording.ts'

export const outcomeWords: Record<Outcome, string> = {
  open: 'Open',
  accepted: 'Accepted',
  rejected: 'Rejected',
  disputed: 'Disputed',
}

export function marksCount(count: number): string {
  return count === 1 ? '1 mark' : `${count.toLocaleString('en')} marks`
}

/** Why the server ended the connection for good, and what to do. */
export function endingText(reason: Reason | null): string {
  switch (reason) {
    case 'no-session':
      return 'You are signed out. Join again under the same name, and what waits here will be sent.'
    case 'no-access':
      return 'You are no longer a member of this project.'
    case 'no-such-room':
      return 'This article is no longer there.'
    case null:
    case 'malformed-message':
    case 'text-frame':
      return 'The server ended the connection. Please reload the page.'
    default:
      return `A change was not accepted: ${refusalText(reason)}`
  }
}
