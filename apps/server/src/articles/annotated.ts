/**
 * Annotated articles brought into a project, as attest-json. A file brings content only: records keep their ids and
 * authors, but nobody who can sign in here gets a role by it.
 */

import { personName } from '@attest/schema/api'
import type { Article } from '@attest/schema/article'
import { type AttestJson, readAttestJson } from '@attest/schema/formats/attest-json'
import { foreignTerm, type LabelSet } from '@attest/schema/labelset'
import { CLOCK_AHEAD_MS } from '@attest/schema/record'
import { type Records, type Root, roots } from '@attest/schema/room'
import { misfit } from '@attest/schema/span'
import { HttpProblem } from '../problem.ts'
import type { Arrival, Guest } from '../store/articles.ts'
import type { Catalog } from '../store/catalog.ts'
import { newId } from '../store/id.ts'
import type { StoredProject } from '../store/store.ts'
import { refuseUnfit } from './plain.ts'

/** What is needed of the rooms: to read and change all records of one at once; what was changed is on disk when it resolves. */
export interface RoomRecords {
  records(room: string): Promise<Records>
  putRecords(room: string, records: Records, person: string): Promise<void>
  /** Puts what `change` makes of the records as they are; nobody writes in between. */
  changeRecords(room: string, change: (records: Records) => Records, person: string): Promise<void>
  /** The same where there is nothing under their keys. */
  putMissing(room: string, records: Records, person: string): Promise<void>
  /** `keys` may also be made of the records as they are; nobody writes in between. */
  removeRecords(
    room: string,
    keys: readonly { root: Root; id: string }[] | ((records: Records) => readonly { root: Root; id: string }[]),
    person: string,
  ): Promise<void>
}

/** Makes an annotated article of the file part of the project. The article appears last, so a crash before leaves none. */
export async function importAnnotated(
  { catalog, rooms }: { catalog: Catalog; rooms: RoomRecords },
  project: StoredProject & { articleCount: number },
  importer: string,
  file: unknown,
): Promise<Article> {
  const reading = readAttestJson(file)
  if (!reading.ok) throw new HttpProblem(422, reading.problem)
  const { article: content, labelSet, people, records, project: origin } = reading.value
  refuseUnfit(content.text)
  const flaw = flawOfRecords(records, labelSet, content.text, Date.now())
  if (flaw) throw new HttpProblem(422, flaw)
  const isSame = JSON.stringify(labelSet) === JSON.stringify(project.labelSet)
  const adopts = project.articleCount === 0
  if (!isSame && !adopts) {
    const missing = missingTerm(records, project.labelSet)
    if (missing) throw new HttpProblem(422, `${missing} in this file is not in the label set of the project.`)
  }
  const arrival: Arrival = {
    article: { ...content, id: await freeRoom(catalog, rooms, content.id), projectId: project.id },
    people: people.map(guestOf),
    by: importer,
    adopt: adopts ? { labelSet, peersJudge: origin.peersJudge, person: importer } : null,
  }
  await rooms.putRecords(arrival.article.id, records, importer)
  await catalog.articles.addArrival(arrival)
  return arrival.article
}

/** The id of the file, or a new one when it was ever used here: also for an import that a crash cut short. */
async function freeRoom(catalog: Catalog, rooms: RoomRecords, wanted: string): Promise<string> {
  if ((await catalog.articles.projectOf(wanted)) !== null) return newId()
  const left = await rooms.records(wanted)
  return roots.every((root) => left[root].size === 0) ? wanted : newId()
}

function guestOf(person: AttestJson['people'][number]): Guest {
  const name = personName.safeParse(person.name)
  if (!name.success)
    throw new HttpProblem(422, `The name of ${person.id} cannot be used: ${name.error.issues[0]?.message ?? ''}`)
  return { id: person.id, name: name.data, role: person.role }
}

/** What is wrong with the records beyond what the format itself asks, as a sentence; null when nothing is. */
function flawOfRecords(records: Records, labelSet: LabelSet, text: string, now: number): string | null {
  const missing = missingTerm(records, labelSet)
  if (missing) return `${missing} is not in the label set of this file.`
  for (const { id, fix } of records.verdicts.values())
    if (fix?.spans && misfit(text, fix.spans)) return `The correction in ${id} does not fit the text.`
  // A record from the future would outrank every later word on the same thing for good.
  for (const root of roots)
    for (const { id, at } of records[root].values())
      if (at > now + CLOCK_AHEAD_MS) return `The time of ${id} is in the future.`
  return null
}

/** The first kind, attribute or relation type used by the records that the label set lacks, with who uses it. */
function missingTerm(records: Records, labelSet: LabelSet): string | null {
  for (const { id, kind, attributes } of records.annotations.values()) {
    const missing = missingIn(kind, attributes, labelSet)
    if (missing) return `${missing} of the mark ${id}`
  }
  for (const { id, type } of records.relations.values())
    if (!labelSet.relations.some((known) => known.id === type)) return `The relation type “${type}” of ${id}`
  for (const { id, on, fix } of records.verdicts.values()) {
    const kind = fix?.kind ?? records.annotations.get(on)?.kind
    // A verdict outlives the mark it is about; without a kind there is nothing its attributes could belong to.
    if (!fix || !kind) continue
    const missing = missingIn(kind, fix.attributes ?? {}, labelSet)
    if (missing) return `${missing} of the correction in ${id}`
  }
  return null
}

function missingIn(kind: string, attributes: Readonly<Record<string, string | null>>, set: LabelSet): string | null {
  if (foreignTerm({ kind, attributes: {} }, set)) return `The kind “${kind}”`
  for (const [id, value] of Object.entries(attributes))
    if (foreignTerm({ kind, attributes: { [id]: value } }, set))
      return set.kinds.some((one) => one.id === kind && one.attributes.some((known) => known.id === id))
        ? `The value of the attribute “${id}”`
        : `The attribute “${id}”`
  return null
}
