/**
 * A paragraph for a paper or a report: what the figures are of, the figures, and how they were computed, in full, so that
 * somebody else can compute them again. Plain text, as it is pasted into anything.
 */
import type { AgreementDone, EstimateTold, ValueTold } from '@attest/schema/agreement-api'
import { countText } from '../ui/number.ts'

export interface MethodsContext {
  nameOf: (person: string) => string
  labelOf: (kind: string) => string
  /** The days of the filter, as people write them; null where there is none. */
  from: string | null
  to: string | null
}

const count = (number: number, one: string, many: string) => `${countText(number)} ${number === 1 ? one : many}`
const and = new Intl.ListFormat('en', { type: 'conjunction' })

const why = {
  'no-marks': 'nothing was marked',
  'no-relations': 'no relations were marked',
  'one-category': 'only one category was used',
  'not-shared': 'no article was shared',
  'no-text': 'the text is not known',
  'too-many-marks': 'there were too many marks',
  'not-computed': 'not computed',
} as const

export function methodsText(done: AgreementDone, context: MethodsContext): string {
  const { overall, method, kinds, compared, shared, articles, leftOut, unread, persons, pairs } = done
  const { nameOf, labelOf, from, to } = context
  const marks = persons.reduce((sum, one) => sum + Object.values(one.marks).reduce((all, each) => all + each, 0), 0)
  const time = [from && `from ${from}`, to && `to ${to}`].filter((one) => one !== null && one !== '').join(' ')
  const counted = pairs.filter(({ articles }) => articles > 0).length
  const excluded = [
    leftOut > 0 && `${count(leftOut, 'blind article', 'blind articles')} not yet revealed`,
    unread > 0 && `${count(unread, 'article', 'articles')} that could not be read`,
  ].filter((one) => one !== false)
  const sentences = [
    `Agreement was computed with Attest on ${count(shared, 'article', 'articles')} that at least two people had annotated ` +
      `(of ${countText(articles)}${time ? `, by their newest mark ${time}` : ''}), ` +
      `by ${count(compared.length, 'annotator', 'annotators')} (${and.format(compared.map(nameOf))}), ` +
      `who made ${count(marks, 'mark', 'marks')} of the ${kinds.length === 1 ? 'kind' : 'kinds'} ${and.format(kinds.map(labelOf))}` +
      `${done.when === 'before' ? ', as they were before the annotators saw each other’s marks' : ''}.`,
  ]
  const layers = done.people.filter(({ id, source }) => source !== null && compared.includes(id))
  if (layers.length > 0)
    sentences.push(
      `Of these, ${and.format(layers.map(({ id }) => nameOf(id)))} ${layers.length === 1 ? 'is no person but a layer that was' : 'are no people but layers that were'} imported or predicted.`,
    )
  if (excluded.length > 0) sentences.push(`Not included: ${and.format(excluded)}.`)
  sentences.push(
    'A person who worked on an article and marked nothing counts as having marked nothing; a person who did not work on it is a gap.',
    'Marks of two people were aligned greedily, the best match first (Dice’s coefficient of the characters they cover, halved where their kinds differ), and each mark was used once.',
    `Span F1 = 2|A∩B| / (|A| + |B|) was ${figure(overall.exact.pooled)} for exact matches (same kind and borders) ` +
      `and ${figure(overall.partial.pooled)} where marks of the same kind with other borders count half (after SemEval-2013 task 9); kinds pooled (micro average)${byKind(done, 'exact', labelOf)}.`,
    `Cohen’s (1960) kappa = (Ao − Ae) / (1 − Ae), each kind against none and pooled over kinds as 1 − ΣDo/ΣDe, was ${figure(overall.characters.pooled)} by characters (UTF-16 code units) ` +
      `and ${figure(overall.tokens.pooled)} by words (UAX 29)${byKind(done, 'tokens', labelOf, 'by words and kind')}.`,
    `Krippendorff’s (2004) nominal alpha = 1 − Do/De of all annotators at once, each kind against none, was ${figure(overall.alphaCharacters.pooled)} by characters and ${figure(overall.alphaTokens.pooled)} by words.`,
    `Krippendorff’s (2004) alpha for unitizing, 1 − ΣDo/ΣDe of where the marks of each kind begin and end, computed for pairs only, was ${figure(overall.unitizing.pooled)}.`,
  )
  sentences.push(
    `F1 of relations (the same type, between marks that are aligned) was ${figure(overall.relations.aligned)}.`,
  )
  if (method.gamma) {
    const { alpha, beta, samples, seed, mostMarks, isTogether } = method.gamma
    sentences.push(
      `Gamma (Mathet et al. 2015; positional and categorial dissimilarity with weights ${alpha} and ${beta}, ${samples} random samples, seed ${seed}; ` +
        `articles of more than ${countText(mostMarks)} marks left out) was ${plain(overall.gammaOfPairs)} as the mean over pairs, with exact alignments` +
        `${isTogether ? `, and ${plain(overall.gamma)} for all annotators at once, with the best alignment found` : ''}.`,
    )
  }
  sentences.push(
    `Figures other than alpha are plain means over ${count(counted, 'pair', 'pairs')} of annotators, each pooled over the articles that both worked on.`,
  )
  if (done.after)
    sentences.push(
      `For the same articles after discussion, exact F1 was ${figure(done.after.exact.pooled)} and alpha by characters ${figure(done.after.alphaCharacters.pooled)}.`,
    )
  if (done.gold)
    sentences.push(
      `Against the adjudicated gold of ${count(done.gold.articles, 'article', 'articles')}, mean precision was ${figure(done.gold.overall.exactPrecision.pooled)} and mean recall ${figure(done.gold.overall.exactRecall.pooled)} (exact).`,
    )
  sentences.push(
    method.bootstrap
      ? `Brackets are 95 % percentile bootstrap intervals (${countText(method.bootstrap.draws)} draws over ${count(method.bootstrap.units, unitOf(method.bootstrap.over), method.bootstrap.over === 'articles' ? 'articles' : 'paragraphs')}, seed ${method.bootstrap.seed}).`
      : 'There were too few articles for bootstrap intervals.',
  )
  return sentences.join(' ')
}

function unitOf(over: 'articles' | 'blocks'): string {
  return over === 'articles' ? 'article' : 'paragraph'
}

function figure(estimate: EstimateTold): string {
  const { interval } = estimate
  const text = plain(estimate)
  return estimate.value !== null && interval ? `${text} [${number(interval.low)}, ${number(interval.high)}]` : text
}

function plain(value: ValueTold): string {
  return value.value === null ? `not defined (${why[value.reason]})` : number(value.value)
}

function number(value: number): string {
  return value.toFixed(3).replace('-', '−')
}

function byKind(
  { overall, kinds }: AgreementDone,
  measure: 'exact' | 'tokens',
  labelOf: (kind: string) => string,
  by = 'by kind',
): string {
  if (kinds.length < 2) return ''
  const parts = kinds.flatMap((kind) => {
    const estimate = overall[measure].kinds[kind]
    return estimate ? [`${labelOf(kind)} ${plain(estimate)}`] : []
  })
  return ` (${by}: ${parts.join(', ')})`
}
