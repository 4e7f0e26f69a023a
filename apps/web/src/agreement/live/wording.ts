/** The words about agreement in the page of an article, in one place so that they can be translated. */
import type { Reason } from '@attest/schema/agreement/annotated'
import { countText } from '../../ui/number.ts'

const figure = countText
const time = new Intl.DateTimeFormat('en', { timeStyle: 'medium' })

/** Why a figure is not defined. */
export const whyUndefined: Record<Reason, string> = {
  'no-marks': 'nobody of them has marked any',
  'no-relations': 'nobody of them has linked any',
  'one-category': 'all falls into one category, so chance alone would agree',
  'not-shared': 'fewer than two people have marked here',
  'no-text': 'the text is not known',
  'too-many-marks': 'more marks than it is computed for',
  'not-computed': 'it was not asked for',
}

export const liveWords = {
  title: 'Agreement',
  close: 'Close agreement',
  computing: 'Computing …',
  asOf: (at: number, marks: number, people: number) =>
    `As of ${time.format(at)}: ${figure(marks)} ${marks === 1 ? 'mark' : 'marks'} by ${figure(people)} people`,
  isOld: 'marks have changed since',
  failed: 'Agreement cannot be computed in this browser just now.',
  again: 'Try again',
  alone: {
    title: 'Agreement needs two people',
    text: 'As soon as a second person has marked something here, this says how far they agree.',
  },
  blind: {
    title: 'This article is marked blind',
    text: 'How far people agree is shown here after the reveal.',
  },
  everybody: 'Everybody',
  pairs: 'Pairs',
  pair: 'Pair',
  pairOf: (a: string, b: string) => `${a} and ${b}`,
  choose: 'Show the pair',
  kind: 'Kind',
  all: 'All',
  none: 'none',
  compare: 'Compare them in the text',
  opens: (what: string, value: string) => `${what}: ${value}. Compare in the text`,
  confusion: (a: string, b: string) => `Kinds: rows ${a}, columns ${b}. Small: how many of them have other borders`,
  cell: (count: number, moved: number) =>
    `${figure(count)}${moved > 0 ? `, ${figure(moved)} of them with other borders` : ''}`,
  moved: (count: number) => `≠ ${figure(count)}`,
  whole: 'Imported and predicted layers too',
  measures: {
    exact: 'F1 exact',
    partial: 'F1 partial',
    characters: 'κ characters',
    tokens: 'κ words',
    alphaCharacters: 'α characters',
    alphaTokens: 'α words',
    unitizing: 'α units',
    relations: 'F1 links',
  },
  same: 'the same',
  borders: 'other borders',
  otherKind: 'other kind',
  both: 'both',
  only: (name: string) => `only ${name}`,
  how: 'How it is computed',
  methods: [
    'F1 exact: marks of the same kind with the same borders, twice what both have over what each has. F1 partial counts marks of the same kind that overlap as half.',
    'κ is Cohen’s kappa of each kind against none, by characters or by words; All pools the kinds.',
    'α is Krippendorff’s alpha of everybody at once; α units compares where marks begin and end, as the mean over the pairs.',
    'Figures of everybody are means over the pairs, but for α. A dash is a figure that is not defined; its reason is said with it.',
  ],
  undefined: (reason: string) => `not defined: ${reason}`,
} as const
