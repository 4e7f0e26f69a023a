/**
 * How well the built-in suggester does, and how fast: the tables of docs/suggestions.md. Prints precision, recall and F1 of
 * each kind on the texts that it was made with and on those that it was not, the counts that its scores are made of, and
 * the time for twenty thousand words.
 */
import { cpus } from 'node:os'
import { suggest, suggestedKinds } from '@attest/schema/suggest/suggest'
import { countRules, type Fit, type Known, knownTexts, measure, sampleLabels } from '../support/suggestions.ts'

const WORDS = 20_000
const ROUNDS = 7

const texts = knownTexts()
const groups: [name: string, texts: Known[]][] = [
  ...texts.map((one): [string, Known[]] => [`${one.name}${one.isSeen ? ' (seen)' : ''}`, [one]]),
  ['all that were seen', texts.filter(({ isSeen }) => isSeen)],
  ['all that were not', texts.filter(({ isSeen }) => !isSeen)],
]

const shown = ({ precision, recall, f1 }: Fit) => [precision, recall, f1].map((value) => value.toFixed(2)).join(' / ')

console.log('| text | kind | known | suggested | exact: P / R / F1 | partial: P / R / F1 |\n|---|---|---|---|---|---|')
for (const [name, group] of groups) {
  const figures = measure(group, sampleLabels)
  for (const kind of suggestedKinds) {
    const { known, suggested, exact, partial } = figures[kind]
    console.log(`| ${name} | ${kind} | ${known} | ${suggested} | ${shown(exact)} | ${shown(partial)} |`)
  }
}

console.log('\n| rule | right | found | score |\n|---|---|---|---|')
for (const [rule, [right, found]] of [...countRules(texts, sampleLabels)].sort())
  console.log(`| ${rule} | ${right} | ${found} | ${((right + 1) / (found + 2)).toFixed(2)} |`)

const words = (text: string) => text.split(/\s+/).length
const all = texts.map(({ text }) => text).join('\n')
const long = Array.from({ length: Math.ceil(WORDS / words(all)) }, () => all).join('\n')
const times = Array.from({ length: ROUNDS }, () => {
  const began = performance.now()
  suggest(long, sampleLabels)
  return performance.now() - began
}).sort((a, b) => a - b)
console.log(
  `\n${words(long)} words: best ${times[0]?.toFixed(0)} ms, median ${times[ROUNDS >> 1]?.toFixed(0)} ms of ${ROUNDS}, on ${cpus()[0]?.model.trim()}`,
)
