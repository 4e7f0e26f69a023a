/** What is said about verdicts. */

export const verdictWords = {
  list: 'Verdicts',
  you: 'You',
  said: {
    accept: 'accepted',
    reject: 'rejected',
    duplicate: 'called it a duplicate',
    unsure: 'is unsure',
  },
  accept: 'Accept',
  acceptHint: 'Accept this mark',
  reject: 'Reject',
  rejectHint: 'Reject this mark',
  takeBack: 'Take it back',
  note: 'Note to your verdict',
  why: 'Why? (optional note)',
  noteLost: (note: string) => `Your note to the verdict is not saved: ${note}`,
  copy: 'Copy it',
} as const
