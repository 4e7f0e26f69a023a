import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { annotationSchema, isPlainAnnotation } from './annotation.ts'

const term = fc.stringMatching(/^[a-z][a-z0-9_-]{0,39}$/)
const person = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)
const spans = fc
  .uniqueArray(fc.nat(0x7fffffff), { minLength: 2, maxLength: 128 })
  .map((borders) => borders.sort((a, b) => a - b))
  .map((borders) =>
    borders.flatMap((start, i) => (i % 2 === 0 && i + 1 < borders.length ? [[start, borders[i + 1]]] : [])),
  )
const annotation = fc.record(
  {
    id: fc.tuple(person, person).map((parts) => parts.join('.')),
    kind: term,
    spans,
    attributes: fc.dictionary(term, fc.option(fc.string({ maxLength: 2000 })), { maxKeys: 32, noNullPrototype: true }),
    author: person,
    at: fc.maxSafeNat(),
  },
  { noNullPrototype: true },
)

/** What is nearly right: a number off, a key more or less, a list in a list. */
const odd = fc.oneof(
  fc.anything(),
  fc.constantFrom(
    -1,
    -0,
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 31,
    2 ** 53,
    '',
    'a\n',
    'a.b.c',
    'Ä',
    null,
    undefined,
  ),
  fc.array(fc.array(fc.oneof(fc.integer(), fc.double()), { maxLength: 3 }), { maxLength: 66 }),
  fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer())),
)
const names = ['id', 'kind', 'spans', 'attributes', 'author', 'at']
const changed = fc.tuple(annotation, fc.constantFrom(...names, 'more', '__proto__'), odd).map(([one, name, value]) => {
  const other: Record<string, unknown> = { ...one }
  // As a decoder puts what it reads: this key sets the prototype.
  other[name] = value
  return other
})
const shorter = fc.tuple(annotation, fc.constantFrom(...names)).map(([one, name]) => {
  const { [name as 'id']: _, ...rest } = one
  return rest
})

describe('an annotation', () => {
  it('is known as one without the schema', () => {
    fc.assert(fc.property(annotation, (one) => isPlainAnnotation(one) && annotationSchema.safeParse(one).success))
  })

  it('is never taken for one where the schema would refuse it, or make something else of it', () => {
    fc.assert(
      fc.property(fc.oneof(changed, shorter, odd), (value) => {
        if (isPlainAnnotation(value)) expect(annotationSchema.parse(value)).toEqual(value)
      }),
      { numRuns: 3000 },
    )
  })

  it.each<[string, object]>([
    ['65 spans', { spans: Array.from({ length: 65 }, (_, i) => [3 * i, 3 * i + 1]) }],
    [
      'spans that touch',
      {
        spans: [
          [0, 2],
          [2, 3],
        ],
      },
    ],
    ['an empty span', { spans: [[2, 2]] }],
    ['a span of three', { spans: [[2, 3, 4]] }],
    ['no span', { spans: [] }],
    ['a time before 1970', { at: -1 }],
    ['33 attributes', { attributes: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, 'x'])) }],
    ['a long attribute', { attributes: { source: 'x'.repeat(2001) } }],
    ['a number for an attribute', { attributes: { source: 1 } }],
    ['something of its own', { color: 'red' }],
  ])('is not plain with %s', (_, change) => {
    const one = { id: 'ada.1', kind: 'claim', spans: [[0, 5]], attributes: {}, author: 'ada', at: 1, ...change }
    expect(isPlainAnnotation(one)).toBe(false)
    expect(annotationSchema.safeParse(one).success).toBe(false)
  })
})
