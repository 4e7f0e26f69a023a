/** The export of one article: in which format, of whom, what would be missing, and the download. */
import type { Annotation } from '@attest/schema/annotation'
import type { ExportReport } from '@attest/schema/exchange-api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { saveFile } from '../ui/save-file.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { type ExportChoice, exportReportQuery, fetchExport, formatsQuery } from './api.ts'
import { ExportFields, Switch } from './ExportFields.tsx'
import styles from './exchange.module.css'
import { Losses } from './Losses.tsx'
import { recentChoice, rememberChoice } from './recent.ts'
import { exportWords as words } from './wording.ts'

interface Props {
  room: ArticleRoom
  /** Which marks are shown, where a filter hides some; null where all are. */
  isShown: ((annotation: Annotation) => boolean) | null
  isOpen: boolean
  onClose: () => void
}

export function ExportDialog({ isOpen, onClose, ...rest }: Props) {
  return (
    <Dialog title={words.title} isOpen={isOpen} onOpenChange={(open) => open || onClose()}>
      {() => <Export {...rest} onClose={onClose} />}
    </Dialog>
  )
}

function Export({ room, isShown, onClose }: Omit<Props, 'isOpen'>) {
  const formats = useQuery(formatsQuery)
  const records = useLive(room.records)
  const { people } = useLive(room.article)
  const [choice, setChoice] = useState<ExportChoice>(recentChoice)
  const shown = useMemo(
    () => isShown && [...records.annotations.values()].filter(isShown).map(({ id }) => id),
    [isShown, records],
  )
  const [isShownOnly, setIsShownOnly] = useState(false)
  const marks = isShownOnly ? shown : null
  const isNobody = typeof choice.layers !== 'string' && choice.layers.length === 0
  const report = useQuery({ ...exportReportQuery(room.page.id, choice, marks), enabled: !isNobody })
  const making = useMutation({
    mutationFn: () => fetchExport(room.page.id, choice, marks),
    onSuccess: ({ content, name }) => {
      saveFile(content, name)
      rememberChoice(choice)
      const { waiting } = room.status.get()
      if (waiting > 0) tell(words.waiting(waiting), { tone: 'problem' })
      else tell(words.saved(name))
      onClose()
    },
  })
  if (formats.isPending) return <Loading what={words.title} />
  if (!formats.data) return <Trouble isPart error={formats.error} onRetry={() => void formats.refetch()} />
  const authors = new Set(Array.from(records.annotations.values(), ({ author }) => author))
  return (
    <form
      className={styles['export']}
      onSubmit={(event) => {
        event.preventDefault()
        making.mutate()
      }}
    >
      <ExportFields
        formats={formats.data}
        people={people.filter(({ id }) => authors.has(id))}
        choice={choice}
        onChange={setChoice}
      />
      {shown && (
        <div className={styles['choices']}>
          <Switch label={words.onlyShown(shown.length)} isOn={isShownOnly} onChange={setIsShownOnly} />
        </div>
      )}
      <div className={styles['preview']} aria-live="polite">
        {isNobody ? (
          <p>{words.noPeople}</p>
        ) : report.isError ? (
          <p className={styles['problem']}>{report.error.message}</p>
        ) : report.data ? (
          <Preview report={report.data} />
        ) : (
          <p>{words.looking}</p>
        )}
      </div>
      {making.isError && (
        <p className={styles['problem']} role="alert">
          {making.error.message}
        </p>
      )}
      <div className={styles['actions']}>
        <Button onPress={onClose}>{words.cancel}</Button>
        <Button type="submit" variant="primary" isDisabled={making.isPending || isNobody || report.isError}>
          {making.isPending ? words.making : words.download}
        </Button>
      </div>
    </form>
  )
}

function Preview({ report: { fileName, files, counts, left } }: { report: ExportReport }) {
  return (
    <>
      <p className={styles['file']}>
        <strong>
          <bdi>{fileName}</bdi>
        </strong>{' '}
        {words.size(files.reduce((sum, { bytes }) => sum + bytes, 0))}
      </p>
      <p>{words.inIt(counts)}</p>
      <Losses left={left} />
    </>
  )
}
