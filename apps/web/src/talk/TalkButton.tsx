/** Opens the talk of the article, and says how much of it is new for this person. */
import { MessageSquareText } from 'lucide-react'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import styles from './talk.module.css'
import { useNews } from './use-talk.ts'
import { words } from './wording.ts'

interface Props {
  bench: Workbench
}

export function TalkButton({ bench }: Props) {
  const { room, focus, commands } = bench
  const records = useLive(room.records)
  const isOpen = useLive(focus.panel) === 'talk'
  const news = useNews(bench, records).remarks.size
  const open = records.threads.all.filter((thread) => !thread.isResolved).length
  return (
    <Button
      variant="quiet"
      hint={words.talk}
      shortcut="talk"
      aria-label={words.button(open, news)}
      isPressedState={isOpen}
      onPress={() => commands.run('talk')}
    >
      <MessageSquareText aria-hidden="true" />
      {news > 0 ? <span className={styles['badge']}>{news}</span> : open > 0 && <span>{open}</span>}
    </Button>
  )
}
