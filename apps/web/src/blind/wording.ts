/** The words about blind articles, in one place so that they can be translated. */
import type { BlindState } from '@attest/schema/layer'

const many = (number: number, one: string, more: string) =>
  number === 1 ? `1 ${one}` : `${number.toLocaleString('en')} ${more}`

const blindNote = 'This article is blind: each sees only their own marks, and none is judged before the reveal.'

export const bannerWords = {
  annotator: 'Only you see your marks until the reveal; whoever reviews sees them too.',
  viewer: 'This article is blind: its marks are shown after the reveal.',
  reviewer: (submitted: number, assigned: number) =>
    `${blindNote} ${assigned === 0 ? 'Nobody is assigned to it.' : `${submitted} of ${assigned} have submitted.`}`,
  reviewerAtFirst: blindNote,
  compare: 'Compare all',
  revealing: 'The marks of all are being put together. It takes a moment; what you mark meanwhile is kept.',
  revealed:
    'Revealed: you see the marks of all now, and they see yours. What each made before is kept as it was. Undo goes back to this moment and no further; what you made before you can still change and delete.',
  stuck:
    'The reveal cannot go on: what is stored of this article on the server is damaged. Whoever runs the server has to look; it goes on by itself once that is mended.',
  leftOut: (names: string) =>
    `The marks of ${names} could not be read at the reveal, and are not in this article. Once they are mended on the server, they can be put in.`,
  putIn: 'Put them in',
  putInDone: 'They are in it now.',
  putInNot: 'They still cannot be read.',
  reveal: 'Reveal …',
  understood: 'All right',
  close: 'Put this note away',
} as const

export const revealWords = {
  title: 'Reveal this article?',
  loading: 'how far they are',
  submitted: (submitted: number, assigned: number) =>
    assigned === 0
      ? 'Nobody is assigned to it.'
      : submitted === assigned
        ? assigned === 1
          ? 'The one who is assigned has submitted.'
          : `All ${assigned} who are assigned have submitted.`
        : `${submitted} of ${assigned} who are assigned have submitted.`,
  who: 'Who',
  state: 'State',
  marks: 'Marks',
  notAssigned: 'not assigned',
  damaged: 'cannot be read',
  damage: (names: string) =>
    `What is stored of the marks of ${names} is damaged. You can wait until whoever runs the server has mended it, or reveal the article without them: they are kept, and can be put in once they can be read.`,
  without: (names: string) => `Reveal without ${names}`,
  stuck:
    'It cannot go on: what is stored on the server is damaged. Whoever runs the server has to look; it goes on by itself once that is mended.',
  nobody: 'Nobody has marked anything yet.',
  next: 'What happens',
  steps: [
    'Everybody in the project sees the marks, comments and verdicts of all, and goes on in one article.',
    'What each has made until now is kept apart as well: it is what there was before the discussion.',
    'It cannot be undone: what was seen cannot be hidden again.',
  ],
  early: 'Those who have not submitted go on, and see from then on what the others have marked.',
  reveal: 'Reveal',
  anyway: 'Reveal anyway',
  again: 'Try again',
  revealing: 'Revealing …',
  cancel: 'Cancel',
  done: (title: string) => `“${title}” is revealed.`,
} as const

export const settingWords = {
  title: 'Blind annotation',
  mode: 'New articles are blind',
  modeNote:
    'Each annotator marks unseen by the others until the reveal; reviewers and owners see all. It holds for articles that are added from now on.',
  itself: 'Reveal by itself',
  itselfNote:
    'Once all who are assigned to an article have submitted, and they are as many as an article needs. Else an owner reveals it.',
  held: 'New articles are blind until their reveal',
  heldItself: 'A blind article is revealed once all have submitted',
} as const

export const stateNames: Record<BlindState, string> = {
  open: 'Open',
  blind: 'Blind',
  revealing: 'Being revealed',
  revealed: 'Revealed',
}

export const switchWords = {
  make: 'Make blind',
  makeOf: (title: string) => `Make blind: ${title}`,
  open: 'Make open',
  openOf: (title: string) => `Make open: ${title}`,
  revealOf: (title: string) => `Reveal …: ${title}`,
  isBlind: (title: string) => `“${title}” is blind now.`,
  isOpen: (title: string) => `“${title}” is open now.`,
  all: 'Make all blind in which nothing is marked',
  allDone: (changed: number, kept: number) =>
    changed === 0
      ? kept === 0
        ? 'All are blind already, or were revealed.'
        : 'In all of them something is marked already, so they stay open.'
      : `${many(changed, 'article is', 'articles are')} blind now${kept > 0 ? `; in ${many(kept, 'one', 'others')} something is marked already, so ${kept === 1 ? 'it stays' : 'they stay'} open` : ''}.`,
} as const
