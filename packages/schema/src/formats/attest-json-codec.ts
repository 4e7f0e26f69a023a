/**
 * Our own format as one of many: marks of an annotated article that are to come into another one, or go on to another
 * tool. A whole article comes in through `readAttestJson`, by which ids, people and the label set stay as they were.
 */
import { type AnnotatedArticle, FORMAT, readAttestJson, writeAttestJson } from './attest-json.ts'
import type { FoundComment, FoundDocument, FoundMark, FoundVerdict, Reader, TextFile, Writer } from './format.ts'
import { skipped } from './found.ts'
import { parseJson } from './json-text.ts'

export const attestJsonWriter: Writer = {
  name: FORMAT,
  label: 'Attest JSON',
  extension: '.json',
  mediaType: 'application/json',

  write: (annotated) => ({
    files: [{ name: `${annotated.article.id}.json`, text: `${JSON.stringify(writeAttestJson(annotated), null, 2)}\n` }],
    left: [],
  }),
}

export const attestJsonReader: Reader = {
  name: FORMAT,

  read(files) {
    const documents: FoundDocument[] = []
    for (const file of files) {
      const json = parseJson(file)
      if (!json.ok) return json
      const reading = readAttestJson(json.value)
      if (!reading.ok) return { ok: false, problem: `${file.name}: ${reading.problem}` }
      documents.push(documentOf(file, reading.value))
    }
    return { ok: true, documents }
  },

  fits: ({ text }) => /^\ufeff?\s*\{\s*"format"\s*:\s*"attest-json"/.test(text),
}

function documentOf({ name: file }: TextFile, { article, people, records, history }: AnnotatedArticle): FoundDocument {
  const nameOf = naming(people)
  // Maps keep the order of the file.
  const placed = <R extends { author: string; at: number }, F>(
    root: string,
    all: ReadonlyMap<string, R>,
    found: (record: R) => F,
  ) =>
    Array.from(all.values(), (record, i) => ({
      ...found(record),
      by: nameOf(record.author),
      at: record.at,
      where: { file, path: `/${root}/${i}` },
    }))
  return {
    name: article.id,
    text: article.text,
    title: article.title,
    ...(article.language !== null && { language: article.language }),
    unit: 'utf16',
    marks: placed('annotations', records.annotations, ({ id, kind, spans, attributes }) => ({
      id,
      label: kind,
      spans,
      quotes: spans.map(([start, end]) => article.text.slice(start, end)),
      attributes: attributesOf(attributes),
      score: null,
    })),
    relations: placed('relations', records.relations, ({ id, type, from, to }) => ({ id, type, from, to })),
    comments: placed('comments', records.comments, (comment): Said => {
      if ('thread' in comment)
        return { id: comment.id, on: null, replyTo: comment.thread, body: '', turn: comment.state }
      const { id, on, replyTo = null, body, mentions, since, editedAt, gap } = comment
      return {
        id,
        on: on === 'article' ? null : on,
        replyTo,
        body,
        ...(mentions && { mentions: mentions.map(nameOf) }),
        ...(since !== undefined && { since }),
        ...(editedAt !== undefined && { editedAt }),
        ...(gap && { isGap: true }),
      }
    }),
    verdicts: placed(
      'verdicts',
      records.verdicts,
      ({ on, decision, of, fix, note = null }): Judged => ({
        on,
        decision,
        ...(of !== undefined && { of }),
        ...(fix && {
          fix: {
            ...(fix.kind !== undefined && { label: fix.kind }),
            ...(fix.spans && { spans: fix.spans }),
            ...(fix.attributes && { attributes: attributesOf(fix.attributes) }),
          },
        }),
        note,
      }),
    ),
    refused: [],
    reported: history?.length
      ? [skipped({ file, path: '/history' }, 'What was done to these records before is not taken.', 0)]
      : [],
  }
}

type Said = Omit<FoundComment, 'by' | 'at' | 'where'>
type Judged = Omit<FoundVerdict, 'by' | 'at' | 'where'>

function attributesOf(attributes: Readonly<Record<string, string | null>>): FoundMark['attributes'] {
  return new Map(Object.entries(attributes))
}

/** People by their names; those who share theirs with another, by it and their id. */
function naming(people: AnnotatedArticle['people']): (id: string) => string {
  const sharing = Map.groupBy(people, ({ name }) => name)
  const names = new Map(
    people.map(({ id, name }) => [id, (sharing.get(name)?.length ?? 0) > 1 ? `${name} (${id})` : name]),
  )
  return (id) => names.get(id) ?? id
}
