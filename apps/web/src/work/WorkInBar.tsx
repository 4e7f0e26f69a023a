/**
 * The work on the open article, in its bar: how far it is, until when, and what one can do about it. Where nobody was
 * given the article, and it is due on no day, there is nothing to say and nothing is shown.
 */
import { dueOf, possibleSteps, type Step } from '@attest/schema/work'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components'
import { useCommand } from '../commands/commands.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { HandIn, useMayHandIn } from '../training/HandIn.tsx'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { articleWorkQuery, refreshWork, takeStep } from './api.ts'
import { DueText } from './DueText.tsx'
import { NoteDialog } from './NoteDialog.tsx'
import { StateBadge } from './StateBadge.tsx'
import { SubmitDialog } from './SubmitDialog.tsx'
import { mineWords, stepNames, stepWords, barWords as words } from './wording.ts'
import styles from './work.module.css'

export function WorkInBar({ bench }: { bench: Workbench }) {
  const { room, commands } = bench
  const { id, project } = useLive(room.article)
  const queries = useQueryClient()
  const query = useQuery(articleWorkQuery(id))
  const work = query.data
  const [isOpen, setIsOpen] = useState(false)
  const [dialog, setDialog] = useState<'submit' | 'hand-in' | 'send-back' | 'reopen' | null>(null)
  const stepping = useMutation({
    mutationFn: (body: { step: Step; note?: string }) => takeStep(project.id, { articles: [id], ...body }),
    onSuccess: ({ changed, skipped }) => {
      setDialog(null)
      tell(stepWords.done(changed, skipped))
    },
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => refreshWork(queries),
  })
  const mayHandIn = useMayHandIn(bench)
  useBeginning(bench, work?.mine?.state === 'todo' ? work.mine.at : null)

  const mine = work?.mine ?? null
  const role = work?.role ?? 'viewer'
  const own = mine ? possibleSteps({ state: mine.state, on: 'own', role }) : []
  const others = (work?.assignments ?? [])
    .filter(({ person }) => person !== room.me.id)
    .flatMap(({ state }) => possibleSteps({ state, on: 'other', role }))
  const whole =
    work && work.assignments.length === 0 && !mine ? possibleSteps({ state: work.state, on: 'article', role }) : []
  const possible = new Set([...own, ...others, ...whole])
  useCommand(commands, 'submit', {
    run() {
      if (!possible.has('submit') && !own.includes('take-back')) return false
      if (possible.has('submit')) setDialog(mayHandIn ? 'hand-in' : 'submit')
      else stepping.mutate({ step: 'take-back' })
      return true
    },
    isPossible: () => possible.has('submit') || own.includes('take-back'),
  })
  if (!work) return null
  const state = mine?.state ?? work.state
  const due = mine ? dueOf(mine.due, work.due) : work.due
  const isQuiet = !mine && work.assignments.length === 0 && due === null && work.state === 'todo'
  const people = new Map(work.people.map((person) => [person.id, person.name]))
  const run = (step: Step) => {
    setIsOpen(false)
    if (step === 'submit' && mayHandIn) setDialog('hand-in')
    else if (step === 'submit' || step === 'send-back') setDialog(step)
    // What closes an article, and opens it again, is looked at first; an assignment of one's own alone is not.
    else if (step === 'finish') commands.run('signOff') || stepping.mutate({ step })
    else if (step === 'reopen') commands.run('reopen') || setDialog(step)
    else stepping.mutate({ step })
  }
  return (
    <>
      {!isQuiet && (
        <DialogTrigger isOpen={isOpen} onOpenChange={setIsOpen}>
          <span className={styles['barButton']}>
            <Button variant="quiet">
              <span className="visually-hidden">{mine ? words.label : words.labelOf} </span>
              <StateBadge state={state} />
              <DueText due={due} state={state} isShort />
            </Button>
          </span>
          <Popover className={styles['popover'] ?? ''} placement="bottom end">
            <Dialog className={styles['panel'] ?? ''}>
              <Heading slot="title">{words.title}</Heading>
              <dl>
                <dt>{words.article}</dt>
                <dd>
                  <StateBadge state={work.state} />
                  <DueText due={work.due} state={work.state} />
                </dd>
                {work.assignments.map((one) => (
                  <Assigned
                    key={one.person}
                    name={one.person === room.me.id ? words.mine : (people.get(one.person) ?? one.person)}
                    one={one}
                  />
                ))}
              </dl>
              {mine?.note && (
                <p className={styles['note']} dir="auto">
                  <b>{mineWords.note}</b> {mine.note}
                </p>
              )}
              {possible.size > 0 && (
                <div className={styles['choices']}>
                  {[...possible].map((step) => (
                    <Button
                      key={step}
                      variant={step === 'submit' || step === 'finish' ? 'primary' : 'plain'}
                      isDisabled={stepping.isPending}
                      {...(step === 'submit' ? { shortcut: 'submit' } : {})}
                      onPress={() => run(step)}
                    >
                      {stepNames[step]}
                    </Button>
                  ))}
                </div>
              )}
            </Dialog>
          </Popover>
        </DialogTrigger>
      )}
      {dialog === 'submit' && <SubmitDialog bench={bench} onClose={() => setDialog(null)} />}
      {dialog === 'hand-in' && <HandIn bench={bench} onClose={() => setDialog(null)} />}
      {(dialog === 'send-back' || dialog === 'reopen') && (
        <NoteDialog
          step={dialog}
          isPending={stepping.isPending}
          onSend={(note) => stepping.mutate({ step: dialog, ...(note ? { note } : {}) })}
          onClose={() => setDialog(null)}
        />
      )}
    </>
  )
}

function Assigned({
  name,
  one,
}: {
  name: string
  one: { state: Parameters<typeof StateBadge>[0]['state']; due: string | null }
}) {
  return (
    <>
      <dt dir="auto">{name}</dt>
      <dd>
        <StateBadge state={one.state} />
        <DueText due={one.due} state={one.state} />
      </dd>
    </>
  )
}

/** The first mark begins the work; `since` is when it was given, null when there is nothing to begin. */
function useBeginning({ room }: Workbench, since: number | null): void {
  const queries = useQueryClient()
  const records = useLive(room.records)
  const { id, project } = useLive(room.article)
  const asked = useRef<number | null>(null)
  useEffect(() => {
    if (since === null || asked.current === since) return
    const own = room.me.id
    const hasBegun = [...records.annotations.values()].some(({ author, at }) => author === own && at > since)
    if (!hasBegun) return
    asked.current = since
    takeStep(project.id, { step: 'start', articles: [id], person: own }).then(
      () => refreshWork(queries),
      () => {
        // Out of reach, or done by another page of one's own: the next answer says which.
        asked.current = null
      },
    )
  }, [since, records, room, id, project.id, queries])
}
