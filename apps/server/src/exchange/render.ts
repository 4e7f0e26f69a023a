/** What is made of an article for an export: what was chosen of its records, written in a format, and what that leaves out. */
import type { ExportCounts, ExportLayers } from '@attest/schema/exchange-api'
import { anonymised, pseudonymsOf } from '@attest/schema/formats/anonymous'
import { type AnnotatedArticle, FORMAT } from '@attest/schema/formats/attest-json'
import { choose } from '@attest/schema/formats/choose'
import type { FormatName, Loss, TextFile, Writer } from '@attest/schema/formats/format'
import type { Kysely } from 'kysely'
import type { Looker } from '../blind/layers.ts'
import type { Database } from '../store/sqlite.ts'
import type { Gathered } from './gather.ts'
import { actsOf } from './history.ts'

export interface Choices {
  format: FormatName
  layers: ExportLayers
  /** Only these marks, and what is said of them; all where it is missing. */
  marks?: readonly string[] | undefined
  anonymous: boolean
  history: boolean
}

/** By what people are called otherwise: the same in all exports of a project. */
export interface Naming {
  people: readonly { id: string; name: string }[]
  secret: string
}

export interface Asking {
  looker: Looker
  choices: Choices
  /** Null where people are called what they are. */
  naming: Naming | null
}

export interface Rendered {
  files: TextFile[]
  /** Those that stand once beside all articles. */
  once: TextFile[]
  counts: ExportCounts
  left: Loss[]
}

export async function render(
  db: Kysely<Database>,
  gathered: Gathered,
  { looker, choices, naming }: Asking,
  writer: Writer,
): Promise<Rendered> {
  const { state } = gathered
  const { id } = gathered.annotated.article
  const all: AnnotatedArticle = choices.history
    ? { ...gathered.annotated, history: await actsOf(db, { id, state }, looker) }
    : gathered.annotated
  const chosen = choose(all, choices)
  const annotated = naming ? anonymised(chosen, pseudonymsOf(naming.people, naming.secret)) : chosen
  const { history, ...rest } = annotated
  // Our own format has a place for it.
  const isInside = writer.name === FORMAT
  const { files, left } = writer.write(isInside ? annotated : rest)
  if (history && !isInside) {
    const told = { format: 'attest-history', version: 1, article: id, acts: history }
    files.push({ name: `history/${id}.json`, text: `${JSON.stringify(told, null, 2)}\n` })
  }
  const { annotations, relations, comments, verdicts } = annotated.records
  const losses = [...left]
  if (gathered.unreadable > 0)
    losses.push({
      what: 'records: what is stored of them cannot be read',
      one: 'record: what is stored of it cannot be read',
      count: gathered.unreadable,
    })
  if (gathered.isDamaged)
    losses.push({
      what: 'articles without their marks: what is stored of these is damaged',
      one: 'article without its marks: what is stored of them is damaged',
      count: 1,
    })
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

/** Whether many articles become an archive, and not one file. */
export function isArchive({ format, history }: Pick<Choices, 'format' | 'history'>, { series }: Writer): boolean {
  return series === undefined || (history && format !== FORMAT)
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
