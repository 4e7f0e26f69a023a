/** The commands that write: each one act of one's own in the room, or a refusal that says why. */
import type { Annotation } from '@attest/schema/annotation'
import { toPosition } from '@attest/schema/article'
import { knownAttributes } from '@attest/schema/labelset'
import type { Refusal } from '@attest/schema/protocol'
import type { Relation } from '@attest/schema/relation'
import { addSpan, isSameSpans, MAX_SPANS, quotesOf, type Span, type Spans, subtractSpan } from '@attest/schema/span'
import type { CommandProps, RawCommands } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import type { Acted, ArticleRoom, RecordChange } from '../live/article-room.ts'
import type { Bar } from '../live/status.ts'
import { tell } from '../ui/notices.ts'
import { type Focus, setDraft, speak } from './focus.ts'
import { asChanged, isChangeable, putContent } from './own.ts'
import { keepFocus, select } from './places.ts'
import { kindName, refusalText, words } from './wording.ts'

/** How words come into a mark or out of it, and what is said of it. */
interface FragmentChange {
  change: (spans: Spans, span: Span) => Spans
  said: (quote: string) => string
  nothingSelected: string
  nothingChanged: string
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    marks: {
      /** Marks the draft, or the given span, as this kind, and selects the new mark. */
      annotate: (kind: string, span?: Span) => ReturnType
      /** Changes the kind of one's own mark; attributes and values that the new kind lacks are dropped. */
      relabel: (id: string, kind: string) => ReturnType
      /** Makes a mark of one's own of any mark. Of one's own, it selects the words, for another label. */
      duplicate: (id: string) => ReturnType
      /** Gives one's own mark other words; `said` is what a screen reader is told. */
      changeSpans: (id: string, spans: Spans, said: string) => ReturnType
      /** Adds the draft, or the given span, to one's own mark. */
      addFragment: (id: string, span?: Span) => ReturnType
      /** Takes the draft, or the given span, out of one's own mark. */
      removeFragment: (id: string, span?: Span) => ReturnType
      /** Deletes one's own mark and one's own links from and to it, with a notice to undo it. */
      removeAnnotation: (id: string) => ReturnType
    }
  }
}

type MarkCommands = Pick<
  RawCommands,
  'annotate' | 'relabel' | 'duplicate' | 'changeSpans' | 'addFragment' | 'removeFragment' | 'removeAnnotation'
>

export function markCommands(room: ArticleRoom, focus: Focus): MarkCommands {
  const { blocks, text } = room.page
  const nameOf = (kind: string) => kindName(room.page.labelSet, kind)
  const refuse = (reason: Refusal | Bar) => {
    tell(refusalText(reason), { tone: 'problem' })
    return false
  }
  /** Whether nothing can be marked here now; says why. */
  const isBarred = () => {
    const bar = room.barred.get()
    if (bar) refuse(bar)
    return bar !== null
  }
  /** The mark, when it can be changed now, or corrected; else says why not. */
  const changeable = (id: string): Annotation | null => {
    const annotation = room.records.get().annotations.get(id)
    if (!annotation || isBarred()) return null
    if (isChangeable(room, focus, annotation)) return annotation
    refuse('not-yours')
    return null
  }
  const own = (kind: string, spans: Spans) =>
    [...room.records.get().annotations.values()].find(
      (one) => one.author === room.me.id && one.kind === kind && isSameSpans(one.spans, spans),
    )
  const letGo = (view: EditorView, at: number) => {
    focus.draft.set(null)
    focus.cursor.set(at)
    if (view.dom.contains(document.getSelection()?.focusNode ?? null)) select(view, blocks, at, at)
  }

  const changeFragments = (
    { commands, view, tr }: CommandProps,
    id: string,
    given: Span | undefined,
    { change, said, nothingSelected, nothingChanged }: FragmentChange,
  ): boolean => {
    const annotation = changeable(id)
    const span = given ?? focus.draft.get()
    if (!annotation) return false
    if (!span) {
      tell(nothingSelected)
      return false
    }
    const before = asChanged(room, annotation).spans
    const spans = change(before, span)
    if (isSameSpans(spans, before)) {
      tell(nothingChanged)
      return false
    }
    if (!commands.changeSpans(id, spans, said(text.slice(...span)))) return false
    tr.setMeta('preventDispatch', true)
    if (!given) letGo(view, span[1])
    return true
  }

  return {
    annotate:
      (kind, given) =>
      ({ commands, view, tr }) => {
        if (isBarred()) return false
        const span = given ?? focus.draft.get()
        if (!span) {
          tell(words.nothingSelected)
          return false
        }
        // A label that was chosen for one selection has had it.
        if (focus.lock.get()?.isKept === false) focus.lock.set(null)
        const same = own(kind, [span])
        if (same) {
          tell(words.markedAlready)
          focus.draft.set(null)
          return commands.selectAnnotation(same.id)
        }
        const result = room.put('annotations', { kind, spans: [[span[0], span[1]]], attributes: {} })
        if (!result.ok) return refuse(result.reason)
        focus.draft.set(null)
        focus.selected.set(result.id)
        speak(focus, words.marked(nameOf(kind), text.slice(...span)))
        // What was selected is marked now; the cursor stays at its end, for the next one.
        tr.setSelection(TextSelection.create(tr.doc, toPosition(blocks, span[1])))
        const selection = document.getSelection()
        if (selection?.focusNode && view.dom.contains(selection.focusNode)) selection.collapseToEnd()
        return true
      },

    relabel: (id, kind) => () => {
      const annotation = changeable(id)
      if (!annotation) return false
      const before = asChanged(room, annotation)
      if (before.kind === kind) return true
      // Who corrects the kind and thinks better of it has the attributes back.
      const known = annotation.kind === kind ? annotation : before
      const attributes = knownAttributes(known, kind, room.page.labelSet)
      const result = putContent(room, annotation, { kind, spans: before.spans, attributes })
      if (!result.ok) return refuse(result.reason)
      const dropped = Object.keys(known.attributes).filter((name) => !(name in attributes))
      if (dropped.length > 0) tell(words.dropped(nameOf(kind), dropped))
      else speak(focus, words.relabelled(nameOf(kind)))
      return true
    },

    duplicate:
      (id) =>
      ({ commands, view, tr }) => {
        const annotation = room.records.get().annotations.get(id)
        if (!annotation || isBarred()) return false
        const { kind, spans, author } = annotation
        const [first] = spans
        const same = own(kind, spans)
        if (same && same.id !== id) {
          tell(words.copiedAlready)
          return commands.selectAnnotation(same.id)
        }
        if (author === room.me.id) {
          // Two alike are never meant; the same words under another label are.
          if (spans.length > 1 || !first) {
            tell(words.ownAlready)
            return true
          }
          tell(words.chooseLabel)
          tr.setMeta('preventDispatch', true)
          select(view, blocks, ...first)
          setDraft(focus, first)
          return true
        }
        const attributes = knownAttributes(annotation, kind, room.page.labelSet)
        const result = room.put('annotations', { kind, spans, attributes })
        if (!result.ok) return refuse(result.reason)
        focus.selected.set(result.id)
        const dropped = Object.keys(annotation.attributes).filter((name) => !(name in attributes))
        if (dropped.length > 0) tell(words.dropped(nameOf(kind), dropped))
        speak(focus, words.copied(nameOf(kind), quotesOf(text, spans).join(' … ')))
        return true
      },

    changeSpans: (id, spans, said) => () => {
      const annotation = changeable(id)
      if (!annotation) return false
      if (spans.length > MAX_SPANS) {
        tell(words.tooManyFragments(MAX_SPANS), { tone: 'problem' })
        return false
      }
      const [first] = spans
      if (!first) {
        tell(words.nothingLeft, { tone: 'problem' })
        return false
      }
      const { kind, attributes } = asChanged(room, annotation)
      const result = putContent(room, annotation, {
        kind,
        spans: spans.map(([from, to]): [number, number] => [from, to]),
        attributes,
      })
      if (!result.ok) return refuse(result.reason)
      speak(focus, said)
      return true
    },

    addFragment: (id, given) => (props) =>
      changeFragments(props, id, given, {
        change: (spans, span) => addSpan(text, spans, span),
        said: words.added,
        nothingSelected: words.selectToAdd,
        nothingChanged: words.alreadyIn,
      }),

    removeFragment: (id, given) => (props) =>
      changeFragments(props, id, given, {
        change: (spans, span) => subtractSpan(text, spans, span),
        said: words.takenOut,
        nothingSelected: words.selectToTakeOut,
        nothingChanged: words.notIn,
      }),

    removeAnnotation:
      (id) =>
      ({ view }) => {
        const annotation = changeable(id)
        if (!annotation) return false
        // Another's that is being corrected is not one's own to delete.
        if (annotation.author !== room.me.id) return refuse('not-yours')
        const links = [...room.records.get().relations.values()].filter(
          ({ from, to, author }) => (from === id || to === id) && author === room.me.id,
        )
        // Before: a mark of an older label set is no more taken by the server.
        const reason = room.refusalOfRecord('annotations', annotation)
        const removal: RecordChange[] = [
          { root: 'annotations', remove: id },
          ...links.map((link): RecordChange => ({ root: 'relations', remove: link.id })),
        ]
        const result = room.act(removal)
        if (!result.ok) return refuse(result.reason)
        focus.selected.set(null)
        keepFocus(view)
        if (reason) tell(words.deletedForGood(refusalText(reason)))
        else
          tell(words.deleted(links.length), {
            action: {
              label: words.undo,
              run() {
                const answer = bringBack(room, annotation, links)
                if (!answer.ok) refuse(answer.reason)
                else focus.selected.set(id)
                keepFocus(view)
              },
            },
          })
        return true
      },
  }
}

/**
 * Brings a deleted mark back even when other acts came after it, which one step of undo would not; with the links that
 * went with it, where their other end is still there and the project still has their type.
 */
function bringBack(room: ArticleRoom, annotation: Annotation, links: readonly Relation[]): Acted {
  const { id, kind, spans, attributes } = annotation
  const { annotations, relations } = room.records.get()
  const ends = (link: Relation) => (link.from === id ? link.to : link.from)
  const kept = links.filter(
    (link) => !relations.has(link.id) && annotations.has(ends(link)) && !room.refusalOfRecord('relations', link),
  )
  return room.act([
    // Undo may have brought it back already, and it may be another since.
    ...(annotations.has(id) ? [] : [{ root: 'annotations' as const, put: { id, kind, spans, attributes } }]),
    ...kept.map(
      (link): RecordChange => ({
        root: 'relations',
        put: { id: link.id, type: link.type, from: link.from, to: link.to },
      }),
    ),
  ])
}
