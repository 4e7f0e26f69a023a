/** One import of marks, from what was found in its files to what came of them. */
import type { MarkImportPage, MarkReading, MarkTrial } from '@attest/schema/exchange-api'
import { encodings } from '@attest/schema/importing'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { articlesQuery } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { cancelImport, commitImport, formatsQuery, markImportQuery, readImport, sendFile, tryImport } from './api.ts'
import { FormatSelect } from './ExportFields.tsx'
import styles from './exchange.module.css'
import { MappingForm } from './MappingForm.tsx'
import { MarkReport, Skipped } from './MarkReport.tsx'
import { UndoButton } from './UndoButton.tsx'
import { exportWords, importWords as words } from './wording.ts'

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
  const step = found.data && `${found.data.state}${isChanging ? ' again' : ''}`
  const heading = useFocusLost(step)
  if (found.isPending) return <Loading what={words.title} />
  if (!found.data) return <Trouble isPart error={found.error} onRetry={() => void found.refetch()} />
  const page = found.data
  const { state, reading, trial, report, progress, note } = page
  const run = (deed: () => Promise<unknown>) => act.mutate(deed)
  const isMapping = state === 'read' || (state === 'tried' && isChanging)
  const takesFiles = state === 'receiving'
  const canCancel = ['receiving', 'reading', 'read', 'trying', 'tried'].includes(state)
  return (
    <article className={styles['one']} aria-labelledby="import">
      <h3 id="import" ref={heading} tabIndex={-1}>
        <bdi>{page.name}</bdi>
      </h3>
      <p role="status">
        {state === 'committing' && progress ? words.committing(progress.done, progress.of) : words.steps[state]}
      </p>
      {progress && <progress value={progress.done} max={Math.max(1, progress.of)} aria-label={words.states[state]} />}
      {note && (
        <p className={styles['problem']} role="alert">
          {note}
        </p>
      )}
      {takesFiles && (
        <Files
          page={page}
          isBusy={act.isPending}
          onFiles={(files) =>
            run(async () => {
              for (const file of files) await sendFile(project, id, file)
              await readImport(project, id, page.choices)
            })
          }
        />
      )}
      {(takesFiles || isMapping) && (
        <Reading
          key={JSON.stringify(page.choices)}
          page={page}
          isBusy={act.isPending || (takesFiles && page.files.length === 0)}
          onRead={(choices) => run(() => readImport(project, id, choices))}
        />
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
              {report.imported === 0 ? words.nothing : words.commit(report.counts)}
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

/** Where the focus went with what was pressed, it comes to the name of the import: what follows it is new. */
function useFocusLost(step: string | undefined) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (step !== undefined && document.activeElement === document.body) heading.current?.focus()
  }, [step])
  return heading
}

interface FilesProps {
  page: MarkImportPage
  isBusy: boolean
  onFiles: (files: readonly File[]) => void
}

/** What has arrived, where it could not be read, or not all of it came; and a place for what is missing. */
function Files({ page: { files }, isBusy, onFiles }: FilesProps) {
  return (
    <div className={styles['row']}>
      {files.length > 0 && (
        <ul className={styles['arrived']} aria-label={words.arrived}>
          {files.map(({ name, bytes }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name, and more come at the end.
            <li key={i}>
              <bdi>{name}</bdi> <span className={styles['hint']}>{exportWords.size(bytes)}</span>
            </li>
          ))}
        </ul>
      )}
      <FileTrigger allowsMultiple onSelect={(chosen) => onFiles([...(chosen ?? [])])}>
        <Button isDisabled={isBusy}>
          <Plus aria-hidden="true" /> {words.addFiles}
        </Button>
      </FileTrigger>
    </div>
  )
}

interface ReadingProps {
  page: MarkImportPage
  isBusy: boolean
  onRead: (choices: MarkImportPage['choices']) => void
}

/** As what the files are read. */
function Reading({ page: { choices, reading }, isBusy, onRead }: ReadingProps) {
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
          value={format}
          nothing={words.formatUnknown}
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
      <Button isDisabled={isBusy} onPress={() => onRead({ ...chosen, format })}>
        {words.readAgain}
      </Button>
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
