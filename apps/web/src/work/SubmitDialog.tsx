/** Before work is submitted: what it still lacks is listed, and keeps nobody from submitting. Then on to the next. */
import { threadsOf } from '@attest/schema/thread'
import { toDosOf } from '@attest/schema/todo'
import type { MyWork } from '@attest/schema/work'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { kindLabel, shortQuote } from '../annotations/describe.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { myWorkQuery, refreshWork, takeStep } from './api.ts'
import { inOrder } from './MyWork.tsx'
import { submitWords as words } from './wording.ts'
import styles from './work.module.css'

const LISTED = 20

export function SubmitDialog({ bench, onClose }: { bench: Workbench; onClose: () => void }) {
  const { room, focus, editor } = bench
  const queries = useQueryClient()
  const navigate = useNavigate()
  const records = useLive(room.records)
  const { labelSet, id, project } = useLive(room.article)
  const { waiting } = useLive(room.status)
  const me = room.me.id
  const lacks = useMemo(() => toDosOf(records, labelSet, ({ author }) => author === me), [records, labelSet, me])
  const threads = useMemo(
    () => threadsOf(records.comments.values()).all.filter(({ isResolved }) => !isResolved),
    [records],
  )
  const hasMarks = [...records.annotations.values()].some(({ author }) => author === me)
  const mine = useQuery(myWorkQuery)
  const next = nextOf(mine.data, { article: id, project: project.id })

  const submitting = useMutation({
    mutationFn: (_: { goOn: boolean }) => takeStep(project.id, { step: 'submit', articles: [id] }),
    onSuccess: (_, { goOn }) => {
      onClose()
      tell(next ? words.submitted : `${words.submitted} ${words.nothingNext}`, {
        action: {
          label: words.takeBack,
          run: () =>
            void takeStep(project.id, { step: 'take-back', articles: [id] })
              .then(
                () => tell(words.takenBack),
                (error: Error) => tell(error.message, { tone: 'problem' }),
              )
              .then(() => refreshWork(queries)),
        },
      })
      if (goOn && next) void navigate({ to: '/articles/$article', params: { article: next.article }, search: {} })
    },
    onSettled: () => refreshWork(queries),
  })
  const goTo = (mark: string) => {
    onClose()
    editor.commands.selectAnnotation(mark)
    editor.view.dom.focus({ preventScroll: true })
  }
  const isCalm = lacks.length === 0 && threads.length === 0
  return (
    <Dialog title={words.title} isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      {() => (
        <div className={styles['form']}>
          {isCalm && <p>{hasMarks ? words.calm : words.noMarks}</p>}
          {lacks.length > 0 && (
            <section>
              <h3>{words.lacks(lacks.length)}</h3>
              <ul className={styles['lacks']}>
                {lacks.slice(0, LISTED).map(({ annotation, relations, attributes }) => (
                  <li key={annotation.id}>
                    <button type="button" onClick={() => goTo(annotation.id)}>
                      <span dir="auto">{shortQuote(room, annotation, 90)}</span>
                      <small>
                        {kindLabel(room, annotation)}:{' '}
                        {[
                          ...relations.map((type) => labelSet.relations.find((one) => one.id === type)?.label ?? type),
                          ...attributes.map(({ label }) => label),
                        ].join(', ')}
                      </small>
                    </button>
                  </li>
                ))}
                {lacks.length > LISTED && <li>{words.more(lacks.length - LISTED)}</li>}
              </ul>
            </section>
          )}
          {threads.length > 0 && (
            <section>
              <h3>{words.threads(threads.length)}</h3>
              <ul className={styles['lacks']}>
                {threads.slice(0, LISTED).map((thread) => {
                  const mark = records.annotations.get(thread.on)
                  return (
                    <li key={thread.id}>
                      <button
                        type="button"
                        onClick={() => {
                          if (mark) return goTo(mark.id)
                          onClose()
                          focus.panel.set('talk')
                        }}
                      >
                        <span dir="auto">{(thread.first ?? thread.replies[0])?.body.slice(0, 90) ?? words.thread}</span>
                        <small dir="auto">{mark ? shortQuote(room, mark, 60) : words.article}</small>
                      </button>
                    </li>
                  )
                })}
                {threads.length > LISTED && <li>{words.more(threads.length - LISTED)}</li>}
              </ul>
            </section>
          )}
          {!isCalm && <p>{words.goOn}</p>}
          {waiting > 0 && <p role="status">{words.waiting(waiting)}</p>}
          {next && <p dir="auto">{words.nextIs(next.title)}</p>}
          {submitting.isError && <p role="alert">{submitting.error.message}</p>}
          <div className={styles['choices']}>
            <Button onPress={onClose}>{words.back}</Button>
            <Button
              variant={next ? 'plain' : 'primary'}
              isDisabled={submitting.isPending}
              onPress={() => submitting.mutate({ goOn: false })}
            >
              {isCalm ? words.submit : words.anyway}
            </Button>
            {next && (
              <Button
                variant="primary"
                isDisabled={submitting.isPending}
                onPress={() => submitting.mutate({ goOn: true })}
              >
                {words.submit} {words.next}
              </Button>
            )}
          </div>
        </div>
      )}
    </Dialog>
  )
}

/** The next article one can work on: of the same project first. */
function nextOf(mine: MyWork | undefined, here: { article: string; project: string }) {
  if (!mine) return null
  const own = mine.projects.filter(({ id }) => id === here.project)
  const all = [...own, ...mine.projects.filter(({ id }) => id !== here.project)]
  for (const { items } of all) {
    const found = inOrder(items).find(
      ({ article, state }) => article !== here.article && (state === 'todo' || state === 'in-progress'),
    )
    if (found) return found
  }
  return null
}
