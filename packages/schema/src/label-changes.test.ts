import { expect, it } from 'vitest'
import labelSetJson from '../../../seeds/label-set.json' with { type: 'json' }
import { labelChanges } from './label-changes.ts'
import { type LabelSet, labelSetSchema } from './labelset.ts'

const set = labelSetSchema.parse(labelSetJson)
const changes = (change: (set: LabelSet) => void, guidelines = '') => {
  const after = structuredClone(set)
  change(after)
  return labelChanges({ labelSet: set, guidelines: '' }, { labelSet: after, guidelines })
}
const kind = (of: LabelSet, id: string) => of.kinds.find((one) => one.id === id) as LabelSet['kinds'][number]

it('says nothing of versions that are the same', () => {
  expect(changes((after) => (after.version = 7))).toEqual([])
})

it('says what became of kinds', () => {
  expect(
    changes((after) => {
      Object.assign(kind(after, 'claim'), { label: 'Statement', key: '9', pattern: 'dotted', guideline: 'New.' })
      kind(after, 'claim').color.dark = '#ffffff'
      after.kinds.splice(1, 1)
      after.kinds.push({ ...kind(after, 'claim'), id: 'rumour', label: 'Rumour', key: '8' })
    }),
  ).toEqual([
    'The kind “Claim” is now called “Statement”.',
    'The key of “Statement” is 9; it was 1.',
    'The line of “Statement” is dotted; it was solid.',
    'The dark colour of “Statement” is #ffffff; it was #ffb13f.',
    'The guideline of “Statement” was changed.',
    'The kind “Rumour” is new.',
    'The kind “Denial” is gone.',
  ])
})

it('says what became of attributes, values and needs', () => {
  expect(
    changes((after) => {
      const { attributes } = kind(after, 'denial')
      Object.assign(attributes[0] ?? {}, { values: ['explicit', 'implied'], isRequired: false })
      attributes.splice(1, 1)
      Object.assign(attributes[1] ?? {}, { type: 'url', label: 'Whose' })
      delete kind(after, 'denial').needs
    }),
  ).toEqual([
    '“Denial”, attribute “Mode”: new value “implied”.',
    '“Denial”, attribute “Mode”: no longer “discrediting” and “counter-claim”.',
    '“Denial”, attribute “Mode”: it is no longer required.',
    '“Denial”, attribute “Source”: it is now called “Whose”.',
    '“Denial”, attribute “Source”: it is now an address; it was a text.',
    '“Denial” no longer has the attribute “Cue”.',
    '“Denial” no longer needs “denies”.',
  ])
})

it('says what became of relation types, of the order and of the guidelines', () => {
  expect(
    changes((after) => {
      after.kinds.reverse()
      Object.assign(after.relations[1] ?? {}, { label: 'refuses', to: ['claim', 'denial'], isAcyclic: true })
      after.relations.pop()
    }, 'Read this.'),
  ).toEqual([
    'The kinds are in another order: Citation, Attribution, Denial, Claim.',
    'The relation type “denies” is now called “refuses”.',
    'The relation type “denies” may now lead to “Denial”.',
    'The relation type “denies” may no longer go round in a circle.',
    'The relation type “same as” is gone.',
    'The guidelines of the project were changed.',
  ])
})
