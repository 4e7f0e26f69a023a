import { readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { Reader, type ReaderLimits } from './reader.ts'

function openReader(limits: Partial<ReaderLimits> = {}): Reader {
  const reader = new Reader(limits)
  onTestFinished(() => reader.close())
  return reader
}

const file = (name: string, content: string | Uint8Array) => ({
  name,
  bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
})

const page = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../../tests/fixtures/articles/${name}`, import.meta.url)))

it('reads files of every kind on another process, without rights to anything', async () => {
  const reader = openReader()
  const drafts = await Promise.all([
    reader.article(file('a.md', '# Title\n\nWords.')),
    reader.article(file('flood.pdf', page('flood.pdf'))),
    reader.article(file('a.html', '<h1>Title</h1><p>Words.</p>')),
  ])
  expect(drafts.map((draft) => draft.format)).toEqual(['markdown', 'pdf', 'html'])
  await expect(reader.article(file('a.txt', ' '))).rejects.toThrow('There are no words in this file.')
  await expect(reader.article(file('a.docx', 'PK\x03\x04'))).rejects.toThrow('damaged')
})

it('gives a file up that takes too long, and reads the next one', async () => {
  const reader = openReader({ ms: 1000 })
  await reader.article(file('a.txt', 'Some words'))
  const long = '<p><b>x</b></p>'.repeat(300_000)
  const [slow, next] = await Promise.allSettled([
    reader.article(file('a.html', long)),
    reader.article(file('a.txt', 'Some words')),
  ])
  expect(slow).toMatchObject({ reason: { message: 'This file could not be read within 1 second.' } })
  expect(next).toMatchObject({ value: { content: { text: 'Some words' } } })
})

it('gives a file up that asks for too much memory, and reads the next one', async () => {
  const reader = openReader({ memoryBytes: 160 * 1024 * 1024 })
  const huge = `${'<p><b>x</b></p>'.repeat(300_000)}`
  const [large, next] = await Promise.allSettled([
    reader.article(file('a.html', huge)),
    reader.article(file('a.txt', 'Some words')),
  ])
  expect(large).toMatchObject({ reason: { message: expect.stringContaining('more memory than a file may') } })
  expect(next).toMatchObject({ value: { content: { text: 'Some words' } } })
})

it('hands rows over in parts', async () => {
  const reader = openReader()
  const csv = `text\n${'some words\n'.repeat(450)}`
  const parts: number[] = []
  const columns = { title: null, text: 'text', outlet: null, published: null, language: null, url: null }
  await reader.rows(file('a.csv', csv), columns, (rows) => void parts.push(rows.length))
  expect(parts).toEqual([200, 200, 50])
})

it('tells whoever waits when it is closed', async () => {
  const reader = openReader()
  const reading = reader.article(file('a.txt', 'Some words'))
  reader.close()
  await expect(reading).rejects.toThrow('closed')
})
