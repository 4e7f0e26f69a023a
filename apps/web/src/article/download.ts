/** What waits, as a file. */
import { saveFile } from '../ui/save-file.ts'

/** Saves records that the server does not have as a file, by `recordKey`, for the article of this id. */
export function saveAs(article: string, records: Record<string, unknown>): void {
  const content = new Blob([JSON.stringify(records, null, 2)], { type: 'application/json' })
  saveFile(content, `attest-waiting-${article}.json`)
}
