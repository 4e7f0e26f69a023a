import { describe, expect, it } from 'vitest'
import type { Role } from './roles.ts'
import {
  dueOf,
  isOverdue,
  possibleSteps,
  type Step,
  spreadEvenly,
  stateOfArticle,
  stepRefusal,
  takeStepSchema,
  type WorkState,
  workStates,
} from './work.ts'

const can = (role: Role, on: 'own' | 'other' | 'article', state: WorkState) =>
  possibleSteps({ role, on, state }).join(' ')

describe('who may take which step', () => {
  it('lets an annotator work on their own, and take a submit back until the review began', () => {
    expect(workStates.map((state) => can('annotator', 'own', state))).toEqual([
      'start submit',
      'submit',
      'take-back',
      '',
      '',
    ])
    for (const state of workStates) {
      expect(can('annotator', 'other', state)).toBe('')
      expect(can('annotator', 'article', state)).toBe('')
    }
  })

  it('lets a reviewer look over the work of others, and not their own', () => {
    expect(workStates.map((state) => can('reviewer', 'other', state))).toEqual([
      '',
      '',
      'review send-back finish',
      'send-back finish',
      'reopen',
    ])
    expect(workStates.map((state) => can('reviewer', 'own', state))).toEqual([
      'start submit',
      'submit',
      'take-back',
      '',
      '',
    ])
    expect(stepRefusal('finish', { role: 'reviewer', on: 'own', state: 'submitted' })).toBe('own-work')
  })

  it('lets an owner close anything, also what is their own', () => {
    expect(workStates.map((state) => can('owner', 'other', state))).toEqual([
      'finish',
      'finish',
      'review send-back finish',
      'send-back finish',
      'reopen',
    ])
    expect(can('owner', 'own', 'submitted')).toBe('take-back review send-back finish')
  })

  it('lets those who review do all with an article that is assigned to nobody, and viewers nothing', () => {
    expect(can('reviewer', 'article', 'todo')).toBe('start submit')
    expect(can('owner', 'article', 'todo')).toBe('start submit finish')
    for (const on of ['own', 'other', 'article'] as const)
      for (const state of workStates) expect(can('viewer', on, state)).toBe('')
  })

  it('tells too late from not allowed', () => {
    const of = (step: Step, role: Role, on: 'own' | 'other', state: WorkState) => stepRefusal(step, { role, on, state })
    expect(of('take-back', 'annotator', 'own', 'in-review')).toBe('not-now')
    expect(of('finish', 'annotator', 'own', 'submitted')).toBe('not-yours')
    expect(of('submit', 'reviewer', 'other', 'in-progress')).toBe('not-yours')
  })

  it('wants a note with what is sent back', () => {
    expect(takeStepSchema.safeParse({ step: 'send-back', articles: ['a'], note: '  ' }).success).toBe(false)
    expect(takeStepSchema.safeParse({ step: 'send-back', articles: ['a'], note: 'The last page.' }).success).toBe(true)
  })
})

it.each<[WorkState[], WorkState]>([
  [['todo', 'todo'], 'todo'],
  [['todo', 'done'], 'in-progress'],
  [['submitted', 'in-progress'], 'in-progress'],
  [['submitted', 'submitted'], 'submitted'],
  [['submitted', 'in-review'], 'in-review'],
  [['submitted', 'done'], 'in-review'],
  [['done', 'done'], 'done'],
])('says of an article whose assignments are %j that it is %s', (assigned, state) => {
  expect(stateOfArticle(assigned)).toBe(state)
})

describe('due days', () => {
  it('takes the sooner of the two', () => {
    expect(dueOf('2026-11-30', '2026-11-22')).toBe('2026-11-22')
    expect(dueOf(null, '2026-11-22')).toBe('2026-11-22')
    expect(dueOf(null, null)).toBeNull()
  })

  it('is over on the day after, and only for what is not submitted', () => {
    expect(isOverdue('2026-11-22', 'todo', '2026-11-22')).toBe(false)
    expect(isOverdue('2026-11-22', 'in-progress', '2026-11-23')).toBe(true)
    expect(isOverdue('2026-11-22', 'submitted', '2026-11-23')).toBe(false)
  })
})

describe('spreading evenly', () => {
  const articles = (count: number, people: string[] = []) =>
    Array.from({ length: count }, (_, i) => ({ id: `a${i}`, people }))
  const tally = (spread: { person: string }[]) =>
    Object.fromEntries(
      Array.from(
        Map.groupBy(spread, ({ person }) => person),
        ([id, all]) => [id, all.length],
      ),
    )
  const people = (...loads: number[]) => loads.map((load, i) => ({ id: `p${i}`, load }))

  it('gives nobody more than one more than another', () => {
    expect(tally(spreadEvenly(articles(7), people(0, 0, 0), 1))).toEqual({ p0: 3, p1: 2, p2: 2 })
    expect(tally(spreadEvenly(articles(5), people(0, 0, 0), 2))).toEqual({ p0: 4, p1: 3, p2: 3 })
  })

  it('gives what is over to those who have least to do', () => {
    expect(tally(spreadEvenly(articles(1), people(4, 0), 1))).toEqual({ p1: 1 })
  })

  it('counts those an article has already, and never gives it to somebody twice', () => {
    expect(spreadEvenly(articles(2, ['p0']), people(0, 0), 2)).toEqual([
      { article: 'a0', person: 'p1' },
      { article: 'a1', person: 'p1' },
    ])
    expect(spreadEvenly(articles(2, ['p0']), people(0, 0), 1)).toEqual([])
    expect(spreadEvenly(articles(1), people(0), 3)).toEqual([{ article: 'a0', person: 'p0' }])
  })
})
