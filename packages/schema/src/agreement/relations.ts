/**
 * Agreement on relations. Two relations of two people are the same when they are of one type and their ends are: the same
 * mark, or marks that were aligned, each in the layer of its author (a relation may lead to somebody else's mark). Then F1
 * as of spans. It says something only beside the agreement on marks: ends that were not found cannot be linked.
 */
import { type Alignment, align } from './alignment.ts'
import type { Link, Mark } from './annotated.ts'
import { bestMatching } from './matching.ts'
import type { Side } from './side.ts'

/** A relation with the marks at its ends. */
export interface Linked {
  link: Link
  from: Mark
  to: Mark
}

export interface AlignedRelations {
  pairs: {
    a: Linked
    b: Linked
    /** Whether the marks at both ends have the same borders and kinds. */
    isExact: boolean
  }[]
  onlyA: Linked[]
  onlyB: Linked[]
}

interface End {
  mark: Mark
  side: Side
}

/** The relations of one article, whose ends may be anybody's marks. */
export class Relations {
  readonly #ends = new Map<string, End>()
  readonly #alignments = new Map<Side, Map<Side, ReadonlyMap<string, Partner>>>()

  constructor(sides: readonly Side[]) {
    for (const side of sides.toReversed()) {
      const marks = new Map(side.marks.map((mark) => [mark.id, mark]))
      for (const [id, mark] of marks) this.#ends.set(id, { mark, side })
      for (const [twin, id] of side.standsFor) this.#ends.set(twin, { mark: marks.get(id) as Mark, side })
    }
  }

  /** As many pairs as there can be, each relation once; `marks` is the alignment of both layers. */
  align(a: Side, b: Side, marks: Alignment): AlignedRelations {
    const [linkedA, linkedB] = [this.#linked(a), this.#linked(b)]
    if (linkedA.length === 0 || linkedB.length === 0)
      return { pairs: [], onlyA: linkedA.map(tell), onlyB: linkedB.map(tell) }
    this.#keep(a, b, marks)
    // That ends are exact never outweighs one pair more.
    const exact = 1 + 1 / (linkedA.length + 1)
    const rows = linkedA.map((one) =>
      linkedB.flatMap((other, column) => {
        if (one.link.type !== other.link.type) return []
        const from = this.#meeting(one.from, other.from)
        const to = from && this.#meeting(one.to, other.to)
        return to ? [{ column, saving: from === 'exact' && to === 'exact' ? exact : 1 }] : []
      }),
    )
    const columnOf = bestMatching(rows, linkedB.length)
    const pairs = rows.flatMap((edges, row) => {
      const edge = edges.find(({ column }) => column === columnOf[row])
      if (!edge) return []
      const [one, other] = [linkedA[row], linkedB[edge.column]] as [Ended, Ended]
      return [{ a: tell(one), b: tell(other), isExact: edge.saving > 1 }]
    })
    const taken = new Set(columnOf)
    return {
      pairs,
      onlyA: linkedA.filter((_, row) => columnOf[row] === -1).map(tell),
      onlyB: linkedB.filter((_, column) => !taken.has(column)).map(tell),
    }
  }

  /** The relations of a layer of which both ends are there, each once. */
  #linked(side: Side): Ended[] {
    const found = new Map<string, Ended>()
    for (const link of side.relations) {
      const [from, to] = [this.#endOf(link.from, side), this.#endOf(link.to, side)]
      if (from && to) found.set(`${link.type} ${from.mark.id} ${to.mark.id}`, { link, from, to })
    }
    return [...found.values()]
  }

  /** A layer's own marks come first: gold may name a mark as the layer does that it comes from. */
  #endOf(id: string, side: Side): End | undefined {
    const end = this.#ends.get(id)
    if (!end || end.side === side) return end
    const own = side.marks.find((mark) => mark.id === (side.standsFor.get(id) ?? id))
    return own ? { mark: own, side } : end
  }

  /** Whether two ends are one: the same mark, or aligned. */
  #meeting(a: End, b: End): Partner['how'] | null {
    if (a.side === b.side) return a.mark.id === b.mark.id ? 'exact' : null
    const partner = this.#partners(a.side, b.side).get(a.mark.id)
    return partner?.id === b.mark.id ? partner.how : null
  }

  #partners(a: Side, b: Side): ReadonlyMap<string, Partner> {
    return this.#alignments.get(a)?.get(b) ?? this.#keep(a, b, align(a.marks, b.marks))
  }

  #keep(a: Side, b: Side, alignment: Alignment): ReadonlyMap<string, Partner> {
    const partners = new Map<string, Partner>()
    for (const { a, b, difference } of alignment.pairs)
      partners.set(a.id, { id: b.id, how: difference === 'same' ? 'exact' : 'aligned' })
    const ofA = this.#alignments.get(a) ?? new Map<Side, ReadonlyMap<string, Partner>>()
    this.#alignments.set(a, ofA.set(b, partners))
    return partners
  }
}

interface Partner {
  id: string
  how: 'exact' | 'aligned'
}

interface Ended {
  link: Link
  from: End
  to: End
}

function tell({ link, from, to }: Ended): Linked {
  return { link, from: from.mark, to: to.mark }
}
