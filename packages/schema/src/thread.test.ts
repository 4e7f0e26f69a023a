import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Comment } from './comment.ts'
import { remarksOf, type Thread, threadsOf } from './thread.ts'

/** `says('bo.2', 20, 'ada.1')`: Bo's remark 2, at that time, in answer to Ada's. */
function says(id: string, at: number, replyTo?: string, on = 'ada.mark'): Comment {
  return { id, author: id.slice(0, id.indexOf('.')), at, on, body: `this is ${id}`, ...(replyTo && { replyTo }) }
}

function turns(id: string, at: number, thread: string, state: 'resolved' | 'reopened'): Comment {
  return { id, author: id.slice(0, id.indexOf('.')), at, thread, state }
}

const ids = (thread: Thread | undefined) => thread && remarksOf(thread).map(({ id }) => id)

describe('a thread', () => {
  it('is a remark and the answers to it, in the order in which they were said', () => {
    const { all } = threadsOf([says('bo.2', 30, 'ada.1'), says('cy.3', 20, 'ada.1'), says('ada.1', 10)])
    expect(all.map(ids)).toEqual([['ada.1', 'cy.3', 'bo.2']])
    expect(all[0]).toMatchObject({ id: 'ada.1', on: 'ada.mark', startedAt: 10, isResolved: false, turn: null })
  })

  it('takes an answer to an answer in, and never puts it before what it answers, whatever the clocks say', () => {
    const { all } = threadsOf([says('ada.1', 10), says('bo.2', 30, 'ada.1'), says('cy.3', 20, 'bo.2')])
    expect(all.map(ids)).toEqual([['ada.1', 'bo.2', 'cy.3']])
  })

  it('keeps its place when a remark is changed later', () => {
    const edited: Comment = { ...says('bo.2', 90, 'ada.1'), since: 20, editedAt: 90 }
    const { all } = threadsOf([says('ada.1', 10), edited, says('cy.3', 30, 'ada.1')])
    expect(all.map(ids)).toEqual([['ada.1', 'bo.2', 'cy.3']])
  })

  it('keeps the answers together when what they answer was deleted', () => {
    const { all, byId } = threadsOf([says('bo.2', 20, 'ada.1'), says('cy.3', 30, 'ada.1'), says('di.4', 25)])
    expect(all.map(ids)).toEqual([['bo.2', 'cy.3'], ['di.4']])
    expect(byId.get('ada.1')).toMatchObject({ first: null, on: 'ada.mark', startedAt: 20 })
  })

  it('has all of a circle in it, and what hangs on the circle', () => {
    const circle = [says('cy.3', 30, 'bo.2'), says('bo.2', 20, 'cy.3'), says('di.4', 40, 'cy.3')]
    expect(threadsOf(circle).all.map(ids)).toEqual([['bo.2', 'cy.3', 'di.4']])
    expect(threadsOf([says('ada.1', 10, 'ada.1')]).all.map(ids)).toEqual([['ada.1']])
  })

  it('is resolved or not as the newest word about it says, whenever that arrives', () => {
    const said = [says('ada.1', 10), says('bo.2', 20, 'ada.1')]
    const done = turns('bo.5', 30, 'ada.1', 'resolved')
    expect(threadsOf([...said, done]).byId.get('ada.1')).toMatchObject({ isResolved: true, turn: done })
    const open = turns('cy.6', 40, 'bo.2', 'reopened')
    expect(threadsOf([open, ...said, done]).byId.get('ada.1')).toMatchObject({ isResolved: false, turn: open })
    expect(threadsOf([done]).all).toEqual([])
  })

  it('is found by what it is about', () => {
    const { on } = threadsOf([says('ada.1', 10), says('bo.2', 20, undefined, 'article'), says('cy.3', 30)])
    expect(on.get('ada.mark')?.map(({ id }) => id)).toEqual(['ada.1', 'cy.3'])
    expect(on.get('article')?.map(({ id }) => id)).toEqual(['bo.2'])
  })

  it('holds every remark exactly once, the same for everybody, however they answer each other', () => {
    const names = ['ada.1', 'bo.2', 'cy.3', 'di.4', 'ed.5', 'flo.6']
    const someRemarks = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined })), {
        minLength: 1,
        maxLength: 6,
      })
      .map((picks) =>
        picks.map(([at, to], i) => says(names[i] ?? '', at, to === undefined ? undefined : (names[to] ?? ''))),
      )
    fc.assert(
      fc.property(someRemarks, (remarks) => {
        const { all } = threadsOf(remarks)
        expect(all.flatMap((one) => ids(one) ?? []).sort()).toEqual(remarks.map(({ id }) => id).sort())
        expect(threadsOf(remarks.toReversed()).all).toEqual(all)
      }),
    )
  })

  it('can be as long as a chain of ten thousand answers', () => {
    const chain = Array.from({ length: 10_000 }, (_, i) => says(`bo.${i}`, 10_000 - i, i ? `bo.${i - 1}` : undefined))
    const { all } = threadsOf(chain.reverse())
    expect(all.length).toBe(1)
    expect(all[0]?.replies.at(-1)?.id).toBe('bo.9999')
  })
})
