import { beforeEach, describe, expect, it } from 'vitest'
import { actionOf, type KeyStore, openKeys } from './bindings.ts'
import { isReserved } from './keymap.ts'

let kept: Map<string, string>
let keys: KeyStore

/** The same browser, opened again. */
const open = (person = 'ada') =>
  openKeys(person, { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) })
const pressed = (chord: string, where: 'article' | 'page' = 'article') => actionOf(keys.bindings.get(), chord, where)

beforeEach(() => {
  kept = new Map()
  keys = open()
})

describe('keys', () => {
  it('are those of the table until somebody chooses others', () => {
    expect(pressed('J')).toBe('next')
    expect(pressed('Ctrl+Z', 'page')).toBe('undo')
    expect(pressed('J', 'page')).toBeNull()
    expect(pressed('')).toBeNull()
  })

  it('are kept for the person who chose them, and for nobody else in the same browser', () => {
    keys.bind('next', ['Ctrl+J'])
    keys = open()
    expect(pressed('Ctrl+J')).toBe('next')
    expect(pressed('J')).toBeNull()
    keys = open('ben')
    expect(pressed('J')).toBe('next')
  })

  it('go from one action to the other, and back when the choice is taken back', () => {
    keys.bind('next', ['K'])
    expect(pressed('K')).toBe('next')
    expect(keys.bindings.get().previous).toEqual([])
    keys.bind('next', null)
    expect(pressed('K')).toBe('previous')
  })

  it('that an action had in the table come back to it from whichever took them', () => {
    keys.bind('next', ['K'])
    keys.bind('previous', null)
    expect(pressed('K')).toBe('previous')
    expect(keys.bindings.get().next).toEqual([])
  })

  it('can be turned off one by one', () => {
    keys.bind('accept', [])
    expect(pressed('Y')).toBeNull()
  })

  it('of one character can all be turned off, and what was chosen is there again afterwards', () => {
    keys.bind('next', ['Q'])
    keys.setSingle(false)
    expect(pressed('Q')).toBeNull()
    expect(pressed('?', 'page')).toBeNull()
    expect(keys.bindings.get().label).toEqual([])
    expect(keys.bindings.get().comment).toEqual(['Ctrl+Alt+M'])
    expect(pressed('Escape', 'page')).toBe('leave')
    keys.setSingle(true)
    expect(pressed('Q')).toBe('next')
  })

  it('chosen in another tab are not lost by choosing in this one', () => {
    const other = open()
    other.bind('accept', ['Q'])
    keys.bind('reject', ['W'])
    expect(pressed('Q')).toBe('accept')
    expect(pressed('W')).toBe('reject')
  })

  it.each([
    'not json',
    '[]',
    '{"keys":{"next":"J"}}',
    '{"keys":{"next":["J","J","J","J","J"]},"isWithoutSingle":false}',
  ])('are those of the table when what is kept is %s', (bad) => {
    kept.set('attest-keys:ada', bad)
    keys = open()
    expect(pressed('J')).toBe('next')
  })

  it('cannot be those of the kinds, whatever sign the layout writes with them', () => {
    expect([isReserved('1', '1'), isReserved('!', '1'), isReserved('&', '1')]).toEqual([true, true, true])
    expect([isReserved('!'), isReserved('Ctrl+Shift+K'), isReserved('Q')]).toEqual([false, false, false])
    // On a German keyboard the search stands there.
    expect(isReserved('/', '7')).toBe(false)
  })

  it('of actions that are no more are passed over', () => {
    kept.set('attest-keys:ada', '{"keys":{"fly":["J"],"leave":["Q"]},"isWithoutSingle":false}')
    keys = open()
    expect(pressed('J')).toBe('next')
    expect(pressed('Escape')).toBe('leave')
  })
})
