/**
 * schema.org’s ClaimReview as JSON-LD (schema.org/ClaimReview; developers.google.com, “Fact Check (ClaimReview) structured
 * data”): a review for each claim that a review here has accepted and that has a verdict. It is what search engines ask of
 * those who check facts, so nothing else of the annotation has a place in it.
 */
import type { Annotation } from '../annotation.ts'
import { goldOf } from '../gold.ts'
import { GOLD_AUTHOR } from '../gold-records.ts'
import type { LabelSet } from '../labelset.ts'
import { order } from '../order.ts'
import { rulingsOf } from '../outcome.ts'
import type { Relation } from '../relation.ts'
import { quotesOf } from '../span.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import type { Writer } from './format.ts'
import { isoOf, judgingOf, losses } from './pieces.ts'

/** What the sample label set calls them; label sets without have no reviews of claims. */
const VERDICT = 'verdict'
const GLOSS = 'gloss'
const SOURCE = 'source'
/** The relation of an attribution to what its source is given as holding. */
const HOLDS = 'attributes'

/** Verdicts that say there was none. */
const noVerdict = new Set(['unchecked'])

export const claimreviewWriter: Writer = {
  name: 'claimreview',
  label: 'ClaimReview (schema.org)',
  extension: '.jsonld',
  mediaType: 'application/ld+json',
  series: { before: '[\n', between: ',\n', after: '\n]\n' },

  write(annotated) {
    const { article, records } = annotated
    const claims = claimsOf(annotated)
    const reviews = claims.map((claim) => reviewOf(annotated, claim))
    const used = new Set(claims.flatMap(({ relations }) => relations))
    return {
      files: [
        {
          name: `${article.id}.jsonld`,
          text: JSON.stringify({ '@context': 'https://schema.org', '@graph': reviews }),
        },
      ],
      left: losses(
        {
          what: 'marks: they are no claims that were accepted and have a verdict',
          one: 'mark: it is no claim that was accepted and has a verdict',
          count: records.annotations.size - claims.length,
        },
        {
          what: 'relations: they say neither whose claim it is nor where it appears',
          one: 'relation: it says neither whose claim it is nor where that appears',
          count: records.relations.size - used.size,
        },
        {
          what: 'comments: ClaimReview has no place for them',
          one: 'comment: ClaimReview has no place for it',
          count: records.comments.size,
        },
        {
          what: 'verdicts of reviewers: what they came to decides alone',
          one: 'verdict of a reviewer: what all of them came to decides alone',
          count: records.verdicts.size,
        },
        {
          what: 'addresses of reviews (“url”), to be put in where these are published',
          one: 'address of a review (“url”), to be put in where that is published',
          count: reviews.length,
        },
      ),
    }
  },
}

interface Claim {
  mark: Annotation
  verdict: string
  /** When it was decided, where anybody knows. */
  at: number | null
  /** From attributions and citations that speak of it. */
  relations: readonly Relation[]
}

/** The accepted claims with a verdict, as corrected, each once. */
function claimsOf(annotated: AnnotatedArticle): Claim[] {
  const { records, labelSet } = annotated
  const judging = judgingOf(annotated)
  const rulings = rulingsOf(records, judging)
  const relations = [...records.relations.values()].sort((a, b) => order(a.id, b.id))
  const byEnd = Map.groupBy(relations, ({ to }) => to)
  // Gold that came as a file has nobody's verdicts with it: it is what they came to.
  const given = [...records.annotations.values()].filter(({ author }) => author === GOLD_AUTHOR)
  const gold = [...goldOf(records, judging, labelSet).annotations, ...given.map((mark) => ({ ...mark, standsFor: [] }))]
  return gold.flatMap(({ standsFor, ...mark }) => {
    const verdict = Object.hasOwn(mark.attributes, VERDICT) ? mark.attributes[VERDICT] : null
    if (typeof verdict !== 'string' || noVerdict.has(verdict)) return []
    const at = rulings.get(mark.id)?.by.at(-1)?.at ?? null
    const about = [mark.id, ...standsFor].flatMap((id) => byEnd.get(id) ?? [])
    const speaking = about.filter(({ from }) => rulings.get(from)?.outcome !== 'rejected')
    return [{ mark, verdict, at, relations: speaking.filter((one) => saysOf(annotated, one) !== null) }]
  })
}

/** Who holds the claim, or where it can be found; null for what says neither. */
function saysOf(
  { records, labelSet }: AnnotatedArticle,
  { type, from }: Relation,
): { source: string } | { url: string } | null {
  const mark = records.annotations.get(from)
  if (!mark) return null
  const source = wordsOf(mark, SOURCE)
  if (type === HOLDS) return source === null ? null : { source }
  const field = labelSet.kinds.find(({ id }) => id === mark.kind)?.attributes.find((one) => one.type === 'url')
  const url = field ? wordsOf(mark, field.id) : null
  return url !== null && /^https?:\/\//i.test(url) ? { url } : null
}

function wordsOf({ attributes }: Annotation, name: string): string | null {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : null
  return value?.trim() ? value : null
}

function reviewOf(annotated: AnnotatedArticle, { mark, verdict, at, relations }: Claim): object {
  const { article, labelSet, project } = annotated
  const { outlet = null, published = null, url = null } = article.source ?? {}
  const said = relations.map((relation) => saysOf(annotated, relation)).filter((one) => one !== null)
  const sources = new Set(said.flatMap((one) => ('source' in one ? [one.source] : [])))
  const urls = new Set(said.flatMap((one) => ('url' in one ? [one.url] : [])))
  const own = {
    '@type': 'CreativeWork',
    name: article.title,
    ...(url && { url }),
    ...(published && { datePublished: published }),
    ...(article.language && { inLanguage: article.language }),
    ...(outlet && { publisher: { '@type': 'Organization', name: outlet } }),
  }
  // Nothing says whether a source is a person or a body: it is one of the two, which is what is asked.
  const authors = [...sources].map((name) => ({ '@type': ['Person', 'Organization'], name }))
  const date = at === null ? null : isoOf(at)
  return {
    '@type': 'ClaimReview',
    claimReviewed: wordsOf(mark, GLOSS) ?? quotesOf(article.text, mark.spans).join(' … '),
    reviewRating: ratingOf(verdict, mark.kind, labelSet),
    itemReviewed: {
      '@type': 'Claim',
      ...(authors.length > 0 && { author: authors.length === 1 ? authors[0] : authors }),
      appearance: [own, ...[...urls].sort(order).map((one) => ({ '@type': 'CreativeWork', url: one }))],
    },
    author: { '@type': 'Organization', name: project.name },
    ...(date && { datePublished: date.slice(0, 10) }),
  }
}

/** Of the values between “true” and “false” each has a number, true the highest; what is off that scale has a name alone. */
function ratingOf(verdict: string, kind: string, labelSet: LabelSet): object {
  const asked = labelSet.kinds.find(({ id }) => id === kind)?.attributes.find(({ id }) => id === VERDICT)
  const values = asked?.values ?? []
  const ends = [values.indexOf('true'), values.indexOf('false')].sort((a, b) => a - b) as [number, number]
  const scale = ends[0] < 0 ? [] : values.slice(ends[0], ends[1] + 1)
  const fromFalse = scale[0] === 'false' ? scale : scale.toReversed()
  const name = verdict.replaceAll('-', ' ')
  return {
    '@type': 'Rating',
    ...(fromFalse.includes(verdict) && {
      ratingValue: fromFalse.indexOf(verdict) + 1,
      bestRating: fromFalse.length,
      worstRating: 1,
    }),
    alternateName: name.charAt(0).toUpperCase() + name.slice(1),
  }
}
