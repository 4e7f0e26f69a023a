/** How articles are given out: how many annotators each needs, and whether they may take the next one by themselves. */
import { MOST_AN_ARTICLE, type WorkSettings as Settings } from '@attest/schema/work'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { refreshWork, setWorkSettings } from './api.ts'
import { settingsWords as words } from './wording.ts'
import styles from './work.module.css'

export function WorkSettings({ project, settings }: { project: string; settings: Settings }) {
  const queries = useQueryClient()
  const [changed, setChanged] = useState<Settings | null>(null)
  const { perArticle, mayTake } = changed ?? settings
  const saving = useMutation({
    mutationFn: (body: Settings) => setWorkSettings(project, body),
    onSuccess: async () => {
      await refreshWork(queries)
      setChanged(null)
      tell(words.saved)
    },
    onError: (error) => tell(error.message, { tone: 'problem' }),
  })
  return (
    <details className={styles['settings']}>
      <summary>{words.title}</summary>
      <form
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault()
          saving.mutate({ perArticle, mayTake })
        }}
      >
        <div className={styles['fields']}>
          <label>
            {words.perArticle}
            <input
              type="number"
              min={1}
              max={MOST_AN_ARTICLE}
              value={perArticle}
              onChange={({ target }) =>
                setChanged({
                  perArticle: Math.max(1, Math.min(MOST_AN_ARTICLE, Math.round(Number(target.value)) || 1)),
                  mayTake,
                })
              }
            />
          </label>
        </div>
        <label className={styles['inlineCheck']}>
          <input
            type="checkbox"
            checked={mayTake}
            onChange={({ target }) => setChanged({ perArticle, mayTake: target.checked })}
          />
          <span>
            {words.mayTake}
            <small>{words.mayTakeBlind}</small>
          </span>
        </label>
        <div className={styles['choices']}>
          <Button type="submit" isDisabled={changed === null || saving.isPending}>
            {words.save}
          </Button>
        </div>
      </form>
    </details>
  )
}
