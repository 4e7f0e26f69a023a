import type { Comment } from '@attest/schema/comment'
import { threadsOf } from '@attest/schema/thread'
import { describe, expect, it } from 'vitest'
import { newsFor, seenAs } from './news.ts'

/** `says('bo.2 > ada.1 @ada')`: Bo's remark 2, in answer to Ada's, naming Ada; each is later than the one before. */
function talk(on: string, ...lines: string[]): Comment[] {
  return lines.map((line, i) => {
    const [, id = '', replyTo, name] = /^(\S+)(?: > (\S+))?(?: @(\S+))?$/.exec(line) ?? []
    const author = id.slice(0, id.indexOf('.'))
    return { id, author, at: i, on, body: line, ...(replyTo && { replyTo }), ...(name && { mentions: [name] }) }
  })
}

const news = (person: string, comments: Comment[], seen: string[] = []) =>
  Object.fromEntries(newsFor(person, threadsOf(comments), new Set(seen)).remarks)

describe('what is new to a person', () => {
  it('is what names them, goes on where they took part, or is about their marks', () => {
    expect(news('ada', talk('article', 'bo.1 @ada', 'bo.2'))).toEqual({ 'bo.1': 'mention' })
    expect(news('ada', talk('bo.m', 'ada.1', 'bo.2 > ada.1', 'cy.3'))).toEqual({ 'bo.2': 'answer' })
    expect(news('ada', talk('ada.m', 'bo.1'))).toEqual({ 'bo.1': 'mark' })
    expect(news('ada', talk('bo.m', 'bo.1', 'cy.2 > bo.1'))).toEqual({})
  })

  it('is also what follows where they were named', () => {
    expect(news('ada', talk('bo.m', 'bo.1 @ada', 'cy.2 > bo.1'), ['bo.1@'])).toEqual({ 'cy.2': 'answer' })
  })

  it('is nothing of their own, and nothing that stood before their answer but what names them', () => {
    expect(news('ada', talk('ada.m', 'bo.1', 'cy.2 > bo.1 @ada', 'ada.3 > bo.1', 'bo.4 > bo.1'))).toEqual({
      'cy.2': 'mention',
      'bo.4': 'mark',
    })
  })

  it('is not what they have seen, unless it names them since', () => {
    const [before, after] = [talk('ada.m', 'bo.1'), talk('ada.m', 'bo.1 @ada')]
    const seen = before.flatMap((one) => ('body' in one ? seenAs(one, 'ada') : []))
    expect(news('ada', before, seen)).toEqual({})
    expect(news('ada', after, seen)).toEqual({ 'bo.1': 'mention' })
  })

  it('is counted by thread', () => {
    const comments = [...talk('ada.m', 'bo.1', 'bo.2 > bo.1'), ...talk('article', 'cy.3')]
    expect(newsFor('ada', threadsOf(comments), new Set()).threads).toEqual(new Map([['bo.1', 2]]))
  })
})
