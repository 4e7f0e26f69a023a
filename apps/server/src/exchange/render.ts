/** What is made of an article for an export: what was chosen of its records, written in a format, and what that leaves out. */
import type { ExportCounts, ExportLayers } from '@attest/schema/exchange-api'
import type { AnnotatedArticle } from '@attest/schema/formats/attest-json'
import type { FormatName, Loss, TextFile, Writer } from '@attest/schema/formats/format'
import { goldOf } from '@attest/schema/gold'
import { GOLD_AUTHOR, goldRecords } from '@attest/schema/gold-records'
import type { Gathered } from './gather.ts'

export interface Choices {
  format: FormatName
  layers: ExportLayers
  /** Only these marks, and what is said of them; all where it is missing. */
  marks?: readonly string[] | undefined
  anonymous: boolean
  history: boolean
}

export interface Rendered {
  files: TextFile[]
  /** Those that stand once beside all articles. */
  once: TextFile[]
  counts: ExportCounts
  left: Loss[]
}

export function render(gathered: Gathered, choices: Choices, writer: Writer): Rendered {
  const annotated = choose(gathered.annotated, choices)
  const { files, left } = writer.write(annotated)
  const { annotations, relations, comments, verdicts } = annotated.records
  const losses = [...left]
  if (gathered.unreadable > 0)
    losses.push({ what: 'records: what is stored of them cannot be read', count: gathered.unreadable })
  return {
    files,
    once: writer.once?.(annotated.labelSet) ?? [],
    counts: {
      annotations: annotations.size,
      relations: relations.size,
      comments: comments.size,
      verdicts: verdicts.size,
    },
    left: losses.filter(({ count }) => count > 0),
  }
}

function choose(annotated: AnnotatedArticle, { layers }: Choices): AnnotatedArticle {
  if (layers !== 'gold') return annotated
  const roles = new Map(annotated.people.map(({ id, role }) => [id, role]))
  const judging = {
    roleOf: (person: string) => roles.get(person) ?? null,
    peersJudge: annotated.project.peersJudge,
  }
  const records = goldRecords(goldOf(annotated.records, judging, annotated.labelSet))
  return { ...annotated, records, people: [{ id: GOLD_AUTHOR, name: GOLD_AUTHOR, role: null }] }
}

export const noCounts: ExportCounts = { annotations: 0, relations: 0, comments: 0, verdicts: 0 }

export function addCounts(to: ExportCounts, more: ExportCounts): ExportCounts {
  return {
    annotations: to.annotations + more.annotations,
    relations: to.relations + more.relations,
    comments: to.comments + more.comments,
    verdicts: to.verdicts + more.verdicts,
  }
}

/** The same losses said once, with how many there are of all. */
export function addLosses(to: readonly Loss[], more: readonly Loss[]): Loss[] {
  const sums = new Map<string, number>()
  for (const { what, count } of [...to, ...more]) sums.set(what, (sums.get(what) ?? 0) + count)
  return Array.from(sums, ([what, count]) => ({ what, count }))
}
