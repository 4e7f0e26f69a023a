/** Who is here now: oneself first, then the others, each once however many tabs they have. */
import type { Person } from '@attest/schema/api'
import type { ArticleRoom, Peer } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import styles from './presence.module.css'

/** How many have a picture in the bar; the rest are a number. */
const SHOWN = 5

export function People({ room }: { room: ArticleRoom }) {
  const others = othersOf(useLive(room.peers))
  const rest = others.length - SHOWN
  return (
    <ul className={styles['people']} aria-label="People in this article now" data-testid="people">
      {[room.me, ...others.slice(0, SHOWN)].map((person) => (
        <li key={person.id}>
          <Avatar person={person} label={person.id === room.me.id ? `${person.name} (you)` : person.name} />
        </li>
      ))}
      {rest > 0 && (
        <li
          className={styles['more']}
          title={others
            .slice(SHOWN)
            .map((person) => person.name)
            .join(', ')}
        >
          +{rest}
        </li>
      )}
    </ul>
  )
}

function othersOf(peers: readonly Peer[]): Person[] {
  const others = new Map<string, Person>()
  for (const peer of peers) if (!peer.isMe) others.set(peer.user.id, peer.user)
  return [...others.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
