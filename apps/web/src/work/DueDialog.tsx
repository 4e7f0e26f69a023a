/** When articles are due. */
import type { WorkRow } from '@attest/schema/work'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { refreshWork, setDue } from './api.ts'
import { dueDialogWords as words } from './wording.ts'
import styles from './work.module.css'

interface Props {
  project: string
  rows: readonly WorkRow[]
  onClose: () => void
}

export function DueDialog({ project, rows, onClose }: Props) {
  const queries = useQueryClient()
  const days = new Set(rows.map(({ due }) => due ?? ''))
  const [day, setDay] = useState(days.size === 1 ? ([...days][0] ?? '') : '')
  const setting = useMutation({
    mutationFn: (due: string | null) => setDue(project, { articles: rows.map(({ id }) => id), due }),
    onSuccess: ({ changed }) => {
      tell(words.done(changed))
      onClose()
    },
    onSettled: () => refreshWork(queries),
  })
  return (
    <Dialog title={words.title(rows.length)} isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      {() => (
        <form
          className={styles['form']}
          onSubmit={(event) => {
            event.preventDefault()
            if (day) setting.mutate(day)
          }}
        >
          <p>{words.hint}</p>
          <div className={styles['fields']}>
            <label>
              {words.day}
              <input type="date" value={day} onChange={({ target }) => setDay(target.value)} />
            </label>
          </div>
          {setting.isError && <p role="alert">{setting.error.message}</p>}
          <div className={styles['choices']}>
            <Button isDisabled={setting.isPending} onPress={() => setting.mutate(null)}>
              {words.none}
            </Button>
            <Button type="submit" variant="primary" isDisabled={day === '' || setting.isPending}>
              {words.set}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
