/** The columns of a table of marks, and how a cell holds more than one thing. */

/** Attributes that have a column to themselves, where they are filled in. */
export const ownColumns: readonly string[] = ['source', 'cue', 'mode', 'verdict']

export const columns: readonly string[] = [
  'doc_id',
  'mark_id',
  'kind',
  'start_utf16',
  'end_utf16',
  'start_cp',
  'end_cp',
  'quote',
  ...ownColumns,
  'attributes',
  'annotator',
  'created',
  'status',
  'relations',
  'comments',
]

/** Between the words of a mark in several parts. */
export const GAP = ' … '

/** A name or value among others in a cell: `gloss=…; date=…`, without the `=` where there is none. */
export function escapePart(part: string): string {
  return part.replace(/[\\;=:]/g, '\\$&')
}

/** What somebody said, after whom: `Ben: why?`. What is said has signs of its own, which only those that part it can mix up. */
export function escapeSaid(by: string, body: string): string {
  return `${escapePart(by)}: ${body.replace(/[\\;]/g, '\\$&')}`
}

/** The parts between the semicolons of a cell, each parted once more by the first of a sign in it, where it is there. */
export function partsOf(cell: string, sign: '=' | ':'): (readonly [string, string | null])[] {
  const parts: (readonly [string, string | null])[] = []
  let name: string | null = null
  let word = ''
  const close = () => {
    if (name !== null) parts.push([name, word])
    else if (word !== '') parts.push([word, null])
    name = null
    word = ''
  }
  for (let at = 0; at < cell.length; at++) {
    const one = cell.charAt(at)
    if (one === '\\' && /[\\;=:]/.test(cell.charAt(at + 1))) word += cell.charAt(++at)
    else if (one === ';') {
      close()
      if (cell.charAt(at + 1) === ' ') at++
    } else if (one === sign && name === null) {
      name = word
      word = ''
    } else word += one
  }
  close()
  return parts
}
