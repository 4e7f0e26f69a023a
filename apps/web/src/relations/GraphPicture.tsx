/** The drawing of the claim graph: nodes that look like their kind, pattern first, and edges in the line of their kind. */
import type { Annotation } from '@attest/schema/annotation'
import type { Pattern } from '@attest/schema/labelset'
import { memo } from 'react'
import { kindLabel, kindStyle, shortQuote } from '../annotations/describe.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { fitText } from '../ui/text-width.ts'
import styles from './graph.module.css'
import type { GraphEdge, GraphNode } from './graph.ts'
import { HEAD_HEIGHT, hasHead, MOST_ROWS, NODE_WIDTH, type PlacedNode, ROW_HEIGHT, rowTop } from './layout.ts'
import type { Placed } from './use-layout.ts'
import { graphWords as words } from './wording.ts'

const QUOTE_FONT = '400 13px "Source Serif 4 Variable", Georgia, serif'
const NOTE_FONT = '500 11px "Inter Variable", system-ui, sans-serif'

/** A mark's row, or a source: what can have the focus. */
export interface Item {
  id: string
  node: GraphNode
  mark: Annotation
  x: number
  y: number
  width: number
  height: number
}

/** All that can have the focus in a part, where it stands in the whole. */
export function itemsOf({ nodes, left, top }: Placed): Item[] {
  return nodes.flatMap(({ node, x, y, width, height }): Item[] => {
    const at = { x: left + x, width }
    if (node.type === 'source') {
      const [mark] = node.marks
      return mark ? [{ id: node.id, node, mark, ...at, y: top + y, height }] : []
    }
    return node.marks.slice(0, MOST_ROWS).map((mark) => ({
      id: mark.id,
      node,
      mark,
      ...at,
      y: top + y + rowTop(node, mark.id),
      height: ROW_HEIGHT,
    }))
  })
}

interface Look {
  /** The nodes that are not faint; null when none is. */
  hot: ReadonlySet<string> | null
  selected: string | null
  active: string | null
}

interface Props extends Look {
  room: ArticleRoom
  part: Placed
  /** Too small to be read, so it is not written. */
  isSmall?: boolean
  on?: {
    pick: (item: Item) => void
    hover: (item: Item | null) => void
    focus: (item: Item) => void
  }
}

export const PartPicture = memo(function PartPicture({ room, part, isSmall = false, on, ...look }: Props) {
  const items = new Map(itemsOf(part).map((item) => [item.id, item]))
  return (
    <g transform={`translate(${part.left} ${part.top})`}>
      {part.edges.map(({ edge, path, head }) => {
        const isFaint = look.hot !== null && !(look.hot.has(edge.from) && look.hot.has(edge.to))
        return (
          <g key={edge.id} className={styles['edge']} data-faint={isFaint || undefined}>
            <EdgeLine room={room} part={part} edge={edge} path={path} />
            {!isSmall && (
              <path
                className={styles['head']}
                style={{
                  fill: edge.type === null ? 'var(--line-strong)' : `var(--kind-${edgeKind(room, part, edge)})`,
                }}
                d={`M${head.x} ${head.y}l${head.isLeftward ? 8 : -8} -4.5v9Z`}
              />
            )}
          </g>
        )
      })}
      {part.nodes.map((placed) => (
        <g
          key={placed.node.id}
          transform={`translate(${placed.x} ${placed.y})`}
          data-faint={(look.hot !== null && !look.hot.has(placed.node.id)) || undefined}
          className={styles['node']}
        >
          {placed.node.type === 'source' ? (
            <SourcePicture placed={placed} isSmall={isSmall} item={items.get(placed.node.id)} on={on} look={look} />
          ) : (
            <MarksPicture room={room} placed={placed} isSmall={isSmall} items={items} on={on} look={look} />
          )}
        </g>
      ))}
      {part.part.leftOut > 0 && (
        <text className={styles['note']} y={part.height + 18}>
          {words.leftOut(part.part.leftOut)}
        </text>
      )}
    </g>
  )
})

function EdgeLine({ room, part, edge, path }: { room: ArticleRoom; part: Placed; edge: GraphEdge; path: string }) {
  if (edge.type === null) return <path className={styles['line']} style={{ stroke: 'var(--line-strong)' }} d={path} />
  const kind = edgeKind(room, part, edge)
  const pattern = patternOf(room, kind)
  return (
    <>
      <path
        className={styles['line']}
        style={{ stroke: `var(--kind-${kind})`, ...dashes[pattern], ...(pattern === 'double' && { strokeWidth: 4 }) }}
        d={path}
      />
      {pattern === 'double' && (
        <path className={styles['line']} style={{ stroke: 'var(--surface)', strokeWidth: 1.5 }} d={path} />
      )}
    </>
  )
}

const dashes: Record<Pattern, React.CSSProperties> = {
  solid: {},
  double: {},
  dashed: { strokeDasharray: '8 4' },
  dotted: { strokeDasharray: '2.5 3' },
}

/** The kind whose line an edge is drawn in: that of the mark it begins at. */
function edgeKind(room: ArticleRoom, part: Placed, edge: GraphEdge): string {
  const found = part.part.nodes.find(({ id }) => id === edge.from)?.marks[0]
  return found ? kindStyle(room, found) : '_unknown'
}

function patternOf({ page }: ArticleRoom, kind: string): Pattern {
  return page.labelSet.kinds.find(({ id }) => id === kind)?.pattern ?? 'dotted'
}

interface NodeProps {
  placed: PlacedNode
  isSmall: boolean
  on: Props['on']
  look: Look
}

function SourcePicture({ placed, item, isSmall, on, look }: NodeProps & { item: Item | undefined }) {
  const { node, width, height } = placed
  if (node.type !== 'source' || !item) return null
  const label = node.label ?? words.noSource
  return (
    <Target item={item} label={words.source(label, node.marks.length)} on={on} isActive={look.active === item.id}>
      <rect
        className={styles['source']}
        width={width}
        height={height}
        rx={height / 2}
        data-none={node.label === null || undefined}
      />
      {!isSmall && (
        <text className={styles['sourceName']} x={width / 2} y={height / 2} dy="0.35em" textAnchor="middle">
          {isolated(fitText(label, width - 28, NOTE_FONT))}
        </text>
      )}
    </Target>
  )
}

function MarksPicture({
  room,
  placed,
  items,
  isSmall,
  on,
  look,
}: NodeProps & { room: ArticleRoom; items: ReadonlyMap<string, Item> }) {
  const { node, width, height } = placed
  const [first] = node.marks
  if (!first) return null
  const hidden = node.marks.length - MOST_ROWS
  return (
    <>
      <rect className={styles['box']} width={width} height={height} rx="7" />
      {hasHead(node) && !isSmall && (
        <text className={styles['note']} x="12" y={HEAD_HEIGHT - 7}>
          {words.sameAs(node.marks.length)}
          {hidden > 0 && ` · ${words.notShown(hidden)}`}
        </text>
      )}
      {node.marks.slice(0, MOST_ROWS).map((mark) => {
        const item = items.get(mark.id)
        const kind = kindStyle(room, mark)
        const author = room.nameOf(mark.author)
        const quote = shortQuote(room, mark, 200)
        return (
          item && (
            <g key={mark.id} transform={`translate(0 ${rowTop(node, mark.id)})`}>
              <Target
                item={item}
                label={words.mark(kindLabel(room, mark), author, quote)}
                on={on}
                isActive={look.active === mark.id}
              >
                <rect
                  className={styles['row']}
                  width={width}
                  height={ROW_HEIGHT}
                  rx="7"
                  data-selected={look.selected === mark.id || undefined}
                />
                {!isSmall && (
                  <>
                    <text className={styles['quote']} x="12" y="18">
                      {isolated(fitText(quote, NODE_WIDTH - 24, QUOTE_FONT))}
                    </text>
                    <text className={styles['note']} x="12" y="32">
                      {isolated(
                        fitText(words.kindAndAuthor(kindLabel(room, mark), author), NODE_WIDTH - 24, NOTE_FONT),
                      )}
                    </text>
                  </>
                )}
                <KindLine kind={kind} pattern={patternOf(room, kind)} width={width} />
              </Target>
            </g>
          )
        )
      })}
    </>
  )
}

/** The line of a kind, as it is under the words, along the foot of a row. */
function KindLine({ kind, pattern, width }: { kind: string; pattern: Pattern; width: number }) {
  const y = ROW_HEIGHT - 5
  const style = { stroke: `var(--kind-${kind})`, ...dashes[pattern] }
  if (pattern !== 'double') return <path className={styles['kind']} style={style} d={`M12 ${y}H${width - 12}`} />
  return (
    <path
      className={styles['kind']}
      style={{ ...style, strokeWidth: 1.25 }}
      d={`M12 ${y - 1.5}H${width - 12}M12 ${y + 1.5}H${width - 12}`}
    />
  )
}

interface TargetProps {
  item: Item
  label: string
  on: Props['on']
  isActive: boolean
  children: React.ReactNode
}

/** One of them can be reached by Tab; the arrow keys go to the others. */
function Target({ item, label, on, isActive, children }: TargetProps) {
  if (!on) return <g>{children}</g>
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no buttons inside a picture
    <g
      role="button"
      className={styles['target']}
      data-item={item.id}
      tabIndex={isActive ? 0 : -1}
      aria-label={label}
      onClick={() => on.pick(item)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        on.pick(item)
      }}
      onPointerEnter={() => on.hover(item)}
      onPointerLeave={() => on.hover(null)}
      onFocus={() => on.focus(item)}
    >
      <title>{label}</title>
      {children}
    </g>
  )
}

/** Words in another direction stay what they are, and do not turn those around them. */
function isolated(text: string): string {
  return `\u2068${text}\u2069`
}
