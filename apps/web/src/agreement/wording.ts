/** The words about the agreement of a project, in one place so that they can be translated. */
import type { Reason } from '@attest/schema/agreement/annotated'
import { countText } from '../ui/number.ts'
import { whyUndefined } from './live/wording.ts'

const figure = countText
const some = (count: number, one: string, many: string) => `${figure(count)} ${count === 1 ? one : many}`

export const articlesText = (count: number) => some(count, 'article', 'articles')
export const peopleText = (count: number) => some(count, 'person', 'people')

/** A figure for people; what is not defined is a dash, and is said with its reason. */
export function valueText(value: number | null, digits = 2): string {
  return value === null ? '–' : value.toFixed(digits).replace('-', '−')
}

export function notDefined(reason: Reason): string {
  return reason === 'not-computed' ? 'not computed' : `not defined: ${whyUndefined[reason]}`
}

export const measureNames = {
  exact: 'F1, exact',
  partial: 'F1, partial',
  characters: 'Cohen’s κ by characters',
  tokens: 'Cohen’s κ by words',
  alphaCharacters: 'Krippendorff’s α by characters',
  alphaTokens: 'Krippendorff’s α by words',
  unitizing: 'u-α of pairs',
  gamma: 'γ of pairs',
} as const

export const measureHints = {
  exact: 'Same kind and same borders.',
  partial: 'Same kind; other borders are half right.',
  characters: 'Each kind against none; mean over the pairs.',
  tokens: 'The same by words (UAX 29).',
  alphaCharacters: 'Everybody at once, with gaps.',
  alphaTokens: 'The same by words.',
  unitizing: 'Where marks begin and end; mean over the pairs.',
  gamma: 'Borders and kinds together (Mathet 2015); mean over the pairs.',
} as const

export const pageWords = {
  title: 'Agreement',
  loading: 'the agreement',
  reading: (done: number, of: number) =>
    of === 0 ? 'Looking at what has changed …' : `Reading the marks: ${figure(done)} of ${figure(of)} rooms …`,
  computing: 'Computing the figures …',
  progress: 'How far the figures are',
  nothing: 'Nobody to compare yet',
  nothingText: 'Agreement needs an article that two people have worked on.',
  nothingHere: 'Nobody to compare in what is chosen',
  nothingHereText: 'No article among those chosen has marks of two of the people chosen.',
  reset: 'Show everything',
  retry: 'Try again',
  stale: 'The figures could not be brought up to date:',
  leftOut: (count: number) =>
    `${articlesText(count)} ${count === 1 ? 'is' : 'are'} marked blind and not revealed, and therefore left out.`,
  unread: (count: number) =>
    `${articlesText(count)} cannot be read, because what is stored of ${count === 1 ? 'it' : 'them'} is damaged.`,
  of: (shared: number, articles: number, people: number) =>
    `Of ${articlesText(shared)} that two or more have worked on${shared === articles ? '' : ` (of ${figure(articles)})`}, by ${peopleText(people)}.`,
  sections: {
    summary: 'Summary',
    beforeAfter: 'Before and after discussion',
    gold: 'Against gold',
    pictures: 'Pictures',
    people: 'By person',
    articles: 'By article',
    methods: 'Methods',
  },
} as const

export const filterWords = {
  title: 'What is compared',
  kinds: 'Kinds',
  people: 'People',
  sources: 'Layers',
  sourceKinds: { import: 'imported', prediction: 'predicted' },
  article: 'Article',
  allArticles: 'All articles',
  someArticles: (count: number) => `${articlesText(count)} chosen`,
  from: 'Newest mark from',
  to: 'to',
  gold: 'Against gold',
  gamma: 'Gamma',
  gammas: { no: 'Not computed', pairs: 'Of pairs', all: 'Of pairs and of everybody (slow)' },
  reset: 'Reset',
} as const

export const summaryWords = {
  caption: 'Agreement by measure and kind',
  measure: 'Measure',
  all: 'All kinds',
  mean: 'Mean of kinds',
  relations: 'F1 of relations',
  relationsHint: 'Same type, between marks that are aligned.',
  gammaTogether: 'γ of everybody',
  gammaTogetherHint: 'By the best alignment that was found.',
  interval: (low: string, high: string) => `${low} to ${high}`,
  intervals: (draws: number, units: number, over: string, seed: number) =>
    `Below each figure its 95 % interval: ${figure(draws)} bootstrap draws over ${figure(units)} ${over}, seed ${seed}.`,
  noIntervals: 'There are no intervals: fewer than ten articles, or paragraphs, are compared.',
} as const

export const beforeWords = {
  caption: 'Before and after discussion',
  hint: (count: number) =>
    `Of ${articlesText(count)} that ${count === 1 ? 'was' : 'were'} marked blind and revealed: as the marks were at the reveal, and as they are now.`,
  before: 'Before',
  after: 'After',
  change: 'Change',
} as const

export const goldWords = {
  caption: 'Precision and recall against gold',
  hint: (count: number) =>
    `Gold is what was accepted, corrected as its judges said, in ${articlesText(count)} that ${count === 1 ? 'is' : 'are'} decided to the last mark, or signed off.`,
  undecided: (count: number) =>
    `${articlesText(count)} that ${count === 1 ? 'is' : 'are'} still being judged left out.`,
  none: 'No article has gold yet: what is judged has to be judged to the last mark, or signed off.',
  person: 'Person',
  articles: 'Articles',
  exactPrecision: 'Precision, exact',
  exactRecall: 'Recall, exact',
  partialPrecision: 'Precision, partial',
  partialRecall: 'Recall, partial',
  f1: 'F1, exact',
  everybody: 'Mean',
  open: (name: string) => `Where ${name} differs from gold`,
} as const

export const heatWords = {
  title: 'Agreement by pair',
  hint: (measure: string, kind: string) => `${measure}; ${kind}.`,
  axis: 'A stronger colour is more; hatched is not defined.',
  measure: 'Measure',
  kind: 'Kind',
  all: 'all kinds',
  choose: 'A click, or Enter, shows where the two differ.',
  columns: {
    a: 'One',
    b: 'Other',
    value: 'Value',
    low: 'From',
    high: 'To',
    articles: 'Articles',
    why: 'Why not defined',
  },
  same: (name: string) => `${name}: nobody differs from themselves`,
  say: (a: string, b: string, value: string) => `${a} and ${b}: ${value}`,
  empty: 'There are no two people to compare.',
} as const

export const confusionWords = {
  title: 'Kinds of a pair',
  hint: (a: string, b: string) => `Rows are the marks of ${a}, columns what ${b} has in their place.`,
  everybody: 'Everybody',
  hintAll: 'Rows are marks of one, columns what another has in their place; each pair counts both ways.',
  axis: 'Number of marks',
  none: 'none',
  pair: 'Pair',
  pairOf: (a: string, b: string) => `${a} and ${b}`,
  choose: 'A click, or Enter, lists the marks.',
  same: 'Same kind',
  kind: 'Other kind',
  missing: 'Only one has it',
  bar: 'The bar in a cell: filled, the same borders; hollow, other borders.',
  say: (row: string, column: string, count: number, moved: number) =>
    `${row} / ${column}: ${some(count, 'mark', 'marks')}${moved > 0 ? `, ${figure(moved)} with other borders` : ''}`,
  row: 'Row',
  column: 'Column',
  count: 'Marks',
  moved: 'With other borders',
  empty: 'Neither has marked anything.',
} as const

export const kindsOfDifference = {
  same: 'The same',
  borders: 'Other borders',
  kind: 'Other kind',
  both: 'Other borders and kind',
  missing: 'Only one has it',
} as const

export const differWords = {
  title: 'What they differ in',
  hint: 'The marks of each pair, aligned best match first: every mark is used once.',
  axis: 'Marks and pairs of marks',
  choose: 'A click, or Enter, lists where they differ.',
  most: (shown: number, all: number) =>
    `The ${figure(shown)} of ${figure(all)} pairs that have least in common; the table and the CSV file have all.`,
  pair: 'Pair',
  empty: 'Nothing has been marked.',
} as const

export const driftWords = {
  title: 'Drift',
  hint: {
    week: 'Of the marks that each made in a week (from Monday, UTC), the share that the others have as well, with the same kind and borders.',
    tenth:
      'Of the marks that each made in a tenth of all marks, by the time they were made, the share that the others have as well, with the same kind and borders.',
  },
  partial: 'Other borders half',
  against: 'Held against',
  others: 'the others',
  gold: 'gold',
  goldHint: {
    week: 'Of the marks that each made in a week (from Monday, UTC), the share that gold has as well, with the same kind and borders.',
    tenth:
      'Of the marks that each made in a tenth of all marks, by the time they were made, the share that gold has as well, with the same kind and borders.',
  },
  goldAxis: 'Share that gold has as well',
  axis: 'Share that the others have as well',
  most: (shown: number, all: number) =>
    `The first ${figure(shown)} of ${figure(all)} people; the table and the CSV file have all.`,
  period: { week: 'Week of', tenth: 'Tenth' },
  person: 'Person',
  marks: 'Marks',
  exact: 'Exact',
  partialColumn: 'Partial',
  exactGold: 'Gold, exact',
  partialGold: 'Gold, partial',
  empty: 'Nothing was marked that anybody else could have marked as well.',
  nothing: 'no figure',
} as const

export const listWords = {
  title: (a: string, b: string) => `Where ${a} and ${b} differ`,
  loading: 'the differences',
  ways: 'Only those that differ in',
  total: (shown: number, total: number) =>
    shown < total
      ? `The first ${figure(shown)} of ${some(total, 'difference', 'differences')}.`
      : some(total, 'difference', 'differences'),
  totalCell: (shown: number, total: number) =>
    shown < total ? `The first ${figure(shown)} of ${figure(total)}.` : some(total, 'place', 'places'),
  none: 'There is nothing of this kind any more.',
  more: (count: number) => `Show ${figure(count)}`,
  open: 'Show it in the text',
  compare: 'Compare',
  nothing: 'nothing',
  says: (name: string, kind: string) => `${name}: ${kind}`,
  what: {
    same: 'The same',
    borders: 'Other borders',
    kind: 'Other kind',
    both: 'Other borders and kind',
    missing: 'Only one has it',
  },
  gold: 'Gold',
} as const

export const tableWords = {
  person: 'Person',
  articles: 'Articles',
  marks: 'Marks',
  overlapping: 'Left out of u-α',
  overlappingHint: 'Left out of u-α: spans that overlap another one of the same person and kind.',
  role: 'Role',
  formerly: 'not a member',
  article: 'Article',
  people: 'People',
  compare: 'Compare',
  more: (shown: number, all: number) =>
    `${figure(shown)} of ${articlesText(all)}, those with the least agreement first.`,
  showAll: 'Show all',
} as const

export const methodsWords = {
  hint: 'Ready to paste into a paper or a report; it says what the figures are of, and how they were computed.',
  copy: 'Copy',
  formulas: 'The formulas, with their sources, are in docs/agreement.md of Attest.',
} as const
