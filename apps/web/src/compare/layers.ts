/** The layers of an article as the server gives them out, and what the verdicts make of them: pure, for page and worker. */
import { type Annotation, annotationSchema, isPlainAnnotation } from '@attest/schema/annotation'
import type { ArticlePage } from '@attest/schema/api'
import { type Gold, goldOf } from '@attest/schema/gold'
import { type Layers, layerSchema, layersSchema } from '@attest/schema/layer'
import { type Outcome, type Ruling, rulingsOf } from '@attest/schema/outcome'
import type { Relation } from '@attest/schema/relation'
import type { Verdict } from '@attest/schema/verdict'
import * as z from 'zod'
import { GOLD, type Party } from './differences.ts'

/** `before`: as it was when a blind article was revealed. */
export const whens = ['now', 'before'] as const
export type When = (typeof whens)[number]

/** Read with little work for each of thousands: what is plain is as it should be. */
export const quickSchema = layersSchema.extend({
  layers: z.array(
    layerSchema.extend({
      annotations: z.array(
        z.custom<Annotation>((value) => isPlainAnnotation(value) || annotationSchema.safeParse(value).success),
      ),
    }),
  ),
})

/** The answer of the server; null when it is not as it should be. */
export function readLayers(json: string): Layers | null {
  const read = quickSchema.safeParse(JSON.parse(json))
  return read.success ? read.data : null
}

/** The layers with what the verdicts make of them. */
export interface Judged {
  annotations: ReadonlyMap<string, Annotation>
  relations: ReadonlyMap<string, Relation>
  verdicts: ReadonlyMap<string, Verdict>
  rulings: ReadonlyMap<string, Ruling>
  gold: Gold
}

export function judge(page: Pick<ArticlePage, 'people' | 'project' | 'labelSet'>, told: Layers): Judged {
  const roles = new Map(page.people.map(({ id, role }) => [id, role]))
  const judging = { roleOf: (person: string) => roles.get(person) ?? null, peersJudge: page.project.peersJudge }
  const byId = <T extends { id: string }>(all: readonly T[]) => new Map(all.map((one) => [one.id, one]))
  const records = {
    annotations: byId(told.layers.flatMap(({ annotations }) => annotations)),
    relations: byId(told.layers.flatMap(({ relations }) => relations)),
    verdicts: byId(told.verdicts),
  }
  return { ...records, rulings: rulingsOf(records, judging), gold: goldOf(records, judging, page.labelSet) }
}

/** How far the review is. What nobody judged and an accepted mark stands for is no longer open. */
export function countOutcomes({ rulings, gold }: Judged): Record<Outcome | 'corrected' | 'duplicate', number> {
  const settled = new Set(gold.annotations.flatMap(({ standsFor }) => standsFor))
  const counts = { open: 0, accepted: 0, rejected: 0, disputed: 0, corrected: 0, duplicate: 0 }
  for (const [id, { outcome, of }] of rulings) {
    // What another mark stands for is not wrong.
    if (outcome === 'rejected' && typeof of === 'string') counts.duplicate++
    else if (outcome !== 'open' || !settled.has(id)) counts[outcome]++
  }
  counts.corrected = gold.annotations.filter(({ isCorrected }) => isCorrected).length
  return counts
}

/** Gold as one of those who are compared: the same marks, as if somebody called gold had made them. */
export function goldParty({ annotations }: Gold): Party {
  return {
    id: GOLD,
    annotations: annotations.map(({ id, kind, spans, attributes, at }) => ({
      id: `${GOLD}.${id}`,
      kind,
      spans,
      attributes,
      author: GOLD,
      at,
    })),
  }
}

/** The mark that is in the article: of one in gold, the one it comes from. */
export function inArticle(id: string): string {
  return id.startsWith(`${GOLD}.`) ? id.slice(GOLD.length + 1) : id
}
