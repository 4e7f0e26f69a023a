/**
 * The TipTap extension that makes an editor out of a page that cannot be edited: commands that write records into the
 * room, the plugin that paints them, the keys, and the lock that keeps the article as it is.
 */

import { type Annotation, inTextOrder } from '@attest/schema/annotation'
import { toPosition } from '@attest/schema/article'
import { foreignTerm } from '@attest/schema/labelset'
import type { Refusal } from '@attest/schema/protocol'
import { canJudge } from '@attest/schema/roles'
import { quotesOf, type Span } from '@attest/schema/span'
import type { Verdict } from '@attest/schema/verdict'
import { Extension } from '@tiptap/core'
import { Plugin, TextSelection } from '@tiptap/pm/state'
import type { Bindings } from '../commands/bindings.ts'
import type { Commands } from '../commands/commands.ts'
import type { Answer, ArticleRoom } from '../live/article-room.ts'
import type { Cell } from '../live/cell.ts'
import type { Bar } from '../live/status.ts'
import { tell } from '../ui/notices.ts'
import { registerArticleCommands } from './article-commands.ts'
import { handleKeys } from './cursor.ts'
import { type Focus, speak } from './focus.ts'
import { dropHighlights, highlight, redrawHighlights } from './highlights.ts'
import { styleOf } from './label-styles.ts'
import { Painter } from './painter.ts'
import { bringIntoView, select } from './places.ts'
import { kindName, refusalText, words } from './wording.ts'

/** How often others hear of a selection while it is dragged, in milliseconds. */
const SELECTION_EVERY_MS = 60

export interface AnnotationOptions {
  room: ArticleRoom
  focus: Focus
  commands: Commands
  bindings: Cell<Bindings>
  /** Which marks the filters let through, as of now. */
  isShown: (annotation: Annotation) => boolean
}

export interface AnnotationStorage {
  painter: Painter
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    annotations: {
      /** Marks the draft, or the given span, as this kind, and selects the new mark. */
      annotate: (kind: string, span?: Span) => ReturnType
      /** Changes the kind of one's own mark; attributes and values that the new kind lacks are dropped. */
      relabel: (id: string, kind: string) => ReturnType
      /** Deletes one's own mark, with a notice to undo it. */
      removeAnnotation: (id: string) => ReturnType
      /** One's verdict about another's mark; the same again takes it back, unless a note comes with it. */
      judge: (id: string, decision: 'accept' | 'reject', note?: string) => ReturnType
      /** Selects a mark (or none) and brings it into view. */
      selectAnnotation: (id: string | null, options?: { scroll?: boolean }) => ReturnType
      /** Selects the next (1) or previous (-1) shown mark in the text; `undecided` skips those that have an outcome. */
      stepAnnotation: (step: 1 | -1, only?: 'undecided') => ReturnType
      undoOwn: () => ReturnType
      redoOwn: () => ReturnType
    }
  }
  interface Storage {
    annotations: AnnotationStorage
  }
}

export const AnnotationExtension = Extension.create<AnnotationOptions, AnnotationStorage>({
  name: 'annotations',

  // The page gives them all; TipTap needs a function to hold their place until `configure`.
  addOptions: () => ({}) as AnnotationOptions,

  addStorage() {
    const { room, focus, isShown } = this.options
    const annotation = (id: string) => room.records.get().annotations.get(id)
    const painter = new Painter({
      blocks: room.page.blocks,
      annotation,
      isShown: (id) => {
        const found = annotation(id)
        return found !== undefined && isShown(found)
      },
      styleOf: (kind) => styleOf(room.page.labelSet, kind),
      describe: (over) =>
        over.map(({ kind, author }) => `${kindName(room.page.labelSet, kind)} by ${room.nameOf(author)}`).join('; '),
      onPainted: () => focus.painted.set(focus.painted.get() + 1),
      isHeld: () => focus.isDragging.get(),
      onNear: (near) => focus.near.set(near),
    })
    return { painter }
  },

  onCreate() {
    const { room } = this.options
    this.storage.painter.update(room.records.get().annotations.keys())
  },

  addCommands() {
    const { room, focus, isShown } = this.options
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
    const undo = () => {
      if (isBarred()) return
      if (!room.history.get().canUndo) return tell(words.nothingToUndo)
      room.undo()
      speak(focus, words.undone)
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
          const same = [...room.records.get().annotations.values()].find(
            (one) =>
              one.author === room.me.id &&
              one.kind === kind &&
              one.spans.length === 1 &&
              isSameSpan(one.spans[0], span),
          )
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
        const annotation = room.records.get().annotations.get(id)
        if (!annotation) return false
        if (annotation.author !== room.me.id) return refuse('not-yours')
        if (isBarred()) return false
        if (annotation.kind === kind) return true
        const { labelSet } = room.page
        // By value, not by name: two kinds can have an attribute of the same name with other values.
        const attributes = Object.fromEntries(
          Object.entries(annotation.attributes).filter(
            ([name, value]) => foreignTerm({ kind, attributes: { [name]: value } }, labelSet) === null,
          ),
        )
        const result = room.put('annotations', { id, kind, spans: annotation.spans, attributes })
        if (!result.ok) return refuse(result.reason)
        const dropped = Object.keys(annotation.attributes).filter((name) => !(name in attributes))
        if (dropped.length > 0) tell(words.dropped(nameOf(kind), dropped))
        else speak(focus, words.relabelled(nameOf(kind)))
        return true
      },

      removeAnnotation: (id) => () => {
        const annotation = room.records.get().annotations.get(id)
        if (!annotation) return false
        if (annotation.author !== room.me.id) return refuse('not-yours')
        if (isBarred()) return false
        room.remove('annotations', [id])
        focus.selected.set(null)
        // A mark of an older label set is no more taken by the server.
        const reason = room.refusalOfRecord('annotations', annotation)
        if (reason) tell(words.deletedForGood(refusalText(reason)))
        else
          tell(words.deleted, {
            action: {
              label: 'Undo',
              run() {
                const answer = bringBack(room, annotation)
                if (!answer.ok) refuse(answer.reason)
              },
            },
          })
        return true
      },

      judge: (id, decision, note) => () => {
        const { annotations, verdictsOn } = room.records.get()
        const annotation = annotations.get(id)
        if (!annotation) return false
        if (isBarred()) return false
        if (annotation.author === room.me.id) return refuse('own-mark')
        if (!canJudge(room.role, room.page.project)) return refuse('may-not-judge')
        const before = verdictsOn.get(id)?.find((verdict) => verdict.author === room.me.id)
        if (before?.decision === decision && note === undefined) {
          room.remove('verdicts', ownVerdictsOn(room, id))
          speak(focus, words.verdictTakenBack)
          return true
        }
        const kept = note ?? (before?.decision === decision ? before.note : undefined)
        const result = room.put('verdicts', {
          ...(before ? { id: before.id } : {}),
          on: id,
          decision,
          ...(kept ? { note: kept } : {}),
        })
        if (!result.ok) return refuse(result.reason)
        speak(focus, decision === 'accept' ? words.accepted : words.rejected)
        return true
      },

      selectAnnotation:
        (id, { scroll = true } = {}) =>
        ({ view }) => {
          focus.choice.set(null)
          focus.selected.set(id)
          const annotation = id === null ? undefined : room.records.get().annotations.get(id)
          const first = annotation?.spans[0]
          if (annotation && first && scroll) bringIntoView(view, blocks, first)
          if (annotation)
            speak(
              focus,
              `${nameOf(annotation.kind)} by ${room.nameOf(annotation.author)}: ${quotesOf(text, annotation.spans).join(' … ')}`,
            )
          return true
        },

      stepAnnotation:
        (step, only) =>
        ({ commands, tr, view }) => {
          const { annotations, outcomes } = room.records.get()
          const shown = [...annotations.values()]
            .filter(isShown)
            .filter((one) => only === undefined || (one.author !== room.me.id && outcomes.get(one.id) === 'open'))
            .sort(inTextOrder)
          if (shown.length === 0) {
            tell(only ? words.noneUndecided : words.noMarks)
            return false
          }
          const next = shown[nextIndex(shown, step, focus, annotations)]
          const first = next?.spans[0]
          if (!next || !first) return false
          commands.selectAnnotation(next.id)
          // The keyboard's cursor goes along, so that reading on or opening the list starts here. `select` dispatches
          // itself, and the command's own transaction would set the old selection after it.
          tr.setMeta('preventDispatch', true)
          focus.cursor.set(first[0])
          if (view.dom.contains(document.activeElement)) select(view, blocks, first[0], first[0])
          return true
        },

      undoOwn: () => () => {
        undo()
        return true
      },

      redoOwn: () => () => {
        if (isBarred()) return true
        if (!room.history.get().canRedo) tell(words.nothingToRedo)
        else {
          room.redo()
          speak(focus, words.redone)
        }
        return true
      },
    }
  },

  addProseMirrorPlugins() {
    const { editor } = this
    const { room, focus, commands, bindings } = this.options
    return [
      this.storage.painter.plugin,
      new Plugin({
        // The article never changes, whoever or whatever asks.
        filterTransaction: (transaction) => !transaction.docChanged,
        props: {
          handleDOMEvents: {
            keydown: (_, event) => handleKeys({ editor, room, focus, commands, bindings }, event),
            keyup: () => endPeek(focus),
          },
        },
        view: (view) => {
          const { blocks } = room.page
          const spansOf = (id: string | null) => (id ? (room.records.get().annotations.get(id)?.spans ?? []) : [])
          const selecting = paced(SELECTION_EVERY_MS, (draft: Span | null) => room.select(draft))
          const stops = [
            registerArticleCommands(editor, room, focus, commands),
            selecting.stop,
            room.onRecords((changed) => {
              const ids = changed.get('annotations')
              if (!ids) return
              editor.storage.annotations.painter.update(ids)
              const selected = focus.selected.get()
              if (selected && ids.has(selected)) {
                if (!room.records.get().annotations.has(selected)) focus.selected.set(null)
                highlight(view, blocks, 'selected', spansOf(focus.selected.get()))
              }
            }),
            // Names, and what the labels are.
            room.article.subscribe(() => editor.storage.annotations.painter.repaint()),
            focus.selected.subscribe(() => highlight(view, blocks, 'selected', spansOf(focus.selected.get()))),
            focus.hovered.subscribe(() => highlight(view, blocks, 'hovered', spansOf(focus.hovered.get()))),
            focus.isDragging.subscribe(() => editor.storage.annotations.painter.resume()),
            focus.draft.subscribe(() => {
              const draft = focus.draft.get()
              highlight(view, blocks, 'draft', draft ? [draft] : [])
              selecting.send(draft)
            }),
            focus.painted.subscribe(() => redrawHighlights(view, blocks)),
          ]
          return {
            destroy: () => {
              for (const stop of stops) stop()
              dropHighlights(view)
            },
          }
        },
      }),
    ]
  },
})

/** Sends the first value at once, and of those that come within `everyMs` after one that was sent only the last. */
function paced<T>(everyMs: number, sendNow: (value: T) => void): { send: (value: T) => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let late: { value: T } | null = null
  const send = (value: T) => {
    if (timer !== undefined) {
      late = { value }
      return
    }
    sendNow(value)
    timer = setTimeout(() => {
      timer = undefined
      const next = late
      late = null
      if (next) send(next.value)
    }, everyMs)
  }
  return { send, stop: () => clearTimeout(timer) }
}

function isSameSpan(a: Span | undefined, b: Span): boolean {
  return a !== undefined && a[0] === b[0] && a[1] === b[1]
}

function endPeek(focus: Focus): boolean {
  focus.isPeeking.set(false)
  return false
}

/** Brings a deleted mark back even when other acts came after it, which one step of undo would not. */
function bringBack(room: ArticleRoom, { id, kind, spans, attributes }: Annotation): Answer {
  return room.put('annotations', { id, kind, spans, attributes })
}

function ownVerdictsOn(room: ArticleRoom, on: string): string[] {
  const own = (verdict: Verdict) => verdict.on === on && verdict.author === room.me.id
  return [...room.records.get().verdicts.values()].filter(own).map((verdict) => verdict.id)
}

function nextIndex(
  shown: readonly Annotation[],
  step: 1 | -1,
  focus: Focus,
  annotations: ReadonlyMap<string, Annotation>,
): number {
  const selected = focus.selected.get()
  const current = shown.findIndex((one) => one.id === selected)
  if (current >= 0) return (current + step + shown.length) % shown.length
  // The selected mark is filtered out, or there is none: go on from where it, or the cursor, is.
  const from = (selected ? annotations.get(selected)?.spans[0]?.[0] : undefined) ?? focus.cursor.get() ?? 0
  const after = shown.findIndex((one) => (one.spans[0]?.[0] ?? 0) >= from)
  const at = after < 0 ? shown.length : after
  return (step === 1 ? at : at - 1 + shown.length) % shown.length
}
