/** Makes an article a test, or changes the bar of one. */
import { MOST_TRIES, type NewTest, type ProjectTraining } from '@attest/schema/training'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { articlesQuery } from '../api.ts'
import { labelsQuery } from '../labels/api.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { refreshTraining, setTest } from './api.ts'
import styles from './training.module.css'
import { pageWords, makeWords as words } from './wording.ts'

interface Props {
  project: string
  tests: ProjectTraining['tests']
  /** The one that is changed; missing for a new one. */
  test?: ProjectTraining['tests'][number]
  onClose: () => void
}

export function TestDialog({ project, tests, test, onClose }: Props) {
  const queries = useQueryClient()
  const articles = useQuery(articlesQuery(project))
  const labels = useQuery(labelsQuery(project))
  const [article, setArticle] = useState(test?.article ?? '')
  const [measure, setMeasure] = useState(test?.bar.measure ?? 'exact')
  const [f1, setF1] = useState(String(test?.bar.f1 ?? 0.8))
  const [tries, setTries] = useState(test ? String(test.tries ?? '') : '3')
  const [kinds, setKinds] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(Object.entries(test?.bar.kinds ?? {}).map(([kind, least]) => [kind, String(least)])),
  )
  const saving = useMutation({
    mutationFn: (body: NewTest) => setTest(article, body),
    onSuccess() {
      onClose()
      tell(test ? pageWords.changed : pageWords.made)
      void queries.invalidateQueries({ queryKey: articlesQuery(project).queryKey })
    },
    onSettled: () => refreshTraining(queries),
  })
  const save = () => {
    const asked = Object.entries(kinds).filter(([, least]) => least !== '')
    saving.mutate({
      bar: { measure, f1: Number(f1), kinds: Object.fromEntries(asked.map(([kind, least]) => [kind, Number(least)])) },
      tries: tries === '' ? null : Number(tries),
    })
  }
  const free = (articles.data ?? []).filter(({ id }) => !tests.some((one) => one.article === id))
  return (
    <Dialog title={test ? words.change(test.title) : words.title} isOpen onOpenChange={(isOpen) => isOpen || onClose()}>
      {() => (
        <form
          className={styles['form']}
          onSubmit={(event) => {
            event.preventDefault()
            save()
          }}
        >
          {!test && (
            <label>
              {words.article}
              <select required value={article} onChange={({ target }) => setArticle(target.value)}>
                <option value="">{words.choose}</option>
                {free.map(({ id, title }) => (
                  <option key={id} value={id}>
                    {title}
                  </option>
                ))}
              </select>
            </label>
          )}
          <fieldset>
            <legend>{words.measure}</legend>
            {(['exact', 'partial'] as const).map((one) => (
              <label key={one} className={styles['radio']}>
                <input type="radio" name="measure" checked={measure === one} onChange={() => setMeasure(one)} />
                {words[one]}
              </label>
            ))}
          </fieldset>
          <label>
            {words.f1}
            <input
              type="number"
              min={0}
              max={1}
              step="any"
              required
              value={f1}
              onChange={({ target }) => setF1(target.value)}
            />
          </label>
          <fieldset>
            <legend>{words.kinds}</legend>
            <div className={styles['kinds']}>
              {(labels.data?.labelSet.kinds ?? []).map(({ id, label }) => (
                <label key={id}>
                  {label}
                  <input
                    type="number"
                    min={0}
                    max={1}
                    step="any"
                    value={kinds[id] ?? ''}
                    onChange={({ target }) => setKinds({ ...kinds, [id]: target.value })}
                  />
                </label>
              ))}
            </div>
            <small>{words.kindsHint}</small>
          </fieldset>
          <label>
            {words.tries}
            <input
              type="number"
              min={1}
              max={MOST_TRIES}
              step={1}
              value={tries}
              onChange={({ target }) => setTries(target.value)}
            />
            <small>{words.triesHint}</small>
          </label>
          {!test && <p className={styles['hint']}>{words.hidden}</p>}
          {saving.error && <p role="alert">{saving.error.message}</p>}
          <div className={styles['choices']}>
            <Button type="submit" variant="primary" isDisabled={saving.isPending}>
              {test ? words.saveChange : words.save}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
