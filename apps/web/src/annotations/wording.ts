/** The words about marks, in one place so that they can be translated. */
import type { Outcome } from '@attest/schema/outcome'

export const outcomeWords: Record<Outcome, string> = {
  open: 'Open',
  accepted: 'Accepted',
  rejected: 'Rejected',
  disputed: 'Disputed',
}

export function marksCount(count: number): string {
  return count === 1 ? '1 mark' : `${count.toLocaleString('en')} marks`
}
