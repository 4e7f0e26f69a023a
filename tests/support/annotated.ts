/** Articles that come with marks, links, talk and verdicts, as if other people had been there before. */
import type { AttestJson } from '@attest/schema/formats/attest-json'
import { sample, type Visitor } from './visitor.ts'

/** Brings the sample article in once more, changed, into a project of its own. `owner` owns the workspace. */
export async function bringIn(
  owner: Visitor,
  address: string,
  name: string,
  change: (file: AttestJson) => Partial<AttestJson>,
): Promise<string> {
  const { request } = owner.context
  const headers = { origin: address }
  const file: AttestJson = await (await request.get(`${address}/api/articles/${sample}/export`)).json()
  const made = await request.post(`${address}/api/projects`, { data: { name }, headers })
  if (!made.ok()) throw new Error(await made.text())
  const { id } = await made.json()
  const data = { ...file, outcomes: [], ...change(file) }
  const answer = await request.post(`${address}/api/projects/${id}/articles`, { data, headers })
  if (!answer.ok()) throw new Error(await answer.text())
  return (await answer.json()).id
}

/** So many marks all over the text, as of the seeds' person; always the same ones. */
export function manyMarks({ article: { text }, labelSet }: AttestJson, count: number): AttestJson['annotations'] {
  const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)]
  return Array.from({ length: count }, (_, i) => {
    const first = words[(i * 7919) % words.length]
    const last = words[Math.min(words.length - 1, ((i * 7919) % words.length) + ((i * 31) % 14))]
    if (!first || !last) throw new Error('the text has no words')
    const span: [number, number] = [first.index, last.index + last[0].length]
    const kind = labelSet.kinds[i % labelSet.kinds.length]?.id ?? ''
    const quotes = [text.slice(...span)]
    return { id: `reference.b${i}`, author: 'reference', at: 1, kind, spans: [span], attributes: {}, quotes }
  })
}
