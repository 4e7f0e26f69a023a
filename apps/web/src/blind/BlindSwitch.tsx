/** For owners, in the list of articles: whether one is blind, and what can be done about that. */
import type { ArticleSummary } from '@attest/schema/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { refreshBlind, setAllBlind, setBlind } from './api.ts'
import styles from './blind.module.css'
import { RevealDialog } from './RevealDialog.tsx'
import { bannerWords, stateNames, switchWords as words } from './wording.ts'

export function BlindSwitch({ article, isDisabled }: { article: ArticleSummary; isDisabled: boolean }) {
  const { id, title, blind } = article
  const queries = useQueryClient()
  const [isAsking, setIsAsking] = useState(false)
  const changing = useMutation({
    mutationFn: (isBlind: boolean) => setBlind(id, isBlind),
    onSuccess: (_, isBlind) => tell(isBlind ? words.isBlind(title) : words.isOpen(title)),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => refreshBlind(queries),
  })
  const isOff = isDisabled || changing.isPending
  return (
    <>
      {blind !== 'open' && <BlindBadge state={blind} />}
      {blind === 'open' && (
        <Button aria-label={words.makeOf(title)} isDisabled={isOff} onPress={() => changing.mutate(true)}>
          <EyeOff aria-hidden="true" /> {words.make}
        </Button>
      )}
      {blind === 'blind' && (
        <>
          <Button aria-label={words.openOf(title)} isDisabled={isOff} onPress={() => changing.mutate(false)}>
            <Eye aria-hidden="true" /> {words.open}
          </Button>
          <Button aria-label={words.revealOf(title)} isDisabled={isOff} onPress={() => setIsAsking(true)}>
            {bannerWords.reveal}
          </Button>
        </>
      )}
      {isAsking && <RevealDialog article={article} onClose={() => setIsAsking(false)} />}
    </>
  )
}

/** What it is, in words and by a shape, not by a colour alone. */
function BlindBadge({ state }: { state: ArticleSummary['blind'] }) {
  const Icon = state === 'revealed' ? Eye : EyeOff
  return (
    <span className={styles['badge']} data-state={state}>
      <Icon aria-hidden="true" />
      {stateNames[state]}
    </span>
  )
}

export function AllBlind({ project, isDisabled }: { project: string; isDisabled: boolean }) {
  const queries = useQueryClient()
  const changing = useMutation({
    mutationFn: () => setAllBlind(project, true),
    onSuccess: ({ changed, kept }) => tell(words.allDone(changed, kept.length)),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => refreshBlind(queries),
  })
  return (
    <Button isDisabled={isDisabled || changing.isPending} onPress={() => changing.mutate()}>
      <EyeOff aria-hidden="true" /> {words.all}
    </Button>
  )
}
