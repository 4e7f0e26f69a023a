import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../seeds/label-set.json' with { type: 'json' }
import { colorFlaws, contrast, lookAlikes, nearestColor, pageColors, themes } from './color.ts'
import { labelSetSchema } from './labelset.ts'

const { kinds } = labelSetSchema.parse(labelSetJson)
const [claim, denial] = kinds as [(typeof kinds)[0], (typeof kinds)[0]]
const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
const colored = (light: string, dark = claim.color.dark) => ({ ...claim, color: { light, dark } })

describe('the colour of a kind', () => {
  it('is refused where it cannot be told from the page', () => {
    const [worst] = colorFlaws(colored('#ffe680'), kinds, 'light')
    expect(worst).toMatchObject({ theme: 'light', needs: 4.5 })
    expect(worst?.contrast).toBeLessThan(1.5)
    expect(colorFlaws(colored('#ffe680'), kinds, 'dark')).toEqual([])
  })

  it('is refused where words would be lost in its tint', () => {
    // A page on which tints cover nearly everything would have no colour at all that will do; ours has plenty.
    for (const theme of themes) expect(colorFlaws(claim, kinds, theme)).toEqual([])
    expect(contrast(pageColors.light.ink, '#000000')).toBeLessThan(4.5)
  })

  it('is left alone where it will do', () => {
    for (const theme of themes) expect(nearestColor(claim, kinds, theme)).toBe(claim.color[theme])
  })

  it('is mended by one that will do, and that is not another hue', () => {
    const mended = nearestColor(colored('#ffcc33'), kinds, 'light') ?? ''
    expect(colorFlaws(colored(mended), kinds, 'light')).toEqual([])
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(mended.slice(at, at + 2), 16)) as [
      number,
      number,
      number,
    ]
    expect(red).toBeGreaterThan(green)
    expect(green).toBeGreaterThan(blue)
  })

  it('can be mended whatever it is', () => {
    fc.assert(
      fc.property(hex, fc.constantFrom(...themes), (color, theme) => {
        const kind = { ...claim, color: { ...claim.color, [theme]: color } }
        const mended = nearestColor(kind, kinds, theme)
        expect(mended).not.toBeNull()
        expect(colorFlaws({ ...kind, color: { ...kind.color, [theme]: mended ?? '' } }, kinds, theme)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

describe('two kinds', () => {
  it('look alike only where neither the line nor the colour tells them apart', () => {
    expect(lookAlikes(kinds)).toEqual([])
    const twin = { ...denial, color: claim.color }
    expect(lookAlikes([claim, twin])).toEqual([])
    expect(lookAlikes([claim, { ...twin, pattern: claim.pattern }])).toMatchObject([{ one: 'claim', other: 'denial' }])
  })
})
