/** Those who can be compared in an article, as the page shows them. */
import type { ArticlePage } from '@attest/schema/api'
import type { Layers } from '@attest/schema/layer'
import { firstOf, initialsOf } from '../ui/initials.ts'
import { GOLD } from './differences.ts'
import { compareWords } from './wording.ts'

export interface PartyShown {
  id: string
  name: string
  /** At most two characters, unlike those of the others where that can be. */
  short: string
  /** The index of the person's colour; null for gold. */
  color: number | null
  marks: number
  /** Whether it is a layer that came with a file or out of a model: nobody is compared with those unasked. */
  isSource: boolean
}

/** The ground of a party's initials. */
export function colorOf(color: number | null): { background: string; color?: string } {
  return color === null ? { background: 'var(--ink)', color: 'var(--paper)' } : { background: `var(--person-${color})` }
}

/** Everybody who has a layer, by name, then layers that are nobody's, then gold. */
export function partiesOf(
  page: Pick<ArticlePage, 'people'>,
  { layers }: Pick<Layers, 'layers'>,
  gold: number,
): PartyShown[] {
  const known = new Map(page.people.map((person) => [person.id, person]))
  const people = layers
    .filter(({ annotations }) => annotations.length > 0)
    .map(({ person, annotations }) => {
      const { name = person, color = 0, source } = known.get(person) ?? {}
      return {
        id: person,
        name,
        short: initialsOf(name),
        color: color % 12,
        marks: annotations.length,
        isSource: !!source,
      }
    })
    .sort(
      (a, b) => Number(a.isSource) - Number(b.isSource) || a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1),
    )
  const alike = Map.groupBy(people, ({ short }) => short)
  for (const same of alike.values())
    if (same.length > 1) for (const [i, one] of same.entries()) one.short = `${firstOf(one.short, 1)}${i + 1}`
  return [...people, { id: GOLD, name: compareWords.gold, short: '★', color: null, marks: gold, isSource: false }]
}
