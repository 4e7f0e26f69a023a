/**
 * Keys as words: what was pressed is written down as a chord, such as `J`, `Shift+T`, `Ctrl+Shift+Z` or `?`, which the
 * table of actions names and a person can choose. Letters go by the character typed, so that they follow the layout;
 * where a layout has no Latin letters, by the place of the key. Digits always go by their place.
 */

/** Whether keys have the names and places of Apple's keyboards. */
export const isApple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)

/** The digit key that was pressed, from 1 to 9, wherever the layout has its figures; null for any other key. */
export function digitOf(event: KeyboardEvent): string | null {
  return /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1] ?? null
}

/**
 * The chord of what was pressed, or the empty string when it is none: a modifier alone, or a part of a character that
 * is still being composed. Ctrl stands for Apple's Command too. Shift is not named with a sign, which needs it on some
 * layouts and not on others.
 */
export function chordOf(event: KeyboardEvent, onApple = isApple): string {
  if (event.isComposing) return ''
  const isAltGr = !onApple && event.getModifierState('AltGraph')
  const name = nameOf(event, isAltGr)
  if (!name) return ''
  const isSign = isCharacter(name) && name.toLowerCase() === name.toUpperCase()
  // With AltGr many layouts write brackets, and some systems call it Ctrl and Alt.
  if (isAltGr ? isCharacter(name) && !/[A-Z0-9]/.test(name) : onApple && isWrittenOnApple(event, name)) return name
  return [
    ...(event.ctrlKey || event.metaKey ? ['Ctrl'] : []),
    ...(event.altKey ? ['Alt'] : []),
    ...(event.shiftKey && !isSign ? ['Shift'] : []),
    name,
  ].join('+')
}

/** Whether it is one character without Ctrl or Alt: what a person who dictates, or slips, may press unawares. */
export function isSingle(chord: string): boolean {
  return /^(?:Shift\+)?.$/u.test(chord) || chord === figures
}

/** What stands in the table for the keys 1 to 9, each of which is a kind's. */
export const figures = '1 … 9'

const names: Record<string, string> = {
  Escape: 'Esc',
  Delete: 'Del',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
}

/** A chord as it is shown on a key cap. */
export function keyName(chord: string, onApple = isApple): string {
  const key = /(?:^|\+)(\+|[^+]+)$/.exec(chord)?.[1] ?? chord
  const modifiers = chord
    .slice(0, chord.length - key.length)
    .split('+')
    .filter(Boolean)
  const shown = names[key] ?? key
  if (!onApple) return [...modifiers, shown].join('+')
  const signs: Record<string, string> = { Ctrl: '⌘', Alt: '⌥', Shift: '⇧' }
  return [...modifiers.map((one) => signs[one] ?? one), shown].join('')
}

const nameless = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Fn', 'Process', 'Unidentified'])

function nameOf({ key, code, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent, isAltGr: boolean): string {
  if (nameless.has(key)) return ''
  if (code === 'Space') return 'Space'
  const [letter, digit] = [/^Key([A-Z])$/.exec(code)?.[1], /^Digit(\d)$/.exec(code)?.[1]]
  // An accent that waits for its letter; Apple's Alt makes one of some letters.
  if (key === 'Dead') return (altKey && letter) || ''
  if (/^[!-~]$/.test(key)) return key.toUpperCase()
  if (/^[A-Z][A-Za-z0-9]+$/.test(key)) return key
  if (digit && (ctrlKey || metaKey || altKey)) return digit
  // Cyrillic, Greek, Arabic and the like, and what Apple's Alt makes of a letter.
  const isForeign = /^\p{L}/u.test(key) && !/^\p{Script=Latin}/u.test(key)
  if (letter && (isForeign || (altKey && !isAltGr))) return letter
  if (isForeign) return (!shiftKey && signAt[code]) || key
  const upper = key.toUpperCase()
  return upper.length === key.length ? upper : key
}

/** The signs that stand where other scripts have letters. */
const signAt: Record<string, string> = {
  BracketLeft: '[',
  BracketRight: ']',
  Semicolon: ';',
  Quote: "'",
  Comma: ',',
  Period: '.',
  Slash: '/',
  Backquote: '`',
}

function isCharacter(name: string): boolean {
  return [...name].length === 1
}

/** Whether Option only served to write the sign; with AltGr, that is what it is for. */
function isWrittenOnApple({ altKey, ctrlKey, metaKey }: KeyboardEvent, name: string): boolean {
  return altKey && !ctrlKey && !metaKey && /^[!-/:-@[-`{-~]$/.test(name)
}
