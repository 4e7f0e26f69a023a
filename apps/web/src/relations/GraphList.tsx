/** The claim graph as nested lists: what is spoken of, and under it who says, denies or cites it, and in whose name. */
import { kindLabel, kindStyle, shortQuote } from '../annotations/describe.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './graph.module.css'
import type { GraphEdge, GraphNode, Part } from './graph.ts'
import { relationName } from './link-mode.ts'
import { graphWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  parts: readonly Part[]
  onPick: (mark: string) => void
}

export function GraphList({ bench, parts, onPick }: Props) {
  const selected = useLive(bench.focus.selected)
  return (
    <ul className={styles['list']} aria-label={words.title}>
      {parts.map((part) => (
        <PartList key={part.id} bench={bench} part={part} selected={selected} onPick={onPick} />
      ))}
    </ul>
  )
}

interface PartProps extends Omit<Props, 'parts'> {
  part: Part
  selected: string | null
}

function PartList({ part, ...props }: PartProps) {
  const nodes = new Map(part.nodes.map((node) => [node.id, node]))
  const into = Map.groupBy(
    part.edges.filter(({ type }) => type !== null),
    ({ to }) => to,
  )
  const sourceOf = new Map(
    part.edges.filter(({ type }) => type === null).map(({ fromMark, to }) => [fromMark, nodes.get(to)]),
  )
  const outward = new Set(part.edges.flatMap(({ type, from }) => (type === null ? [] : [from])))
  const speaking = new Set(part.edges.flatMap(({ type, fromMark }) => (type === null ? [] : [fromMark])))
  const told = new Set<string>()
  const marks = part.nodes.filter(({ type }) => type === 'marks')
  // What speaks of nothing else is spoken of; what goes round in a circle begins anywhere.
  const ends = marks.filter(({ id }) => !outward.has(id))
  const branch = (node: GraphNode, edge?: GraphEdge): React.ReactNode => {
    const isTold = told.has(node.id)
    told.add(node.id)
    const incoming = isTold ? [] : (into.get(node.id) ?? [])
    const own = node.marks.filter(({ id }) => id === edge?.fromMark)
    // Those that say the same and speak of nothing themselves would stand nowhere else.
    const silent = isTold ? [] : node.marks.filter(({ id }) => !speaking.has(id))
    return (
      <li key={edge?.id ?? node.id}>
        {(edge ? [...own, ...silent] : node.marks).map((mark, i) => {
          const source = sourceOf.get(mark.id)
          return (
            <div key={mark.id} className={styles['listRow']}>
              {edge?.type && i === 0 && (
                <span className={styles['listWay']}>{words.incoming(relationName(props.bench.room, edge.type))}</span>
              )}
              {i > 0 && <span className={styles['listWay']}>{words.same}</span>}
              <button
                type="button"
                aria-pressed={props.selected === mark.id}
                data-mark={mark.id}
                onClick={() => props.onPick(mark.id)}
              >
                <Swatch kind={kindStyle(props.bench.room, mark)} />
                <span className="visually-hidden">{kindLabel(props.bench.room, mark)}: </span>
                <span dir="auto">{shortQuote(props.bench.room, mark, 140)}</span>
              </button>
              <small>
                {props.bench.room.nameOf(mark.author)}
                {source?.type === 'source' && ` · ${words.namedSource}: ${source.label ?? words.noSource}`}
                {isTold && (into.get(node.id)?.length ?? 0) > 0 && ` · ${words.seenAbove}`}
              </small>
            </div>
          )
        })}
        {incoming.length > 0 && (
          <ul>
            {incoming.map((one) => {
              const from = nodes.get(one.from)
              return from && branch(from, one)
            })}
          </ul>
        )}
      </li>
    )
  }
  const tree = ends.map((node) => branch(node))
  const rest = marks.flatMap((node) => (told.has(node.id) ? [] : [branch(node)]))
  return (
    <>
      {tree}
      {rest}
      {part.leftOut > 0 && <li className={styles['listNote']}>{words.leftOut(part.leftOut)}</li>}
    </>
  )
}
