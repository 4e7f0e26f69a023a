import fc from 'fast-check'
import { expect, it } from 'vitest'
import { layerRoom, layerRoomBounds, readRoomName, roomName } from './room-name.ts'

const article = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,63}$/)
const person = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)

it('is read as it was made, and lies between the bounds of its article alone', () => {
  fc.assert(
    fc.property(article, person, article, (id, who, other) => {
      const name = layerRoom(id, who)
      expect(readRoomName(name)).toEqual({ article: id, person: who })
      expect(roomName.safeParse(name).success).toBe(true)
      const [from, to] = layerRoomBounds
      const isOf = (one: string) => name > one + from && name < one + to
      expect(isOf(id)).toBe(true)
      expect(isOf(other)).toBe(id === other)
    }),
  )
})

it.each(['a~', '~p', 'a~p~q', 'a~p.q', 'A~p', 'a~p q', 'a%7Ep', 'a~~p', '', 'a/b', `a~${'p'.repeat(65)}`])(
  'is not “%s”',
  (name) => {
    expect(readRoomName(name)).toBeNull()
    expect(roomName.safeParse(name).success).toBe(false)
  },
)

it('is not made of what is no id', () => {
  expect(() => layerRoom('a~p', 'q')).toThrow(RangeError)
  expect(() => layerRoom('a', '')).toThrow(RangeError)
  expect(readRoomName('a')).toEqual({ article: 'a', person: null })
})
