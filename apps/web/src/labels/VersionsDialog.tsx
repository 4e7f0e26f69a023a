/** Every version of the labels: who saved it, what changed in it, and the way back to it. */
import type { Labels } from '@attest/schema/formats/label-json'
import type { LabelVersion } from '@attest/schema/label-api'
import { labelChanges } from '@attest/schema/label-changes'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import { versionQuery, versionsQuery } from './api.ts'
import { Labelled } from './LabelsShown.tsx'
import styles from './labels.module.css'
import { labelWords, versionWords as words } from './wording.ts'

interface Props {
  project: string
  current: number
  /** Missing for those who cannot change anything. */
  onRestore?: (labels: Labels, number: number) => void
}

export function VersionsDialog({ project, current, onRestore }: Props) {
  const versions = useQuery(versionsQuery(project))
  const [open, setOpen] = useState<number | null>(null)
  if (versions.isPending) return <Loading what={words.title} />
  if (!versions.data) return <Trouble isPart error={versions.error} onRetry={() => void versions.refetch()} />
  return (
    <ol className={styles['versions']}>
      {versions.data.map((version) => (
        <li key={version.number}>
          <button
            type="button"
            aria-expanded={open === version.number}
            onClick={() => setOpen(open === version.number ? null : version.number)}
          >
            <strong>{labelWords.version(version.number)}</strong>
            {version.number === current && <em>{words.now}</em>}
            <span>{savedText(version)}</span>
            {version.note && <q dir="auto">{version.note}</q>}
          </button>
          {open === version.number && (
            <Version project={project} number={version.number} current={current} {...(onRestore && { onRestore })} />
          )}
        </li>
      ))}
    </ol>
  )
}

export function savedText({ by, at }: LabelVersion): string {
  const when = new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  return by ? labelWords.savedBy(by.name, when) : labelWords.asBegun
}

function Version({ project, number, current, onRestore }: Props & { number: number }) {
  const version = useQuery(versionQuery(project, number))
  const before = useQuery({ ...versionQuery(project, number - 1), enabled: number > 1 })
  const now = useQuery(versionQuery(project, current))
  const [isShown, setIsShown] = useState(false)
  if (version.isError) return <Trouble isPart error={version.error} onRetry={() => void version.refetch()} />
  if (!version.data || !now.data || (number > 1 && !before.data)) return <Loading what={labelWords.version(number)} />
  const { data } = version
  return (
    <div className={styles['version']}>
      <h3>{words.look(number)}</h3>
      {before.data ? <Changes changes={labelChanges(before.data, data)} /> : <p>{words.first}</p>}
      {number < current && (
        <>
          <h3>{words.since}</h3>
          <Changes changes={labelChanges(data, now.data)} />
        </>
      )}
      <p className={styles['row']}>
        <Button isPressedState={isShown} onPress={() => setIsShown(!isShown)}>
          {labelWords.page}
        </Button>
        {onRestore && number < current && <Button onPress={() => onRestore(data, number)}>{words.restore}</Button>}
      </p>
      {isShown && <Labelled labels={data} />}
    </div>
  )
}

function Changes({ changes }: { changes: readonly string[] }) {
  if (changes.length === 0) return <p>{words.nothing}</p>
  return (
    <ul className={styles['changes']}>
      {changes.map((change) => (
        <li key={change} dir="auto">
          {change}
        </li>
      ))}
    </ul>
  )
}
