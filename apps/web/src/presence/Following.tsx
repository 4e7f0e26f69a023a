/** Following somebody: the view goes along with theirs, and a frame in their colour says so. */
import { useEffect } from 'react'
import type { Workbench } from '../editor/workbench.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { goAlong, shareView } from './following.ts'
import styles from './presence.module.css'
import { presenceWords } from './wording.ts'

export function Following({ bench }: { bench: Workbench }) {
  const { room, focus } = bench
  const followed = useLive(focus.followed)
  const peers = useCalmly(room.peers)
  useEffect(() => shareView(bench), [bench])
  useEffect(() => (followed ? goAlong(bench, followed) : undefined), [bench, followed])
  useEffect(() => {
    if (!followed) return
    // The banner must not cover the line that is looked at, or what has the focus.
    const { style } = document.documentElement
    style.setProperty('--banner', '40px')
    return () => void style.removeProperty('--banner')
  }, [followed])
  if (!followed) return null
  const person = room.personOf(followed)
  const isHere = peers.some(({ user }) => user.id === followed)
  return (
    <section
      className={styles['following']}
      style={{ '--person': `var(--person-${person.color % 12})` } as React.CSSProperties}
      aria-label={presenceWords.following(person.name)}
      data-testid="following"
    >
      <div>
        <Avatar person={person} />
        <span role="status">{(isHere ? presenceWords.following : presenceWords.awaiting)(person.name)}</span>
        <Button shortcut="leave" hint={presenceWords.stop(person.name)} onPress={() => focus.followed.set(null)}>
          {presenceWords.stops}
        </Button>
      </div>
    </section>
  )
}
