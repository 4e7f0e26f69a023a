/**
 * What a new data folder starts with: the sample project with its article, and the reference annotation as the marks of
 * a person named Reference, who cannot sign in. Once a folder, so that a sample that was deleted stays deleted.
 */
import { readFileSync } from 'node:fs'
import { personSchema } from '@attest/schema/api'
import { articleContentSchema, blocksOf, entityId, flawOf, hashText } from '@attest/schema/article'
import { type LabelSet, labelSetSchema } from '@attest/schema/labelset'
import { emptyRecords, type Records, readInto, roots } from '@attest/schema/room'
import * as z from 'zod'
import type { RoomRecords } from './articles/annotated.ts'
import type { Catalog } from './store/catalog.ts'

export interface Seeds {
  labelSet: LabelSet
  guidelines: string
  text: string
  project: z.infer<typeof projectSchema>
  reference: { person: { id: string; name: string }; records: Records }
}

const projectSchema = z.strictObject({
  id: entityId,
  name: z.string().min(1).max(120),
  mode: z.literal('open'),
  peersJudge: z.boolean(),
  article: articleContentSchema.pick({ title: true, language: true, direction: true }).extend({ id: entityId }),
})

const recordList = z.array(z.looseObject({ id: z.string() })).default([])

const referenceSchema = z.strictObject({
  person: personSchema.pick({ id: true, name: true }),
  annotations: recordList,
  relations: recordList,
  comments: recordList,
  verdicts: recordList,
})

/** Reads seeds/. Throws when a file there is not what it should be. */
export function readSeeds(folder: URL): Seeds {
  const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')
  const reference = referenceSchema.parse(JSON.parse(read('reference.json')))
  return {
    labelSet: labelSetSchema.parse(JSON.parse(read('label-set.json'))),
    guidelines: read('guidelines.md'),
    text: read('article.txt'),
    project: projectSchema.parse(JSON.parse(read('project.json'))),
    reference: { person: reference.person, records: readRecords(reference) },
  }
}

function readRecords(reference: z.infer<typeof referenceSchema>): Records {
  const records = emptyRecords()
  for (const root of roots)
    for (const value of reference[root]) {
      const problem = readInto(records, root, value.id, value)
      if (problem !== null) throw new RangeError(`the record ${value.id} of the seeds cannot be read: ${problem}`)
    }
  return records
}

/** Puts the sample project in place, unless that was done before. Safe to call again after it was cut short. */
export async function seed(seeds: Seeds, catalog: Catalog, rooms: RoomRecords): Promise<void> {
  if (await catalog.isSeeded('sample')) return
  const { article, ...project } = seeds.project
  const content = articleContentSchema.parse({
    title: article.title,
    language: article.language,
    direction: article.direction,
    text: seeds.text,
    sha256: hashText(seeds.text),
    blocks: blocksOf(seeds.text),
    inlines: [],
  })
  const flaw = flawOf(content)
  if (flaw) throw new RangeError(`the article of the seeds: ${flaw}`)
  const { person, records } = seeds.reference
  if (!(await catalog.projects.find(project.id)))
    await catalog.projects.add(
      { ...project, joining: 'open', labelSet: seeds.labelSet, guidelines: seeds.guidelines },
      null,
    )
  if ((await catalog.articles.projectOf(article.id)) === null) {
    await rooms.putRecords(article.id, records, person.id)
    await catalog.articles.addArrival({
      article: { ...content, id: article.id, projectId: project.id },
      people: [{ ...person, role: 'annotator' }],
      adopt: null,
    })
  }
  await catalog.markSeeded('sample')
}
