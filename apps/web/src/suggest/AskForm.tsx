/** Asks the built-in suggester or a service, says how long that takes, and what came of it. */
import type { Asked } from '@attest/schema/suggestion-api'
import { useMutation, useMutationState, useQuery, useQueryClient } from '@tanstack/react-query'
import { Settings2, Sparkles } from 'lucide-react'
import { useEffect, useState } from 'react'
import { articleQuery } from '../api.ts'
import { speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { askForSuggestions, suggestersQuery, suggestionsQuery } from './api.ts'
import { ServicesDialog } from './ServicesDialog.tsx'
import styles from './suggest.module.css'
import { panelWords as words } from './wording.ts'

export function AskForm({ bench }: { bench: Workbench }) {
  const { room, focus } = bench
  const { id, project } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const queries = useQueryClient()
  const suggesters = useQuery(suggestersQuery(project.id))
  const suggestions = useQuery(suggestionsQuery(id))
  // Also one that was begun before the panel was left and opened again.
  const [pending] = useMutationState({
    filters: { mutationKey: ['suggest', id], status: 'pending' },
    select: ({ state }) => ({ ...(state.variables as Asking), since: state.submittedAt }),
  })
  const [from, setFrom] = useState(pending?.from ?? 'built-in')
  const [isManaging, setIsManaging] = useState(false)
  const asking = useMutation({
    mutationKey: ['suggest', id],
    mutationFn: ({ from, ending }: Asking) => askForSuggestions(id, { from }, ending.signal),
    // The panel may have been left meanwhile.
    onSuccess: ({ added, removed, left }) => {
      const said = words.answered(added, removed, count(left))
      if (focus.panel.get() === 'suggestions') speak(focus, said)
      else tell(said)
    },
    onError: (error, { ending }) => {
      if (ending.signal.aborted) tell(words.cancelled)
      else if (focus.panel.get() !== 'suggestions') tell(error.message, { tone: 'problem' })
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: suggestionsQuery(id).queryKey }),
        // Whose marks these are is told with the article.
        queries.invalidateQueries({ queryKey: articleQuery(id).queryKey }),
      ]),
  })
  const refusal = suggestions.data?.refusal ?? null
  const services = suggesters.data?.services ?? []
  const isAgain = (suggestions.data?.predictions.length ?? 0) > 0
  const isOwner = project.memberRole === 'owner'
  const wasCancelled = asking.isError && asking.variables.ending.signal.aborted
  return (
    <form
      className={styles['ask']}
      onSubmit={(event) => {
        event.preventDefault()
        if (!pending) asking.mutate({ from, ending: new AbortController() })
      }}
    >
      {!isAgain && <p className={styles['soft']}>{words.whatFor}</p>}
      {refusal !== null ? (
        <p role="note">{refusal}</p>
      ) : (
        <div className={styles['from']}>
          <label>
            {words.from}
            <select value={from} onChange={(event) => setFrom(event.target.value)} disabled={pending !== undefined}>
              <option value="built-in">{words.builtIn}</option>
              {services.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
          <Button type="submit" variant="primary" isDisabled={pending !== undefined || isBarred}>
            <Sparkles aria-hidden="true" /> {isAgain ? words.askAgain : words.ask}
          </Button>
          {isOwner && (
            <Button
              variant="quiet"
              aria-label={words.services}
              hint={words.services}
              onPress={() => setIsManaging(true)}
            >
              <Settings2 aria-hidden="true" />
            </Button>
          )}
        </div>
      )}
      {pending && <Waiting since={pending.since} onCancel={() => pending.ending.abort()} />}
      {asking.isError && !wasCancelled && (
        <p role="alert" className={styles['problem']}>
          {asking.error.message}
        </p>
      )}
      {asking.data && !asking.isPending && <Answer asked={asking.data} />}
      {isOwner && <ServicesDialog project={project.id} isOpen={isManaging} onOpenChange={setIsManaging} />}
    </form>
  )
}

interface Asking {
  from: string
  /** Ends it: the server then asks no longer either. */
  ending: AbortController
}

function Waiting({ since, onCancel }: { since: number; onCancel: () => void }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.round((now - since) / 1000))
  return (
    <div className={styles['waiting']}>
      <progress aria-label={words.asking(0)} />
      <span>{words.asking(seconds)}</span>
      <Button variant="quiet" onPress={onCancel}>
        {words.cancel}
      </Button>
    </div>
  )
}

function Answer({ asked: { added, removed, left } }: { asked: Asked }) {
  return (
    <div role="status">
      <p>{words.answered(added, removed, count(left))}</p>
      {left.length > 0 && (
        <details className={styles['soft']}>
          <summary>{words.leftOut}</summary>
          <ul>
            {left.map(({ why, count }) => (
              <li key={why}>{words.leftRow(count, why)}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

function count(left: Asked['left']): number {
  return left.reduce((sum, one) => sum + one.count, 0)
}
