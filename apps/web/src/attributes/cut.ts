/** Addresses that stand in an article without so much as a blank between them, and what can be made of a mark over them. */
import type { Annotation, Attributes } from '@attest/schema/annotation'
import { type Address, addressesIn, proposeCitation } from '@attest/schema/citation'
import type { Kind } from '@attest/schema/labelset'
import type { Span, Spans } from '@attest/schema/span'

/** The glued addresses that a mark lies over as if they were one; empty where there are none. */
export function joinedUnder({ spans }: Pick<Annotation, 'spans'>, text: string): Address[] {
  for (const span of spans) {
    const all = addressesIn(text, span)
    const from = all.findIndex((one) => one.isGlued && span[0] < one.span[1] && one.span[1] < span[1])
    if (from < 0) continue
    const after = all.slice(from)
    const last = after.findIndex((one) => !one.isGlued || one.span[1] >= span[1])
    return after.slice(0, last < 0 ? undefined : last + 1)
  }
  return []
}

/** Whether the mark lies over nothing but these addresses. */
export function isOnlyOver({ spans }: Pick<Annotation, 'spans'>, joined: readonly Address[]): boolean {
  const [first, last] = [joined[0]?.span[0] ?? 0, joined.at(-1)?.span[1] ?? 0]
  return spans.every(([start, end]) => start >= first && end <= last)
}

export interface Piece {
  spans: [number, number][]
  attributes: Attributes
}

/** A mark cut at the borders of the addresses: what lies before the first border stays with the first, and so on. */
export function cutApart(mark: Annotation, joined: readonly Address[], kind: Kind, text: string): Piece[] {
  const borders = joined.slice(0, -1).map((one) => one.span[1])
  const parts = [0, ...borders].map((from, i): Span => [from, borders[i] ?? text.length])
  return parts.map((part, i) => filled(within(mark.spans, part), i === 0 ? mark.attributes : {}, joined[i], kind, text))
}

/** A mark fitted to one address, whole. */
export function fitTo(mark: Annotation, address: Address, kind: Kind, text: string): Piece {
  return filled([[address.span[0], address.span[1]]], mark.attributes, address, kind, text)
}

/** The address of a piece is its own, whatever stood there for all of them together. */
function filled(
  spans: [number, number][],
  before: Attributes,
  address: Address | undefined,
  kind: Kind,
  text: string,
): Piece {
  const field = kind.attributes.find((one) => one.type === 'url')
  const attributes = { ...before }
  if (field) delete attributes[field.id]
  return {
    spans,
    attributes: {
      ...attributes,
      ...proposeCitation({ spans: address ? [address.span] : spans, attributes }, kind, text),
    },
  }
}

function within(spans: Spans, [from, to]: Span): [number, number][] {
  return spans
    .map(([start, end]): [number, number] => [Math.max(start, from), Math.min(end, to)])
    .filter(([start, end]) => start < end)
}
