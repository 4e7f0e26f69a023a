/** Handing a test in, from its banner or where work is submitted: the question, and then how it went. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { refreshWork } from '../work/api.ts'
import { articleTrainingQuery, handIn, refreshTraining } from './api.ts'
import { ResultDialog } from './ResultDialog.tsx'
import styles from './training.module.css'
import { handInWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  onClose: () => void
}

export function HandIn({ bench, onClose }: Props) {
  const { id } = useLive(bench.room.article)
  const { data } = useQuery(articleTrainingQuery(id))
  const [isDone, setIsDone] = useState(false)
  if (!data?.test) return null
  if (isDone) return <ResultDialog bench={bench} bar={data.test.bar} tries={data.tries} onClose={onClose} />
  return <Question bench={bench} left={data.left} onClose={onClose} onDone={() => setIsDone(true)} />
}

/** Whether the open article is a test that this person has still to hand in: then handing in is how it is submitted. */
export function useMayHandIn({ room }: Workbench): boolean {
  const { id, blind } = useLive(room.article)
  const { data } = useQuery({ ...articleTrainingQuery(id), enabled: blind === 'blind' })
  return blind === 'blind' && data?.test != null && data.isTested && data.left !== 0
}

function Question({ bench: { room }, left, onClose, onDone }: Props & { left: number | null; onDone: () => void }) {
  const queries = useQueryClient()
  const { id } = useLive(room.article)
  const { annotations } = useLive(room.records)
  const { waiting } = useLive(room.status)
  const mine = [...annotations.values()].filter(({ author }) => author === room.me.id).length
  const handing = useMutation({
    mutationFn: () => handIn(id),
    async onSuccess() {
      await Promise.all([refreshTraining(queries), refreshWork(queries)])
      onDone()
    },
  })
  return (
    <Dialog title={words.title} isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      {() => (
        <div className={styles['form']}>
          <p>{words.what}</p>
          <p>
            {words.marks(mine)} {left !== null && (left === 1 ? words.last : words.left(left - 1))}
          </p>
          {waiting > 0 && <p role="status">{words.waiting(waiting)}</p>}
          {handing.error && <p role="alert">{handing.error.message}</p>}
          <div className={styles['choices']}>
            <Button variant="primary" isDisabled={waiting > 0 || handing.isPending} onPress={() => handing.mutate()}>
              {words.handIn}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}
