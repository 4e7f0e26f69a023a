/** Saves records that the server does not have as a file, by `recordKey`, for the article of this id. */
export function saveAs(article: string, records: Record<string, unknown>): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(records, null, 2)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `attest-waiting-${article}.json`
  link.click()
  URL.revokeObjectURL(url)
}
