/**
 * Marks what looks like a denial in every article of a project, as an example of what a script does. It can be run again:
 * a mark goes by where it was found, so what is there already stays as it is, also where you have changed it since.
 *
 *     ATTEST_URL=https://attest.example.org ATTEST_TOKEN=attest_… node docs/example.ts my-project
 */
import { type Client, connect } from '@attest/schema/client'

const denials = /\b(?:denied|denies|deny|rejected|rejects|refuted|dismissed)\b/g

/** How many it has found in each article, by its title. */
export async function markDenials(attest: Client, project: string): Promise<Map<string, number>> {
  const { id: me } = await attest.me()
  const found = new Map<string, number>()
  for await (const { id: article, title } of attest.articles(project)) {
    const { text } = await attest.article(article)
    const there = new Set<string>()
    for await (const { id } of attest.records('annotations', article, { author: me })) there.add(id)
    const marks = Array.from(text.matchAll(denials), ({ index, 0: word }) => ({
      id: `${me}.denial-${index}`,
      kind: 'denial',
      spans: [[index, index + word.length]] as [number, number][],
      attributes: {},
    }))
    const missing = marks.filter(({ id }) => !there.has(id))
    // A thousand at a time, each thousand all or not at all.
    for (let i = 0; i < missing.length; i += 1000)
      await attest.addAll('annotations', article, missing.slice(i, i + 1000))
    found.set(title, marks.length)
  }
  return found
}

const [, file, project] = process.argv
if (project !== undefined && file?.endsWith('example.ts')) {
  const { ATTEST_URL: url = '', ATTEST_TOKEN: token = '' } = process.env
  for (const [title, count] of await markDenials(connect({ url, token }), project)) console.log(`${count}\t${title}`)
}
