/**
 * TEI P5 with stand-off annotations (Guidelines, 17.10 “The standOff Container”, and the elements `standOff`,
 * `listAnnotation` and `annotation`): the text once, untouched, and behind it what was said about it. A mark is an
 * `annotation` that classifies, with a category of the header and a feature structure for its attributes; a relation one
 * that links two marks; a comment one with a note.
 *
 * Marks point into the text by `string-range(text, offset, length)` (17.2.4 “TEI XPointer Schemes”), which counts
 * characters, as XML has them: code points. The element `text` has the article's text and nothing else as its content: the
 * line feeds between its paragraphs are the article's own.
 */
import { type Annotation, sortInTextOrder } from '../annotation.ts'
import type { Block } from '../article.ts'
import type { Comment, Remark } from '../comment.ts'
import { order } from '../order.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import type { Writer } from './format.ts'
import { annotatorsOf, isoOf, looseLeft, losses } from './pieces.ts'
import { NONE, prefixes, TEI, TEXT } from './tei-names.ts'
import { unitOf } from './unit.ts'
import { escapeText, escapeValue, forbiddenIn } from './xml.ts'

export { teiReader } from './tei-read.ts'

export const teiWriter: Writer = {
  name: 'tei',
  label: 'TEI P5 stand-off',
  extension: '.xml',
  mediaType: 'application/tei+xml',
  write(annotated) {
    const { article, records } = annotated
    const { fromUtf16 } = unitOf(article.text, 'code-points')
    const marks = sortInTextOrder(records.annotations.values())
    const relations = byId(records.relations.values())
    const remarks = byId(records.comments.values()).filter(isRemark)
    const placed = relations.filter(({ from, to }) => records.annotations.has(from) && records.annotations.has(to))
    const annotations = [
      ...marks.map((mark) => {
        const target = mark.spans.map(([start, end]) => [fromUtf16(start), fromUtf16(end)] as const)
        return annotation(prefixes.mark, mark, 'classifying', {
          target: target.map(([start, end]) => `#string-range(${TEXT},${start},${end - start})`).join(' '),
          ana: [
            `#${prefixes.kind}${mark.kind}`,
            ...(hasFeatures(mark) ? [`#${prefixes.features}${mark.id}`] : []),
          ].join(' '),
        })
      }),
      ...placed.map((relation) =>
        annotation(prefixes.link, relation, 'linking', {
          target: `#${prefixes.mark}${relation.from} #${prefixes.mark}${relation.to}`,
          ana: `#${prefixes.relation}${relation.type}`,
        }),
      ),
      ...remarks.map((remark) => {
        const on = records.relations.has(remark.on) ? prefixes.link : prefixes.mark
        const target = remark.replyTo
          ? prefixes.comment + remark.replyTo
          : remark.on === 'article'
            ? TEXT
            : on + remark.on
        const motivation = remark.replyTo ? 'replying' : 'commenting'
        return annotation(
          prefixes.comment,
          remark,
          motivation,
          { target: `#${target}` },
          `<note>${escapeText(remark.body)}</note>`,
        )
      }),
    ]
    const standOff = [
      ...(annotations.length > 0 ? [`    <listAnnotation>\n${annotations.join('\n')}\n    </listAnnotation>`] : []),
      ...marks.filter(hasFeatures).map(featuresOf),
    ]
    const text = `<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="${TEI}">
${headerOf(annotated)}
${standOff.length > 0 ? `  <standOff>\n${standOff.join('\n')}\n  </standOff>\n` : ''}  <text><body xml:id="${TEXT}" xml:space="preserve">${bodyOf(article.text, article.blocks)}</body></text>
</TEI>
`
    const words = [
      article.text,
      ...marks.flatMap((mark) => Object.values(mark.attributes)),
      ...remarks.map(({ body }) => body),
    ]
    return {
      files: [{ name: `${article.id}.xml`, text }],
      left: losses(
        looseLeft(relations.length - placed.length),
        {
          what: 'verdicts: TEI has no place for them',
          one: 'verdict: TEI has no place for it',
          count: records.verdicts.size,
        },
        {
          what: 'threads resolved or opened again, and mentions, flags and changes of comments',
          one: 'thread resolved or opened again, or mention, flag or change of a comment',
          count: saidBesides([...records.comments.values()]),
        },
        {
          what: 'bold, italic and linked stretches of the text',
          one: 'bold, italic or linked stretch of the text',
          count: article.inlines.length,
        },
        {
          what: 'characters that XML 1.0 forbids, each of which became U+FFFD',
          one: 'character that XML 1.0 forbids, which became U+FFFD',
          count: words.reduce((sum, one) => sum + forbiddenIn(one ?? ''), 0),
        },
      ),
    }
  },
}

function byId<R extends { id: string }>(records: Iterable<R>): R[] {
  return [...records].sort((a, b) => order(a.id, b.id))
}

function isRemark(comment: Comment): comment is Remark {
  return 'body' in comment
}

function saidBesides(comments: readonly Comment[]): number {
  return comments.filter((one) => !isRemark(one) || one.mentions || one.gap || one.editedAt !== undefined).length
}

function annotation(
  prefix: string,
  { id, author, at }: { id: string; author: string; at: number },
  motivation: string,
  attributes: Record<string, string>,
  body = '',
): string {
  const all = { 'xml:id': prefix + id, motivation, ...attributes, resp: `#${prefixes.person}${author}` }
  const written = Object.entries(all).map(([name, value]) => ` ${name}="${escapeValue(value)}"`)
  const when = isoOf(at)
  const made = when === null ? '' : `<revisionDesc><change status="created" when="${when}"/></revisionDesc>`
  return `      <annotation${written.join('')}>${made}${body}</annotation>`
}

function hasFeatures({ attributes }: Annotation): boolean {
  return Object.keys(attributes).length > 0
}

function featuresOf({ id, kind, attributes }: Annotation): string {
  const features = Object.entries(attributes)
    .sort(([a], [b]) => order(a, b))
    .map(([name, value]) => {
      const said = value === null ? `<symbol value="${NONE}"/>` : `<string>${escapeText(value)}</string>`
      return `<f name="${name}">${said}</f>`
    })
  return `    <fs xml:id="${prefixes.features}${id}" type="${kind}">${features.join('')}</fs>`
}

/** Each line an element of its own, with the line feeds between them. A heading is only one where something follows it. */
function bodyOf(text: string, blocks: readonly Block[]): string {
  return blocks
    .map(({ type, start, end }, i) => {
      const words = escapeText(text.slice(start, end))
      if (type === 'title' && i === 0 && blocks.length > 1) return `<head>${words}</head>`
      return type === 'paragraph' || type === 'title' ? `<p>${words}</p>` : `<ab type="${type}">${words}</ab>`
    })
    .join('\n')
}

function headerOf(annotated: AnnotatedArticle): string {
  const { article, labelSet, records } = annotated
  const people = [...annotatorsOf(annotated), ...commentersOf(annotated)].map(
    ([id, name]) =>
      `        <respStmt xml:id="${prefixes.person}${id}"><resp>annotator</resp><name>${escapeText(name)}</name></respStmt>\n`,
  )
  const kinds = categories(
    prefixes.kind,
    labelSet.kinds,
    [...records.annotations.values()].map(({ kind }) => kind),
  )
  const types = categories(
    prefixes.relation,
    labelSet.relations,
    [...records.relations.values()].map(({ type }) => type),
  )
  const language = article.language
    ? `\n    <profileDesc><langUsage><language ident="${escapeValue(article.language)}"/></langUsage></profileDesc>`
    : ''
  return `  <teiHeader>
    <fileDesc>
      <titleStmt>
        <title>${escapeText(article.title)}</title>
${people.join('')}      </titleStmt>
      <publicationStmt><p>An export of annotations</p></publicationStmt>
      <sourceDesc>${sourceOf(article)}</sourceDesc>
    </fileDesc>
    <encodingDesc>
      <classDecl>
        <taxonomy xml:id="kinds">${kinds}</taxonomy>
        <taxonomy xml:id="relations">${types}</taxonomy>
      </classDecl>
    </encodingDesc>${language}
  </teiHeader>`
}

/** Who has commented and marked nothing. */
function commentersOf(annotated: AnnotatedArticle): [string, string][] {
  const { people, records } = annotated
  const known = annotatorsOf(annotated)
  const ids = new Set([...records.comments.values()].map(({ author }) => author).filter((id) => !known.has(id)))
  return [...ids].sort(order).map((id) => [id, people.find((one) => one.id === id)?.name ?? id])
}

function categories(
  prefix: string,
  defined: readonly { id: string; label: string }[],
  used: readonly string[],
): string {
  const labels = new Map(used.toSorted(order).map((id) => [id, id]))
  for (const { id, label } of defined) labels.set(id, label)
  // A taxonomy has a category at least, or says in words that it has none.
  if (labels.size === 0) return '<desc>None</desc>'
  return Array.from(
    labels,
    ([id, label]) => `<category xml:id="${prefix}${id}"><catDesc>${escapeText(label)}</catDesc></category>`,
  ).join('')
}

function sourceOf({ source }: AnnotatedArticle['article']): string {
  const parts = [
    source?.outlet ? `<publisher>${escapeText(source.outlet)}</publisher>` : '',
    source?.published ? `<date when="${source.published}"/>` : '',
    source?.url ? `<ref target="${escapeValue(source.url)}"/>` : '',
  ].join('')
  return parts === '' ? '<p>Not known</p>' : `<bibl>${parts}</bibl>`
}
