import { blocksOf } from '@attest/schema/article'
import { isGraphemeBoundary } from '@attest/schema/span'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hitFrom, inSlices, makeTextSearch, type SearchOptions } from './search.ts'

function found(text: string, query: string, options: Partial<SearchOptions> = {}): string[] {
  const steps = makeTextSearch(text, blocksOf(text)).find(query, { isExact: false, isWhole: false, ...options })
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value.map((hit) => text.slice(...hit))
  }
}

describe('a search in the text', () => {
  it('finds words whatever their case, accents, quotation marks and dashes', () => {
    expect(found('René met RENE and Rene\u0301.', 'rené')).toEqual(['René', 'RENE', 'Rene\u0301'])
    expect(found('He said “no” – twice', '"no" - TWICE')).toEqual(['“no” – twice'])
    expect(found('İstanbul and ISTANBUL', 'istanbul')).toEqual(['İstanbul', 'ISTANBUL'])
    expect(found('שָׁלוֹם', 'שלום')).toEqual(['שָׁלוֹם'])
  })

  it('keeps letters apart that only look like others with an accent', () => {
    expect(found('がか', 'か')).toEqual(['か'])
    expect(found('한국 하', '하')).toEqual(['하'])
  })

  it('finds exactly what was typed when asked to', () => {
    expect(found('René rené Rene', 'rené', { isExact: true })).toEqual(['rené'])
    expect(found('e\u0301', 'e', { isExact: true })).toEqual([])
  })

  it('finds whole words only when asked to', () => {
    expect(found('art, start, ART; art_1', 'art', { isWhole: true })).toEqual(['art', 'ART'])
    expect(found('art', '  ')).toEqual([])
  })

  it('never cuts a character, and never overlaps itself', () => {
    const piece = fc.constantFrom('a', 'A', 'e\u0301', 'é', '👨‍👩‍👧', '👨', '🇩🇪', 'İ', '’', '\n', ' ', 'ß', 'क्षि', '한')
    const some = (maxLength: number) => fc.array(piece, { minLength: 1, maxLength }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(some(40), some(3), fc.boolean(), (text, query, isExact) => {
        const steps = makeTextSearch(text, blocksOf(text)).find(query, { isExact, isWhole: false })
        let step = steps.next()
        while (!step.done) step = steps.next()
        let last = 0
        for (const [start, end] of step.value) {
          expect(start).toBeGreaterThanOrEqual(last)
          expect(end).toBeGreaterThan(start)
          expect(isGraphemeBoundary(text, start) && isGraphemeBoundary(text, end)).toBe(true)
          last = end
        }
      }),
    )
  })

  it('goes on at the first hit after a place, and round to the first of all', () => {
    const hits = [
      [2, 3],
      [5, 6],
    ] as const
    expect([0, 3, 9].map((offset) => hitFrom(hits, offset))).toEqual([0, 1, 0])
    expect(hitFrom([], 0)).toBe(-1)
  })

  it('takes its turns with others, and can be given up', async () => {
    const text = Array.from({ length: 6000 }, (_, i) => `Zeile ${i} – „Größe“ ist älter\n`).join('')
    const search = makeTextSearch(text, blocksOf(text))
    let turns = 0
    const timer = setInterval(() => turns++)
    const hits = await inSlices(search.find('grosse', { isExact: false, isWhole: false }), new AbortController().signal)
    const again = await inSlices(search.find('große', { isExact: false, isWhole: false }), new AbortController().signal)
    clearInterval(timer)
    expect([hits?.length, again?.length]).toEqual([0, 6000])
    expect(turns).toBeGreaterThan(2)
    expect(
      await inSlices(
        makeTextSearch(text, blocksOf(text)).find('x', { isExact: false, isWhole: false }),
        AbortSignal.abort(),
      ),
    ).toBeNull()
  })
})
