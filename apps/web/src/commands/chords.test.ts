import { describe, expect, it } from 'vitest'
import { chordOf, digitOf, isSingle, keyName } from './chords.ts'

type Modifier = 'ctrl' | 'alt' | 'shift' | 'meta' | 'AltGraph'

/** A key as a browser tells of it: the character, the place of the key, and what is held. */
function press(key: string, code: string, ...held: Modifier[]): KeyboardEvent {
  return {
    key,
    code,
    isComposing: false,
    ctrlKey: held.includes('ctrl'),
    altKey: held.includes('alt'),
    shiftKey: held.includes('shift'),
    metaKey: held.includes('meta'),
    getModifierState: (name: string) => held.includes(name as Modifier),
    // Only what is read of an event is given here.
  } as unknown as KeyboardEvent
}

const onWindows = (...pressed: Parameters<typeof press>) => chordOf(press(...pressed), false)
const onApple = (...pressed: Parameters<typeof press>) => chordOf(press(...pressed), true)

describe('what is pressed', () => {
  it.each([
    ['j', 'KeyJ', [], 'J'],
    ['T', 'KeyT', ['shift'], 'Shift+T'],
    ['Z', 'KeyZ', ['ctrl', 'shift'], 'Ctrl+Shift+Z'],
    ['m', 'KeyM', ['ctrl', 'alt'], 'Ctrl+Alt+M'],
    [' ', 'Space', [], 'Space'],
    ['?', 'Slash', ['shift'], '?'],
    ['+', 'NumpadAdd', [], '+'],
    ['Delete', 'Delete', [], 'Delete'],
  ] as const)('is %s on an English keyboard', (key, code, held, chord) => {
    expect(onWindows(key, code, ...held)).toBe(chord)
  })

  it.each([
    ['goes by the character where the layout moves letters', 'a', 'KeyQ', [], 'A'],
    ['is the bracket that a German writes with AltGr', '[', 'Digit8', ['ctrl', 'alt', 'AltGraph'], '['],
    ['is the question mark where it stands beside the zero', '?', 'Minus', ['shift'], '?'],
    ['is no Ctrl+Alt+E when AltGr writes a euro', '€', 'KeyE', ['ctrl', 'alt', 'AltGraph'], '€'],
    ['is a letter of its own with a German umlaut', 'ö', 'Semicolon', [], 'Ö'],
    ['does not double a sharp s', 'ß', 'Minus', [], 'ß'],
    ['goes by the place on a Russian keyboard', 'о', 'KeyJ', [], 'J'],
    ['goes by the place on a Greek keyboard', 'ς', 'KeyW', [], 'W'],
    ['goes by the place on an Arabic keyboard, also for two letters of one key', 'لا', 'KeyB', [], 'B'],
    ['undoes on a Russian keyboard', 'я', 'KeyZ', ['ctrl'], 'Ctrl+Z'],
    ['is the bracket that a Russian keyboard has a letter for', 'ъ', 'BracketRight', [], ']'],
  ] as const)('%s', (_, key, code, held, chord) => {
    expect(onWindows(key, code, ...held)).toBe(chord)
  })

  it('takes Command for Ctrl, and Option for what it is even where it writes a sign', () => {
    expect(onApple('z', 'KeyZ', 'meta')).toBe('Ctrl+Z')
    expect(onApple('µ', 'KeyM', 'meta', 'alt')).toBe('Ctrl+Alt+M')
    expect(onApple('¬', 'KeyL', 'alt', 'AltGraph')).toBe('Alt+L')
    expect(onApple('[', 'Digit5', 'alt')).toBe('[')
  })

  it('is nothing while a character is being composed, with a dead key, or with a modifier alone', () => {
    expect(onWindows('Dead', 'BracketLeft')).toBe('')
    expect(onWindows('Process', 'KeyJ')).toBe('')
    expect(onWindows('Shift', 'ShiftLeft', 'shift')).toBe('')
    expect(chordOf({ ...press('j', 'KeyJ'), isComposing: true }, false)).toBe('')
  })

  it('is a digit by its place, whatever the layout writes there', () => {
    expect(digitOf(press('&', 'Digit1'))).toBe('1')
    expect(digitOf(press('٣', 'Digit3'))).toBe('3')
    expect(digitOf(press('0', 'Digit0'))).toBeNull()
  })
})

it('shows keys as the keyboard has them', () => {
  expect(keyName('Ctrl+Shift+Z', false)).toBe('Ctrl+Shift+Z')
  expect(keyName('Ctrl+Shift+Z', true)).toBe('⌘⇧Z')
  expect(keyName('Escape', false)).toBe('Esc')
  expect(keyName('+', false)).toBe('+')
  expect(keyName('Ctrl++', true)).toBe('⌘+')
})

it('knows which keys are of one character', () => {
  expect(['J', 'Shift+T', '?', '1 … 9', 'Ö'].every(isSingle)).toBe(true)
  expect(['Ctrl+Z', 'Alt+L', 'Space', 'Delete', 'F2'].some(isSingle)).toBe(false)
})
