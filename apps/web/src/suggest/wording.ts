/** What is said about suggestions. */
import type { SuggestionAskers } from '@attest/schema/suggestion-api'
import type { Standing } from './answer.ts'

const many = (count: number, one: string, more: string) => `${count.toLocaleString('en')} ${count === 1 ? one : more}`
const suggestions = (count: number) => many(count, 'suggestion', 'suggestions')

export const panelWords = {
  title: 'Suggestions',
  left: (left: number) => (left === 0 ? 'none left to look at' : `${left.toLocaleString('en')} to look at`),
  open: (count: number) => `${count.toLocaleString('en')} open`,
  close: 'Close suggestions',
  from: 'From',
  builtIn: 'Built-in, by rules (English)',
  ask: 'Suggest',
  askAgain: 'Suggest again',
  asking: (seconds: number) => (seconds < 2 ? 'Asking…' : `Asking for ${seconds} s…`),
  cancel: 'Cancel',
  cancelled: 'Cancelled. Nothing was suggested.',
  answered: (added: number, removed: number, left: number) =>
    [
      added === 0 ? 'Nothing new was suggested' : `${suggestions(added)} added`,
      ...(removed > 0 ? [`${removed.toLocaleString('en')} replaced`] : []),
      ...(left > 0 ? [`${left.toLocaleString('en')} left out`] : []),
    ].join(', '),
  leftOut: 'Left out',
  leftRow: (count: number, why: string) => `${count.toLocaleString('en')}: ${why}`,
  threshold: 'At least this sure',
  below: (count: number) => `${suggestions(count)} less sure than that ${count === 1 ? 'is' : 'are'} not shown.`,
  none: 'Nothing is suggested in this article yet.',
  noneOpen: 'You have been through all that are shown.',
  whatFor: 'A program proposes marks; they are a layer of their own and count as nobody’s until somebody accepts them.',
  takeOver: 'What you accept becomes a mark of your own.',
  list: 'Suggestions, in the order of the text',
  keys: ({ accept, reject, correct }: Record<'accept' | 'reject' | 'correct', string | null>) =>
    [
      'Up and down move',
      ...(accept ? [`${accept} accepts`] : []),
      ...(reject ? [`${reject} rejects`] : []),
      ...(correct ? [`${correct} corrects`] : []),
      'Enter goes to the words, Escape returns to the text.',
    ].join(', '),
  correcting: 'Yours now: change it in its card.',
  back: 'Back to the suggestions',
  sure: (score: number) => `${Math.round(score * 100)} %`,
  sureHint: 'How sure the model is',
  accept: 'Accept',
  reject: 'Reject',
  correct: 'Correct',
  reopen: 'Take it back',
  standing: {
    open: 'open',
    taken: 'yours now',
    accepted: 'accepted',
    rejected: 'rejected',
  } satisfies Record<Standing, string>,
  withDone: 'Answered ones too',
  withDoneHint: 'Those that you have accepted, corrected or rejected',
  acceptAll: (count: number) => `Accept all ${count.toLocaleString('en')}…`,
  acceptAllTitle: (count: number) => `Accept ${suggestions(count)}?`,
  acceptAllNote: (threshold: number) =>
    threshold > 0
      ? `These are open and at least ${Math.round(threshold * 100)} % sure.`
      : 'These are all that are open. A threshold leaves out what is less sure.',
  andMore: (count: number) => `… and ${count.toLocaleString('en')} more, which the panel shows.`,
  acceptThese: (count: number) => `Accept ${count.toLocaleString('en')}`,
  acceptedMany: (count: number) => `${suggestions(count)} accepted`,
  most: (count: number) => `At most ${count.toLocaleString('en')} at once: the rest can follow.`,
  took: (kind: string, quote: string) => `Yours now: ${kind}, ${quote}`,
  accepted: (kind: string, quote: string) => `Accepted: ${kind}, ${quote}`,
  rejected: (quote: string) => `Rejected: ${quote}`,
  by: 'Suggested by',
  remove: 'Remove',
  removeOf: (title: string) => `Remove the suggestions of ${title}`,
  removeTitle: (title: string) => `Remove what ${title} suggested?`,
  removeNote: (count: number) =>
    `${suggestions(count)} ${count === 1 ? 'goes' : 'go'} from this article for everybody, with what was said of ${count === 1 ? 'it' : 'them'}. Marks that people took over stay. It can be asked again.`,
  removed: (title: string) => `The suggestions of ${title} are removed`,
  keep: 'Keep them',
  services: 'Services, and who may ask',
} as const

export const noteWords = {
  counts: ({ open, accepted, rejected }: Record<'open' | 'accepted' | 'rejected', number>) =>
    `Suggestions, not counted here: ${[
      `${open.toLocaleString('en')} open`,
      ...(accepted > 0 ? [`${accepted.toLocaleString('en')} accepted`] : []),
      ...(rejected > 0 ? [`${rejected.toLocaleString('en')} rejected`] : []),
    ].join(', ')}.`,
  show: 'Show them',
} as const

export const cardWords = {
  by: (title: string, score: number | undefined) =>
    score === undefined ? `Suggested by ${title}` : `Suggested by ${title}, ${Math.round(score * 100)} % sure`,
  takeOver: 'Accept to make it a mark of your own.',
} as const

export const askerNames: Record<SuggestionAskers, string> = {
  annotators: 'everybody who may mark',
  reviewers: 'owners and reviewers',
  owners: 'owners only',
}

export const serviceWords = {
  title: 'Services that suggest marks',
  note: 'A service is sent the text of an article when somebody asks it for suggestions.',
  askers: 'Who may ask in this project',
  none: 'No service was added.',
  remove: (name: string) => `Remove ${name}`,
  removeText: (name: string) =>
    `${name} is asked no more, and its address and authorization are forgotten. What it has suggested stays.`,
  removeIt: 'Remove it',
  keep: 'Keep it',
  removed: (name: string) => `${name} is removed`,
  add: 'Add a service',
  name: 'Name',
  protocol: 'Speaks',
  protocols: { 'label-studio': 'Label Studio ML backend', attest: 'Attest’s own protocol' },
  url: 'Address',
  authorization: 'Authorization header (optional)',
  authorizationHint: 'Such as “Bearer …”. It is kept here and shown to nobody.',
  threshold: 'Leave out what is less sure than',
  adding: 'Asking it…',
  added: (name: string, version: string | null) => `${name} answers${version ? `, as version ${version}` : ''}`,
  version: (version: string) => `version ${version}`,
} as const
