/** What the pages of labels say. */

import type { Orphan, Term } from '@attest/schema/label-mapping'
import type { Attribute, LabelSet, Pattern } from '@attest/schema/labelset'

export const labelWords = {
  page: 'Labels',
  what: 'the labels',
  version: (number: number) => `Version ${number}`,
  savedBy: (name: string, when: string) => `saved by ${name}, ${when}`,
  asBegun: 'as the project began',
  name: 'Name of the set',
  kinds: 'Kinds',
  relations: 'Relation types',
  guidelines: 'Guidelines',
  common: 'Guidelines for all kinds',
  commonHint: 'What is common to all kinds. Markdown.',
  preview: 'Preview',
  addKind: 'Add a kind',
  addAttribute: 'Add an attribute',
  addRelation: 'Add a relation type',
  remove: (name: string) => `Remove ${name}`,
  up: (name: string) => `Move ${name} up`,
  down: (name: string) => `Move ${name} down`,
  label: 'Name',
  id: (id: string) => `id: ${id}`,
  key: 'Key',
  line: 'Line',
  light: 'Colour in light pages',
  dark: 'Colour in dark pages',
  pick: (name: string) => `${name}, from a palette`,
  take: (color: string) => `Take ${color} instead`,
  guideline: 'Guideline',
  guidelineHint: 'What is marked and what is not, with examples. Markdown.',
  attributes: 'Attributes',
  noAttributes: 'None yet. An attribute asks for more about a mark: who said it, how sure it is.',
  type: 'Type',
  values: 'Values, one a line',
  hint: 'Hint',
  required: 'Required: marks without it are pointed out',
  needs: 'Should have at least one',
  from: 'From',
  to: 'To',
  acyclic: 'May not go round in a circle',
  noRelations: 'None. A relation type joins two marks: this denies that.',
  removed: (name: string) => `${name} was removed`,
  undo: 'Undo',
  readOnly: 'Only an owner of the project can change its labels.',
  noGuideline: 'No guideline yet.',
  required_: 'required',
  lookAlike: (one: string, other: string, eye: string) =>
    `“${one}” and “${other}” have the same line, and look alike to people with ${eye}. Another line would tell them apart.`,
  unchanged: 'Nothing is changed.',
  changed: (count: number) => (count === 1 ? '1 change, not saved' : `${count} changes, not saved`),
  flaws: (count: number) => (count === 1 ? '1 thing to mend' : `${count} things to mend`),
  save: 'Save …',
  discard: 'Discard changes',
  discarded: 'Changes discarded',
  found: 'You had begun to change the labels; this is how you left them.',
  versions: 'Versions',
  export: 'Export',
  import: 'Import …',
  copy: 'Take from another project …',
  placeless: 'Marks without a place …',
  imported: (name: string) => `“${name}” is here to be looked at, and not saved yet.`,
  notJson: 'This file is not JSON.',
  tooLarge: 'This file is larger than 2 MB.',
} as const

export const typeWords: Record<Attribute['type'], string> = {
  text: 'Text',
  enum: 'Choice',
  url: 'Address',
  date: 'Date',
}

export const patternWords: Record<Pattern, string> = {
  solid: 'Solid',
  double: 'Double',
  dashed: 'Dashed',
  dotted: 'Dotted',
}

export const saveWords = {
  title: 'Save the labels',
  changes: 'What changes',
  noChanges: 'Nothing in the labels themselves.',
  note: 'Note for the others (optional)',
  save: 'Save',
  saving: 'Saving. With many articles this takes a moment …',
  cancel: 'Go on editing',
  looking: 'Looking at the marks of all articles …',
  look: 'Look for marks that have no place',
  orphans: 'Marks that would have no place',
  oldOrphans: 'Marks that have no place already',
  ask: 'Say what becomes of each. Marks stay whose they are; only their labels change.',
  none: 'All marks have a place in these labels.',
  choose: 'Choose …',
  become: (name: string) => `becomes ${name}`,
  move: (name: string) => `goes to ${name}; what is there already stays`,
  drop: 'is left out',
  keep: 'stays, and is shown as what the project does not have',
  keepAll: 'Keep all that are open',
  dropAll: 'Leave out all that are open',
  open: (count: number) => (count === 1 ? '1 is still open.' : `${count} are still open.`),
  decided: 'All are decided. Marks and links are changed once you save.',
  nothing: 'All are decided. No mark will be changed.',
  unread: (titles: string) => `What is stored of the marks of ${titles} cannot be read; they are left as they are.`,
  saved: (number: number) => `Version ${number} is saved`,
  stale: (who: string, number: number) => `${who} saved version ${number} while you were at work. Yours is still here.`,
  theirs: 'What they changed',
  mineOver: 'Keep mine, over theirs',
  takeTheirs: 'Take theirs',
} as const

function counted(count: number): string {
  return count === 1 ? '1 mark or link' : `${count.toLocaleString('en')} marks and links`
}

export function orphanCount({ count, corrections }: Orphan): string {
  const marks = count === 1 ? '1 time' : `${count.toLocaleString('en')} times`
  return corrections > 0 ? `${marks}, and in ${corrections} corrections` : marks
}

/** What a term is called, by the labels that had it. */
export function termName(term: Term, before: LabelSet, after: LabelSet): string {
  const kind = (id: string) => [...after.kinds, ...before.kinds].find((one) => one.id === id)?.label ?? id
  const relation = (id: string) => [...after.relations, ...before.relations].find((one) => one.id === id)?.label ?? id
  const attribute = (of: string, id: string) =>
    [...after.kinds, ...before.kinds]
      .toSorted((a, b) => Number(b.id === of) - Number(a.id === of))
      .flatMap(({ attributes }) => attributes)
      .find((one) => one.id === id)?.label ?? id
  if (term.of === 'kind') return `Kind “${kind(term.kind)}”`
  if (term.of === 'attribute') return `“${attribute(term.kind, term.attribute)}” of “${kind(term.kind)}”`
  if (term.of === 'value')
    return term.value === null
      ? `Every other value of “${attribute(term.kind, term.attribute)}” of “${kind(term.kind)}”`
      : `“${term.value}” as “${attribute(term.kind, term.attribute)}” of “${kind(term.kind)}”`
  if (term.of === 'relation') return `Relation “${relation(term.type)}”`
  return `“${relation(term.type)}” from “${kind(term.from)}” to “${kind(term.to)}”`
}

export const jobWords = {
  running: (done: number, all: number) => `Marks are being changed: ${done} of ${all} articles.`,
  done: (changed: number) => `Marks were changed to this version: ${counted(changed)}.`,
  failed: (count: number) =>
    count === 1
      ? 'The marks of one article could not be changed.'
      : `The marks of ${count} articles could not be changed.`,
  retry: 'Try again',
} as const

export const versionWords = {
  title: 'Versions of the labels',
  now: 'now',
  look: (number: number) => `What changed in version ${number}`,
  first: 'The first version.',
  nothing: 'Nothing that can be seen.',
  since: 'What is different now',
  restore: 'Bring this version back …',
  back: (number: number) => `Back to version ${number}`,
} as const

export const copyWords = {
  title: 'Take labels from another project',
  hint: 'They take the place of what is here; nothing is saved before you say so.',
  none: 'You are in no other project.',
  take: 'Take',
} as const

export const previewWords = {
  scheme: 'How the page is lit',
  light: 'Light',
  dark: 'Dark',
  sample: 'A text with marks',
  toolbar: 'Labels at a selection',
  form: (kind: string) => `What is asked of “${kind}”`,
  nothingAsked: 'Nothing is asked.',
  needed: 'needed',
  notFilledIn: 'not filled in',
} as const

export const guideWords = {
  panel: 'Guidelines',
  close: 'Close the guidelines',
  search: 'Search in the guidelines',
  all: 'All',
  kind: (name: string) => `Guideline of ${name}`,
  none: 'There is no guideline for this.',
  noneFound: 'Nothing in the guidelines has these words.',
  needs: (names: string) => `Should have: ${names}.`,
  change: 'Change the labels',
} as const

export const beginningWords = {
  label: 'Labels to begin with',
  usual: 'The usual ones',
  as: (project: string) => `As in “${project}”`,
  file: 'From a file …',
  read: (name: string) => `“${name}” was read.`,
} as const
