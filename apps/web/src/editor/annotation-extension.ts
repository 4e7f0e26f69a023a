/**
 * The TipTap extension that makes an editor out of a page that cannot be edited: the commands (mark-commands.ts,
 * walk-commands.ts), the plugin that paints, the keys, and the lock that keeps the article as it is.
 */

import type { Annotation } from '@attest/schema/annotation'
import type { Span } from '@attest/schema/span'
import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import type { Bindings } from '../commands/bindings.ts'
import type { Commands } from '../commands/commands.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import type { Cell } from '../live/cell.ts'
import { dropAdjusting, finishAdjusting } from './adjust.ts'
import { registerArticleCommands } from './article-commands.ts'
import { holdOffWriting, isWriting } from './caret-mode.ts'
import { handleKeys } from './cursor.ts'
import type { Focus } from './focus.ts'
import { dropHighlights, highlight, redrawHighlights } from './highlights.ts'
import { styleOf } from './label-styles.ts'
import { markCommands } from './mark-commands.ts'
import { asChanged } from './own.ts'
import { Painter } from './painter.ts'
import { walkCommands } from './walk-commands.ts'
import { kindName, markName } from './wording.ts'

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
      isFaint: ({ author }) => room.isModel(author),
      describe: ({ kind, author }) => markName(kindName(room.page.labelSet, kind), room.nameOf(author)),
      onPainted: (view, isNear) => {
        redrawHighlights(view, room.page.blocks)
        // What is measured from the page is near the window; painting elsewhere moves nothing there.
        if (isNear) focus.painted.set(focus.painted.get() + 1)
      },
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
    return { ...markCommands(room, focus), ...walkCommands(room, focus, isShown) }
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
            ...holdOffWriting(editor, focus),
            keydown: (_, event) => {
              if (handleKeys({ editor, room, focus, commands, bindings }, event)) return true
              if (!focus.isCaret.get() || !isWriting(event)) return false
              event.preventDefault()
              return true
            },
            keyup: () => endPeek(focus),
          },
        },
        view: (view) => {
          const { blocks } = room.page
          const spansOf = (id: string | null) => {
            const adjusting = focus.adjusting.get()
            if (adjusting && adjusting.id === id) return adjusting.spans
            const annotation = id === null ? undefined : room.records.get().annotations.get(id)
            if (!annotation) return []
            // What one corrects is shown as it should be.
            return focus.correcting.get() === id ? asChanged(room, annotation).spans : annotation.spans
          }
          const showSelected = () => highlight(view, blocks, 'selected', spansOf(focus.selected.get()))
          // Whoever goes on to another mark, or to another mode, has moved the borders to where they want them.
          const endAdjusting = () => {
            const adjusting = focus.adjusting.get()
            if (!adjusting || focus.isDragging.get()) return
            const mode = focus.mode.get()
            if (focus.selected.get() !== adjusting.id || mode.type !== 'adjust' || mode.id !== adjusting.id)
              finishAdjusting({ editor, room, focus })
          }
          const selecting = paced(SELECTION_EVERY_MS, (draft: Span | null) => room.select(draft))
          const stops = [
            registerArticleCommands(editor, room, focus, commands),
            selecting.stop,
            room.onRecords((changed) => {
              if (changed.has('verdicts') && focus.correcting.get() !== null) showSelected()
              const ids = changed.get('annotations')
              if (!ids) return
              editor.storage.annotations.painter.update(ids)
              const { annotations } = room.records.get()
              const isGone = (id: string | null) => id !== null && ids.has(id) && !annotations.has(id)
              if (isGone(focus.hovered.get())) focus.hovered.set(null)
              dropAdjusting({ room, focus })
              const selected = focus.selected.get()
              if (selected && ids.has(selected)) {
                if (isGone(selected)) focus.selected.set(null)
                showSelected()
              }
            }),
            // Names, and what the labels are.
            room.article.subscribe(() => editor.storage.annotations.painter.repaint()),
            focus.selected.subscribe(showSelected),
            focus.adjusting.subscribe(showSelected),
            focus.correcting.subscribe(showSelected),
            focus.selected.subscribe(endAdjusting),
            focus.mode.subscribe(endAdjusting),
            // Whoever goes on to another mark has corrected this one, once what moved is kept.
            focus.selected.subscribe(() => {
              const correcting = focus.correcting.get()
              if (correcting !== null && correcting !== focus.selected.get()) focus.correcting.set(null)
            }),
            focus.hovered.subscribe(() => highlight(view, blocks, 'hovered', spansOf(focus.hovered.get()))),
            focus.isDragging.subscribe(() => editor.storage.annotations.painter.resume()),
            focus.draft.subscribe(() => {
              const draft = focus.draft.get()
              highlight(view, blocks, 'draft', draft ? [draft] : [])
              selecting.send(draft)
            }),
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

function endPeek(focus: Focus): boolean {
  focus.isPeeking.set(false)
  return false
}
