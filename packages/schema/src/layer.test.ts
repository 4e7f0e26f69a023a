import { expect, it } from 'vitest'
import type { Annotation } from './annotation.ts'
import { layersOf } from './layer.ts'
import { emptyRecords } from './room.ts'

const mark = (id: string, start: number, end: number): Annotation => ({
  id,
  kind: 'claim',
  spans: [[start, end]],
  attributes: {},
  author: id.slice(0, id.indexOf('.')),
  at: 1,
})

it('parts records by their authors, in the order of the text, and the same for the same records', () => {
  const records = emptyRecords()
  for (const one of [
    mark('bo.1', 5, 9),
    mark('ada.2', 5, 9),
    mark('ada.1', 5, 9),
    mark('ada.3', 0, 3),
    mark('ada.4', 5, 7),
  ])
    records.annotations.set(one.id, one)
  records.relations.set('cy.1', { id: 'cy.1', type: 'same-as', from: 'ada.1', to: 'bo.1', author: 'cy', at: 1 })
  const layers = layersOf(records)
  expect(
    layers.map(({ person, annotations, relations }) => [person, annotations.map(({ id }) => id), relations.length]),
  ).toEqual([
    ['ada', ['ada.3', 'ada.4', 'ada.1', 'ada.2'], 0],
    ['bo', ['bo.1'], 0],
    ['cy', [], 1],
  ])
  const turned = { ...records, annotations: new Map([...records.annotations].reverse()) }
  expect(layersOf(turned)).toEqual(layers)
})
