/**
 * The colours of the page against each other. No tool that looks at a page can see contrast through gradients and
 * highlights, so the tokens themselves are held to it: 4.5 for words, 3 for lines, borders and what has the focus.
 */
import { readFileSync } from 'node:fs'
import {
  colorFlaws,
  contrast,
  distance,
  eyes,
  groundsOf,
  over,
  pageColors,
  personColors,
  seenBy,
  type Theme,
  themes,
} from '@attest/schema/color'
import { labelSetSchema } from '@attest/schema/labelset'
import { describe, expect, it } from 'vitest'
import labelSetJson from '../../seeds/label-set.json' with { type: 'json' }

const { kinds } = labelSetSchema.parse(labelSetJson)
const sheet = readFileSync(new URL('../../apps/web/src/ui/tokens.css', import.meta.url), 'utf8')

/** The colour of a token as the style sheet has it: one for both themes, or one for each. */
function token(name: string, theme: Theme): string {
  const value = new RegExp(`--${name}: ([^;]+);`).exec(sheet)?.[1]
  if (!value) throw new RangeError(`no token --${name}`)
  const [light, dark] = value.match(/#[0-9a-f]{6}\b/gi) ?? []
  if (!light) throw new RangeError(`--${name} is not a colour but ${value}`)
  return theme === 'light' ? light : (dark ?? light)
}

/** A share of a mixture, which dark pages have their own of. */
function share(name: string, theme: Theme): number {
  const values = [...sheet.matchAll(new RegExp(`--${name}: ([0-9.]+)%`, 'g'))].map((match) => Number(match[1]) / 100)
  const [light, dark] = values
  if (light === undefined || dark === undefined) throw new RangeError(`--${name} is not given for both themes`)
  return theme === 'light' ? light : dark
}

const people = Array.from({ length: 12 }, (_, i) => `person-${i}`)

/** Everything that may lie behind the words of an article, by what one would call it. */
function grounds(theme: Theme): [string, string][] {
  const lines = groundsOf(kinds, theme).map(({ name, color }): [string, string] => [name, color])
  const selections = people.flatMap((name) =>
    lines.map(([below, color]): [string, string] => [
      `${name} on ${below}`,
      over(color, token(name, theme), share('peer-share', theme)),
    ]),
  )
  return [...lines, ...selections]
}

describe.each(themes)('the %s page', (theme) => {
  const on = (front: string, back: string) => contrast(token(front, theme), token(back, theme))

  it.each([
    ['ink', ['paper', 'surface', 'surface-raised', 'sunken', 'accent-soft', 'good-soft', 'bad-soft', 'warn-soft']],
    ['ink-soft', ['paper', 'surface', 'surface-raised', 'sunken', 'accent-soft']],
    ['accent', ['paper', 'surface', 'surface-raised', 'accent-soft']],
    ['accent-ink', ['accent']],
    ['good', ['surface', 'surface-raised', 'good-soft']],
    ['bad', ['paper', 'surface', 'surface-raised', 'bad-soft']],
    ['warn', ['surface', 'surface-raised', 'warn-soft']],
    ['paper', ['ink', 'bad']],
  ] as const)('has %s that can be read on everything it stands on', (front, backs) => {
    for (const back of backs) expect(on(front, back), `${front} on ${back}`).toBeGreaterThanOrEqual(4.5)
  })

  it('has words that can be read under every tint, highlight and selection of others', () => {
    for (const [name, ground] of grounds(theme))
      expect(contrast(token('ink', theme), ground), `ink on ${name}`).toBeGreaterThanOrEqual(4.5)
  })

  it('has the colours that the rule for kinds goes by', () => {
    const { tintShare, peerShare, ...colors } = pageColors[theme]
    for (const [name, color] of Object.entries(colors)) expect(color, name).toBe(token(name, theme))
    expect([tintShare, peerShare]).toEqual([share('tint-share', theme), share('peer-share', theme)])
    expect(personColors).toEqual(people.map((name) => token(name, theme)))
  })

  it('has lines of each kind that can be seen on every tint and highlight, and read as words on paper', () => {
    for (const kind of kinds) expect(colorFlaws(kind, kinds, theme), kind.id).toEqual([])
  })

  it('has a hatched lane, and a line for kinds it does not know, that can be seen', () => {
    for (const name of ['hatch', 'line-strong'])
      for (const back of ['paper', 'hover', 'selected', 'draft'])
        expect(on(name, back), `${name} on ${back}`).toBeGreaterThanOrEqual(3)
  })

  it('has a ring of focus, and borders of fields, that can be seen wherever they are', () => {
    for (const back of ['paper', 'surface', 'surface-raised', 'sunken', 'accent-soft'])
      expect(on('accent', back), `the ring on ${back}`).toBeGreaterThanOrEqual(3)
    for (const back of ['paper', 'surface', 'surface-raised'])
      expect(on('line-strong', back), `a border on ${back}`).toBeGreaterThanOrEqual(3)
  })

  it('has initials that can be read on the colour of every person', () => {
    for (const name of people) expect(contrast('#ffffff', token(name, theme)), name).toBeGreaterThanOrEqual(4.5)
  })

  it.each(Object.keys(eyes))('has four kinds whose colours are far apart for people with %s', (eye) => {
    const seen = kinds.map((kind) => ({ id: kind.id, color: seenBy(eye, kind.color[theme]) }))
    for (const [i, a] of seen.entries())
      for (const b of seen.slice(i + 1))
        expect(distance(a.color, b.color), `${a.id} and ${b.id}`).toBeGreaterThanOrEqual(0.1)
  })
})
