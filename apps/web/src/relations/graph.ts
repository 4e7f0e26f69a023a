/**
 * The claim graph: who says what, who denies it, and what is cited for it. Claims that say the same are one node with a
 * row for each; attributions that name the same source meet in it. It parts into groups that hang together, so that a
 * page with thousands of marks is laid out and drawn a piece at a time. Pure: records in, nodes and edges out.
 */
import { type Annotation, inTextOrder } from '@attest/schema/annotation'
import type { Linked } from '@attest/schema/links'

/** Of a node of marks: one, or several that say the same, in the order of the text. */
export interface MarkNode {
  type: 'marks'
  id: string
  marks: readonly Annotation[]
}

/** Whoever or whatever attributions name as their source. */
export interface SourceNode {
  type: 'source'
  id: string
  /** As the first of them writes it; null says that the text names nobody. */
  label: string | null
  marks: readonly Annotation[]
}

export type GraphNode = MarkNode | SourceNode

export interface GraphEdge {
  id: string
  /** The type of the relation; null from a mark to its source. */
  type: string | null
  from: string
  to: string
  /** Which rows of the nodes it joins; a source has none. */
  fromMark: string
  toMark: string | null
}

/** What hangs together by links, or by naming the same source. */
export interface Part {
  id: string
  nodes: readonly GraphNode[]
  edges: readonly GraphEdge[]
  /** How many marks of it are left out, because more could neither be laid out at once nor be read. */
  leftOut: number
}

export interface Graph {
  parts: readonly Part[]
  /** The shown marks without any link. */
  unlinked: number
}

/** The relation that joins marks into one node. */
const SAME = 'same_as'
/** The attribute that names whose words something is. */
const SOURCE = 'source'
/** More nodes than this in one part take longer to lay out than a few frames, and nobody reads them. */
const MOST_NODES = 64
/** A source that is named everywhere joins no more marks than this. */
const MOST_OF_SOURCE = 36

interface GraphOptions {
  isShown: (annotation: Annotation) => boolean
  /** The mark that must be among those drawn of a part too large to be drawn whole. */
  around?: string | null
}

export function graphOf(records: Linked, { isShown, around = null }: GraphOptions): Graph {
  const shown = [...records.annotations.values()].filter(isShown).sort(inTextOrder)
  const byId = new Map(shown.map((mark) => [mark.id, mark]))
  const relations = [...records.relations.values()]
    .filter(({ from, to }) => from !== to && byId.has(from) && byId.has(to))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const linked = new Set(relations.flatMap(({ from, to }) => [from, to]))

  const same = makeUnion()
  for (const { type, from, to } of relations) if (type === SAME) same.join(from, to)
  const marks = shown.filter(({ id }) => linked.has(id))
  // In the order of the text, so that the node goes by the first of those that say the same.
  const groups = Map.groupBy(marks, ({ id }) => same.rootOf(id))
  const nodes = new Map<string, MarkNode>()
  const nodeOf = new Map<string, string>()
  for (const group of groups.values()) {
    const id = group[0]?.id ?? ''
    nodes.set(id, { type: 'marks', id, marks: group })
    for (const mark of group) nodeOf.set(mark.id, id)
  }

  // Two people who link the same marks say one thing.
  const edges = new Map<string, GraphEdge>()
  for (const { type, from, to } of relations) {
    const [start, end] = [nodeOf.get(from), nodeOf.get(to)]
    if (type === SAME || !start || !end || start === end) continue
    const id = `${type} ${from} ${to}`
    edges.set(id, { id, type, from: start, to: end, fromMark: from, toMark: to })
  }

  const parts = makeUnion()
  for (const id of nodes.keys()) parts.rootOf(id)
  for (const { from, to } of edges.values()) parts.join(from, to)
  const sourced = marks.flatMap((mark) => {
    const source = sourceOf(mark)
    const node = nodeOf.get(mark.id)
    return source && node ? [{ ...source, mark, node }] : []
  })
  // A source that everybody names would draw the whole article together; then it stands in each part anew.
  for (const all of Map.groupBy(sourced, ({ key }) => key).values()) {
    const [first] = all
    for (const { node } of all) if (first) parts.join(first.node, node, MOST_OF_SOURCE)
  }
  const sources = Map.groupBy(sourced, ({ key, node }) => `${parts.rootOf(node)} ${key}`)
  const sourceNodes = Map.groupBy(
    [...sources].map(([key, all]): SourceNode & { part: string } => ({
      part: parts.rootOf(all[0]?.node ?? ''),
      type: 'source',
      id: `source ${key}`,
      label: all[0]?.label ?? null,
      marks: all.map(({ mark }) => mark),
    })),
    ({ part }) => part,
  )
  const sourceEdges: GraphEdge[] = [...sources].flatMap(([key, all]) =>
    all.map(({ mark, node }) => ({
      id: `source ${mark.id}`,
      type: null,
      from: node,
      to: `source ${key}`,
      fromMark: mark.id,
      toMark: null,
    })),
  )
  const edgesOf = Map.groupBy([...edges.values(), ...sourceEdges], ({ from }) => parts.rootOf(from))
  const nodesOf = Map.groupBy(nodes.values(), ({ id }) => parts.rootOf(id))
  return {
    parts: [...nodesOf].map(([root, own]) =>
      cut(
        { nodes: [...own, ...(sourceNodes.get(root) ?? [])], edges: edgesOf.get(root) ?? [] },
        around === null ? undefined : nodeOf.get(around),
      ),
    ),
    unlinked: shown.length - marks.length,
  }
}

/** Of a part that is too large, what lies nearest to the given node, else to the one with the most links. */
function cut({ nodes, edges }: Pick<Part, 'nodes' | 'edges'>, around: string | undefined): Part {
  const id = nodes[0]?.id ?? ''
  if (nodes.length <= MOST_NODES) return { id, nodes, edges, leftOut: 0 }
  const near = new Map<string, string[]>(nodes.map((node) => [node.id, []]))
  for (const { from, to } of edges) {
    near.get(from)?.push(to)
    near.get(to)?.push(from)
  }
  const middle =
    around && near.has(around) ? around : [...near].reduce((a, b) => (b[1].length > a[1].length ? b : a))[0]
  const kept = new Set([middle])
  for (const one of kept) for (const next of near.get(one) ?? []) if (kept.size < MOST_NODES) kept.add(next)
  const isMark = (node: GraphNode) => node.type === 'marks'
  return {
    id,
    nodes: nodes.filter((node) => kept.has(node.id)),
    edges: edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
    leftOut: nodes
      .filter((node) => isMark(node) && !kept.has(node.id))
      .reduce((count, node) => count + node.marks.length, 0),
  }
}

/** Whom a mark names as its source, and under what name the same one is found again; null where it says nothing of it. */
function sourceOf({ id, attributes }: Annotation): { key: string; label: string | null } | null {
  const source = Object.hasOwn(attributes, SOURCE) ? attributes[SOURCE] : undefined
  // That nobody is named is said of one mark; it makes no two of them have the same source.
  if (source === null) return { key: `none ${id}`, label: null }
  const label = source?.trim().replaceAll(/\s+/g, ' ')
  return label ? { key: `named ${label.toLocaleLowerCase('en')}`, label } : null
}

interface Union {
  rootOf(id: string): string
  /** Joins two sets, unless the one that they make would be larger than this. */
  join(a: string, b: string, most?: number): void
}

function makeUnion(): Union {
  const parents = new Map<string, string>()
  const sizes = new Map<string, number>()
  function rootOf(id: string): string {
    let root = id
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent
    // What was walked over points to the root from now on.
    for (let at = id; at !== root; ) {
      const parent = parents.get(at) ?? root
      parents.set(at, root)
      at = parent
    }
    return root
  }
  const sizeOf = (root: string) => sizes.get(root) ?? 1
  return {
    rootOf,
    join(a, b, most = Number.POSITIVE_INFINITY) {
      const [first, second] = [rootOf(a), rootOf(b)]
      const size = sizeOf(first) + sizeOf(second)
      if (first === second || size > most) return
      parents.set(second, first)
      sizes.set(first, size)
    },
  }
}
