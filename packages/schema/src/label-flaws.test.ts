import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../seeds/label-set.json' with { type: 'json' }
import { readLabelJson, writeLabelJson } from './formats/label-json.ts'
import { labelFlaws } from './label-flaws.ts'
import { labelSetSchema } from './labelset.ts'

const set = labelSetSchema.parse(labelSetJson)
const [claim, denial] = set.kinds as [(typeof set.kinds)[0], (typeof set.kinds)[0]]
const mode = denial.attributes[0] as (typeof denial.attributes)[0]
const withClaim = (change: object) => ({
  ...set,
  kinds: set.kinds.map((kind, i) => (i === 0 ? { ...kind, ...change } : kind)),
})
const withMode = (change: object) => ({
  ...set,
  kinds: set.kinds.map((kind) =>
    kind.id === 'denial' ? { ...kind, attributes: [{ ...mode, ...change }, ...kind.attributes.slice(1)] } : kind,
  ),
})

describe('a label set that is being written', () => {
  it('has no flaws when it is ours', () => {
    expect(labelFlaws(set)).toEqual([])
  })

  it.each([
    ['kinds.0.label', 'The kind 1, name is empty.', withClaim({ label: '' })],
    ['kinds.0.label', 'The kind 1 has no name.', withClaim({ label: ' ' })],
    [
      'kinds.0.label',
      'The kind “xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…”, name is longer than 60 characters.',
      withClaim({ label: 'x'.repeat(61) }),
    ],
    ['kinds.1.label', 'Two kinds are called “Denial”.', withClaim({ label: 'denial ' })],
    ['kinds.0.key', 'The kind “Claim”, key is not a digit from 1 to 9.', withClaim({ key: 'c' })],
    [
      'kinds.0.pattern',
      'The kind “Claim”, “pattern” is none of “solid”, “double”, “dashed”, “dotted”.',
      withClaim({ pattern: 'wavy' }),
    ],
    [
      'kinds.0.color.light',
      'The kind “Claim”, colour, in light pages is not a colour as #rrggbb.',
      withClaim({ color: { light: 'red', dark: '#ffffff' } }),
    ],
    [
      'kinds.0.guideline',
      'The kind “Claim”, guideline is longer than 10000 characters.',
      withClaim({ guideline: 'x'.repeat(10_001) }),
    ],
    [
      'kinds.1.attributes.0.values',
      'The kind “Denial”, attribute “Mode”: a choice needs at least one value.',
      withMode({ values: undefined }),
    ],
    [
      'kinds.1.attributes.0.values',
      'The kind “Denial”, attribute “Mode” has the value “a” twice.',
      withMode({ values: ['a', 'b', 'a'] }),
    ],
    [
      'kinds.1.attributes.0.values',
      'The kind “Denial”, attribute “Mode”: a value begins or ends with a blank.',
      withMode({ values: ['a', 'b '] }),
    ],
    [
      'kinds.1.attributes.0.values.1',
      'The kind “Denial”, attribute “Mode”, value 2 is empty.',
      withMode({ values: ['a', ''] }),
    ],
    ['kinds.1.attributes.1.id', 'The kind “Denial” has two attributes with the id “cue”.', withMode({ id: 'cue' })],
    [
      'kinds.0.needs',
      'The kind “Claim” needs the relation “denied”, which there is not.',
      withClaim({ needs: ['denied'] }),
    ],
    [
      'kinds.0.needs',
      'The kind “Claim” needs the relation “source of”, which no mark of this kind can have.',
      {
        ...withClaim({ needs: ['attributes'] }),
        relations: set.relations.map((type) => (type.id === 'attributes' ? { ...type, to: ['denial'] } : type)),
      },
    ],
    ['kinds', 'The list of kinds is empty.', { ...set, kinds: [], relations: [] }],
    ['kinds.0.owner', '', withClaim({ owner: 'ada' })],
    ['', 'The label set is not as it should be.', 'claims'],
  ])('is told at %s: %s', (path, text, broken) => {
    const [flaw] = labelFlaws(broken)
    if (text === '') expect(flaw?.text).toBe('The kind “Claim” has something that is not known: “owner”.')
    else expect(flaw).toMatchObject({ path, text })
  })

  it('is told of a colour that is hard to see, with one that is not', () => {
    const flaws = labelFlaws(withClaim({ color: { light: '#ffe0b0', dark: claim.color.dark } }))
    expect(flaws).toHaveLength(1)
    expect(flaws[0]?.text).toMatch(
      /^The light colour of “Claim” is hard to see on the .*: its contrast is 1\.[0-9], and (3|4\.5) is the least\.$/,
    )
    const mended = withClaim({ color: { light: flaws[0]?.instead, dark: claim.color.dark } })
    expect(labelFlaws(mended)).toEqual([])
  })
})

describe('a file of labels', () => {
  const labels = { labelSet: set, guidelines: '# Read this\n' }

  it('comes back as it was written', () => {
    expect(readLabelJson(JSON.parse(JSON.stringify(writeLabelJson(labels))))).toEqual({ ok: true, value: labels })
  })

  it.each([
    ['This is not a label set of Attest', {}],
    ['This is not a label set of Attest', [1]],
    ['This file is of version 2', { ...writeLabelJson(labels), version: 2 }],
    ['The kind “Claim”, key is not a digit', { ...writeLabelJson(labels), labelSet: withClaim({ key: 'c' }) }],
    ['The label set is missing', { format: 'attest-labels', version: 1 }],
    ['The guidelines of the file', { ...writeLabelJson(labels), guidelines: 7 }],
  ])('is refused: %s', (problem, file) => {
    const reading = readLabelJson(file)
    expect(reading.ok ? '' : reading.problem).toContain(problem)
  })
})
