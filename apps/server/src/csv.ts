/** Lines of CSV for spreadsheets, out of words that may be anybody's. */

/** As RFC 4180 has it, and nothing that a spreadsheet would take for a formula. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** Some take the wide forms of the signs for formulas as well, and skip what is blank before any. */
function csvCell(text: string): string {
  const safe = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) ? `'${text}` : text
  return /[",;\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
