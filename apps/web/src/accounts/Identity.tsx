/** For the bar of the project pages: who one is, the way to one's account, and the way out; with only a name it is one way. */
import type { Me } from '@attest/schema/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import styles from './accounts.module.css'
import { signOut } from './api.ts'
import { identityWords as words } from './wording.ts'

export function Identity({ me }: { me: Me }) {
  const queries = useQueryClient()
  const [isAsking, setIsAsking] = useState(false)
  const leaving = useMutation({
    mutationFn: () => signOut(queries),
    onError: (error) => tell(error.message, { tone: 'problem' }),
  })
  return (
    <span className={styles['identity']}>
      <Link to="/account" aria-label={words.account(me.name)}>
        <Avatar person={me} />
        <span className={styles['name']}>{me.name}</span>
      </Link>
      <Button
        variant="quiet"
        isDisabled={leaving.isPending}
        onPress={() => (me.isByName ? setIsAsking(true) : leaving.mutate())}
      >
        {me.isByName ? words.leave : words.signOut}
      </Button>
      <Dialog title={words.leaveTitle} isOpen={isAsking} onOpenChange={setIsAsking}>
        {(close) => (
          <div className={styles['form']}>
            <p>{words.leaveText(me.name)}</p>
            {me.ownsWorkspace && (
              <p>
                <strong>{words.owns}</strong> {words.ownsText}
              </p>
            )}
            <Link to="/account" onClick={close} className={styles['link'] ?? ''}>
              {words.keepName}
            </Link>
            <div className={styles['choices']}>
              <Button onPress={close}>{words.stay}</Button>
              <Button variant="bad" onPress={() => leaving.mutate()} isDisabled={leaving.isPending}>
                {words.leaveForGood}
              </Button>
            </div>
          </div>
        )}
      </Dialog>
    </span>
  )
}
