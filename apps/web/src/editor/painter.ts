/**
 * The ProseMirror plugin that draws annotations: each block is cut into flat segments, one inline decoration a segment,
 * never one a mark. Blocks near the window are painted at once, the others in idle time, and only those that a change
 * has dirtied are painted again. Line height is reserved by the style sheet, so painting never moves a glyph.
 */
import type { Annotation } from '@attest/schema/annotation'
import { type Block, toPosition } from '@attest/schema/article'
import { Layout, type Segment } from '@attest/schema/segment'
import { lengthOf } from '@attest/schema/span'
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state'
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view'
import { withWindowSelection } from './places.ts'

/** Lanes that have a line of their own; marks in deeper ones share one hatched line. */
const LANES = 3

/** How long one idle slice may paint, in milliseconds. */
const SLICE_MS = 6

export interface PainterOptions {
  blocks: readonly Block[]
  annotation: (id: string) => Annotation | undefined
  isShown: (id: string) => boolean
  /** The name under which the style sheet has a kind. */
  styleOf: (kind: string) => string
  /** Says in words what a segment has over it, for those who hear the page. */
  describe: (annotations: readonly Annotation[]) => string
  /** Whether a selection is being drawn now: painting under it would take it away. */
  isHeld: () => boolean
  /** Called after blocks were painted: their text nodes are new ones. */
  onPainted: () => void
  /** Called with the blocks in or close to the window, whenever those are others than before. */
  onNear: (blocks: ReadonlySet<number>) => void
}

type Painted = ReadonlyMap<number, Decoration[]>

const key = new PluginKey<DecorationSet>('annotations')

export class Painter {
  readonly plugin: Plugin<DecorationSet>
  readonly #options: PainterOptions
  readonly #layout: Layout
  readonly #dirty = new Set<number>()
  readonly #near = new Set<number>()
  #view: EditorView | null = null
  #frame = 0
  #idle = 0

  constructor(options: PainterOptions) {
    this.#options = options
    this.#layout = new Layout(options.blocks)
    this.plugin = new Plugin<DecorationSet>({
      key,
      state: {
        init: () => DecorationSet.empty,
        apply: (transaction, painted) => {
          const blocks: Painted | undefined = transaction.getMeta(key)
          return blocks ? this.#replace(painted, blocks, transaction.doc) : painted
        },
      },
      props: { decorations: (state: EditorState) => key.getState(state) },
      view: (view) => this.#attach(view),
    })
  }

  /** The shown annotations over a text offset. */
  idsAt(offset: number): string[] {
    return this.#layout.idsAt(offset).filter(this.#options.isShown)
  }

  /** Takes in that these annotations were put or taken away; what they touch is painted soon. */
  update(ids: Iterable<string>): void {
    const present: Annotation[] = []
    for (const id of ids) {
      const annotation = this.#options.annotation(id)
      if (annotation && this.#fits(annotation)) present.push(annotation)
      else for (const index of this.#layout.remove(id)) this.#dirty.add(index)
    }
    // Oldest first, so that everybody who opens the article finds the marks in the same lanes.
    for (const annotation of present.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)))
      for (const index of this.#layout.put(annotation)) this.#dirty.add(index)
    this.#schedule()
  }

  /** Goes on after `isHeld` has become false. */
  resume(): void {
    this.#schedule()
  }

  /** Paints everything again, as when a filter or a name has changed. */
  repaint(): void {
    for (const index of this.#options.blocks.keys()) this.#dirty.add(index)
    this.#schedule()
  }

  /** Paints all that is still to be painted, now: for print, which shows every block. */
  readonly paintAll = (): void => {
    this.#paint([...this.#dirty])
  }

  /** A record from another version of the article could lie outside this text; it is listed elsewhere, not drawn. */
  #fits(annotation: Annotation): boolean {
    return (annotation.spans.at(-1)?.[1] ?? 0) <= (this.#options.blocks.at(-1)?.end ?? 0)
  }

  #attach(view: EditorView) {
    this.#view = view
    const indices = new WeakMap<Element, number>()
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const index = indices.get(target)
          if (index === undefined) continue
          if (isIntersecting) this.#near.add(index)
          else this.#near.delete(index)
        }
        this.#options.onNear(new Set(this.#near))
        if ([...this.#near].some((index) => this.#dirty.has(index))) this.#schedule()
      },
      { rootMargin: '75% 0px' },
    )
    for (const [index, element] of [...view.dom.children].entries()) {
      indices.set(element, index)
      observer.observe(element)
    }
    window.addEventListener('beforeprint', this.paintAll)
    this.#schedule()
    return {
      destroy: () => {
        this.#view = null
        observer.disconnect()
        cancelAnimationFrame(this.#frame)
        cancelIdle(this.#idle)
        window.removeEventListener('beforeprint', this.paintAll)
      },
    }
  }

  #schedule(): void {
    if (this.#dirty.size === 0 || this.#view === null || this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      if (this.#options.isHeld()) return
      this.#paint([...this.#dirty].filter((index) => this.#near.has(index)))
      if (this.#dirty.size > 0) this.#scheduleRest()
    })
  }

  #scheduleRest(): void {
    if (this.#idle !== 0) return
    this.#idle = whenIdle(() => {
      this.#idle = 0
      if (this.#options.isHeld()) return
      const until = performance.now() + SLICE_MS
      const painted = new Map<number, Decoration[]>()
      for (const index of this.#dirty) {
        painted.set(index, this.#decorate(index))
        // Half for making decorations, half for the editor to put them into the page.
        if (performance.now() > until - SLICE_MS / 2) break
      }
      this.#show(painted)
      if (this.#dirty.size > 0) this.#scheduleRest()
    })
  }

  #paint(blocks: readonly number[]): void {
    this.#show(new Map(blocks.map((index) => [index, this.#decorate(index)])))
  }

  #show(painted: Painted): void {
    if (painted.size === 0 || !this.#view || this.#view.isDestroyed) return
    for (const index of painted.keys()) this.#dirty.delete(index)
    this.#view.dispatch(withWindowSelection(this.#view, this.#view.state.tr.setMeta(key, painted)))
    this.#options.onPainted()
  }

  #replace(set: DecorationSet, painted: Painted, doc: EditorState['doc']): DecorationSet {
    const { blocks } = this.#options
    const old: Decoration[] = []
    const fresh: Decoration[] = []
    for (const [index, decorations] of painted) {
      const block = blocks[index]
      if (!block) continue
      old.push(...set.find(toPosition(blocks, block.start), toPosition(blocks, block.end)))
      fresh.push(...decorations)
    }
    return set.remove(old).add(doc, fresh)
  }

  #decorate(index: number): Decoration[] {
    return this.#layout.segmentsOf(index, this.#options.isShown).map((segment) =>
      // Inside one block, positions and offsets are the same distance apart.
      Decoration.inline(segment.start + 1 + index, segment.end + 1 + index, this.#attributesOf(segment)),
    )
  }

  #attributesOf(segment: Segment) {
    const annotations = segment.ids.flatMap((id) => this.#options.annotation(id) ?? [])
    const classes = new Set<string>()
    for (const { id, kind } of annotations) {
      const lane = this.#layout.laneOf(id)
      classes.add(lane < LANES ? `lane${lane}-${this.#options.styleOf(kind)}` : 'deep')
    }
    const shortest = annotations.reduce<Annotation | undefined>(
      (found, one) => (found && lengthOf(found.spans) <= lengthOf(one.spans) ? found : one),
      undefined,
    )
    if (shortest) classes.add(`tint-${this.#options.styleOf(shortest.kind)}`)
    return { nodeName: 'mark', class: [...classes].join(' '), 'aria-description': this.#options.describe(annotations) }
  }
}

/** Safari has no requestIdleCallback; a short timeout between two frames is the next best. */
const hasIdle = 'requestIdleCallback' in globalThis
const whenIdle = (run: () => void): number =>
  hasIdle ? requestIdleCallback(run, { timeout: 500 }) : window.setTimeout(run, 16)
const cancelIdle = (handle: number): void => (hasIdle ? cancelIdleCallback(handle) : clearTimeout(handle))
