/** The words about links, in one place so that they can be translated. */
import type { LinkProblem } from '@attest/schema/links'

const problems: Record<LinkProblem, string> = {
  self: 'A mark cannot be linked with itself.',
  duplicate: 'You have linked these two already.',
  cycle: 'This would go round in a circle: the one leads to the other already.',
}

export function problemText(problem: LinkProblem): string {
  return problems[problem]
}

export const linkWords = {
  title: (kind: string) => `Link this ${kind} to …`,
  how: 'Pick a mark, or J and K, then Enter. Esc leaves.',
  howByTouch: 'Tap the other mark, in the text or in the list.',
  leave: 'Leave linking',
  which: 'How are they linked?',
  /** One way round or the other, between the mark one began with and the one that was picked. */
  outward: (kind: string, relation: string, other: string) => `this ${kind} — ${relation} → that ${other}`,
  inward: (other: string, relation: string, kind: string) => `that ${other} — ${relation} → this ${kind}`,
  begun: (kind: string, count: number) =>
    `Linking this ${kind}. ${count === 1 ? '1 mark' : `${count.toLocaleString('en')} marks`} can be its other end: J and K go through them, Enter links, Escape leaves.`,
  left: 'Not linking any more',
  at: (kind: string, author: string, quote: string) => `${kind} by ${author}: ${quote}`,
  linked: (relation: string, from: string, to: string) => `Linked: ${from} ${relation} ${to}`,
  notAllowed: (kind: string, other: string) => `The labels of this project have no link between ${kind} and ${other}.`,
  noEnds: (kind: string) => `Nothing in this project is linked with a ${kind}.`,
  noneOffered: 'No mark that is shown can be its other end.',
  selectFirst: 'Select a mark first, then press L to link it.',
  fromGone: 'The mark that you were linking has been deleted by its author.',
  toGone: 'The other mark has been deleted by its author, so nothing was linked.',
  labelsChanged: 'The labels of the project have changed, so this cannot be linked any more.',
} as const

export const linksWords = {
  heading: 'Links',
  add: 'Link …',
  addHint: 'Link with another mark: press, or drag to it',
  deleted: 'a mark that was deleted',
  remove: 'Delete this link',
  removed: 'Link deleted',
  undo: 'Undo',
  change: 'Another type of link',
  changed: (relation: string) => `The link says “${relation}” now`,
  by: (name: string) => `Linked by ${name}`,
  you: 'you',
  goTo: (relation: string, isFrom: boolean, kind: string, quote: string) =>
    isFrom ? `This ${relation} ${kind}: ${quote}` : `${kind}: ${quote} ${relation} this`,
  needs: (relation: string) => `Not linked yet: “${relation}”`,
  comments: (count: number) => (count === 0 ? 'Comment on this link' : `Comments on this link: ${count}`),
} as const

export const toDoWords = {
  none: 'Nothing is missing in your marks',
  count: (count: number) =>
    count === 1 ? '1 mark lacks something' : `${count.toLocaleString('en')} marks lack something`,
  title: 'Still to do',
  calm: 'Nothing is missing: every mark has the links and attributes that its kind asks for.',
  calmForOthers: 'No mark of anybody lacks anything.',
  others: 'Those of others too',
  next: 'Next',
  previous: 'Previous',
  link: (relation: string) => `no “${relation}”`,
  attribute: (label: string) => `no ${label.toLowerCase()}`,
  heard: (kind: string, author: string, quote: string, missing: string) =>
    `${kind} by ${author}: ${quote}. Missing: ${missing}`,
  more: (count: number) => `and ${count.toLocaleString('en')} more`,
} as const
