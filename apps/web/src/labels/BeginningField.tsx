/** What a new project begins with: the labels that the server has for all, those of another project, or a file. */
import { readLabelJson } from '@attest/schema/formats/label-json'
import type { Beginning } from '@attest/schema/label-api'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { projectsQuery } from '../api.ts'
import styles from './beginning.module.css'
import { labelWords, beginningWords as words } from './wording.ts'

/** Larger files hold something else. */
const MAX_FILE_BYTES = 2 * 1024 * 1024

const FILE = '\u0000file'

export function BeginningField({ onChange }: { onChange: (beginning: Beginning | null) => void }) {
  const projects = useQuery(projectsQuery)
  const [chosen, setChosen] = useState('')
  const [file, setFile] = useState<{ name: string } | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const id = useId()

  const read = async (given: File | undefined) => {
    if (!given) return
    const reading = given.size > MAX_FILE_BYTES ? null : readLabelJson(parse(await given.text()))
    if (reading?.ok) {
      setFile({ name: reading.value.labelSet.name })
      setProblem(null)
      onChange({ file: { format: 'attest-labels', version: 1, ...reading.value } })
    } else {
      setFile(null)
      setProblem(reading?.problem ?? labelWords.tooLarge)
      onChange(null)
    }
  }

  return (
    <div className={styles['beginning']}>
      <label htmlFor={id}>{words.label}</label>
      <select
        id={id}
        value={chosen}
        onChange={(event) => {
          const { value } = event.target
          setChosen(value)
          setFile(null)
          setProblem(null)
          onChange(value === '' || value === FILE ? null : { project: value })
        }}
      >
        <option value="">{words.usual}</option>
        {projects.data?.map((project) => (
          <option key={project.id} value={project.id}>
            {words.as(project.name)}
          </option>
        ))}
        <option value={FILE}>{words.file}</option>
      </select>
      {chosen === FILE && (
        <input
          type="file"
          required
          aria-label={words.file}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-said`}
          accept="application/json,.json"
          onChange={(event) => void read(event.target.files?.[0])}
        />
      )}
      <span id={`${id}-said`} role="status" data-problem={problem !== null || undefined}>
        {problem ?? (file && words.read(file.name))}
      </span>
    </div>
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
