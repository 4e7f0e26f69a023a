/**
 * Records without who made them: people become person-1, person-2 … in everything that names them, records, history, and
 * the mentions in what was said. What somebody writes of others without mentioning them stays as they wrote it.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { GOLD_AUTHOR } from '../gold-records.ts'
import type { Act } from '../history.ts'
import { order } from '../order.ts'
import { authorOf } from '../record.ts'
import type { RecordOf, Root } from '../room.ts'
import type { AnnotatedArticle } from './attest-json.ts'

export interface Pseudonyms {
  of(person: string): string
  /** A text with everybody who is mentioned in it called by theirs. */
  within(text: string): string
}

/**
 * The same for all articles that go out together. `secret` keeps anybody who knows the people from working out who is
 * which: by it alone they are put in order, and who is not among them is called by a part of it.
 */
export function pseudonymsOf(people: Iterable<{ id: string; name: string }>, secret: string): Pseudonyms {
  const digest = (id: string) => bytesToHex(sha256(utf8ToBytes(`${secret}\n${id}`)))
  const all = Array.from(people, ({ id, name }) => ({ id, name, rank: digest(id) }))
  all.sort((a, b) => order(a.rank, b.rank))
  const ids = new Map(all.map(({ id }, i) => [id, `person-${i + 1}`]))
  ids.set(GOLD_AUTHOR, GOLD_AUTHOR)
  const of = (id: string) => ids.get(id) ?? `person-x${digest(id).slice(0, 12)}`
  // Of people with one name, it says as little as the name did.
  const names = new Map(all.toReversed().map(({ id, name }) => [name, of(id)]))
  // The longest name holds: @Ana Maria is not @Ana.
  const longestFirst = [...names.keys()].filter((name) => name !== '').sort((a, b) => b.length - a.length)
  return {
    of,
    within: (text) =>
      text
        .split('@')
        .map((part, i) => {
          const name = i === 0 ? undefined : longestFirst.find((one) => isNamed(part, one))
          return name === undefined ? part : `${names.get(name)}${part.slice(name.length)}`
        })
        .join('@'),
  }
}

function isNamed(text: string, name: string): boolean {
  return text.startsWith(name) && !/^[\p{L}\p{N}_]/u.test(text.slice(name.length, name.length + 2))
}

export function anonymised(annotated: AnnotatedArticle, pseudonyms: Pseudonyms): AnnotatedArticle {
  const { people, records, history } = annotated
  const renamed = <R extends Root>(root: R) =>
    new Map(
      Array.from(records[root].values(), (record) => {
        // Only names of people in it are others: it is a record of the same root.
        const one = anonymisedRecord(record, pseudonyms) as RecordOf[R]
        return [one.id, one]
      }),
    )
  return {
    ...annotated,
    people: people.map(({ id, role }) => ({ id: pseudonyms.of(id), name: pseudonyms.of(id), role })),
    records: {
      annotations: renamed('annotations'),
      relations: renamed('relations'),
      comments: renamed('comments'),
      verdicts: renamed('verdicts'),
    },
    ...(history && { history: history.map((act) => anonymisedAct(act, pseudonyms)) }),
  }
}

export function anonymisedAct(act: Act, pseudonyms: Pseudonyms): Act {
  const { person, id, before, after } = act
  return {
    ...act,
    person: pseudonyms.of(person),
    id: renamedId(id, pseudonyms),
    before: before && anonymisedRecord(before, pseudonyms),
    after: after && anonymisedRecord(after, pseudonyms),
  }
}

/** The fields of records, of whatever version, that name other records. */
const ids: ReadonlySet<string> = new Set(['id', 'from', 'to', 'on', 'of', 'replyTo', 'thread'])

/** The fields in which people mention each other. */
const bodies: ReadonlySet<string> = new Set(['body', 'note'])

function anonymisedRecord(record: object, pseudonyms: Pseudonyms): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      if (name === 'mentions' && Array.isArray(value)) return [name, value.map((id) => pseudonyms.of(String(id)))]
      if (typeof value !== 'string') return [name, value]
      if (name === 'author') return [name, pseudonyms.of(value)]
      if (ids.has(name)) return [name, renamedId(value, pseudonyms)]
      return [name, bodies.has(name) ? pseudonyms.within(value) : value]
    }),
  )
}

function renamedId(id: string, pseudonyms: Pseudonyms): string {
  const author = authorOf(id)
  return author === '' ? id : `${pseudonyms.of(author)}${id.slice(author.length)}`
}
