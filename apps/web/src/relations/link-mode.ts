/**
 * Linking two marks: which of the others can be the other end, what happens when one is picked, and what ends it. It
 * knows nothing of React; the bar, the arcs and a drag show and drive it.
 */
import { type Annotation, inTextOrder } from '@attest/schema/annotation'
import { kindsOfOtherEnd, type Link, linkProblem, possibleLinks } from '@attest/schema/links'
import type { Relation } from '@attest/schema/relation'
import { kindLabel, shortQuote } from '../annotations/describe.ts'
import { oddWords } from '../annotations/wording.ts'
import { openAtCursor } from '../editor/cursor.ts'
import { speak } from '../editor/focus.ts'
import { bringIntoView } from '../editor/places.ts'
import { refusalText } from '../editor/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { type Cell, makeCell } from '../live/cell.ts'
import { tell } from '../ui/notices.ts'
import { problemText, linkWords as words } from './wording.ts'

/** The ways in which the picked mark can be linked, of which one is to be chosen. */
export interface Question {
  other: string
  links: readonly Link[]
}

export interface LinkMode {
  question: Cell<Question | null>
  /** Why the last pick made no link; it stands in the bar until the next. */
  problem: Cell<string | null>
  /** Leaves without a link. */
  leave(): void
  /** Makes one of the links that are in question. */
  answer(link: Link): void
  stop(): void
}

export function makeLinkMode(bench: Workbench, isShown: (annotation: Annotation) => boolean): LinkMode {
  const { editor, room, focus, commands } = bench
  const question = makeCell<Question | null>(null)
  const problem = makeCell<string | null>(null)
  const markOf = (id: string | null) => (id === null ? undefined : room.records.get().annotations.get(id))
  /** The mark that one began with, while one is at it. */
  const from = () => {
    const mode = focus.mode.get()
    return mode.type === 'link' ? markOf(mode.from) : undefined
  }
  const labels = () => room.page.labelSet
  const own = (): Relation[] => [...room.records.get().relations.values()].filter(({ author }) => author === room.me.id)
  const name = (mark: Annotation) => kindLabel(room, mark).toLowerCase()

  /** What could be made between the two as things are, and if nothing, why. */
  function linksBetween(one: Annotation, other: Annotation): { links: Link[]; why: string } {
    if (one.id === other.id) return { links: [], why: problemText('self') }
    const possible = possibleLinks(labels(), one, other)
    const relations = own()
    const problems = possible.map((link) => linkProblem(link, relations, labels()))
    const links = possible.filter((_, i) => problems[i] === null)
    const [first] = problems
    return { links, why: first ? problemText(first) : words.notAllowed(name(one), name(other)) }
  }

  function isOffered(id: string): boolean {
    const [one, other] = [from(), markOf(id)]
    return one !== undefined && other !== undefined && linksBetween(one, other).links.length > 0
  }

  function pick(id: string): void {
    const [one, other] = [from(), markOf(id)]
    if (!one || !other) return
    const { links, why } = linksBetween(one, other)
    const [only] = links
    problem.set(only ? null : why)
    if (!only) {
      // What was asked about another mark is not asked any more.
      question.set(null)
      speak(focus, why)
      return
    }
    focus.mode.set({ type: 'link', from: one.id, to: id })
    if (links.length === 1) make(only)
    else question.set({ other: id, links })
  }

  function make(link: Link): void {
    // It may have been made in another window since it was asked about.
    const wrong = linkProblem(link, own(), labels())
    if (wrong) {
      end(problemText(wrong))
      return
    }
    const answer = room.put('relations', link)
    if (!answer.ok) {
      end(refusalText(answer.reason))
      return
    }
    const { annotations } = room.records.get()
    const quote = (id: string) => {
      const mark = annotations.get(id)
      return mark ? shortQuote(room, mark, 60) : ''
    }
    end()
    speak(focus, words.linked(relationName(room, link.type), quote(link.from), quote(link.to)))
  }

  function end(word?: string): void {
    focus.mode.set({ type: 'none' })
    if (word !== undefined) tell(word, { tone: 'problem' })
  }

  function begin(id: string): boolean {
    const mark = markOf(id)
    if (!mark) return false
    const bar = room.barred.get()
    if (bar) tell(refusalText(bar), { tone: 'problem' })
    else if (kindsOfOtherEnd(labels(), mark.kind).size === 0) tell(words.noEnds(name(mark)))
    else {
      focus.mode.set({ type: 'link', from: id, to: null })
      speak(focus, words.begun(name(mark), candidates(mark).length))
    }
    return true
  }

  /** By kind alone: what else speaks against a mark is looked at when its turn comes. */
  function candidates(mark: Annotation): Annotation[] {
    const kinds = kindsOfOtherEnd(labels(), mark.kind)
    return [...room.records.get().annotations.values()]
      .filter((one) => one.id !== mark.id && kinds.has(one.kind) && isShown(one))
      .sort(inTextOrder)
  }

  function step(step: 1 | -1): boolean {
    const mode = focus.mode.get()
    const mark = from()
    if (mode.type !== 'link' || !mark) return false
    const all = candidates(mark)
    const current = markOf(mode.to) ?? mark
    const at = all.findIndex((one) => inTextOrder(one, current) >= 0)
    const isThere = all[at]?.id === current.id
    const start = at < 0 ? all.length : at
    // Between two marks, the next one is the one that is here already.
    const first = step === 1 ? (isThere ? start + 1 : start) : start - 1
    for (let i = 0; i < all.length; i++) {
      const next = all[(((first + i * step) % all.length) + all.length) % all.length]
      if (!next || !isOffered(next.id)) continue
      goTo(mark.id, next)
      return true
    }
    problem.set(words.noneOffered)
    speak(focus, words.noneOffered)
    return true
  }

  function goTo(fromId: string, mark: Annotation): void {
    problem.set(null)
    question.set(null)
    focus.mode.set({ type: 'link', from: fromId, to: mark.id })
    focus.hovered.set(mark.id)
    const [first] = mark.spans
    if (first) bringIntoView(editor.view, room.page.blocks, first)
    speak(focus, words.at(kindLabel(room, mark), room.nameOf(mark.author), shortQuote(room, mark)))
  }

  function take(): boolean {
    const mode = focus.mode.get()
    if (mode.type !== 'link') return false
    if (mode.to) {
      pick(mode.to)
      return true
    }
    const cursor = focus.cursor.get()
    const here = cursor === null ? [] : editor.storage.annotations.painter.idsAt(cursor).filter(isOffered)
    const [only] = here
    if (here.length === 1 && only) pick(only)
    else if (here.length > 1) return openAtCursor(editor, room, focus)
    else {
      problem.set(words.noneOffered)
      speak(focus, words.how)
    }
    return true
  }

  let keys: (() => void)[] = []
  let before = focus.mode.get()
  const stops = [
    focus.mode.subscribe(() => {
      const mode = focus.mode.get()
      const was = before
      before = mode
      if (mode.type === 'link') {
        if (was.type === 'link') return
        focus.picking.set({ isOffered, pick })
        keys = [
          commands.register('next', { run: () => step(1) }),
          commands.register('previous', { run: () => step(-1) }),
          commands.register('open', { run: take }),
        ]
        return
      }
      if (was.type !== 'link') return
      for (const stop of keys) stop()
      focus.picking.set(null)
      question.set(null)
      problem.set(null)
      if (focus.hovered.get() === was.to) focus.hovered.set(null)
    }),
    // Something else was gone to; the mark that one began with is not looked at any more.
    focus.selected.subscribe(() => {
      const mode = focus.mode.get()
      const selected = focus.selected.get()
      if (mode.type === 'link' && selected !== mode.from && selected !== null) end()
    }),
    room.onRecords((changed) => {
      const mode = focus.mode.get()
      if (mode.type !== 'link' || !changed.has('annotations')) return
      if (!markOf(mode.from)) return end(words.fromGone)
      const asked = question.get()
      if (asked && !markOf(asked.other)) return end(words.toGone)
      if (mode.to && !markOf(mode.to)) {
        focus.mode.set({ ...mode, to: null })
        speak(focus, words.toGone)
      }
      // Its author may have made it something else.
      const [one, other] = [markOf(mode.from), asked && markOf(asked.other)]
      if (!one || !other) return
      const { links, why } = linksBetween(one, other)
      if (links.length > 0) return question.set({ other: other.id, links })
      question.set(null)
      problem.set(why)
    }),
    room.barred.subscribe(() => {
      const bar = room.barred.get()
      if (bar && focus.mode.get().type === 'link') end(refusalText(bar))
    }),
    room.article.subscribe(() => {
      const mark = from()
      if (mark && kindsOfOtherEnd(labels(), mark.kind).size === 0) end(words.labelsChanged)
    }),
    commands.register('link', {
      run: toggle,
      isPossible: () => focus.selected.get() !== null && room.barred.get() === null,
    }),
  ]

  function leave(): void {
    end()
    speak(focus, words.left)
  }

  function toggle(): boolean {
    if (focus.mode.get().type === 'link') {
      leave()
      return true
    }
    const selected = focus.selected.get()
    if (selected !== null) return begin(selected)
    tell(words.selectFirst)
    return true
  }

  return {
    question,
    problem,
    leave,
    answer: make,
    stop() {
      end()
      for (const stop of stops) stop()
    },
  }
}

/** What a type of relation is called; one that the label set does not have (any more) goes by the name in the record. */
export function relationName({ page }: Pick<ArticleRoom, 'page'>, type: string): string {
  return page.labelSet.relations.find((one) => one.id === type)?.label ?? oddWords.relation(type)
}
