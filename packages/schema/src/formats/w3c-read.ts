/**
 * Reads W3C Web Annotation as it comes: single annotations, lists, pages and collections, with positions by the
 * specification or in UTF-16 as Recogito and Hypothesis have them, and the answers of Hypothesis’ own service. Whatever is
 * an address stays one: nothing is ever fetched.
 */
import type { FoundComment, FoundDocument, Place, ReadOptions, TextFile } from './format.ts'
import { nowhere } from './format.ts'
import {
  emptyDocument,
  isObject,
  type JsonObject,
  listOf,
  shown,
  skipped,
  stemOf,
  textFlaw,
  timeFrom,
} from './found.ts'
import { parseJson } from './json-text.ts'
import { ANNO, iris } from './w3c-terms.ts'

export function readW3c(
  files: readonly TextFile[],
  { textOf }: ReadOptions = {},
): { ok: true; documents: FoundDocument[] } | { ok: false; problem: string } {
  const texts = new Map(files.flatMap(({ name, text }) => (name.endsWith('.txt') ? [[stemOf(name), text]] : [])))
  const items: Item[] = []
  const found = new Documents()
  for (const file of files) {
    if (file.name.endsWith('.txt')) continue
    const json = parseJson(file)
    if (!json.ok) return json
    const before = items.length
    for (const item of itemsIn(json.value, file.name, found)) items.push(item)
    if (items.length === before && !found.knows(file.name))
      return { ok: false, problem: `${file.name} has no annotation in it.` }
  }
  found.read(items)
  const documents = found.all()
  const [only] = documents.length === 1 ? texts.values() : []
  for (const document of documents) {
    const text = texts.get(document.name) ?? only ?? textOf?.(document.name) ?? null
    document.text = text !== null && textFlaw(text) === null ? text : null
  }
  return { ok: true, documents }
}

interface Item {
  value: JsonObject
  /** That of the annotation, or of what it stands in. */
  hasContext: boolean
  collection: JsonObject | null
  where: Place
}

/** The annotations in a file. Pages may hang on each other, so they are followed and not gone into. */
function* itemsIn(value: unknown, file: string, found: Documents): Generator<Item> {
  const stack: { value: unknown; hasContext: boolean; collection: JsonObject | null; path: string }[] = [
    { value, hasContext: false, collection: null, path: '' },
  ]
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { value: one, path } = next
    const where = { file, path: path === '' ? '/' : path }
    if (Array.isArray(one)) {
      for (let i = one.length - 1; i >= 0; i--) stack.push({ ...next, value: one[i], path: `${path}/${i}` })
      continue
    }
    if (typeof one === 'string' && path !== '') {
      found.skip(where, `${shown(one)} is an address; what is there is not fetched`, { isSound: true })
      continue
    }
    if (!isObject(one)) {
      found.skip(where, `${shown(one)} is no annotation`)
      continue
    }
    const hasContext = next.hasContext || hasAnno(one['@context'])
    const types = listed(one['type'])
    const inner = ['next', 'items', 'first', 'rows'].filter((name) => one[name] !== undefined)
    if (inner.length > 0 && !types.includes('Annotation')) {
      const collection = types.includes('AnnotationCollection') ? one : next.collection
      if (collection === one) found.open(one)
      for (const name of inner) stack.push({ value: one[name], hasContext, collection, path: `${path}/${name}` })
    } else yield { value: one, hasContext, collection: next.collection, where }
  }
}

function hasAnno(context: unknown): boolean {
  return listed(context).includes(ANNO)
}

function listed(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
}

/** An annotation whose own shape is sound. */
interface Sound extends Item {
  id: string
  by: string | null
  at: number | null
  /** When its words were last changed, where it says so. */
  editedAt: number | null
  motivations: unknown[]
  bodies: unknown[]
  targets: unknown[]
}

class Documents {
  readonly #documents = new Map<string, FoundDocument>()
  readonly #skipped: { where: Place; why: string; isSound: boolean }[] = []
  /** Which document an annotation has come to, by its id. */
  readonly #homes = new Map<string, FoundDocument>()
  readonly #comments = new Set<string>()
  readonly #marks = new Set<string>()

  skip(where: Place, why: string, { isSound = false } = {}): void {
    this.#skipped.push({ where, why: `${why}.`, isSound })
  }

  /** A collection of ours may be empty, and is about its article all the same. */
  open(collection: JsonObject): void {
    if (typeof collection['id'] === 'string' && ownArticle.test(collection['id'])) this.#documentOf('', collection)
  }

  /** Whether anything was in a file. */
  knows(file: string): boolean {
    return this.#documents.size > 0 || this.#skipped.some(({ where }) => where.file === file)
  }

  /** Each with its own, and what belongs to none with the first. */
  all(): FoundDocument[] {
    const first = [...this.#documents.values()][0] ?? this.#documentOf('', null)
    for (const { where, why, isSound } of this.#skipped)
      (isSound ? first.reported : first.refused).push(skipped(where, why))
    return [...this.#documents.values()]
  }

  read(items: readonly Item[]): void {
    const ids = new Set<string>()
    const sound = items.flatMap((item) => this.#soundOf(item, ids) ?? [])
    const waiting: Sound[] = []
    for (const one of sound) {
      const targets = one.targets.map(addressOf)
      if (targets.some((address) => address !== null && ids.has(address))) waiting.push(one)
      else this.#readAbout(one)
    }
    // Some are about others that come later: they wait for these, each once.
    const waitingFor = Map.groupBy(
      waiting,
      (one) => one.targets.map(addressOf).find((address) => address !== null && ids.has(address)) ?? '',
    )
    const settled = [...this.#homes.keys()]
    for (let i = 0; i < settled.length; i++) {
      const id = settled[i] ?? ''
      for (const one of waitingFor.get(id) ?? []) {
        this.#readOn(one, id)
        settled.push(one.id)
      }
      waitingFor.delete(id)
    }
    for (const one of [...waitingFor.values()].flat())
      this.skip(one.where, `The annotation ${shown(one.id)} is about one that is not here, or about itself`)
  }

  /** What the model asks of every annotation (sections 3.1 and 3.2). */
  #soundOf(item: Item, ids: Set<string>): Sound | null {
    const { value, hasContext, where } = item
    const refuse = (why: string) => {
      this.skip(where, why)
      return null
    }
    const isHypothesis = typeof value['uri'] === 'string' && Array.isArray(value['target'])
    const { id, type, target, body, bodyValue, creator } = value
    if (!isHypothesis && !hasContext) return refuse(`The annotation ${shown(id)} has no context ${ANNO}`)
    if (typeof id !== 'string' || id === '') return refuse(`${shown(id)} is no id of an annotation`)
    if (!isHypothesis && !listed(type).includes('Annotation'))
      return refuse(`${shown(id)} is of the type ${shown(type)}, and no annotation`)
    if (ids.has(id)) return refuse(`The id ${shown(id)} is there twice`)
    if (target === undefined || listed(target).length === 0)
      return refuse(`The annotation ${shown(id)} is about nothing`)
    if (body !== undefined && bodyValue !== undefined)
      return refuse(`The annotation ${shown(id)} has a body and a bodyValue`)
    if (creator !== undefined && typeof creator !== 'string' && typeof creator !== 'object')
      return refuse(`The creator of ${shown(id)} is ${shown(creator)}, and nobody`)
    ids.add(id)
    if (isHypothesis) return { ...item, id, ...ofHypothesis(value) }
    const bodies = bodyValue === undefined ? listed(body) : [{ type: 'TextualBody', value: bodyValue }]
    return {
      ...item,
      id,
      by: nameOfCreator(creator),
      at: timeFrom(value['created']),
      editedAt: timeFrom(value['modified']),
      motivations: listed(value['motivation']),
      bodies,
      targets: listed(target),
    }
  }

  /** A mark, or words about the whole of something. */
  #readAbout(one: Sound): void {
    const { id, by, at, where, targets } = one
    const source = sourceOf(targets[0])
    const document = this.#documentOf(source, one.collection)
    this.#homes.set(id, document)
    const places = targets.map(placeOf)
    const isMark = places.some((place) => place !== null)
    if (isMark && (places.includes(null) || targets.some((target) => sourceOf(target) !== source))) {
      const why = `The annotation ${shown(id)} is about several things, and not all of them are words of one text`
      this.skip(where, why, { isSound: true })
      return
    }
    const { label, labels, attributes, comments } = meaningOf(one)
    if (!isMark) {
      if (one.motivations.includes('linking'))
        this.skip(where, `The link ${shown(id)} leads from something that is not here`)
      else if (comments.length === 0)
        this.skip(where, `The annotation ${shown(id)} is about no words, and says none`, { isSound: true })
      else if (labels.length > 0)
        this.skip(where, `The annotation ${shown(id)} says what a whole text is, and there are marks of words only`, {
          isSound: true,
        })
      for (const [i, said] of comments.entries()) {
        const number = i === 0 ? id : `${id}#${i + 1}`
        this.#comments.add(number)
        document.comments.push({ id: number, on: null, replyTo: null, ...said, by: said.by ?? by, at, where })
      }
      return
    }
    this.#marks.add(id)
    if (targets.some((target) => isObject(target) && target['annotation'] !== undefined)) document.unit = 'utf16'
    const found = places.filter((place) => place !== null)
    document.marks.push({
      id,
      label,
      spans: found.map(({ span }) => span),
      quotes: found.map(({ quote }) => quote),
      around: found.map(({ around }) => around),
      attributes,
      by,
      at,
      score: null,
      where,
    })
    for (const [i, said] of comments.entries())
      document.comments.push({
        id: `${id}#${i + 1}`,
        on: id,
        replyTo: null,
        ...said,
        by: said.by ?? by,
        at,
        where,
      })
  }

  /** A relation, a verdict, or words about what another annotation is. */
  #readOn(one: Sound, target: string): void {
    const { id, by, at, where, motivations, bodies } = one
    const document = this.#homes.get(target) as FoundDocument
    this.#homes.set(id, document)
    const values = (purpose: string) =>
      bodies.flatMap((body) =>
        isObject(body) && listed(body['purpose']).includes(purpose) && typeof body['value'] === 'string'
          ? [body['value']]
          : [],
      )
    const { label, labels, comments } = meaningOf(one)
    if (motivations.includes('linking')) {
      const to = bodies.map(addressOf).find((address) => address !== null)
      const type = labels[0] ?? values('linking')[0] ?? 'linking'
      if (to == null) this.skip(where, `The link ${shown(id)} leads nowhere`)
      else document.relations.push({ id, type, from: target, to, by, at, where })
      return
    }
    const [decision] = values('assessing').filter((value) => isDecision(value))
    if (motivations.includes('assessing') && this.#marks.has(target) && isDecision(decision)) {
      const of = bodies.map(addressOf).find((address) => address !== null)
      const spans = bodies.flatMap((body) => {
        const place = isObject(body) && body['purpose'] === 'editing' ? placeOf(body) : null
        return place ? [place.span] : []
      })
      const { attributes } = meaningOf(one)
      const fix = {
        ...(labels.length > 0 && { label }),
        ...(spans.length > 0 && { spans }),
        ...(attributes.size > 0 && { attributes }),
      }
      document.verdicts.push({
        on: target,
        decision,
        ...(decision === 'duplicate' && of != null && { of }),
        ...(Object.keys(fix).length > 0 && { fix }),
        note: comments[0]?.body ?? null,
        by,
        at,
        where,
      })
      return
    }
    const [turn] = values('moderating')
    const isOfThread = this.#comments.has(target)
    const said: Omit<FoundComment, 'body'> = {
      id,
      on: isOfThread ? null : target,
      replyTo: isOfThread ? target : null,
      by,
      at,
      where,
    }
    if (turn === 'resolved' || turn === 'reopened') document.comments.push({ ...said, body: '', turn })
    else if (comments[0]) document.comments.push({ ...said, ...comments[0], by: comments[0].by ?? by })
    else {
      this.skip(where, `The annotation ${shown(id)} says nothing about ${shown(target)}`, { isSound: true })
      return
    }
    this.#comments.add(id)
  }

  #documentOf(source: string, collection: JsonObject | null): FoundDocument {
    const id = typeof collection?.['id'] === 'string' ? collection['id'] : ''
    const name = ownArticle.exec(id)?.[1] ?? ownArticle.exec(source)?.[1] ?? source
    const known = this.#documents.get(name)
    if (known) return known
    const title = collection?.['label']
    const document: FoundDocument = {
      ...emptyDocument(name, null),
      unit: 'code-points',
      ...(typeof title === 'string' && title !== '' && { title }),
    }
    this.#documents.set(name, document)
    return document
  }
}

const ownArticle = new RegExp(`^${iris.article}([a-z0-9-]+)`)

function isDecision(value: unknown): value is 'accept' | 'reject' | 'duplicate' | 'unsure' {
  return value === 'accept' || value === 'reject' || value === 'duplicate' || value === 'unsure'
}

/** What bodies say: of which kind the words are, what is so about them, and what there is to say. */
function meaningOf({ bodies, motivations, editedAt }: Sound) {
  const attributes = new Map<string, string | null>()
  const comments: (Pick<FoundComment, 'body' | 'mentions' | 'editedAt' | 'isGap'> & { by: string | null })[] = []
  const classes: string[] = []
  const tags: string[] = []
  const others: string[] = []
  for (const body of bodies) {
    const value = isObject(body) && typeof body['value'] === 'string' ? body['value'] : null
    const address = addressOf(body)
    const purposes = isObject(body) && body['purpose'] !== undefined ? listed(body['purpose']) : motivations
    const attribute = isObject(body) ? body['attest:attribute'] : undefined
    if (typeof attribute === 'string' && value !== null && isObject(body))
      attributes.set(attribute, body['attest:isNone'] === true ? null : value)
    else if (purposes.includes('classifying') && (value ?? address) !== null) classes.push(value ?? address ?? '')
    else if (purposes.includes('tagging') && (value ?? address) !== null) tags.push(value ?? address ?? '')
    else if (value !== null && purposes.every((purpose) => !silent.has(purpose))) {
      if (value !== '')
        comments.push({
          body: value,
          by: isObject(body) ? nameOfCreator(body['creator']) : null,
          ...(editedAt !== null && { editedAt }),
          ...(isObject(body) && besidesOf(body)),
        })
    } else if (address !== null && !purposes.some((purpose) => silent.has(purpose))) others.push(address)
  }
  const labels = [...classes, ...tags]
  for (const [i, tag] of labels.slice(1).entries()) attributes.set(i === 0 ? 'tag' : `tag${i + 1}`, tag)
  for (const [i, address] of others.entries()) attributes.set(i === 0 ? 'body' : `body${i + 1}`, address)
  const [motivation] = motivations
  return {
    labels,
    label: labels[0] ?? (typeof motivation === 'string' ? motivation : 'annotation'),
    attributes,
    comments,
  }
}

/** What our own comments have beside their words. */
function besidesOf(body: JsonObject): Pick<FoundComment, 'mentions' | 'isGap'> {
  const mentions = listed(body['attest:mentions']).flatMap((one) => nameOfCreator(one) ?? [])
  return {
    ...(mentions.length > 0 && { mentions }),
    ...(body['attest:isGap'] === true && { isGap: true }),
  }
}

/** What is read elsewhere, by its purpose. */
const silent: ReadonlySet<unknown> = new Set(['linking', 'assessing', 'moderating', 'editing'])

/** The address of a thing that is told by it alone, or of the source of a specific one. */
function addressOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (!isObject(value) || value['selector'] !== undefined) return null
  if (typeof value['source'] === 'string') return value['source']
  if (isObject(value['source']) && typeof value['source']['id'] === 'string') return value['source']['id']
  return value['type'] !== 'TextualBody' && typeof value['id'] === 'string' ? value['id'] : null
}

function sourceOf(target: unknown): string {
  if (!isObject(target)) return typeof target === 'string' ? target : ''
  const source = target['source'] ?? target['id']
  return typeof source === 'string' ? source : isObject(source) && typeof source['id'] === 'string' ? source['id'] : ''
}

/** Where a target says its words are, by position or quote; null where it says it otherwise, or not at all. */
function placeOf(
  target: unknown,
): { span: readonly [number, number]; quote: string | null; around: { prefix: string; suffix: string } | null } | null {
  if (!isObject(target)) return null
  const selectors: JsonObject[] = []
  for (const selector of listed(target['selector'])) {
    // What refines another is the nearer one. Nobody refines more often than this.
    let one: unknown = selector
    for (let i = 0; i < 10 && isObject(one); i++, one = one['refinedBy']) selectors.push(one)
  }
  const quoted = selectors.find(({ type, exact }) => type === 'TextQuoteSelector' && typeof exact === 'string')
  const position = selectors.find(({ type }) => type === 'TextPositionSelector')
  // Counted from where another selector begins, a position says nothing by itself.
  const isRefined = listed(target['selector']).some((one) => isObject(one) && one['refinedBy'] !== undefined)
  const [start, end] = position && !isRefined ? [numberOf(position['start']), numberOf(position['end'])] : [null, null]
  if (!quoted && start === null) return null
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return {
    span: start !== null && end !== null ? [start, end] : nowhere,
    quote: quoted ? text(quoted['exact']) : null,
    around: quoted ? { prefix: text(quoted['prefix']), suffix: text(quoted['suffix']) } : null,
  }
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

function nameOfCreator(creator: unknown): string | null {
  const [first] = listed(creator)
  if (typeof first === 'string') return first
  if (!isObject(first)) return null
  const said = [first['name'], first['nickname'], first['id']].flatMap(listed)
  return said.find((name): name is string => typeof name === 'string' && name !== '') ?? null
}

/** An answer of https://h.readthedocs.io/en/latest/api-reference/: tags, a comment, and whose it is by an account. */
function ofHypothesis(row: JsonObject): Omit<Sound, keyof Item | 'id'> {
  const [, name] = typeof row['user'] === 'string' ? (/^(?:acct:)?([^@]*)/.exec(row['user']) ?? []) : []
  const text = typeof row['text'] === 'string' && row['text'] !== '' ? row['text'] : null
  const answered = listOf(row['references']).at(-1)
  return {
    by: name === undefined || name === '' ? null : name,
    at: timeFrom(row['created']),
    // It tells when a row was last written, which nobody need ever have changed.
    editedAt: row['updated'] === row['created'] ? null : timeFrom(row['updated']),
    motivations: text === null ? [] : ['commenting'],
    bodies: [
      ...listOf(row['tags']).map((value) => ({ type: 'TextualBody', purpose: 'tagging', value })),
      ...(text === null ? [] : [{ type: 'TextualBody', purpose: 'commenting', value: text }]),
    ],
    targets:
      typeof answered === 'string'
        ? [answered]
        : listed(row['target']).map((target) => (isObject(target) ? { ...target, annotation: row['id'] } : target)),
  }
}
