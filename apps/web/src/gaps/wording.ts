/** The words about gaps of the guidelines, in one place so that they can be translated. */
import type { Difference } from '@attest/schema/cluster'

const number = (count: number) => count.toLocaleString('en')
const some = (count: number, one: string, many: string) => `${number(count)} ${count === 1 ? one : many}`

export const flagWords = {
  act: 'Guideline unclear …',
  title: 'What do the guidelines leave open?',
  note: 'What is unclear here',
  hint: 'It stands in the talk about this mark, and with all others on the page of the gaps of this project.',
  flag: 'Flag it',
  flagged: 'Flagged as unclear.',
  undo: 'Undo',
  none: 'Select a mark first: a gap is flagged where somebody had to decide.',
} as const

export const pageWords = {
  title: 'Where the guidelines are unclear',
  what: 'the gaps of the guidelines',
  hint: 'Whoever marks or reviews can flag a mark when the guidelines do not say what it should be. Answer it in a new version of the labels, say here which one, and look again at what it touches.',
  none: 'Nobody has flagged anything.',
  noneHint: 'In an article, open a mark, and choose “Guideline unclear” among what can be done with it.',
  counting: (count: number) => `Still looking through ${some(count, 'article', 'articles')} …`,
  unread: (titles: string) => `Not all could be read: ${titles}. Whoever runs the server has to look.`,
  show: 'Show',
  open: (count: number) => `Open (${number(count)})`,
  settled: (count: number) => `Settled (${number(count)})`,
  all: (count: number) => `All (${number(count)})`,
  nothing: 'None of them.',
  gone: 'The mark was deleted',
  count: (count: number) => some(count, 'gap', 'gaps'),
  by: (name: string, day: string) => `${name}, ${day}`,
  view: (name: string, kind: string) => `${name}: ${kind}`,
  settle: 'Settled by',
  settleOf: (quote: string) => `Settled by which version: “${quote}”`,
  notSettled: 'No version yet',
  noNewer: 'No version since it was flagged',
  version: (number: number, note: string) => `Version ${number}${note ? `: ${note}` : ''}`,
  settledBy: (version: number, name: string) => `Settled by version ${version}, says ${name}`,
  labels: 'To the labels and guidelines',
  saved: (version: number | null) =>
    version === null ? 'It is open again.' : `Settled by version ${version}. Below is what it touches.`,
} as const

export const differenceWords: Record<Difference, string> = {
  alone: 'Only one person marked these words',
  same: 'All marked the same',
  borders: 'They differ in the borders',
  kind: 'They differ in the kind',
}

export const recheckWords = {
  title: 'To look at again',
  version: (number: number, gaps: number) => `Version ${number}, which settled ${some(gaps, 'gap', 'gaps')}`,
  hint: 'Marks of these kinds that are older than the version: in the articles of the gaps, and in all that are not signed off. What is changed goes from the list by itself.',
  kinds: (kinds: string) => `Kinds: ${kinds}.`,
  progress: (done: number, all: number) => `${number(done)} of ${number(all)} looked at`,
  none: 'Nothing older of these kinds is left.',
  show: 'Show the marks',
  hide: 'Hide the marks',
  next: 'Open the next one',
  onlyOpen: 'Only those not looked at',
  check: (quote: string) => `Looked at: “${quote}”`,
  by: (name: string) => `looked at by ${name}`,
  ofGap: 'with the gap',
  more: 'Show more',
  beside: (count: number) => `and ${number(count)} more, once these are done`,
  loading: 'the marks',
} as const
