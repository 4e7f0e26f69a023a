/** What docs/suggestions.md says of the built-in suggester, counted anew. */
import { counted } from '@attest/schema/suggest/scores'
import { expect, it } from 'vitest'
import { countRules, knownTexts, measure, sampleLabels } from '../support/suggestions.ts'

const texts = knownTexts()

it('is no worse in texts that it was not made with than its documentation says', () => {
  const { attribution, citation, denial } = measure(
    texts.filter(({ isSeen }) => !isSeen),
    sampleLabels,
  )
  expect(attribution.known + citation.known + denial.known).toBe(64)
  expect(attribution.exact.precision).toBeGreaterThanOrEqual(0.88)
  expect(attribution.exact.recall).toBeGreaterThanOrEqual(0.85)
  expect(attribution.partial.f1).toBeGreaterThanOrEqual(0.92)
  expect(citation.exact.precision).toBeGreaterThanOrEqual(0.99)
  expect(citation.exact.recall).toBeGreaterThanOrEqual(0.91)
  expect(denial.exact.precision).toBeGreaterThanOrEqual(0.93)
  expect(denial.exact.recall).toBeGreaterThanOrEqual(0.82)
})

it('finds what is marked in the sample article', () => {
  const sample = measure(texts.slice(0, 1), sampleLabels)
  expect(sample.attribution.exact.f1).toBeGreaterThanOrEqual(0.98)
  expect(sample.citation.exact.f1).toBeGreaterThanOrEqual(0.98)
  expect(sample.denial.exact.f1).toBeGreaterThanOrEqual(0.98)
})

it('has scores that say how often each rule was right', () => {
  expect(Object.fromEntries(countRules(texts, sampleLabels))).toEqual(counted)
})
