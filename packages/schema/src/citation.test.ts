import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../seeds/label-set.json' with { type: 'json' }
import gold from '../../../tests/fixtures/gold-seed.json' with { type: 'json' }
import { addressesIn, isAddress, isDate, outletOf, proposeCitation } from './citation.ts'
import { labelSetSchema } from './labelset.ts'

const seed = readFileSync(new URL('../../../seeds/article.txt', import.meta.url), 'utf8')
const set = labelSetSchema.parse(labelSetJson)
const citation = set.kinds.find((kind) => kind.id === 'citation') as (typeof set.kinds)[0]

const urls = (text: string) => addressesIn(text, [0, text.length]).map((one) => one.url)

describe('the addresses in a text', () => {
  it.each([
    ['see https://www.theguardian.com/world/2015?x=1#y.', ['https://www.theguardian.com/world/2015?x=1#y']],
    ['(http://t.co/a), “http://b.example/y”', ['http://t.co/a', 'http://b.example/y']],
    ['https://en.wikipedia.org/wiki/Su-25_(plane)', ['https://en.wikipedia.org/wiki/Su-25_(plane)']],
    ['(www.rt.com)', ['www.rt.com']],
    ['pic.twitter.com/N1EycGFHxO', ['pic.twitter.com/N1EycGFHxO']],
    ['https://пример.рф/путь', ['https://пример.рф/путь']],
    ['https://a.example/xhttps://b.example/y', ['https://a.example/x', 'https://b.example/y']],
    ['http://a.example/http://b.example/', ['http://a.example/', 'http://b.example/']],
    ['http://a.examplewww.b.example', ['http://a.example', 'www.b.example']],
    [
      'https://web.archive.org/web/2015/https://www.rt.com/news',
      ['https://web.archive.org/web/2015/https://www.rt.com/news'],
    ],
    ['https://a.example/?to=https://b.example', ['https://a.example/?to=https://b.example']],
    ['https://a.example/x(y)))}].', ['https://a.example/x(y)']],
    ['either/or and/or 24/7 Su-24M. e.g. no', []],
  ])('of %s', (text, expected) => {
    expect(urls(text)).toEqual(expected)
  })

  it('are found from any part of them, and say which one the next is glued to', () => {
    const at = seed.indexOf('igZwyCsMYM')
    expect(addressesIn(seed, [at, at + 3]).map(({ url, isGlued }) => [url, isGlued])).toEqual([
      ['http://t.co/igZwyCsMYM', true],
    ])
    expect(addressesIn(seed, [at, at + 14]).map(({ url, isGlued }) => [url, isGlued])).toEqual([
      ['http://t.co/igZwyCsMYM', true],
      ['pic.twitter.com/N1EycGFHxO', false],
    ])
  })

  it('take no longer for a word of a million signs', () => {
    expect(addressesIn('a.'.repeat(500_000), [500_000, 500_001])).toEqual([])
    expect(urls(`http://a.example/${')'.repeat(500_000)}`)).toEqual(['http://a.example/'])
  })
})

it('tells the outlet by its host, where the host is one', () => {
  expect(outletOf('https://www.TheGuardian.com:443/x')).toBe('theguardian.com')
  expect(outletOf('https://user@m.rt.com/x')).toBe('rt.com')
  expect(outletOf('www.org')).toBe('www.org')
  expect(outletOf('http://t.co/x')).toBeNull()
  expect(outletOf('no address')).toBeNull()
})

it.each([
  ['http://t.co/x', true],
  ['www.rt.com', true],
  ['pic.twitter.com/x', true],
  ['doi:10.1000/182', true],
  ['localhost:3000', false],
  ['two words', false],
  ['nothing', false],
  ['https://a.example/xhttps://b.example/y', false],
  ['https://', false],
])('takes %s for an address: %s', (value, is) => expect(isAddress(value)).toBe(is))

it.each([
  ['2015', true],
  ['2015-10', true],
  ['2016-02-29', true],
  ['2015-02-29', false],
  ['2015-13', false],
  ['1 October 2015', false],
  ['', false],
])('takes %s for a date: %s', (value, is) => expect(isDate(value)).toBe(is))

describe('what is proposed for a citation', () => {
  const propose = (text: string, attributes = {}, outlets?: ReadonlyMap<string, string>) =>
    proposeCitation({ spans: [[0, text.length]], attributes }, citation, text, outlets)

  it('is the address, its outlet and its type', () => {
    expect(propose('http://www.rt.com/news/1')).toEqual({
      citation_type: 'url',
      outlet: 'rt.com',
      url: 'http://www.rt.com/news/1',
    })
    expect(propose('http://www.rt.com/news/1', {}, new Map([['rt.com', 'RT']]))).toMatchObject({ outlet: 'RT' })
  })

  it('leaves what is filled in, and asks no more once the address is', () => {
    expect(propose('http://rt.com/1', { outlet: 'Russia Today' })).toEqual({
      citation_type: 'url',
      url: 'http://rt.com/1',
    })
    expect(propose('http://rt.com/1', { url: null })).toBeNull()
    expect(propose('as cited by TASS')).toBeNull()
  })

  it('is of the address under a mark rather than of one that it touches', () => {
    const text = 'http://a.example/xhttp://b.example/y'
    const mark = (start: number, end: number) =>
      proposeCitation({ spans: [[start, end]], attributes: {} }, citation, text)?.['url']
    expect(mark(18, text.length)).toBe('http://b.example/y')
    expect(mark(0, 18)).toBe('http://a.example/x')
    expect(mark(2, 4)).toBe('http://a.example/x')
  })

  it('is nothing for a kind without an address', () => {
    const [claim] = set.kinds as [(typeof set.kinds)[0]]
    expect(proposeCitation({ spans: [[0, 15]], attributes: {} }, claim, 'http://rt.com/1')).toBeNull()
  })

  it('is what a careful reader wrote for the posts in the sample article', () => {
    const posts = gold.marks.filter((mark) => 'citation_type' in mark.attributes && mark.attributes.url)
    expect(posts).toHaveLength(2)
    for (const { start, end, attributes } of posts)
      expect(proposeCitation({ spans: [[start, end]], attributes: {} }, citation, seed)).toEqual(attributes)
  })
})
