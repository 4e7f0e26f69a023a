/** One import of marks, from what was found in its files to what came of them. */
import type { MarkImportPage, MarkReading, MarkTrial } from '@attest/schema/exchange-api'
import { type Mapping, withChoices } from '@attest/schema/formats/mapping'
import { encodings } from '@attest/schema/importing'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { articlesQuery } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import {
  cancelImport,
  commitImport,
  formatsQuery,
  isOpen,
  markImportQuery,
  readImport,
  removeFile,
  sendFiles,
  tryImport,
} from './api.ts'
import { FormatSelect } from './ExportFields.tsx'
import styles from './exchange.module.css'
import { MappingForm } from './MappingForm.tsx'
import { MarkReport, Skipped } from './MarkReport.tsx'
import { Progress } from './Progress.tsx'
import { UndoButton } from './UndoButton.tsx'
import { useNames } from './use-names.ts'
import { exportWords, importWords as words } from './wording.ts'

interface Props {
  project: string
  id: string
}

export function OneImport({ project, id }: Props) {
  const found = useQuery(markImportQuery(project, id))
  const queries = useQueryClient()
  const [isChanging, setIsChanging] = useState(false)
  const [sent, setSent] = useState<{ done: number; of: number } | null>(null)
  const mapped = useRef<Mapped | null>(null)
  const nameOf = useNames(project)
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
  const takesFiles = state === 'receiving' || isMapping
  const canCancel = isOpen(state) || state === 'reading' || state === 'trying'
  // One article is written in one go, of which there are no figures.
  const isCounted = progress !== null && progress.of > 1
  const isWorking = progress !== null || ['reading', 'trying', 'committing', 'undoing'].includes(state)
  const add = (files: readonly File[]) =>
    run(async () => {
      setSent({ done: 0, of: files.length })
      try {
        await sendFiles(project, id, files, (done) => setSent({ done, of: files.length }))
        await readImport(project, id, page.choices)
      } finally {
        setSent(null)
      }
    })
  const remove = (file: string) =>
    run(async () => {
      const left = await removeFile(project, id, file)
      if (left.files.length > 0) await readImport(project, id, page.choices)
    })
  return (
    <article className={styles['one']} aria-labelledby="import">
      <h3 id="import" ref={heading} tabIndex={-1}>
        <bdi>{page.name}</bdi>
      </h3>
      <p role="status">{words.steps[state]}</p>
      {isWorking && (
        <Progress
          label={words.states[state]}
          {...(isCounted && { said: words.articlesDone(progress.done, progress.of) })}
          done={isCounted ? progress.done : null}
          of={isCounted ? progress.of : 1}
        />
      )}
      {sent && <Progress label={words.states.receiving} said={words.sending(sent.done, sent.of)} {...sent} />}
      {found.isError && <p className={styles['problem']}>{words.stale}</p>}
      {state === 'undone' && page.undoneBy && <p className={styles['hint']}>{words.undoneBy(nameOf(page.undoneBy))}</p>}
      {note && (
        <p className={state === 'undone' ? styles['hint'] : styles['problem']} role="alert">
          {note}
        </p>
      )}
      {takesFiles && <Files page={page} isBusy={act.isPending} onFiles={add} onRemove={remove} />}
      {takesFiles && (
        <Reading
          key={JSON.stringify(page.choices)}
          page={page}
          isBusy={act.isPending || page.files.length === 0}
          onRead={(choices) => run(() => readImport(project, id, choices))}
        />
      )}
      {reading && isMapping && (
        <>
          <Found reading={reading} />
          <MappingForm
            // A short file may have been read anew before anybody looked: its labels are others.
            key={JSON.stringify([page.choices, page.files.map(({ id }) => id)])}
            project={project}
            reading={reading}
            begun={begunWith(reading, trial, mapped.current)}
            placed={trial?.placements ?? []}
            isBusy={act.isPending}
            onChange={(mapping) => {
              mapped.current = { mapping, reading }
            }}
            onTry={(asked: MarkTrial) => run(() => tryImport(project, id, asked))}
          />
        </>
      )}
      {report && !isMapping && (state === 'tried' || state === 'committing' || state === 'done') && (
        <MarkReport project={project} id={id} report={report} isDone={state === 'done'} canChange={state === 'tried'} />
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

/** What somebody has mapped, and what it was of. */
interface Mapped {
  mapping: Mapping
  reading: MarkReading
}

/** Files may have been added since, or taken away: what was chosen holds for the words that are still there. */
function begunWith(reading: MarkReading, trial: MarkTrial | null, mapped: Mapped | null): Mapping {
  if (mapped) return mapped.reading === reading ? mapped.mapping : withChoices(reading.mapping, mapped.mapping)
  return trial?.mapping ?? reading.mapping
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
  onRemove: (file: string) => void
}

/** More are folded, so that what is to be decided is not below a list of them. */
const MOST_SHOWN = 4

/** What has arrived, and a place for what is missing. */
function Files({ page: { files }, isBusy, onFiles, onRemove }: FilesProps) {
  return (
    <div className={styles['row']}>
      {files.length > 0 && (
        <details className={styles['arrived']} open={files.length <= MOST_SHOWN}>
          <summary>
            {words.filesOf(files.length)}{' '}
            <span className={styles['hint']}>{exportWords.size(files.reduce((sum, { bytes }) => sum + bytes, 0))}</span>
          </summary>
          <ul aria-label={words.arrived}>
            {files.map(({ id, name, bytes }) => (
              <li key={id}>
                <span>
                  <bdi>{name}</bdi> <span className={styles['hint']}>{exportWords.size(bytes)}</span>
                </span>
                <Button
                  variant="quiet"
                  aria-label={words.removeFile(name)}
                  hint={words.removeFile(name)}
                  isDisabled={isBusy}
                  onPress={() => onRemove(id)}
                >
                  <X aria-hidden="true" />
                </Button>
              </li>
            ))}
          </ul>
        </details>
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
