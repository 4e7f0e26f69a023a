import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../../../../tests/support/hostile-text.ts'
import { foldedBody, mentionBefore, mentionsIn, partsOf, peopleLike } from './body.ts'

const ana = { id: 'ana', name: 'Ana' }
const maria = { id: 'maria', name: 'Ana Maria' }
const jose = { id: 'jose', name: 'José Núñez' }
const people = [ana, maria, jose]

describe('what a remark says', () => {
  it.each<[string, string[]]>([
    ['see https://example.org/a(b), and go', ['https://example.org/a(b)']],
    ['(http://example.org/?q=1)', ['http://example.org/?q=1']],
    ['“https://example.org.”', ['https://example.org']],
    ['javascript:alert(1) data:text/html,x ftp://example.org', []],
    ['https://', []],
    ['https://bank.example@thief.example/', []],
    ['https://example.org/\u202egpj.exe', ['https://example.org/']],
  ])('%s: has these links', (body, links) => {
    expect(partsOf(body, []).flatMap((part) => (part.type === 'link' ? part.text : []))).toEqual(links)
  })

  it('names those who are mentioned, the longest name first, and nobody in an address', () => {
    const named = (body: string) =>
      partsOf(body, people).flatMap((part) => (part.type === 'mention' ? part.person : []))
    expect(named('@Ana Maria, @Ana: ask @José Núñez')).toEqual(['maria', 'ana', 'jose'])
    expect(named('x@Ana @Anabel https://example.org/@Ana')).toEqual([])
  })

  it('is all there in its parts, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText, fc.constantFrom('@Ana', 'https://a.b/', '@'))), (pieces) => {
        const body = pieces.join('')
        expect(
          partsOf(body, people)
            .map(({ text }) => text)
            .join(''),
        ).toBe(body)
      }),
    )
  })

  it('is folded at a word, only when that saves more than a few', () => {
    expect(foldedBody('short')).toBeNull()
    const long = 'word '.repeat(200)
    expect(foldedBody(long)).toMatch(/^(word )+word$/)
    expect(foldedBody('a\n'.repeat(100))?.split('\n').length).toBe(8)
    expect(foldedBody('😀'.repeat(400), { characters: 99 })?.isWellFormed()).toBe(true)
    const address = `https://example.org/${'a'.repeat(200)}`
    expect(foldedBody(`${'word '.repeat(60)}${address} ${long}`)).toBe('word '.repeat(60).trimEnd())
    expect(foldedBody(`see ${address}${address} ${long}`)).toBe(`see ${address}${address}`)
    expect(foldedBody(`see ${address}${address}`)).toBeNull()
  })
})

describe('whom a remark mentions', () => {
  it('is whoever was chosen and is still named, and whoever is named in full and can be nobody else', () => {
    expect(mentionsIn('@Ana, look', people, [])).toEqual(['ana'])
    expect(mentionsIn('look', people, ['ana'])).toEqual([])
    const twins = [ana, { id: 'ana2', name: 'Ana' }]
    expect(mentionsIn('@Ana', twins, [])).toEqual([])
    expect(mentionsIn('@Ana', twins, ['ana2'])).toEqual(['ana2'])
  })

  it('is looked for from the @ on, by the beginning of any of their names and without accents', () => {
    expect(mentionBefore('ask @jos', 8)).toEqual({ start: 4, typed: 'jos' })
    expect(mentionBefore('mail a@b', 8)).toBeNull()
    expect(mentionBefore('@', 1)).toEqual({ start: 0, typed: '' })
    expect(peopleLike(people, 'jose').map(({ id }) => id)).toEqual(['jose'])
    expect(peopleLike(people, 'nu').map(({ id }) => id)).toEqual(['jose'])
    expect(peopleLike([jose, maria, ana], 'ma').map(({ id }) => id)).toEqual(['maria'])
    expect(peopleLike(people, 'Ana ').map(({ id }) => id)).toEqual(['maria'])
  })
})
