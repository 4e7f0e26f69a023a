/** That the open article is a test: what is to be reached, handing in, and how it went. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { Banner } from '../article/Banner.tsx'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { articleTrainingQuery, handIn, refreshTraining } from './api.ts'
import { ResultDialog } from './ResultDialog.tsx'
import styles from './training.module.css'
import { barText, handInWords, bannerWords as words } from './wording.ts'

/** In a test nothing is ever revealed, so what is said of blind articles (the children) is said of all others only. */
export function TestBanner({ bench, children }: { bench: Workbench; children?: ReactNode }) {
  const { id, blind, project } = useLive(bench.room.article)
  // Every test is blind, so nothing is asked where nothing can be.
  const { data, isPending } = useQuery({ ...articleTrainingQuery(id), enabled: blind === 'blind' })
  const [dialog, setDialog] = useState<'hand-in' | 'result' | null>(null)
  if (blind === 'blind' && isPending) return null
  if (blind !== 'blind' || !data?.test) return children
  const { test, isTested, tries, left } = data
  if (!isTested)
    return (
      <Banner tone="quiet" text={words.owner}>
        {bench.commands.registered.get().has('gold') && (
          <Button onPress={() => bench.commands.run('gold')}>{words.gold}</Button>
        )}
        <Link to="/projects/$project/training" params={{ project: project.id }} className={styles['link']}>
          {words.toTests}
        </Link>
      </Banner>
    )
  const hasPassed = tries.some(({ passed }) => passed)
  const parts = [words.tested(barText(test.bar))]
  if (tries.length > 0) parts.push(hasPassed ? words.passed : words.failed)
  if (left !== null) parts.push(words.left(left))
  return (
    <>
      <Banner tone={hasPassed ? 'good' : 'quiet'} text={parts.join(' ')}>
        {left !== 0 && <Button onPress={() => setDialog('hand-in')}>{words.handIn}</Button>}
        {tries.length > 0 && <Button onPress={() => setDialog('result')}>{words.result}</Button>}
      </Banner>
      {dialog === 'hand-in' && (
        <HandInDialog bench={bench} left={left} onClose={() => setDialog(null)} onDone={() => setDialog('result')} />
      )}
      {dialog === 'result' && (
        <ResultDialog bench={bench} bar={test.bar} tries={tries} onClose={() => setDialog(null)} />
      )}
    </>
  )
}

interface HandInProps {
  bench: Workbench
  left: number | null
  onClose: () => void
  onDone: () => void
}

function HandInDialog({ bench: { room }, left, onClose, onDone }: HandInProps) {
  const queries = useQueryClient()
  const { id } = useLive(room.article)
  const { annotations } = useLive(room.records)
  const { waiting } = useLive(room.status)
  const mine = [...annotations.values()].filter(({ author }) => author === room.me.id).length
  const handing = useMutation({
    mutationFn: () => handIn(id),
    async onSuccess() {
      await refreshTraining(queries)
      onDone()
    },
  })
  return (
    <Dialog title={handInWords.title} isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      {() => (
        <div className={styles['form']}>
          <p>{handInWords.what}</p>
          <p>
            {handInWords.marks(mine)} {left !== null && (left === 1 ? handInWords.last : handInWords.left(left - 1))}
          </p>
          {waiting > 0 && <p role="status">{handInWords.waiting(waiting)}</p>}
          {handing.error && <p role="alert">{handing.error.message}</p>}
          <div className={styles['choices']}>
            <Button variant="primary" isDisabled={waiting > 0 || handing.isPending} onPress={() => handing.mutate()}>
              {handInWords.handIn}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}
