/**
 * What is drawn over the text and measured from it: the keyboard's cursor, and whose selection is where. The selected
 * words of others are a highlight; only the small flag with the name is an element.
 */
import type { Editor } from '@tiptap/react'
import { useLayoutEffect, useRef, useState } from 'react'
import type { ArticleRoom, Peer } from '../live/article-room.ts'
import { useCalmly } from '../live/use-live.ts'
import styles from './article.module.css'
import type { Focus } from './focus.ts'
import { highlight } from './highlights.ts'
import { rangeOf } from './places.ts'

interface Placed {
  left: number
  top: number
  height: number
}

export function Overlay({ editor, room, focus }: { editor: Editor; room: ArticleRoom; focus: Focus }) {
  const { view } = editor
  const { blocks, text } = room.page
  const peers = useCalmly(room.peers)
  const cursor = useCalmly(focus.cursor)
  const painted = useCalmly(focus.painted)
  const width = useWidth(view.dom)
  const box = useRef<HTMLDivElement>(null)
  const [flags, setFlags] = useState<readonly (Placed & { peer: Peer })[]>([])
  const [caret, setCaret] = useState<Placed | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: painting and width move what is measured here
  useLayoutEffect(() => {
    const selecting = peers.filter(
      (peer) =>
        !peer.isMe && peer.selection && peer.selection[0] < peer.selection[1] && peer.selection[1] <= text.length,
    )
    for (let color = 0; color < 12; color++)
      highlight(
        view,
        blocks,
        `peer-${color}`,
        selecting.flatMap((peer) => (peer.user.color === color && peer.selection ? [peer.selection] : [])),
      )
    setFlags(
      selecting.flatMap((peer) => {
        const placed =
          peer.selection &&
          place(view.dom, box.current, rangeOf(view, blocks, [peer.selection[0], peer.selection[0] + 1]))
        return placed ? [{ ...placed, peer }] : []
      }),
    )
    setCaret(
      cursor === null || cursor > text.length
        ? null
        : place(view.dom, box.current, rangeOf(view, blocks, [cursor, cursor])),
    )
  }, [view, blocks, text, peers, cursor, painted, width])

  return (
    <div className={styles['overlay']} ref={box} aria-hidden="true">
      {caret && <span className={styles['caret']} style={{ left: caret.left, top: caret.top, height: caret.height }} />}
      {flags.map(({ peer, left, top }) => (
        <span
          key={peer.clientId}
          className={styles['flag']}
          style={{ left, top, background: `var(--person-${peer.user.color})` }}
        >
          {peer.user.name}
        </span>
      ))}
    </div>
  )
}

function place(article: HTMLElement, box: HTMLElement | null, range: Range): Placed | null {
  const rect = range.getClientRects()[0] ?? range.getBoundingClientRect()
  // An empty range at the edge of an element has no rectangle in some browsers.
  if (!box || (rect.height === 0 && rect.top === 0)) return null
  const origin = box.getBoundingClientRect()
  return {
    left: rect.left - origin.left,
    top: rect.top - origin.top,
    height: rect.height || Number.parseFloat(getComputedStyle(article).fontSize),
  }
}

/** The width of an element, as a reason to measure again. */
export function useWidth(element: HTMLElement): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width))
    observer.observe(element)
    return () => observer.disconnect()
  }, [element])
  return width
}
