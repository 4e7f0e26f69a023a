/** A word about something that is wrong, with what can be done about it. */
import type { ReactNode } from 'react'
import type { ArticleRoom } from '../live/article-room.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { saveAs } from './download.ts'
import styles from './page.module.css'
import { bannerWords } from './wording.ts'

export function Banner({
  tone,
  text,
  children,
}: {
  tone: 'quiet' | 'good' | 'warn' | 'bad'
  text: string
  children?: ReactNode
}) {
  return (
    <div className={styles['banner']} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <p>{text}</p>
      {children}
    </div>
  )
}

/** Where something of one's own is on this page and not on the server. */
export function DownloadButton({ room }: { room: ArticleRoom }) {
  const { waiting } = useCalmly(room.status)
  const refused = useLive(room.refused)
  if (waiting + refused.length === 0) return null
  return <Button onPress={() => saveAs(room.page.id, room.unsaved())}>{bannerWords.download}</Button>
}
