import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../../../tests/support/hostile-text.ts'
import { personName } from './api.ts'

const family = '👩‍👩‍👧‍👦'

describe('the name a person joins with', () => {
  it.each([
    ['Ada', 'Ada'],
    ['  Ada \t Lovelace\n', 'Ada Lovelace'],
    ['Jose\u0301', 'José'],
    ['李小龙', '李小龙'],
    ['محمد', 'محمد'],
    ['שרה', 'שרה'],
    ['क्षितिज', 'क्षितिज'],
    ['김\u200d철수', '김\u200d철수'],
    ['O’Neill-Smith, Jr.', 'O’Neill-Smith, Jr.'],
    ['7', '7'],
    ['👩‍🚀', '👩‍🚀'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
    [family.repeat(21), family.repeat(21)],
    ['a'.repeat(60), 'a'.repeat(60)],
  ])('may be %j', (name, kept) => {
    expect(personName.parse(name)).toBe(kept)
  })

  it.each([
    ['', 'Please enter a name.'],
    [' \n\t\u00a0\u2003', 'Please enter a name.'],
    ['Ada\u0000', 'This name has characters that cannot be shown.'],
    ['Ada\u001b[31m', 'This name has characters that cannot be shown.'],
    ['\u202eadA', 'This name has characters that cannot be shown.'],
    ['Ada\u2066', 'This name has characters that cannot be shown.'],
    ['A\u200bda', 'This name has characters that cannot be shown.'],
    ['Ada\ud83d', 'This name has characters that cannot be shown.'],
    ['\udc4dAda', 'This name has characters that cannot be shown.'],
    ['Ada\ue000', 'This name has characters that cannot be shown.'],
    ['…', 'A name needs at least one letter, number or emoji.'],
    ['- . -', 'A name needs at least one letter, number or emoji.'],
    ['\u200d', 'A name needs at least one letter, number or emoji.'],
    // Letters to Unicode, blanks to the eye: Hangul fillers.
    ['\u3164', 'A name needs at least one letter, number or emoji.'],
    ['\u115f\u1160', 'A name needs at least one letter, number or emoji.'],
    ['\uffa0.', 'A name needs at least one letter, number or emoji.'],
  ])('may not be %j', (name, reason) => {
    const parsed = personName.safeParse(name)
    expect(parsed.success).toBe(false)
    expect(parsed.error?.issues[0]?.message).toBe(reason)
  })

  it.each([
    ['sixty-one letters', 'a'.repeat(61)],
    ['a letter under a tower of accents', `a${'\u0301'.repeat(300)}`],
    ['five million letters', 'a'.repeat(5_000_000)],
  ])('may not be endless: %s', (_, name) => {
    const begun = performance.now()
    expect(personName.safeParse(name).error?.issues[0]?.message).toBe('A name has at most 60 characters.')
    expect(performance.now() - begun).toBeLessThan(1000)
  })

  it('is taken as it is when it is sent again', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const once = personName.safeParse(name)
        if (once.success) expect(personName.parse(once.data)).toBe(once.data)
      }),
    )
  })

  it('is one line that can be written to any file', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const parsed = personName.safeParse(name)
        if (!parsed.success) return
        expect(parsed.data.isWellFormed()).toBe(true)
        expect(parsed.data).not.toMatch(/[\n\r\u2028\u2029]/)
        expect(parsed.data.length).toBeLessThanOrEqual(240)
      }),
    )
  })
})
