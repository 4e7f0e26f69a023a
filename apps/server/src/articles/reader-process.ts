/** The process of `Reader`: reads what it is given, one after another, and answers with what came of it. */
import type { Columns, Draft, ReadingChoices, Table } from '@attest/schema/importing'
import {
  type FoundMarks,
  findMarks,
  type LandedMarks,
  landMarks,
  type MarksGiven,
  type ToLand,
  type ToSurvey,
} from '../exchange/mark-reading.ts'
import type { Given } from './format.ts'
import { type RowArticle, readArticle, readRow, readRows, readTable } from './read.ts'
import { Unreadable } from './report.ts'

export type Asked =
  | { ask: 'article'; given: Given }
  | { ask: 'table'; given: Given }
  | { ask: 'rows'; given: Given; columns: Columns }
  | { ask: 'row'; row: RowArticle; name: string; lines: ReadingChoices['lines'] }
  | { ask: 'marks'; marks: MarksGiven; survey: ToSurvey }
  | { ask: 'land'; marks: MarksGiven; land: ToLand }

export interface Answers {
  article: Draft
  table: Table
  rows: RowArticle[]
  row: Draft
  marks: FoundMarks
  land: LandedMarks
}

export type Told =
  /** What is long comes in parts, so that taking it in never holds anything up for long. */
  | { is: 'part'; number: number; part: unknown }
  | { is: 'done'; number: number; value: unknown }
  | { is: 'unreadable'; number: number; problem: string }

const ROWS_A_PART = 200

process.on('message', ({ number, ...asked }: Asked & { number: number }) => {
  answer(number, asked as Asked).catch((error: unknown) => {
    const problem = error instanceof Unreadable ? error.message : explain(error)
    tell({ is: 'unreadable', number, problem })
  })
})
// The server is gone, in whatever way.
process.on('disconnect', () => process.exit(0))

async function answer(number: number, asked: Asked): Promise<void> {
  if (asked.ask === 'rows') {
    const rows = readRows(asked.given, asked.columns)
    for (let i = 0; i < rows.length; i += ROWS_A_PART)
      tell({ is: 'part', number, part: rows.slice(i, i + ROWS_A_PART) })
    return tell({ is: 'done', number, value: null })
  }
  if (asked.ask === 'land') {
    const value = landMarks(asked.marks, asked.land, (part) => tell({ is: 'part', number, part }))
    return tell({ is: 'done', number, value })
  }
  if (asked.ask === 'marks') return tell({ is: 'done', number, value: findMarks(asked.marks, asked.survey) })
  tell({ is: 'done', number, value: await read(asked) })
}

function read(asked: Extract<Asked, { ask: 'article' | 'table' | 'row' }>): Promise<Draft> | Draft | Table {
  if (asked.ask === 'article') return readArticle(asked.given)
  if (asked.ask === 'table') return readTable(asked.given)
  return readRow(asked.row, asked.name, asked.lines)
}

/** What a library stumbled over is a flaw of the file, told without the file's own words. */
function explain(error: unknown): string {
  if (error instanceof RangeError) return 'This file could not be read: it is nested too deeply, or damaged.'
  return 'This file could not be read: it is damaged, or of a kind that is not known here.'
}

function tell(told: Told): void {
  process.send?.(told)
}
