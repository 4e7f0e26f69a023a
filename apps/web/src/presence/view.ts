/** What part of the text is in the window, as offsets; and the way back, to see what another sees. */
import type { Block } from '@attest/schema/article'
import type { Span } from '@attest/schema/span'
import type { EditorView } from '@tiptap/pm/view'

/**
 * The offsets at the upper and lower edge of the window; null while nothing of the text is in it. Within a paragraph
 * they are estimated from its height: it is asked for on every scroll, and a line up or down is no matter.
 */
export function visibleSpan({ dom }: EditorView, blocks: readonly Block[]): Span | null {
  const [top, bottom] = [edgeOf(dom), dom.ownerDocument.documentElement.clientHeight]
  const box = dom.getBoundingClientRect()
  if (blocks.length === 0 || box.bottom <= top || box.top >= bottom) return null
  return [offsetAt(dom, blocks, top), offsetAt(dom, blocks, bottom)]
}

/**
 * Scrolls until the line of this offset is at the upper edge. Paragraphs that were never near the window have only an
 * estimated height, so what is far away is reached in several steps. Returns the way to stop.
 */
export function alignTop({ dom }: EditorView, blocks: readonly Block[], offset: number): () => void {
  let frame = 0
  const approach = (stepsLeft: number) => {
    const index = Math.max(
      0,
      blocks.findLastIndex((block) => block.start <= offset),
    )
    const [block, element] = [blocks[index], dom.children[index]]
    if (!block || !element) return
    const rect = element.getBoundingClientRect()
    const share = (offset - block.start) / Math.max(1, block.end - block.start)
    // The heading, and what is above it, belong together.
    const distance = offset === 0 ? -window.scrollY : rect.top + share * rect.height - edgeOf(dom)
    if (Math.abs(distance) < 4) return
    const isFar = Math.abs(distance) > 1.5 * window.innerHeight
    const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    window.scrollBy({ top: distance, behavior: isFar || isCalm ? 'instant' : 'smooth' })
    if (stepsLeft > 0 && isFar) frame = requestAnimationFrame(() => approach(stepsLeft - 1))
  }
  approach(STEPS)
  return () => cancelAnimationFrame(frame)
}

const STEPS = 12

/** Where the text begins under the bar: as far down as the page scrolls whatever has the focus. */
function edgeOf(dom: HTMLElement): number {
  return Number.parseFloat(getComputedStyle(dom.ownerDocument.documentElement).scrollPaddingTop) || 0
}

function offsetAt(dom: HTMLElement, blocks: readonly Block[], y: number): number {
  // The paragraphs lie below each other, so the one that is there is found in a few steps.
  let [low, high] = [0, Math.min(blocks.length, dom.children.length) - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((dom.children[middle]?.getBoundingClientRect().bottom ?? 0) > y) high = middle
    else low = middle + 1
  }
  const [block, rect] = [blocks[low], dom.children[low]?.getBoundingClientRect()]
  if (!block || !rect) return 0
  const share = Math.min(1, Math.max(0, (y - rect.top) / Math.max(1, rect.height)))
  return block.start + Math.round(share * (block.end - block.start))
}
