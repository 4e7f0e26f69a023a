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
  selectFirst: 'Select a mark first, then link it.',
  fromGone: 'The mark that you were linking has been deleted by its author.',
  toGone: 'The other mark has been deleted by its author, so nothing was linked.',
  labelsChanged: 'The labels of the project have changed, so this cannot be linked any more.',
} as const

export const linksWords = {
  heading: 'Links',
  add: 'Link …',
  addHint: (key: string | null) => `Link with another mark: press, or drag to it${key ? ` (${key})` : ''}`,
  deleted: 'a mark that was deleted',
  remove: 'Delete this link',
  removed: 'Link deleted',
  undo: 'Undo',
  change: 'Another type of link',
  changed: (relation: string) => `The link says “${relation}” now`,
  by: (name: string) => `Linked by ${name}`,
  you: 'you',
  several: (relation: string, count: number) => `${relation} ×${count}`,
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

export const graphWords = {
  title: 'Claim graph',
  picture: 'Picture',
  list: 'List',
  close: 'Close the claim graph',
  wide: 'Over the whole window',
  narrow: 'Beside the text',
  size: 'Size',
  fit: 'All of it',
  larger: 'Larger',
  smaller: 'Smaller',
  save: 'Save as a picture (SVG)',
  saved: 'Saved as a picture',
  how: 'Arrow keys go from mark to mark, Enter goes to the text; plus, minus and 0 change the size.',
  emptyTitle: 'No links yet',
  empty:
    'The claim graph shows who says what, who denies it and what is cited for it. It is drawn from the links between marks: select a mark, press L and pick the other one, or drag from its card to it.',
  hiddenTitle: 'Nothing to draw',
  hidden: 'The filters hide every mark that is linked.',
  laying: (done: number, all: number) =>
    `Laying out ${done.toLocaleString('en')} of ${all.toLocaleString('en')} groups …`,
  counts: (marks: number, groups: number) =>
    `${marks === 1 ? '1 linked mark' : `${marks.toLocaleString('en')} linked marks`} in ${groups === 1 ? '1 group' : `${groups.toLocaleString('en')} groups`}`,
  unlinked: (count: number) =>
    count === 1
      ? '1 mark has no links and is not drawn'
      : `${count.toLocaleString('en')} marks have no links and are not drawn`,
  leftOut: (count: number) =>
    `${count.toLocaleString('en')} more marks hang together with these. Select one of them in the text to see what is around it.`,
  noSource: 'nobody named',
  source: (label: string, count: number) =>
    `Source: ${label}, named by ${count === 1 ? '1 mark' : `${count.toLocaleString('en')} marks`}`,
  mark: (kind: string, author: string, quote: string) => `${kind} by ${author}: ${quote}`,
  kindAndAuthor: (kind: string, author: string) => `${kind} · ${author}`,
  sameAs: (count: number) => `Says the same, ${count.toLocaleString('en')} times`,
  notShown: (count: number) => `${count.toLocaleString('en')} not drawn`,
  incoming: (relation: string) => `← ${relation}`,
  same: 'says the same',
  namedSource: 'source',
  seenAbove: 'see above',
  file: (title: string) => `claim graph - ${title}`,
} as const
