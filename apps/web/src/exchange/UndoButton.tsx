/** Takes an import back as a whole, where nobody has built on it. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import { askUndo, undoImport } from './api.ts'
import styles from './exchange.module.css'
import { importWords as words } from './wording.ts'

interface Props {
  project: string
  id: string
  onDone: () => Promise<void>
}

export function UndoButton(props: Props) {
  const [isAsking, setIsAsking] = useState(false)
  return (
    <>
      <Button onPress={() => setIsAsking(true)}>{words.undo}</Button>
      <Dialog title={words.undoTitle} isOpen={isAsking} onOpenChange={setIsAsking}>
        {(close) => <Question {...props} onClose={close} />}
      </Dialog>
    </>
  )
}

function Question({ project, id, onDone, onClose }: Props & { onClose: () => void }) {
  const found = useQuery({
    queryKey: ['mark-imports', project, id, 'undo'],
    queryFn: () => askUndo(project, id),
    staleTime: 0,
    gcTime: 0,
  })
  const undoing = useMutation({
    mutationFn: () => undoImport(project, id),
    onSuccess: async () => {
      onClose()
      await onDone()
    },
  })
  if (found.isPending) return <Loading what={words.undoTitle} />
  if (!found.data) return <Trouble isPart error={found.error} onRetry={() => void found.refetch()} />
  const { canUndo, reasons } = found.data
  return (
    <div className={styles['export']}>
      <p className={styles['plain']}>{canUndo ? words.undoWhat(found.data) : words.undoNot}</p>
      {reasons.length > 0 && (
        <ul className={styles['reasons']}>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {undoing.isError && (
        <p className={styles['problem']} role="alert">
          {undoing.error.message}
        </p>
      )}
      <div className={styles['actions']}>
        <Button onPress={onClose}>{words.keep}</Button>
        {canUndo && (
          <Button variant="bad" isDisabled={undoing.isPending} onPress={() => undoing.mutate()}>
            {undoing.isPending ? words.undoing : words.undoIt}
          </Button>
        )}
      </div>
    </div>
  )
}
