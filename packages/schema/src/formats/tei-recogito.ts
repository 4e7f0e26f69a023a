/**
 * Annotations of Recogito’s text annotator over a TEI file (its extension-tei, `crosswalk/forward.ts`): two places, each a
 * path of elements and, behind `::`, an offset in the text of the last of them, counted in UTF-16.
 */
import type { FoundDocument, Place, TextFile } from './format.ts'
import { isObject, type JsonObject, listOf, nameOf, shown, skipped } from './found.ts'
import { parseJson } from './json-text.ts'
import type { TeiDocument } from './tei-document.ts'

export function isRecogito({ name, text }: TextFile): boolean {
  const start = text.slice(0, 20_000)
  return /\.json$/i.test(name) && start.includes('"startSelector"') && start.includes('::')
}

/** Adds to the document what the file says of it; a problem where it cannot be read. */
export function takeRecogito(file: TextFile, tei: TeiDocument, document: FoundDocument): string | null {
  const json = parseJson(file)
  if (!json.ok) return json.problem
  if (!Array.isArray(json.value)) return `${file.name} is no list of annotations.`
  const ids = new Set(document.marks.map(({ id }) => id))
  for (const [i, given] of json.value.entries()) {
    const where = { file: file.name, path: `/${i}` }
    const id = isObject(given) ? nameOf(given['id']) : null
    if (!isObject(given) || id === null)
      document.refused.push(skipped(where, 'An annotation is an object with an “id”.'))
    else takeOne(given, id, { where, tei, document, ids })
  }
  return null
}

interface Context {
  where: Place
  tei: TeiDocument
  document: FoundDocument
  ids: Set<string>
}

function takeOne(given: JsonObject, id: string, { where, tei, document, ids }: Context): void {
  const target = isObject(given['target']) ? given['target'] : {}
  const bodies = listOf(given['bodies']).filter(isObject)
  const label = bodies.find(({ purpose }) => purpose === 'tagging' || purpose === 'classifying')
  const spans = listOf(target['selector']).map((selector) => spanOf(selector, tei))
  const flaw = ids.has(id)
    ? `A second annotation has the id ${shown(id)}.`
    : spans.length === 0
      ? 'The annotation has no target.'
      : spans.find((span) => typeof span === 'string')
  if (typeof flaw === 'string') document.refused.push(skipped(where, flaw))
  else {
    ids.add(id)
    document.marks.push({
      id,
      label: nameOf(label?.['value']) ?? 'annotation',
      spans: spans.filter((span) => typeof span !== 'string'),
      quotes: spans.map(() => null),
      attributes: new Map(),
      ...madeBy(target),
      score: null,
      where,
    })
  }
  for (const [i, body] of bodies.entries()) {
    const said = nameOf(body['value'])
    if (body === label || said === null) continue
    document.comments.push({
      id: nameOf(body['id']) ?? `${id}.${i + 1}`,
      on: id,
      replyTo: null,
      body: said,
      ...madeBy(body),
      where: { ...where, path: `${where.path}/bodies/${i}` },
    })
  }
}

function spanOf(selector: unknown, tei: TeiDocument): readonly [number, number] | string {
  const [start, end] = ['startSelector', 'endSelector'].map((name) => {
    const given = isObject(selector) ? selector[name] : null
    const value = isObject(given) && typeof given['value'] === 'string' ? given['value'] : ''
    const split = value.lastIndexOf('::')
    const element = /::\d{1,9}$/.test(value) ? tei.byPath(value.slice(0, split)) : null
    return element ? element[0] + Number(value.slice(split + 2)) : `${shown(value)} points to nothing in the text.`
  })
  if (typeof start !== 'number') return start ?? ''
  if (typeof end !== 'number') return end ?? ''
  return start < end && end <= tei.text.length ? [start, end] : `It goes from ${start} to ${end}, which is no span.`
}

function madeBy({ creator, created }: JsonObject): { by: string | null; at: number | null } {
  const name = isObject(creator) ? nameOf(creator['name'])?.trim() : null
  const at = typeof created === 'string' ? Date.parse(created) : Number.NaN
  return { by: name || null, at: at >= 0 ? at : null }
}
