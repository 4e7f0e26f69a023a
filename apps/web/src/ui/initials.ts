/** What stands for a person where there is no room for their name. */

// Making a segmenter costs more than all else here.
const graphemes = new Intl.Segmenter('und')

/** Of the first name and the last; the first two characters of a name of one word. */
export function initialsOf(name: string): string {
  const [first = '', ...rest] = name.trim().split(/\s+/u)
  const last = rest.at(-1)
  return last ? `${firstOf(first, 1)}${firstOf(last, 1)}`.toUpperCase() : firstOf(first, 2)
}

/** So many characters, as people see them. */
export function firstOf(word: string, count: number): string {
  return Array.from(graphemes.segment(word), ({ segment }) => segment)
    .slice(0, count)
    .join('')
}
