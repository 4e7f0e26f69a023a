import { Buffer } from 'node:buffer'
import type { LabelSet } from '@attest/schema/labelset'
import { expect, it } from 'vitest'
import { findMarks, landMarks } from './mark-reading.ts'
import type { PlanLine } from './plan-file.ts'

const labelSet: LabelSet = {
  id: 'set',
  name: 'Set',
  version: 1,
  kinds: [
    {
      id: 'claim',
      label: 'Claim',
      key: '1',
      pattern: 'solid',
      color: { light: '#003366', dark: '#99ccff' },
      guideline: '',
      attributes: [],
    },
  ],
  relations: [],
}

it('writes all that goes into an article before what goes into the next', () => {
  const texts = ['One text.', 'Another text.', 'One text.']
  const lines = texts.map((text, i) => JSON.stringify({ text, label: [[i, i + 1, 'claim']] }))
  const given = {
    files: [{ name: 'three.jsonl', bytes: Buffer.from(lines.join('\n')) }],
    choices: { format: 'doccano', encoding: null } as const,
    text: null,
  }
  const { mapping } = findMarks(given, { labelSet, texts: [] })
  const targets = ['a', 'b', 'a'].map((article, number) => ({ number, article, title: '', text: texts[number] ?? '' }))
  const plan: PlanLine[] = []
  landMarks(given, { labelSet, mapping, targets, people: [], base: 'layer', at: 1 }, (bytes) => {
    for (const line of Buffer.from(bytes).toString().trim().split('\n')) plan.push(JSON.parse(line))
  })
  // Whoever goes on with it after a crash leaves out the articles that were done.
  expect(plan.flatMap((line) => (line.is === 'records' ? [line.article] : []))).toEqual(['a', 'a', 'b'])
  expect(plan.at(-1)).toMatchObject({ is: 'end', articles: 2 })
})
