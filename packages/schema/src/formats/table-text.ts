/**
 * Tables as text (RFC 4180), for those that people open in a spreadsheet: no cell is a formula there, and each reads back
 * as what it was.
 */

/** What a spreadsheet begins to reckon at, or takes for a sign that it should not. */
const risky = /^['=+\-@\t\r\n＝＋－＠]/

/** One row with its line end. */
export function writeRow(cells: readonly string[]): string {
  return `${cells.map(writeCell).join(',')}\r\n`
}

function writeCell(cell: string): string {
  const safe = risky.test(cell) ? `'${cell}` : cell
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function readCell(cell: string): string {
  return cell.startsWith("'") && risky.test(cell.slice(1)) ? cell.slice(1) : cell
}

export interface Row {
  cells: string[]
  /** That it begins in, counted from 1: a cell may reach over several. */
  line: number
}

/** The rows, blank ones left out; or where a quotation mark was opened that is never closed. */
export function readRows(text: string, separator: string): { ok: true; rows: Row[] } | { ok: false; line: number } {
  const rows: Row[] = []
  let at = text.startsWith('\ufeff') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const row: Row = { cells: [], line }
    for (let isOpen = true; isOpen; ) {
      let cell = ''
      for (let part = 0; text.charAt(at) === '"'; part++) {
        const closing = text.indexOf('"', at + 1)
        if (closing < 0) return { ok: false, line }
        // Two of them stand for one, which is where the next part begins.
        cell += `${part === 0 ? '' : '"'}${text.slice(at + 1, closing)}`
        at = closing + 1
      }
      const start = at
      while (at < text.length && text.charAt(at) !== separator && text.charAt(at) !== '\n' && text.charAt(at) !== '\r')
        at++
      const whole = cell + text.slice(start, at)
      line += linesIn(whole)
      row.cells.push(readCell(whole))
      isOpen = text.charAt(at) === separator
      if (isOpen) at++
    }
    if (text.charAt(at) === '\r') at++
    if (text.charAt(at) === '\n') at++
    line++
    if (row.cells.length > 1 || row.cells[0] !== '') rows.push(row)
  }
  return { ok: true, rows }
}

function linesIn(cell: string): number {
  let lines = 0
  for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) lines++
  return lines
}

/** What parts the cells of the first line: whichever of these is there most often. */
export function separatorOf(text: string): string {
  const [head = ''] = text.slice(0, 10_000).split(/[\r\n]/, 1)
  const counts = [',', '\t', ';'].map((separator) => ({ separator, count: head.split(separator).length }))
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).separator
}
