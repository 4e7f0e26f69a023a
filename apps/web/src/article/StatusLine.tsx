/** Whether one's work is saved. It never says "saved" before the server's disk has it. */
import { Check, CircleAlert, CloudOff, Eye, LoaderCircle } from 'lucide-react'
import type { ArticleRoom } from '../live/article-room.ts'
import { type Bar, isSaved, type Status } from '../live/status.ts'
import { useLive } from '../live/use-live.ts'
import styles from './page.module.css'
import { statusWords } from './wording.ts'

export function StatusLine({ room }: { room: ArticleRoom }) {
  const { text, icon, tone } = shown(useLive(room.status), useLive(room.barred))
  return (
    <span className={styles['status']} role="status" data-tone={tone} title={text} data-testid="status">
      {icon}
      <span className={styles['statusText']}>{text}</span>
    </span>
  )
}

function shown(status: Status, bar: Bar | null) {
  const { connection, waiting } = status
  const withCount = (text: string) => (waiting > 0 ? `${text} · ${statusWords.waiting(waiting)}` : text)
  switch (connection.phase) {
    case 'connecting':
      return { text: withCount(statusWords.connecting), icon: <LoaderCircle />, tone: 'busy' }
    case 'offline': {
      const text = { unreachable: statusWords.offline, crowded: statusWords.crowded, 'not-saved': statusWords.notSaved }
      return { text: withCount(text[connection.why]), icon: <CloudOff />, tone: 'warn' }
    }
    case 'damaged':
      return { text: withCount(statusWords.readOnly), icon: <CircleAlert />, tone: 'warn' }
    case 'ended':
      return {
        text: withCount(connection.reason === 'no-session' ? statusWords.signedOut : statusWords.ended),
        icon: <CircleAlert />,
        tone: 'bad',
      }
    case 'online':
      if (!isSaved(status)) return { text: statusWords.saving, icon: <LoaderCircle />, tone: 'busy' }
      return bar
        ? { text: statusWords.readOnly, icon: <Eye />, tone: 'plain' }
        : { text: statusWords.saved, icon: <Check />, tone: 'good' }
  }
}
