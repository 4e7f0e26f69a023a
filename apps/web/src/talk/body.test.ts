import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../../../../tests/support/hostile-text.ts'
import { chosenIn, foldedBody, mapChosen, mentionBefore, mentionsIn, partsOf, peopleLike } from './body.ts'

const ana = { id: 'ana', name: 'Ana' }
const maria = { id: 'maria', name: 'Ana Maria' }
const jose = { id: 'jose', name: 'José Núñez' }
const people = [ana, maria, jose]
const twins = [ana, { id: 'ana2', name: 'Ana' }]

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
    expect(mentionsIn('look', people, [{ person: 'ana', at: 0 }])).toEqual([])
    expect(mentionsIn('@Ana', twins, [])).toEqual([])
    expect(mentionsIn('@Ana', twins, [{ person: 'ana2', at: 0 }])).toEqual(['ana2'])
  })

  it('is not somebody whose name was taken out, when another has the same', () => {
    const body = 'ask @Ana or @Ana'
    const both = chosenIn(body, twins, ['ana', 'ana2'])
    expect(mentionsIn(body, twins, both)).toEqual(['ana', 'ana2'])
    // Letter by letter from behind, as with Backspace.
    let [text, left] = [body, both]
    for (let cursor = 'ask @Ana or '.length; cursor > 'ask '.length; cursor--) {
      const next = text.slice(0, cursor - 1) + text.slice(cursor)
      left = mapChosen(left, text, next, cursor - 1)
      text = next
    }
    expect([text, mentionsIn(text, twins, left)]).toEqual(['ask @Ana', ['ana2']])
    const after = 'now ask @Ana or '
    expect(mentionsIn(after, twins, mapChosen(both, body, after, after.length))).toEqual([])
    const cut = 'ask @Ana or '
    expect(mentionsIn(cut, twins, mapChosen(both, body, cut, cut.length))).toEqual(['ana'])
    const before = `now ${body}`
    expect(mentionsIn(before, twins, mapChosen(both, body, before, 4))).toEqual(['ana', 'ana2'])
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
