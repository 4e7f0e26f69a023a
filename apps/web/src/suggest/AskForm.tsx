/** Asks the built-in suggester or a service, says how long that takes, and what came of it. */
import type { Asked } from '@attest/schema/suggestion-api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Sparkles } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { articleQuery } from '../api.ts'
import { speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
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
  const [from, setFrom] = useState('built-in')
  const [isManaging, setIsManaging] = useState(false)
  const waiting = useRef<AbortController | null>(null)
  useEffect(() => () => waiting.current?.abort(), [])
  const asking = useMutation({
    mutationFn: () => {
      waiting.current = new AbortController()
      return askForSuggestions(id, { from }, waiting.current.signal)
    },
    onSuccess: ({ added, removed, left }) => {
      speak(focus, words.answered(added, removed, count(left)))
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
  const wasCancelled = asking.isError && waiting.current?.signal.aborted === true
  return (
    <form
      className={styles['ask']}
      onSubmit={(event) => {
        event.preventDefault()
        if (!asking.isPending) asking.mutate()
      }}
    >
      {!isAgain && <p className={styles['soft']}>{words.whatFor}</p>}
      {refusal !== null ? (
        <p role="note">{refusal}</p>
      ) : (
        <div className={styles['from']}>
          <label>
            {words.from}
            <select value={from} onChange={(event) => setFrom(event.target.value)} disabled={asking.isPending}>
              <option value="built-in">{words.builtIn}</option>
              {services.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
          <Button type="submit" variant="primary" isDisabled={asking.isPending || isBarred}>
            <Sparkles aria-hidden="true" /> {isAgain ? words.askAgain : words.ask}
          </Button>
          {isOwner && (
            <Button variant="quiet" onPress={() => setIsManaging(true)}>
              {words.services}
            </Button>
          )}
        </div>
      )}
      {asking.isPending && <Waiting onCancel={() => waiting.current?.abort()} />}
      {asking.isError && (
        <p role="alert" className={styles['problem']}>
          {wasCancelled ? words.cancelled : asking.error.message}
        </p>
      )}
      {asking.data && !asking.isPending && <Answer asked={asking.data} />}
      {isOwner && <ServicesDialog project={project.id} isOpen={isManaging} onOpenChange={setIsManaging} />}
    </form>
  )
}

function Waiting({ onCancel }: { onCancel: () => void }) {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000)
    return () => clearInterval(timer)
  }, [])
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
