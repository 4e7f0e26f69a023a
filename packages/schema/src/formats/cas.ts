/**
 * The model that UIMA's formats have in common (UIMA References, chapter 4: “CAS Reference”): typed structures with
 * features, of which annotations stand over [begin, end) of a text, counted in UTF-16. WebAnno TSV is the same model in a
 * table, so CAS JSON, XMI and TSV all go through here.
 *
 * Written are two layers, `webanno.custom.Span` and `webanno.custom.Relation`, with our kind in the feature `label`. A type
 * for each kind would be the more natural type system, but a relation layer of INCEpTION attaches to one span layer, and
 * ours go between kinds; and `webanno.custom.` is what its dialog for new layers puts before a name. A project there takes
 * both layers from TypeSystem.xml, and then every file of ours fits. Tokens and sentences are not written: INCEpTION and
 * DKPro make their own where there are none. What is read may have any types; see cas-read.ts.
 */
import { sortInTextOrder } from '../annotation.ts'
import type { LabelSet } from '../labelset.ts'
import { order } from '../order.ts'
import { rulingsOf } from '../outcome.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import type { Loss, Place } from './format.ts'
import { annotatorsOf, isoOf, judgingOf, looseLeft, losses } from './pieces.ts'

// ---- Types ----

export const SPAN = 'webanno.custom.Span'
export const RELATION = 'webanno.custom.Relation'
export const ANNOTATION = 'uima.tcas.Annotation'
export const STRING = 'uima.cas.String'
export const METADATA = 'de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData'

export interface Type {
  name: string
  supertype: string
  features: readonly { name: string; range: string }[]
}

/** What our two layers say about each mark or relation besides its attributes; always in this order. */
const ofRecords = ['label', 'recordId', 'annotator', 'created'] as const
/** `piece` is “2/3” for the second of three spans of a mark, `noneOf` names the attributes that are known to have no value. */
const ofMarks = ['outcome', 'piece', 'noneOf'] as const

/** The types of our files, which depend on nothing but the label set. */
export function typesOf(labelSet: LabelSet): Type[] {
  const strings = (names: readonly string[]) => names.map((name) => ({ name, range: STRING }))
  return [
    {
      name: METADATA,
      supertype: 'uima.tcas.DocumentAnnotation',
      features: strings(['documentTitle', 'documentId']),
    },
    {
      name: RELATION,
      supertype: ANNOTATION,
      features: [{ name: 'Governor', range: SPAN }, { name: 'Dependent', range: SPAN }, ...strings(ofRecords)],
    },
    {
      name: SPAN,
      supertype: ANNOTATION,
      features: strings([...ofRecords, ...ofMarks, ...attributesOf(labelSet).map(featureOf)]),
    },
  ]
}

function attributesOf({ kinds }: LabelSet): string[] {
  return [...new Set(kinds.flatMap((kind) => kind.attributes.map(({ id }) => id)))]
}

/** The features that are no attributes. */
export const taken: ReadonlySet<string> = new Set(['begin', 'end', 'sofa', ...ofRecords, ...ofMarks])

/**
 * The name of the feature for an attribute. Names of features have no hyphens, and some are taken; but they may have
 * capitals, which the names of our attributes never have. So a capital says what was changed, and it can be changed back.
 */
export function featureOf(attribute: string): string {
  return attribute.replaceAll('-', 'H') + (taken.has(attribute) ? 'A' : '')
}

export function attributeOf(feature: string): string {
  const attribute = feature.replace(/A$/, '').replaceAll('H', '-')
  return featureOf(attribute) === feature ? attribute : feature
}

// ---- Out ----

/** An annotation of one of our layers: a span of a mark. */
export interface Piece {
  /** From 1, in the order of a reader. */
  number: number
  begin: number
  end: number
  features: ReadonlyMap<string, string>
}

/** An annotation of the other: a relation, which stands where its `to` stands, as is the custom there. */
export interface Link {
  from: Piece
  to: Piece
  features: ReadonlyMap<string, string>
}

export interface Layers {
  pieces: Piece[]
  links: Link[]
  left: Loss[]
}

export function layersOf(annotated: AnnotatedArticle): Layers {
  const { article, labelSet, records } = annotated
  const known = new Set(attributesOf(labelSet))
  const names = annotatorsOf(annotated)
  const rulings = rulingsOf(records, judgingOf(annotated))
  const common = ({ id, author, at }: { id: string; author: string; at: number }, label: string) => {
    const features = new Map<string, string>([
      ['label', label],
      ['recordId', id],
      ['annotator', names.get(author) ?? author],
    ])
    const created = isoOf(at)
    if (created !== null) features.set('created', created)
    return features
  }
  const pieces: Piece[] = []
  const firstOf = new Map<string, Piece>()
  let unknown = 0
  for (const mark of sortInTextOrder(records.annotations.values())) {
    const features = common(mark, mark.kind)
    const outcome = rulings.get(mark.id)?.outcome ?? 'open'
    if (outcome !== 'open') features.set('outcome', outcome)
    const none: string[] = []
    for (const [name, value] of Object.entries(mark.attributes).sort(([a], [b]) => order(a, b))) {
      if (!known.has(name)) unknown++
      else if (value === null) none.push(name)
      else features.set(featureOf(name), value)
    }
    if (none.length > 0) features.set('noneOf', none.join(' '))
    for (const [i, [begin, end]] of mark.spans.entries()) {
      const own = mark.spans.length > 1 ? new Map(features).set('piece', `${i + 1}/${mark.spans.length}`) : features
      const piece = { number: pieces.length + 1, begin, end, features: own }
      pieces.push(piece)
      if (i === 0) firstOf.set(mark.id, piece)
    }
  }
  const links: Link[] = []
  let loose = 0
  for (const relation of [...records.relations.values()].sort((a, b) => order(a.id, b.id))) {
    const [from, to] = [firstOf.get(relation.from), firstOf.get(relation.to)]
    if (from && to) links.push({ from, to, features: common(relation, relation.type) })
    else loose++
  }
  const left = losses(
    {
      what: 'values of attributes that the label set does not have, and so no type',
      one: 'value of an attribute that the label set does not have, and so no type',
      count: unknown,
    },
    looseLeft(loose),
    {
      what: 'comments, for which there is no place',
      one: 'comment, for which there is no place',
      count: records.comments.size,
    },
    {
      what: 'verdicts, of which only the outcome is in the file',
      one: 'verdict, of which only the outcome is in the file',
      count: records.verdicts.size,
    },
    {
      what: 'bold, italic and linked stretches of the text',
      one: 'bold, italic or linked stretch of the text',
      count: article.inlines.length,
    },
  )
  return { pieces, links, left }
}

// ---- In ----

export interface Structure {
  id: string
  /** The full name. */
  type: string
  /** The id of the text it is about; null where it does not say. */
  sofa: string | null
  /** As the file has them; undefined in structures that are no annotations. */
  begin: unknown
  end: unknown
  values: ReadonlyMap<string, string>
  /** The ids of other structures, by the name of the feature. */
  references: ReadonlyMap<string, readonly string[]>
  where: Place
}

/** A “subject of analysis”: a text. */
export interface Sofa {
  id: string
  name: string
  text: string | null
}

export interface Cas {
  sofas: readonly Sofa[]
  structures: readonly Structure[]
}
