/** The longer word about what is wrong, and what to do about it; nothing while all is well. */
import type { Me } from '@attest/schema/api'
import { canAnnotate } from '@attest/schema/roles'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { marksCount } from '../annotations/wording.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import type { Status } from '../live/status.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Banner, DownloadButton } from './Banner.tsx'
import styles from './page.module.css'
import { SignedOut } from './SignedOut.tsx'
import { bannerWords, endingText, keptText, offlineText } from './wording.ts'

interface Props {
  room: ArticleRoom
  /** Goes on in this article as the person whom the browser is signed in as now. */
  onPerson: (me: Me) => void
}

interface BannersProps extends Props {
  /** What else there is to say of the article. */
  children?: ReactNode
}

export function StatusBanners({ room, onPerson, children }: BannersProps) {
  const status = useCalmly(room.status)
  return (
    <div className={styles['banners']}>
      <ConnectionBanner room={room} status={status} onPerson={onPerson} />
      <RoleBanner room={room} />
      {children}
    </div>
  )
}

function ConnectionBanner({ room, status, onPerson }: Props & { status: Status }) {
  const { connection, storage, waiting } = status
  const isReader = useLive(room.barred) === 'read-only'
  if (connection.phase === 'ended' && connection.reason === 'no-session')
    return <SignedOut room={room} onPerson={onPerson} />
  if (connection.phase === 'ended') {
    const isGone = connection.reason === 'no-access' || connection.reason === 'no-such-room'
    return (
      <Banner tone="bad" text={endingText(connection.reason)}>
        <DownloadButton room={room} />
        {isGone ? (
          <Link to="/">{bannerWords.projects}</Link>
        ) : (
          <Button variant="primary" onPress={() => location.reload()}>
            {bannerWords.reload}
          </Button>
        )}
      </Banner>
    )
  }
  if (connection.phase === 'damaged')
    return (
      <Banner tone="warn" text={`${bannerWords.damaged} ${keptText(waiting, storage, 'when it is mended')}`}>
        {storage !== 'kept' && <DownloadButton room={room} />}
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
      <Banner tone="warn" text={offlineText(connection.why, isReader)}>
        <Button onPress={() => room.reconnect()}>{bannerWords.tryNow}</Button>
      </Banner>
    )
  return null
}

/** What one may do here has changed while the page is open. */
function RoleBanner({ room }: { room: ArticleRoom }) {
  const [isTaken, setIsTaken] = useState(false)
  const refused = useLive(room.refused)
  useEffect(() => {
    let before = room.page
    return room.article.subscribe(() => {
      const now = room.page
      const [could, can] = [before.project.role, now.project.role].map(canAnnotate)
      if (could && !can) setIsTaken(true)
      else if (!could && can) {
        setIsTaken(false)
        tell(bannerWords.roleGiven(now.project.role))
      } else if (before.project.role !== now.project.role) tell(bannerWords.roleChanged(now.project.role))
      else if (JSON.stringify(before.labelSet) !== JSON.stringify(now.labelSet)) tell(bannerWords.labelsChanged)
      before = now
    })
  }, [room])
  if (!isTaken) return null
  return (
    <Banner tone="warn" text={bannerWords.roleTaken(room.page.project.name, refused.length > 0)}>
      <Button onPress={() => setIsTaken(false)}>{bannerWords.understood}</Button>
    </Banner>
  )
}
