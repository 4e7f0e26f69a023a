/** Whether one's work is saved, and what to do when it is not. It never says "saved" before the server's disk has it. */
import { Check, CircleAlert, CloudOff, LoaderCircle } from 'lucide-react'
import { marksCount } from '../annotations/wording.ts'
import type { ArticleRoom, Status } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import styles from './page.module.css'
import { endingText } from './wording.ts'

export function StatusLine({ room }: { room: ArticleRoom }) {
  const status = useLive(room.status)
  const { text, icon, tone } = shown(status)
  return (
    <span className={styles['status']} role="status" data-tone={tone} data-testid="status">
      {icon}
      <span className={styles['statusText']}>{text}</span>
    </span>
  )
}

function shown({ connection, waiting }: Status) {
  const count = waiting > 0 ? ` · ${marksCount(waiting)} waiting` : ''
  switch (connection.phase) {
    case 'connecting':
      return { text: `Connecting …${count}`, icon: <LoaderCircle />, tone: 'busy' }
    case 'offline':
      return { text: `Offline${count}`, icon: <CloudOff />, tone: 'warn' }
    case 'ended':
      return { text: `Not connected${count}`, icon: <CircleAlert />, tone: 'bad' }
    case 'online':
      return waiting > 0
        ? { text: 'Saving …', icon: <LoaderCircle />, tone: 'busy' }
        : { text: 'Saved', icon: <Check />, tone: 'good' }
  }
}

/** The longer word about what is wrong, under the bar; nothing while all is well. */
export function StatusBanner({ room }: { room: ArticleRoom }) {
  const { connection, storage, waiting } = useLive(room.status)
  if (connection.phase === 'ended')
    return (
      <Banner tone="bad" text={endingText(connection.reason)}>
        {waiting > 0 && <Button onPress={() => download(room)}>Download what waits</Button>}
        <Button variant="primary" onPress={() => location.reload()}>
          Reload
        </Button>
      </Banner>
    )
  if (storage === 'off' || storage === 'full') {
    const why =
      storage === 'full' ? 'This browser’s storage is full' : 'This browser does not let Attest store anything'
    const what =
      waiting > 0
        ? `${marksCount(waiting)} would be lost if you closed this page now.`
        : 'Marks are saved as long as the server can be reached; do not close the page while it says “waiting”.'
    return <Banner tone="warn" text={`${why}. ${what}`} />
  }
  if (connection.phase === 'offline')
    return (
      <Banner
        tone="warn"
        text="The server cannot be reached. Go on marking: everything is kept in this browser and sent when it is back."
      >
        <Button onPress={() => room.reconnect()}>Try now</Button>
      </Banner>
    )
  return null
}

function Banner({ tone, text, children }: { tone: 'warn' | 'bad'; text: string; children?: React.ReactNode }) {
  return (
    <div className={styles['banner']} data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <p>{text}</p>
      {children}
    </div>
  )
}

function download(room: ArticleRoom): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(room.unsaved(), null, 2)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `attest-waiting-${room.page.id}.json`
  link.click()
  URL.revokeObjectURL(url)
}
