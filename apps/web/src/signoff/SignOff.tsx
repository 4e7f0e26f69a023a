/**
 * Signing the open article off, and reopening it: the commands, their dialogs, and what is told while nothing in it can
 * be changed. What the list says the server looks up for itself.
 */
import { dayTeller } from '@attest/schema/days'
import { isHidden } from '@attest/schema/layer'
import { NOTE_LENGTH, possibleSteps } from '@attest/schema/work'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Banner } from '../article/Banner.tsx'
import { useCommand } from '../commands/commands.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { articleWorkQuery, refreshWork, takeStep } from '../work/api.ts'
import { dayText, today, zone } from '../work/days.ts'
import { CheckList } from './CheckList.tsx'
import styles from './signoff.module.css'
import { bannerWords, checkWords, reopenWords, dialogWords as words } from './wording.ts'

export function SignOff({ bench }: { bench: Workbench }) {
  const { room, commands } = bench
  const { id } = useLive(room.article)
  const { data: work } = useQuery(articleWorkQuery(id))
  const [asked, setAsked] = useState<'sign-off' | 'reopen' | null>(null)
  const mayReopen = useMayReopen(bench)
  const mine = work?.mine ? [{ state: work.mine.state, on: 'own' as const }] : []
  const others = (work?.assignments ?? [])
    .filter(({ person }) => person !== room.me.id)
    .map(({ state }) => ({ state, on: 'other' as const }))
  const all =
    mine.length + others.length > 0 ? [...mine, ...others] : work ? [{ state: work.state, on: 'article' as const }] : []
  // An assignment that is done already is no obstacle to the others.
  const open = all.filter(({ state }) => state !== 'done')
  const maySignOff =
    work !== undefined &&
    open.length > 0 &&
    open.every((one) => possibleSteps({ ...one, role: work.role }).includes('finish'))
  useCommand(commands, 'signOff', {
    run() {
      if (!maySignOff) return false
      setAsked('sign-off')
      return true
    },
    isPossible: () => maySignOff,
  })
  useCommand(commands, 'reopen', {
    run() {
      if (!mayReopen) return false
      setAsked('reopen')
      return true
    },
    isPossible: () => mayReopen,
  })
  if (asked === 'sign-off') return <SignOffDialog bench={bench} onClose={() => setAsked(null)} />
  if (asked === 'reopen') return <ReopenDialog bench={bench} onClose={() => setAsked(null)} />
  return null
}

function useMayReopen({ room }: Workbench): boolean {
  const { project, signedOff } = useLive(room.article)
  return signedOff !== undefined && (project.role === 'owner' || project.role === 'reviewer')
}

/** Above the text, while it is signed off. */
export function SignOffBanner({ bench }: { bench: Workbench }) {
  const { room, commands } = bench
  const { id, signedOff } = useLive(room.article)
  const refused = useLive(room.refused)
  const { data: work } = useQuery({ ...articleWorkQuery(id), enabled: signedOff !== undefined })
  const mayReopen = useMayReopen(bench)
  useEffect(() => {
    let before = room.page.signedOff
    return room.article.subscribe(() => {
      const now = room.page.signedOff
      if (!before && now && now.by !== room.me.id)
        tell(bannerWords.closed(now.by ? room.nameOf(now.by) : bannerWords.somebody))
      before = now
    })
  }, [room])
  if (!signedOff) return null
  const day = dayText(dayTeller(zone)(signedOff.at), today())
  const parts = [signedOff.by ? bannerWords.by(room.nameOf(signedOff.by), day) : bannerWords.unknown]
  if (work?.signOff?.reason) parts.push(bannerWords.despite(work.signOff.reason))
  if (refused.length > 0) parts.push(bannerWords.refused)
  const open = Object.entries(work?.signOff?.open ?? {}) as [keyof typeof checkWords, number][]
  if (open.length > 0)
    parts.push(`${bannerWords.open} ${open.map(([is, count]) => checkWords[is].open(count)).join(', ')}.`)
  return (
    <Banner tone="good" text={parts.join(' ')}>
      {mayReopen && <Button onPress={() => commands.run('reopen')}>{bannerWords.reopen}</Button>}
    </Banner>
  )
}

function SignOffDialog({ bench, onClose }: { bench: Workbench; onClose: () => void }) {
  const { room } = bench
  const queries = useQueryClient()
  const { id, project, blind } = useLive(room.article)
  const { waiting } = useLive(room.status)
  const [reason, setReason] = useState('')
  const signing = useMutation({
    mutationFn: (despite: string | null) =>
      takeStep(project.id, { step: 'finish', articles: [id], ...(despite ? { despite } : {}) }),
    onSuccess: () => {
      onClose()
      tell(words.done)
    },
    onSettled: () => {
      void refreshWork(queries)
      void queries.invalidateQueries({ queryKey: ['articles', id] })
    },
  })
  const isOwner = project.role === 'owner'
  return (
    <Dialog title={words.title} holdsDraft={reason.trim() !== ''} isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      {() =>
        isHidden(blind) ? (
          <p>{words.blind}</p>
        ) : (
          <CheckList bench={bench} onGo={onClose}>
            {(isBlocked) => {
              const isReady = !isBlocked || (isOwner && reason.trim() !== '')
              return (
                <form
                  className={styles['form']}
                  onSubmit={(event) => {
                    event.preventDefault()
                    if (isReady) signing.mutate(isBlocked ? reason.trim() : null)
                  }}
                >
                  {isBlocked && (
                    <p>
                      {words.blocked} {!isOwner && words.askOwner}
                    </p>
                  )}
                  {isBlocked && isOwner && (
                    <label className={styles['reason']}>
                      {words.despite}
                      <textarea
                        rows={3}
                        maxLength={NOTE_LENGTH}
                        required
                        dir="auto"
                        value={reason}
                        onChange={({ target }) => setReason(target.value)}
                      />
                      <small>{words.despiteHint}</small>
                    </label>
                  )}
                  {waiting > 0 && <p role="status">{words.waiting(waiting)}</p>}
                  {signing.error && <p role="alert">{signing.error.message}</p>}
                  <p className={styles['what']}>{words.what}</p>
                  <div className={styles['choices']}>
                    <Button type="submit" variant="primary" isDisabled={!isReady || waiting > 0 || signing.isPending}>
                      {isBlocked ? words.signAnyway : words.sign}
                    </Button>
                  </div>
                </form>
              )
            }}
          </CheckList>
        )
      }
    </Dialog>
  )
}

function ReopenDialog({ bench: { room }, onClose }: { bench: Workbench; onClose: () => void }) {
  const queries = useQueryClient()
  const { id, project } = useLive(room.article)
  const [why, setWhy] = useState('')
  const reopening = useMutation({
    mutationFn: () => takeStep(project.id, { step: 'reopen', articles: [id], note: why.trim() }),
    onSuccess: () => {
      onClose()
      tell(reopenWords.done)
    },
    onSettled: () => {
      void refreshWork(queries)
      void queries.invalidateQueries({ queryKey: ['articles', id] })
    },
  })
  return (
    <Dialog
      title={reopenWords.title}
      holdsDraft={why.trim() !== ''}
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
    >
      {() => (
        <form
          className={styles['form']}
          onSubmit={(event) => {
            event.preventDefault()
            if (why.trim() !== '') reopening.mutate()
          }}
        >
          <label className={styles['reason']}>
            {reopenWords.why}
            <textarea
              rows={3}
              maxLength={NOTE_LENGTH}
              required
              dir="auto"
              value={why}
              onChange={({ target }) => setWhy(target.value)}
            />
          </label>
          <p className={styles['what']}>{reopenWords.what}</p>
          {reopening.error && <p role="alert">{reopening.error.message}</p>}
          <div className={styles['choices']}>
            <Button type="submit" variant="primary" isDisabled={why.trim() === '' || reopening.isPending}>
              {reopenWords.reopen}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
