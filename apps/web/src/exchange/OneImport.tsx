/** One import of marks, from what was found in its files to what came of them. */
import type { MarkImportPage, MarkReading, MarkTrial } from '@attest/schema/exchange-api'
import { encodings } from '@attest/schema/importing'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { articlesQuery } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { cancelImport, commitImport, formatsQuery, markImportQuery, readImport, tryImport } from './api.ts'
import { FormatSelect } from './ExportFields.tsx'
import styles from './exchange.module.css'
import { MappingForm } from './MappingForm.tsx'
import { MarkReport, Skipped } from './MarkReport.tsx'
import { UndoButton } from './UndoButton.tsx'
import { importWords as words } from './wording.ts'

interface Props {
  project: string
  id: string
}

export function OneImport({ project, id }: Props) {
  const found = useQuery(markImportQuery(project, id))
  const queries = useQueryClient()
  const [isChanging, setIsChanging] = useState(false)
  const refresh = async () => {
    setIsChanging(false)
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['mark-imports', project] }),
      // What came in is there for everybody else to see.
      ...['work', 'sources', 'members'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      queries.invalidateQueries({ queryKey: articlesQuery(project).queryKey }),
    ])
  }
  const act = useMutation({
    mutationFn: (deed: () => Promise<unknown>) => deed(),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: refresh,
  })
  if (found.isPending) return <Loading what={words.title} />
  if (!found.data) return <Trouble isPart error={found.error} onRetry={() => void found.refetch()} />
  const page = found.data
  const { state, reading, trial, report, progress, note } = page
  const run = (deed: () => Promise<unknown>) => act.mutate(deed)
  const isMapping = state === 'read' || (state === 'tried' && isChanging)
  const canCancel = ['receiving', 'reading', 'read', 'trying', 'tried'].includes(state)
  return (
    <article className={styles['one']} aria-labelledby="import">
      <h3 id="import">
        <bdi>{page.name}</bdi>
      </h3>
      <p role="status">
        {state === 'committing' && progress ? words.committing(progress.done, progress.of) : words.states[state]}
      </p>
      {progress && <progress value={progress.done} max={Math.max(1, progress.of)} aria-label={words.states[state]} />}
      {note && <p className={state === 'failed' ? styles['problem'] : styles['hint']}>{note}</p>}
      {(state === 'read' || state === 'failed') && (
        <Reading page={page} onRead={(choices) => run(() => readImport(project, id, choices))} />
      )}
      {reading && isMapping && (
        <>
          <Found reading={reading} />
          <MappingForm
            project={project}
            reading={reading}
            trial={trial}
            isBusy={act.isPending}
            onTry={(asked: MarkTrial) => run(() => tryImport(project, id, asked))}
          />
        </>
      )}
      {report && !isMapping && (state === 'tried' || state === 'committing' || state === 'done') && (
        <MarkReport project={project} id={id} report={report} isDone={state === 'done'} />
      )}
      <div className={styles['row']}>
        {state === 'tried' && report && !isChanging && (
          <>
            <Button
              variant="primary"
              isDisabled={act.isPending || report.imported === 0}
              onPress={() => run(() => commitImport(project, id))}
            >
              {report.imported === 0 ? words.nothing : words.commit(report.imported)}
            </Button>
            <Button onPress={() => setIsChanging(true)}>{words.back}</Button>
          </>
        )}
        {state === 'done' && <UndoButton project={project} id={id} onDone={refresh} />}
        {canCancel && (
          <Button variant="quiet" isDisabled={act.isPending} onPress={() => run(() => cancelImport(project, id))}>
            {words.cancel}
          </Button>
        )}
      </div>
    </article>
  )
}

interface ReadingProps {
  page: MarkImportPage
  onRead: (choices: MarkImportPage['choices']) => void
}

/** As what the files are read. */
function Reading({ page: { choices, reading }, onRead }: ReadingProps) {
  const select = useId()
  const formats = useQuery(formatsQuery)
  const [chosen, setChosen] = useState(choices)
  const format = chosen.format ?? reading?.format ?? null
  const readable = (formats.data ?? []).filter(({ canRead }) => canRead)
  return (
    <div className={styles['row']}>
      <div className={styles['inline']}>
        <label htmlFor={select}>{words.format}</label>
        <FormatSelect
          formats={readable}
          id={select}
          value={format ?? readable[0]?.name ?? 'attest-json'}
          onChange={(name) => setChosen({ ...chosen, format: name })}
        />
      </div>
      <label className={styles['inline']}>
        <span>{words.encoding}</span>
        <select
          value={chosen.encoding ?? ''}
          onChange={({ target }) => {
            const encoding = encodings.find((one) => one === target.value) ?? null
            setChosen({ ...chosen, encoding })
          }}
        >
          <option value="">{words.encodingFound(reading?.files[0]?.encoding ?? null)}</option>
          {encodings.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <Button onPress={() => onRead({ ...chosen, format })}>{words.readAgain}</Button>
    </div>
  )
}

function Found({ reading: { counts, documentCount, refused, reported, notes } }: { reading: MarkReading }) {
  return (
    <section aria-label={words.found} className={styles['found']}>
      <p>
        <strong>{words.foundIn(counts, documentCount)}</strong>
      </p>
      {notes.map((note) => (
        <p key={note} className={styles['hint']}>
          {note}
        </p>
      ))}
      <Skipped title={words.refused} {...refused} />
      <Skipped title={words.reported} {...reported} />
    </section>
  )
}
