/**
 * Where the nodes of a part of the claim graph stand, from left to right: denials, claims, attributions, sources. dagre
 * ranks and orders them; the edges are drawn by us, because they end at rows of a node.
 */
import { Graph as Dagre, layout } from '@dagrejs/dagre'
import { curveBumpX, line, linkHorizontal } from 'd3-shape'
import type { GraphEdge, GraphNode, Part } from './graph.ts'

export const NODE_WIDTH = 212
export const ROW_HEIGHT = 44
export const HEAD_HEIGHT = 22
export const SOURCE_WIDTH = 168
export const SOURCE_HEIGHT = 34
/** Rows of one node; the rest is told. */
export const MOST_ROWS = 8

const RANK_GAP = 52
const NODE_GAP = 16
/** Between parts, and around all. */
export const PART_GAP = 40

export interface PlacedNode {
  node: GraphNode
  x: number
  y: number
  width: number
  height: number
}

export interface PlacedEdge {
  edge: GraphEdge
  path: string
  /** Where it comes in, and whether from the right. */
  head: { x: number; y: number; isLeftward: boolean }
}

export interface PlacedPart {
  part: Part
  width: number
  height: number
  nodes: readonly PlacedNode[]
  edges: readonly PlacedEdge[]
}

export function rowsOf(node: GraphNode): number {
  return node.type === 'source' ? 1 : Math.min(node.marks.length, MOST_ROWS)
}

/** A node with several rows has a line above them that says what they have in common. */
export function hasHead(node: GraphNode): boolean {
  return node.type === 'marks' && node.marks.length > 1
}

function sizeOf(node: GraphNode): { width: number; height: number } {
  if (node.type === 'source') return { width: SOURCE_WIDTH, height: SOURCE_HEIGHT }
  return { width: NODE_WIDTH, height: rowsOf(node) * ROW_HEIGHT + (hasHead(node) ? HEAD_HEIGHT : 0) }
}

/** Two parts for which this is the same are laid out alike. */
export function shapeOf({ nodes, edges }: Part): string {
  return JSON.stringify([
    nodes.map((node) => [node.id, node.type === 'marks' && node.marks[0]?.kind, node.marks.map(({ id }) => id)]),
    edges.map(({ id }) => id),
  ])
}

export function layOut(part: Part): PlacedPart {
  const graph = new Dagre({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', ranksep: RANK_GAP, nodesep: NODE_GAP, edgesep: 8, marginx: 0, marginy: 0 })
  for (const node of part.nodes) graph.setNode(node.id, sizeOf(node))
  for (const edge of part.edges) {
    const [start, end] = isRightward(edge) ? [edge.from, edge.to] : [edge.to, edge.from]
    const minlen = columnsBetween(part, edge)
    graph.setEdge(start, end, { minlen, weight: edge.type === null ? 1 : 3 }, edge.id)
  }
  layout(graph)

  const nodes = part.nodes.map((node): PlacedNode => {
    const { x = 0, y = 0 } = graph.node(node.id)
    const { width, height } = sizeOf(node)
    return { node, x: x - width / 2, y: y - height / 2, width, height }
  })
  // Columns of all parts stand under each other: where nothing is denied, the place of denials stays free.
  const left = Math.min(...nodes.map(({ x }) => x))
  const hasDenials = nodes.some(({ node, x }) => x === left && kindsOf(node) === 'denial')
  const shift = (hasDenials ? 0 : NODE_WIDTH + RANK_GAP) - left
  const top = Math.min(...nodes.map(({ y }) => y))
  const placed = nodes.map((one) => ({ ...one, x: one.x + shift, y: one.y - top }))
  const byId = new Map(placed.map((one) => [one.node.id, one]))
  const edges = part.edges.flatMap((edge): PlacedEdge[] => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)]
    if (!from || !to) return []
    const [start, end] = isRightward(edge) ? [edge.from, edge.to] : [edge.to, edge.from]
    const points: { x: number; y: number }[] = graph.edge(start, end, edge.id)?.points ?? []
    const bends = points.slice(1, -1).map(({ x, y }) => ({ x: x + shift, y: y - top }))
    return [draw(edge, from, to, isRightward(edge) ? bends : bends.reverse())]
  })
  return {
    part,
    nodes: placed,
    edges,
    width: Math.max(...placed.map(({ x, width }) => x + width)),
    height: Math.max(...placed.map(({ y, height }) => y + height)),
  }
}

/** A denial stands left of what it denies, a source right of who names it; all else points from the right to the left. */
function isRightward({ type }: GraphEdge): boolean {
  return type === null || type === 'denies'
}

/** Whoever holds a denial stands among those who hold a claim, and whoever denies among the sources. */
function columnsBetween(part: Part, edge: GraphEdge): number {
  if (edge.type === null) return kindOf(part, edge.from) === 'denial' ? 3 : 1
  return edge.type !== 'denies' && kindOf(part, edge.to) === 'denial' ? 2 : 1
}

function kindsOf(node: GraphNode): string | undefined {
  return node.type === 'marks' ? node.marks[0]?.kind : undefined
}

function kindOf({ nodes }: Part, id: string): string | undefined {
  const node = nodes.find((one) => one.id === id)
  return node && kindsOf(node)
}

/** Where the row of a mark is in its node; the middle of a source. */
export function rowTop(node: GraphNode, mark: string | null): number {
  if (node.type === 'source' || mark === null) return 0
  const index = Math.max(
    0,
    node.marks.findIndex(({ id }) => id === mark),
  )
  return (hasHead(node) ? HEAD_HEIGHT : 0) + Math.min(index, MOST_ROWS - 1) * ROW_HEIGHT
}

function draw(
  edge: GraphEdge,
  from: PlacedNode,
  to: PlacedNode,
  bends: readonly { x: number; y: number }[],
): PlacedEdge {
  const isLeftward = from.x > to.x
  const middle = ({ node, y }: PlacedNode, mark: string | null) =>
    y + rowTop(node, mark) + (node.type === 'source' ? SOURCE_HEIGHT : ROW_HEIGHT) / 2
  const start = { x: isLeftward ? from.x : from.x + from.width, y: middle(from, edge.fromMark) }
  const tip = { x: isLeftward ? to.x + to.width + 2 : to.x - 2, y: middle(to, edge.toMark) }
  const end = { x: tip.x + (isLeftward ? 6 : -6), y: tip.y }
  // Between neighbouring columns there is nothing to go round.
  const isLong = bends.length > 1
  const curve = line<{ x: number; y: number }>(
    ({ x }) => x,
    ({ y }) => y,
  ).curve(curveBumpX)
  const path = isLong
    ? curve([start, ...bends, end])
    : linkHorizontal<unknown, { x: number; y: number }>()
        .x(({ x }) => x)
        .y(({ y }) => y)({ source: start, target: end })
  return { edge, path: path ?? '', head: { ...tip, isLeftward } }
}
