/** What a person is looking at or about to do: it vanishes on reload, so none of it is in the document. */
import type { Border } from '@attest/schema/border'
import type { Span, Spans } from '@attest/schema/span'
import { type Cell, makeCell } from '../live/cell.ts'

/** The marks that overlap where somebody asked, to choose one from; `at` is in pixels of the window. */
export interface Choice {
  ids: readonly string[]
  /** Whether it was asked for with the keyboard; after a click the keys go on acting on the mark that was picked. */
  takesFocus: boolean
  at: { left: number; top: number; bottom: number }
}

/** What clicks and arrow keys do for the time being, until it is done or left. */
export type Mode =
  | { type: 'none' }
  /** The next mark that is picked is linked with this one; `to` is the mark that the keys or a drag have come to. */
  | { type: 'link'; from: string; to: string | null }
  /** The arrow keys move the borders of this mark; where they are is in `adjusting`. */
  | { type: 'adjust'; id: string }

/** A label that was chosen before the words: for the next selection, or kept for all that come. */
export interface Lock {
  kind: string
  isKept: boolean
}

/** The words of a mark while its borders are moved; nobody else sees them before that is done. */
export interface Adjusting {
  id: string
  /** The words that it had when this began: only while it still has them may others take their place. */
  from: Spans
  spans: Spans
  /** The border that moves. */
  border: Border
}

/** While a mark is looked for: whatever would select one gives it here instead. */
export interface Picking {
  /** Whether it could be the one. */
  isOffered(id: string): boolean
  pick(id: string): void
}

/** What stands beside the text; one at a time. */
export type Panel =
  | 'list'
  | 'talk'
  | 'graph'
  | 'guide'
  | 'history'
  | 'doubts'
  | 'agreement'
  | 'review'
  | 'corrections'
  | 'suggestions'

/** What somebody has begun to say and not sent. */
export interface RemarkDraft {
  /** The mark or link it is about, or `article`. */
  on: string
  body: string
  /** Those who were chosen from the list of people; only whoever is still named where they were is told. */
  mentions: readonly Chosen[]
  /** What the remark said when one began to write it anew. */
  base?: string
}

/** Somebody who was chosen, and where in the body the @ before their name is: several people may have one name. */
export interface Chosen {
  person: string
  at: number
}

export interface Focus {
  /** The selected mark, whose card is open. */
  selected: Cell<string | null>
  /** The marks that are to be changed together; empty while there is only the selected one. */
  chosen: Cell<ReadonlySet<string>>
  mode: Cell<Mode>
  picking: Cell<Picking | null>
  /** The relation that is pointed at in a list. */
  relation: Cell<string | null>
  panel: Cell<Panel | null>
  /** The kind whose guideline is shown where guidelines are; null for all of them. */
  guided: Cell<string | null>
  /** The mark whose history is shown; null for that of the whole article. */
  historyOf: Cell<string | null>
  /** The label that was chosen before the words; null for none. */
  lock: Cell<Lock | null>
  adjusting: Cell<Adjusting | null>
  /** Another's mark, of which one's verdict says what it should be: kind, borders and attributes are changed there. */
  correcting: Cell<string | null>
  /** The person whose place in the text one follows; null for nobody. */
  followed: Cell<string | null>
  hovered: Cell<string | null>
  /** The words about to be marked, already fitted to whole words; kept while the toolbar or a field has the focus. */
  draft: Cell<Span | null>
  /** The words that were last about to be marked, also after they were let go of: fields offer to take them. */
  lastWords: Cell<Span | null>
  /** The mark whose attributes get the focus as soon as its card is there. */
  edited: Cell<string | null>
  /** Remarks that are not sent, by the field they are in. The talk keeps them in this browser. */
  remarks: Cell<ReadonlyMap<string, RemarkDraft>>
  /** The field for a remark that is to have the focus as soon as it is there. */
  asked: Cell<string | null>
  /** What of the others' remarks one has looked at. The talk keeps it in this browser. */
  seen: Cell<ReadonlySet<string>>
  choice: Cell<Choice | null>
  /** Whether a drag is going on, during which nothing may pop up under the pointer. */
  isDragging: Cell<boolean>
  /** Whether a finger was the last pointer: it needs more room, and the system has a menu of its own. */
  isTouch: Cell<boolean>
  /** Where the keyboard's own cursor is, as a text offset. */
  cursor: Cell<number | null>
  /** Whether the browser's own caret is in the text, instead of ours. */
  isCaret: Cell<boolean>
  /** Whether the marks are hidden, until they are shown again. */
  isHidden: Cell<boolean>
  /** Whether the marks are out of sight for as long as a key is held. */
  isPeeking: Cell<boolean>
  /** The blocks in or close to the window. */
  near: Cell<ReadonlySet<number>>
  /** The marks about which people differ, as far as that is known. */
  differing: Cell<ReadonlySet<string>>
  /** Counts paintings: whoever measures the page measures again. */
  painted: Cell<number>
  /** What a screen reader is told; change it with `speak`. */
  spoken: Cell<Spoken>
}

/** `count` tells two sayings of the same words apart: the second is to be heard as well. */
export interface Spoken {
  text: string
  count: number
}

export function makeFocus(): Focus {
  return {
    selected: makeCell<string | null>(null),
    chosen: makeCell<ReadonlySet<string>>(new Set<string>()),
    mode: makeCell<Mode>({ type: 'none' }),
    picking: makeCell<Picking | null>(null),
    relation: makeCell<string | null>(null),
    panel: makeCell<Panel | null>(null),
    guided: makeCell<string | null>(null),
    historyOf: makeCell<string | null>(null),
    lock: makeCell<Lock | null>(null),
    adjusting: makeCell<Adjusting | null>(null),
    correcting: makeCell<string | null>(null),
    followed: makeCell<string | null>(null),
    hovered: makeCell<string | null>(null),
    draft: makeCell<Span | null>(null),
    lastWords: makeCell<Span | null>(null),
    edited: makeCell<string | null>(null),
    remarks: makeCell<ReadonlyMap<string, RemarkDraft>>(new Map<string, RemarkDraft>()),
    asked: makeCell<string | null>(null),
    seen: makeCell<ReadonlySet<string>>(new Set<string>()),
    choice: makeCell<Choice | null>(null),
    isDragging: makeCell(false),
    isTouch: makeCell(window.matchMedia('(pointer: coarse)').matches),
    cursor: makeCell<number | null>(null),
    isCaret: makeCell(false),
    isHidden: makeCell(false),
    isPeeking: makeCell(false),
    near: makeCell<ReadonlySet<number>>(new Set<number>()),
    differing: makeCell<ReadonlySet<string>>(new Set<string>()),
    painted: makeCell(0),
    spoken: makeCell<Spoken>({ text: '', count: 0 }),
  }
}

/** Has a screen reader say this, even when it is what was said last. */
export function speak(focus: Focus, text: string): void {
  focus.spoken.set({ text, count: focus.spoken.get().count + 1 })
}

/** Takes these words as the ones about to be marked; the same words again change nothing. */
export function setDraft(focus: Focus, span: Span | null): void {
  const before = focus.draft.get()
  if (span && before && span[0] === before[0] && span[1] === before[1]) return
  focus.draft.set(span)
  if (span) focus.lastWords.set(span)
}
