import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Annotation } from './annotation.ts'
import { goldOf } from './gold.ts'
import { GOLD_AUTHOR, goldRecords } from './gold-records.ts'
import { labelSetSchema } from './labelset.ts'
import { emptyRecords, parseRecord, roots } from './room.ts'

const labelSet = labelSetSchema.parse(JSON.parse(readFileSync('seeds/label-set.json', 'utf8')))
const judging = { roleOf: () => 'owner' as const, peersJudge: false }

function reviewed() {
  const records = emptyRecords()
  const layers = ['ana', 'ben'].map((name) => JSON.parse(readFileSync(`tests/fixtures/review/${name}.json`, 'utf8')))
  for (const { annotations, relations } of layers) {
    for (const one of annotations) records.annotations.set(one.id, one)
    for (const one of relations) records.relations.set(one.id, one)
  }
  const accept = (on: string, fix?: Partial<Annotation>) => {
    const id = `olga.${on.replace('.', '-')}`
    records.verdicts.set(id, { id, on, decision: 'accept', author: 'olga', at: 5, ...(fix && { fix }) })
  }
  return { records, accept }
}

describe('gold as records', () => {
  it('is of one author, in the order of the text, with the corrections applied', () => {
    const { records, accept } = reviewed()
    accept('ana.m05')
    accept('ana.m02', { kind: 'denial' })
    const gold = goldRecords(goldOf(records, judging, labelSet))
    expect([...gold.annotations.values()].map(({ id, kind, spans }) => [id, kind, spans])).toEqual([
      ['gold.m1', 'denial', records.annotations.get('ana.m02')?.spans],
      ['gold.m2', records.annotations.get('ana.m05')?.kind, records.annotations.get('ana.m05')?.spans],
    ])
    expect(gold.verdicts.size + gold.comments.size).toBe(0)
  })

  it('is fit for a room: every key names its author, and relations lead to what is there', () => {
    const { records, accept } = reviewed()
    for (const { id, author } of records.annotations.values()) if (author === 'ana') accept(id)
    const gold = goldRecords(goldOf(records, judging, labelSet))
    expect(gold.relations.size).toBeGreaterThan(10)
    for (const root of roots)
      for (const [id, record] of gold[root]) {
        expect(parseRecord(root, id, record)).toMatchObject({ ok: true })
        expect(record.author).toBe(GOLD_AUTHOR)
      }
    for (const { from, to } of gold.relations.values())
      expect([gold.annotations.has(from), gold.annotations.has(to)]).toEqual([true, true])
  })
})
