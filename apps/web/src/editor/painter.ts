/**
 * The ProseMirror plugin that draws annotations: each block is cut into flat segments, one inline decoration a segment,
 * never one a mark. Blocks in the window are painted at once, then those near it and the others in idle time, and only
 * those that a change has dirtied are painted again. Line height is reserved by the style sheet, so painting never moves a glyph.
 */
import type { Annotation } from '@attest/schema/annotation'
import { type Block, toPosition } from '@attest/schema/article'
import { Layout } from '@attest/schema/segment'
import { lengthOf } from '@attest/schema/span'
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state'
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view'
import { cancelIdle, whenIdle } from '../live/idle.ts'
import { FAINT } from './label-styles.ts'
import { withWindowSelection } from './places.ts'

/** Lanes that have a line of their own; marks in deeper ones share one hatched line. */
const LANES = 3

/** How long one idle slice may take, in milliseconds, with what the editor needs to put it into the page. */
const SLICE_MS = 6

/** How much of a slice decorations may be made in at least: each slice costs something however little it paints. */
const LEAST_MS = 1

export interface PainterOptions {
  blocks: readonly Block[]
  annotation: (id: string) => Annotation | undefined
  isShown: (id: string) => boolean
  /** The name under which the style sheet has a kind. */
  styleOf: (kind: string) => string
  /** Whether it is only proposed: its line is faint, and it has no tint. */
  isFaint?: (annotation: Annotation) => boolean
  /** Says in words what an annotation is, for those who hear the page. */
  describe: (annotation: Annotation) => string
  /** Whether a selection is being drawn now: painting under it would take it away. */
  isHeld: () => boolean
  /** Called after blocks were painted: their text nodes are new ones. `isNear` when one of them is close to the window. */
  onPainted: (view: EditorView, isNear: boolean) => void
  /** Called with the blocks in or close to the window, whenever those are others than before. */
  onNear: (blocks: ReadonlySet<number>) => void
}

type Painted = ReadonlyMap<number, Decoration[]>

/** What an annotation brings to each segment that it lies over. */
interface Look {
  line: string
  tint: string
  length: number
  saying: string
}

const key = new PluginKey<DecorationSet>('annotations')

export class Painter {
  readonly plugin: Plugin<DecorationSet>
  readonly #options: PainterOptions
  readonly #layout: Layout
  readonly #dirty = new Set<number>()
  readonly #near = new Set<number>()
  readonly #inWindow = new Set<number>()
  /** Those that the filters keep out, as of the last time they were asked. */
  readonly #hidden = new Set<string>()
  #view: EditorView | null = null
  #frame = 0
  #idle = 0
  /** How many times as long as making its decorations a slice took as a whole, of late. */
  #wholeToMaking = 3

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
    return this.#layout.idsAt(offset).filter((id) => !this.#hidden.has(id))
  }

  /** The annotations that begin in a block, shown or not, in no order. */
  idsFrom(block: number): string[] {
    return this.#layout.idsFrom(block)
  }

  /** Takes in that these annotations were put or taken away; what they touch is painted soon. */
  update(ids: Iterable<string>): void {
    const present: Annotation[] = []
    for (const id of ids) {
      const annotation = this.#options.annotation(id)
      if (annotation && this.#fits(annotation)) present.push(annotation)
      else {
        this.#dirt(this.#layout.remove(id))
        this.#hidden.delete(id)
      }
    }
    // Oldest first, so that everybody who opens the article finds the marks in the same lanes.
    for (const annotation of present.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
      this.#dirt(this.#layout.put(annotation))
      this.#hide(annotation.id)
    }
    this.#schedule()
  }

  /** Asks the filters again; only blocks with a mark that came or went are painted. */
  refilter(): void {
    for (const id of this.#layout.ids()) if (this.#hide(id)) this.#dirt(this.#layout.blocksOf(id))
    this.#schedule()
  }

  /** Goes on after `isHeld` has become false. */
  resume(): void {
    this.#schedule()
  }

  /** Paints everything again, as when a name has changed. */
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

  /** Whether it is now otherwise hidden or shown than before. */
  #hide(id: string): boolean {
    if (this.#options.isShown(id)) return this.#hidden.delete(id)
    if (this.#hidden.has(id)) return false
    this.#hidden.add(id)
    return true
  }

  #dirt(blocks: readonly number[]): void {
    for (const index of blocks) this.#dirty.add(index)
  }

  #attach(view: EditorView) {
    this.#view = view
    const indices = new WeakMap<Element, number>()
    /** Keeps the blocks within a distance of the window in a set. */
    const watch = (blocks: Set<number>, rootMargin: string, onChange: () => void) => {
      const observer = new IntersectionObserver(
        (entries) => {
          for (const { target, isIntersecting } of entries) {
            const index = indices.get(target)
            if (index === undefined) continue
            if (isIntersecting) blocks.add(index)
            else blocks.delete(index)
          }
          onChange()
          if ([...blocks].some((index) => this.#dirty.has(index))) this.#schedule()
        },
        { rootMargin },
      )
      for (const element of view.dom.children) observer.observe(element)
      return observer
    }
    for (const [index, element] of [...view.dom.children].entries()) indices.set(element, index)
    const observers = [
      watch(this.#inWindow, '0px', () => {}),
      watch(this.#near, '75% 0px', () => this.#options.onNear(new Set(this.#near))),
    ]
    window.addEventListener('beforeprint', this.paintAll)
    this.#schedule()
    return {
      destroy: () => {
        this.#view = null
        for (const observer of observers) observer.disconnect()
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
      this.#paint([...this.#dirty].filter((index) => this.#inWindow.has(index)))
      if (this.#dirty.size > 0) this.#scheduleRest()
    })
  }

  #scheduleRest(): void {
    if (this.#idle !== 0) return
    this.#idle = whenIdle(() => {
      this.#idle = 0
      if (this.#options.isHeld()) return
      const from = performance.now()
      const forMaking = Math.max(LEAST_MS, SLICE_MS / this.#wholeToMaking)
      const painted = new Map<number, Decoration[]>()
      for (const index of this.#nearestFirst()) {
        painted.set(index, this.#decorate(index))
        if (performance.now() - from > forMaking) break
      }
      const made = performance.now() - from
      this.#show(painted)
      const whole = performance.now() - from
      // Clocks may be coarse; a slice in which nothing could be measured says nothing.
      if (made > 0) this.#wholeToMaking = (3 * this.#wholeToMaking + Math.min(8, whole / made)) / 4
      if (this.#dirty.size > 0) this.#scheduleRest()
    })
  }

  *#nearestFirst(): Iterable<number> {
    for (const index of this.#near) if (this.#dirty.has(index)) yield index
    for (const index of this.#dirty) if (!this.#near.has(index)) yield index
  }

  #paint(blocks: readonly number[]): void {
    this.#show(new Map(blocks.map((index) => [index, this.#decorate(index)])))
  }

  #show(painted: Painted): void {
    if (painted.size === 0 || !this.#view || this.#view.isDestroyed) return
    for (const index of painted.keys()) this.#dirty.delete(index)
    this.#view.dispatch(withWindowSelection(this.#view, this.#view.state.tr.setMeta(key, painted)))
    const isNear = [...painted.keys()].some((index) => this.#near.has(index))
    this.#options.onPainted(this.#view, isNear)
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
    const looks = new Map<string, Look>()
    const decorations: Decoration[] = []
    let last: { start: number; end: number; class: string; saying: string } | null = null
    const push = () => {
      // Inside one block, positions and offsets are the same distance apart.
      if (last)
        decorations.push(
          Decoration.inline(last.start + 1 + index, last.end + 1 + index, {
            nodeName: 'mark',
            class: last.class,
            'aria-description': last.saying,
          }),
        )
    }
    for (const { start, end, ids } of this.#layout.segmentsOf(index, (id) => !this.#hidden.has(id))) {
      const look = this.#lookOf(ids, looks)
      // Where only marks begin or end that are seen and heard the same, one element is enough for both sides.
      if (last && last.end === start && last.class === look.class && last.saying === look.saying) last.end = end
      else {
        push()
        last = { start, end, ...look }
      }
    }
    push()
    return decorations
  }

  #lookOf(ids: readonly string[], looks: Map<string, Look>): { class: string; saying: string } {
    const lines = new Set<string>()
    const sayings = new Set<string>()
    let shortest: Look | null = null
    for (const id of ids) {
      const look = looks.get(id) ?? this.#look(id)
      looks.set(id, look)
      lines.add(look.line)
      sayings.add(look.saying)
      // What is only proposed has no tint, and leaves that of the marks it lies over as it is.
      if (look.tint !== '' && (!shortest || look.length < shortest.length)) shortest = look
    }
    if (shortest) lines.add(shortest.tint)
    return { class: [...lines].join(' '), saying: [...sayings].join('; ') }
  }

  #look(id: string): Look {
    const annotation = this.#options.annotation(id)
    if (!annotation) throw new RangeError(`the layout has ${id}, which is no annotation`)
    const lane = this.#layout.laneOf(id)
    const style = this.#options.styleOf(annotation.kind)
    const isFaint = this.#options.isFaint?.(annotation) === true
    return {
      line: lane < LANES ? `lane${lane}-${isFaint ? FAINT : ''}${style}` : 'deep',
      tint: isFaint ? '' : `tint-${style}`,
      length: lengthOf(annotation.spans),
      saying: this.#options.describe(annotation),
    }
  }
}
