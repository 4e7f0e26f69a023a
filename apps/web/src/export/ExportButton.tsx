/** The download of everything that was marked. It waits for nothing that is still on its way: it says so instead. */
import { Download } from 'lucide-react'
import { exportUrl } from '../api.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { saveFile } from '../ui/save-file.ts'

export function ExportButton({ room, hasText = false }: { room: ArticleRoom; hasText?: boolean }) {
  return (
    <Button
      variant="quiet"
      hint="Download annotated JSON"
      aria-label="Download annotated JSON"
      onPress={() => void download(room)}
    >
      <Download aria-hidden="true" />
      {hasText && 'Export'}
    </Button>
  )
}

/** Asks first, so that a refusal or a lost connection is a message here and not a page of its own. */
export async function download(room: ArticleRoom): Promise<void> {
  const url = exportUrl(room.page.id, 'attest-json')
  const response = await fetch(url, { credentials: 'same-origin' }).catch(() => null)
  if (!response?.ok) {
    tell(
      response
        ? 'The server could not make the export. Please try again.'
        : 'The export comes from the server, which cannot be reached now.',
      { tone: 'problem' },
    )
    return
  }
  const { waiting } = room.status.get()
  const name =
    /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? `${room.page.id}.attest.json`
  saveFile(await response.blob(), name)
  if (waiting > 0) tell(`${waiting} of your changes are not saved yet and not in this file.`, { tone: 'problem' })
  else tell(`Saved as ${name}`)
}
