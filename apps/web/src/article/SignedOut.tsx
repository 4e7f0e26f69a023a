/**
 * The session is over while the article is open. Nothing of the page goes away: whoever signs in again goes on where
 * they were, and what waits is sent. As somebody else one goes on too, but what waits stays for the person who made it.
 */
import type { Me } from '@attest/schema/api'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Entry } from '../accounts/Entry.tsx'
import { doorQuery } from '../api.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { useCalmly } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Banner, DownloadButton } from './Banner.tsx'
import styles from './page.module.css'
import { bannerWords, endingText, keptText, signInWords } from './wording.ts'

export function SignedOut({ room, onPerson }: { room: ArticleRoom; onPerson: (me: Me) => void }) {
  const { waiting, storage } = useCalmly(room.status)
  const [isOpen, setIsOpen] = useState(false)
  // Somebody may sign in again in another window.
  const door = useQuery({ ...doorQuery, refetchOnMount: 'always', refetchOnWindowFocus: 'always' })
  const me = door.isFetchedAfterMount ? door.data?.me : null
  const isBack = me?.id === room.me.id
  useEffect(() => {
    if (isBack) room.reconnect()
  }, [isBack, room])

  if (me && !isBack)
    return (
      <Banner
        tone="bad"
        text={`${bannerWords.other(me.name, room.me.name)} ${keptText(waiting, storage, `when ${room.me.name} signs in`)}`}
      >
        <DownloadButton room={room} />
        <Button variant="primary" onPress={() => onPerson(me)}>
          {bannerWords.goOnAs(me.name)}
        </Button>
      </Banner>
    )
  const signIn = async () => {
    const { data } = await door.refetch()
    if (data?.me?.id === room.me.id) room.reconnect()
    else if (!data?.me) setIsOpen(true)
  }
  // As who one was, one goes on as soon as the door says so.
  const onSignedIn = (me: Me) => {
    setIsOpen(false)
    if (me.id !== room.me.id) onPerson(me)
  }
  return (
    <Banner tone="bad" text={`${endingText('no-session')} ${keptText(waiting, storage, 'when you sign in again')}`}>
      <DownloadButton room={room} />
      <Button variant="primary" onPress={() => void signIn()}>
        {bannerWords.signIn}
      </Button>
      <Dialog title={signInWords.title} isOpen={isOpen} onOpenChange={setIsOpen}>
        {() => (
          <div className={styles['signIn']}>
            <p>{room.me.isByName ? signInWords.byName(room.me.name) : signInWords.account(room.me.name)}</p>
            <p>{signInWords.elsewhere}</p>
            {waiting > 0 && storage === 'kept' && <p>{signInWords.stays(room.me.name)}</p>}
            <DownloadButton room={room} />
            <Entry onSignedIn={onSignedIn} />
          </div>
        )}
      </Dialog>
    </Banner>
  )
}
