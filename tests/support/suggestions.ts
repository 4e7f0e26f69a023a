/** How well suggestions fit marks that are known to be right: the figures of docs/suggestions.md, and what scores are made of. */
import { readFileSync } from 'node:fs'
import { align } from '@attest/schema/agreement/alignment'
import type { Mark } from '@attest/schema/agreement/annotated'
import { type Counts, countDifferences, countsOf, type DifferenceCounts, scoresOf } from '@attest/schema/agreement/f1'
import { type LabelSet, labelSetSchema } from '@attest/schema/labelset'
import { type Rule, type SuggestedKind, suggest, suggestedKinds } from '@attest/schema/suggest/suggest'

export interface Known {
  name: string
  /** Whether the rules were made with this text in view; the others they had not seen. */
  isSeen: boolean
  text: string
  marks: readonly Mark[]
}

const root = new URL('../../', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, root), 'utf8')

export const sampleLabels: LabelSet = labelSetSchema.parse(JSON.parse(read('seeds/label-set.json')))

// What these files hold is ours, and what does not fit is found with its quote.
type Reference = { annotations: Mark[] }
type Fixture = { kind: string; span: [number, number]; quote: string }[]

/** The texts whose marks are known: the sample article, and three that were annotated before there was a suggester. */
export function knownTexts(): Known[] {
  const reference = JSON.parse(read('seeds/reference.json')) as Reference
  const isOurs = ({ kind }: { kind: string }) => suggestedKinds.some((one) => one === kind)
  return [
    {
      name: 'sample article',
      isSeen: true,
      text: read('seeds/article.txt'),
      marks: reference.annotations.filter(isOurs),
    },
    fixture('harbour', true),
    fixture('jab-check', false),
    fixture('bridge', false),
  ]
}

function fixture(name: string, isSeen: boolean): Known {
  const text = read(`tests/fixtures/suggest/${name}.txt`)
  const marks = (JSON.parse(read(`tests/fixtures/suggest/${name}.json`)) as Fixture).map(({ kind, span, quote }, i) => {
    if (text.slice(...span) !== quote) throw new Error(`${name}: ${quote} does not stand at ${span}`)
    return { id: `known${i}`, kind, spans: [span] }
  })
  return { name, isSeen, text, marks }
}

export interface Fit {
  precision: number
  recall: number
  f1: number
}

export interface KindFigures {
  known: number
  suggested: number
  exact: Fit
  partial: Fit
}

/** The figures of each kind over all these texts together: counts are added up first. */
export function measure(texts: readonly Known[], labelSet: LabelSet): Record<SuggestedKind, KindFigures> {
  const figuresOf = (kind: SuggestedKind): KindFigures => {
    const sum: DifferenceCounts = { same: 0, borders: 0, kind: 0, both: 0, onlyA: 0, onlyB: 0 }
    for (const known of texts) {
      const alignment = compare(known, labelSet, kind)
      for (const [name, count] of Object.entries(countDifferences(alignment)))
        sum[name as keyof DifferenceCounts] += count
    }
    return {
      known: sum.same + sum.borders + sum.onlyA,
      suggested: sum.same + sum.borders + sum.onlyB,
      exact: fitOf(countsOf(sum, 'exact')),
      partial: fitOf(countsOf(sum, 'partial')),
    }
  }
  return {
    attribution: figuresOf('attribution'),
    citation: figuresOf('citation'),
    denial: figuresOf('denial'),
  }
}

/** Of each rule, how much of what it found was right. */
export function countRules(texts: readonly Known[], labelSet: LabelSet): Map<Rule, [right: number, found: number]> {
  const counts = new Map<Rule, [number, number]>()
  for (const known of texts)
    for (const kind of suggestedKinds) {
      const alignment = compare(known, labelSet, kind)
      const add = (rule: Rule, right: number) => {
        const [before, found] = counts.get(rule) ?? [0, 0]
        counts.set(rule, [before + right, found + 1])
      }
      for (const { b, difference } of alignment.pairs) add(b.rule, difference === 'same' ? 1 : 0.5)
      for (const { rule } of alignment.onlyB) add(rule, 0)
    }
  return counts
}

function compare({ text, marks }: Known, labelSet: LabelSet, kind: SuggestedKind) {
  const right = marks.filter((mark) => mark.kind === kind)
  const found = suggest(text, labelSet, { kinds: [kind] }).map((one, i) => ({ ...one, id: `suggestion${i}` }))
  return align<Mark, (typeof found)[number]>(right, found)
}

function fitOf(counts: Counts): Fit {
  const { precision, recall, f1 } = scoresOf(counts)
  return { precision: precision.value ?? 0, recall: recall.value ?? 0, f1: f1.value ?? 0 }
}
