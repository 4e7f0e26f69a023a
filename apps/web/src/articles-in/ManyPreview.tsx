/** What holds many articles, before they are brought in: a table with its columns, an archive, or many files. */
import {
  type Archive,
  type Columns,
  columnNames,
  encodings,
  type ReadingChoices,
  type Table,
} from '@attest/schema/importing'
import { type ReactNode, useState } from 'react'
import { Button } from '../ui/Button.tsx'
import styles from './articles-in.module.css'
import { Choice } from './DraftPreview.tsx'
import { encodingWords, words } from './wording.ts'

export interface ManyChoice {
  columns: Columns | null
  keepsKnown: boolean
}

interface ManyProps<T> {
  of: T
  onBringIn: (choice: ManyChoice) => void
  onRemove: () => void
}

const NONE = '\0'

export function TablePreview({
  of: table,
  onChoose,
  ...on
}: ManyProps<Table> & { onChoose: (choices: ReadingChoices) => void }) {
  const [columns, setColumns] = useState<Record<keyof Columns, string | null>>(
    table.guess ?? { title: null, text: null, outlet: null, published: null, language: null, url: null },
  )
  const options = { [NONE]: words.none, ...Object.fromEntries(table.columns.map((column) => [column, column])) }
  const { text, ...rest } = columns
  return (
    <div className={styles['preview']}>
      <h3>{words.columns}</h3>
      <div className={styles['fields']}>
        {columnNames.map((name) => (
          <Choice
            key={name}
            label={words.columnNames[name]}
            value={columns[name] ?? NONE}
            options={options}
            onChange={(column) => setColumns({ ...columns, [name]: column === NONE ? null : column })}
          />
        ))}
        <Choice
          label={words.encoding}
          hint={encodingWords[table.encoding.how]}
          value={table.encoding.name}
          options={
            Object.fromEntries(encodings.map((name) => [name, name])) as Record<(typeof encodings)[number], string>
          }
          onChange={(encoding) => onChoose({ encoding })}
        />
      </div>
      {text === null && <p className={styles['flaw']}>{words.chooseText}</p>}
      <Begin
        {...on}
        count={table.rowCount}
        columns={text === null ? null : { ...rest, text }}
        isSound={text !== null}
      />
      {table.report.length > 0 && (
        <ul className={styles['changes']}>
          {table.report.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <h3>{words.firstRows}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which has to work with the keyboard. */}
      <section className={styles['scroll']} tabIndex={0} aria-label={words.firstRows}>
        <table>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.samples.map((row, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and never change.
              <tr key={i}>
                {row.map((cell, j) => (
                  <td key={table.columns[j]} dir="auto">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}

export function ArchivePreview({ of: archive, ...on }: ManyProps<Archive>) {
  const sound = archive.entries.filter((entry) => entry.problem === null)
  return (
    <div className={styles['preview']}>
      <Begin {...on} count={sound.length} columns={null} isSound={sound.length > 0} />
      <h3>{words.inside}</h3>
      <ul className={styles['entries']}>
        {archive.entries.slice(0, 500).map((entry, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an archive may hold the same name twice.
          <li key={i}>
            <bdi>{entry.name}</bdi>
            {entry.problem && <span className={styles['flaw']}>{entry.problem}</span>}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Before many files are sent. */
export function FilesPreview({ of: files, children, ...on }: ManyProps<readonly File[]> & { children?: ReactNode }) {
  return (
    <section className={styles['many']} aria-label={words.many(files.length)}>
      <h2>{words.many(files.length)}</h2>
      <p>{words.manyHint}</p>
      {children ?? <Begin {...on} count={files.length} columns={null} isSound />}
    </section>
  )
}

interface BeginProps {
  count: number
  columns: Columns | null
  isSound: boolean
  onBringIn: (choice: ManyChoice) => void
  onRemove: () => void
}

function Begin({ count, columns, isSound, onBringIn, onRemove }: BeginProps) {
  const [keepsKnown, setKeepsKnown] = useState(false)
  return (
    <>
      <label className={styles['check']}>
        <input type="checkbox" checked={keepsKnown} onChange={({ target }) => setKeepsKnown(target.checked)} />
        {words.keepsKnown}
      </label>
      <div className={styles['row']}>
        <Button variant="primary" isDisabled={!isSound} onPress={() => onBringIn({ columns, keepsKnown })}>
          {words.bringIn(count)}
        </Button>
        <Button variant="quiet" onPress={onRemove}>
          {words.remove}
        </Button>
      </div>
    </>
  )
}
