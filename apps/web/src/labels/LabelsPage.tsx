/** The labels of a project: owners change them, everybody else reads them. */

import { lookAlikes } from '@attest/schema/color'
import { type Labels, readLabelJson } from '@attest/schema/formats/label-json'
import type { CurrentLabels } from '@attest/schema/label-api'
import { labelFlaws } from '@attest/schema/label-flaws'
import { canManage } from '@attest/schema/roles'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Copy, Download, FileUp, History, Plus, SearchX, Undo2 } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { projectsQuery } from '../api.ts'
import { useProject } from '../projects/ProjectFrame.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { dropOffers, tell } from '../ui/notices.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import ui from '../ui/ui.module.css'
import { exportUrl, labelsQuery, retryMarks } from './api.ts'
import { type Drafting, move, newKind, newRelation, removeKind, removeRelation, useDraft } from './draft.ts'
import { Flaws, MoveButtons, Text, useFlaws } from './fields.tsx'
import { KindForm } from './KindForm.tsx'
import { Labelled } from './LabelsShown.tsx'
import styles from './labels.module.css'
import { Preview } from './Preview.tsx'
import { RelationForm } from './RelationForm.tsx'
import { SaveDialog, Stale } from './SaveDialog.tsx'
import { savedText, VersionsDialog } from './VersionsDialog.tsx'
import { copyWords, jobWords, saveWords, versionWords, labelWords as words } from './wording.ts'

/** Larger files hold something else. */
const MAX_FILE_BYTES = 2 * 1024 * 1024

export function LabelsPage() {
  const project = useProject()
  const labels = useQuery(labelsQuery(project.id))
  useEffect(() => {
    document.title = `${words.page} · ${project.name} · Attest`
  }, [project.name])
  if (labels.isPending) return <Loading what={words.what} />
  if (!labels.data) return <Trouble isPart error={labels.error} onRetry={() => void labels.refetch()} />
  return canManage(project.role) ? (
    <Editor key={project.id} project={project.id} current={labels.data} />
  ) : (
    <Reading project={project.id} current={labels.data} />
  )
}

interface Props {
  project: string
  current: CurrentLabels
}

function Reading({ project, current }: Props) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <div className={styles['page']}>
      <h2>{current.labelSet.name}</h2>
      <p className={styles['hint']}>
        {words.version(current.number)}, {savedText(current)}. {words.readOnly}
      </p>
      <p className={styles['row']}>
        <Button onPress={() => setIsOpen(true)}>
          <History aria-hidden="true" /> {words.versions}
        </Button>
        <ExportLink project={project} />
      </p>
      <Labelled labels={current} />
      <Dialog title={versionWords.title} isOpen={isOpen} onOpenChange={setIsOpen} size="wide">
        {() => <VersionsDialog project={project} current={current.number} />}
      </Dialog>
    </div>
  )
}

function ExportLink({ project }: { project: string }) {
  return (
    <a className={ui['linkButton']} href={exportUrl(project)} download>
      <Download aria-hidden="true" /> {words.export}
    </a>
  )
}

type Chosen = {
  of: 'kinds' | 'relations'
  at: number
  /** It was just made, and is to be given its name. */
  isNew?: boolean
}

function Editor({ project, current }: Props) {
  const draft = useOffering(useDraft(project, current))
  const { labels, base, changes, change, undo } = draft
  const { labelSet } = labels
  const flaws = useMemo(() => labelFlaws(labelSet), [labelSet])
  const alike = useMemo(() => (flaws.length > 0 ? [] : lookAlikes(labelSet.kinds)), [labelSet.kinds, flaws])
  const [chosen, setChosen] = useState<Chosen>({ of: 'kinds', at: 0 })
  const [saving, setSaving] = useState<{ note: string; isAsked: boolean } | null>(null)
  const [isHistoryOpen, setIsHistoryOpen] = useState(false)
  const [isCopying, setIsCopying] = useState(false)
  const isStale = changes.length > 0 && current.number !== base.number

  useEffect(() => {
    if (draft.isFound) tell(words.found)
  }, [draft.isFound])

  /** What comes from elsewhere is laid over what is here; it is the person's to save. */
  const take = (taken: Labels) => {
    change('', (all) => Object.assign(all, structuredClone(taken)))
    setChosen({ of: 'kinds', at: 0 })
  }
  const readFile = async (file: File | undefined) => {
    if (!file) return
    if (file.size > MAX_FILE_BYTES) return tell(words.tooLarge, { tone: 'problem' })
    let content: unknown
    try {
      content = JSON.parse(await file.text())
    } catch {
      return tell(words.notJson, { tone: 'problem' })
    }
    const reading = readLabelJson(content)
    if (!reading.ok) return tell(reading.problem, { tone: 'problem' })
    take(reading.value)
    tell(words.imported(reading.value.labelSet.name), { action: { label: words.undo, run: undo } })
  }

  return (
    <Flaws value={flaws}>
      <div className={styles['page']} data-testid="labels">
        <p className={styles['row']}>
          <span className={styles['hint']}>
            {words.version(current.number)}, {savedText(current)}
          </span>
          <Button onPress={() => setIsHistoryOpen(true)}>
            <History aria-hidden="true" /> {words.versions}
          </Button>
          <ExportLink project={project} />
          <FileTrigger
            acceptedFileTypes={['application/json', '.json']}
            onSelect={(files) => void readFile(files?.[0])}
          >
            <Button>
              <FileUp aria-hidden="true" /> {words.import}
            </Button>
          </FileTrigger>
          <Button onPress={() => setIsCopying(true)}>
            <Copy aria-hidden="true" /> {words.copy}
          </Button>
          <Button isDisabled={flaws.length > 0} onPress={() => setSaving({ note: '', isAsked: true })}>
            <SearchX aria-hidden="true" /> {words.placeless}
          </Button>
        </p>
        <JobLine project={project} current={current} />
        {isStale && <Stale draft={draft} current={current} />}
        <div className={styles['columns']}>
          <div className={styles['forms']}>
            <Text
              label={words.name}
              path="name"
              maxLength={100}
              value={labelSet.name}
              onChange={(name) => change('name', (all) => (all.labelSet.name = name))}
            />
            <Kinds draft={draft} chosen={chosen} onChoose={setChosen} />
            <Relations draft={draft} chosen={chosen} onChoose={setChosen} />
            <Text
              label={words.common}
              path="guidelines"
              hint={words.commonHint}
              rows={10}
              maxLength={50_000}
              value={labels.guidelines}
              onChange={(guidelines) => change('guidelines', (all) => (all.guidelines = guidelines))}
            />
          </div>
          <Preview
            set={labelSet}
            chosen={chosen.of === 'kinds' ? chosen.at : 0}
            onChoose={(at) => setChosen({ of: 'kinds', at })}
          />
        </div>
        <footer className={styles['bar']}>
          <span role="status">
            {flaws.length > 0
              ? words.flaws(flaws.length)
              : changes.length > 0
                ? words.changed(changes.length)
                : words.unchanged}
          </span>
          {flaws[0] && (
            <span className={styles['flaw']} dir="auto">
              {flaws[0].text}
            </span>
          )}
          {alike.map(({ one, other, eye }) => (
            <span key={`${one} ${other}`} className={styles['warning']}>
              {words.lookAlike(nameOf(labels, one), nameOf(labels, other), eye)}
            </span>
          ))}
          <span className={styles['row']}>
            <Button isDisabled={!draft.canUndo} onPress={undo}>
              <Undo2 aria-hidden="true" /> {words.undo}
            </Button>
            <Button
              isDisabled={changes.length === 0}
              onPress={() => {
                draft.discard()
                tell(words.discarded, { action: { label: words.undo, run: undo } })
              }}
            >
              {words.discard}
            </Button>
            <Button
              variant="primary"
              isDisabled={changes.length === 0 || flaws.length > 0}
              onPress={() => {
                // What is saved is not taken back from under the dialog.
                dropOffers()
                setSaving({ note: '', isAsked: false })
              }}
            >
              {words.save}
            </Button>
          </span>
        </footer>
      </div>
      <Dialog
        title={saveWords.title}
        holdsDraft
        size="wide"
        isOpen={saving !== null}
        onOpenChange={(isOpen) => isOpen || setSaving(null)}
      >
        {(close) => <SaveDialog project={project} draft={draft} current={current} {...(saving ?? {})} onDone={close} />}
      </Dialog>
      <Dialog title={versionWords.title} isOpen={isHistoryOpen} onOpenChange={setIsHistoryOpen} size="wide">
        {(close) => (
          <VersionsDialog
            project={project}
            current={current.number}
            onRestore={(restored, number) => {
              take({ labelSet: restored.labelSet, guidelines: restored.guidelines })
              close()
              setSaving({ note: versionWords.back(number), isAsked: false })
            }}
          />
        )}
      </Dialog>
      <Dialog title={copyWords.title} isOpen={isCopying} onOpenChange={setIsCopying}>
        {(close) => (
          <CopyFrom
            project={project}
            onTake={(taken) => {
              take(taken)
              tell(words.imported(taken.labelSet.name), { action: { label: words.undo, run: undo } })
              close()
            }}
          />
        )}
      </Dialog>
    </Flaws>
  )
}

function nameOf({ labelSet }: Labels, id: string): string {
  return labelSet.kinds.find((kind) => kind.id === id)?.label ?? id
}

/** What a notice offers to take back is the last step: with another step after it, it offers nothing any more. */
function useOffering(draft: Drafting): Drafting {
  useEffect(() => dropOffers, [])
  const { change } = draft
  const changeOn = useCallback<Drafting['change']>(
    (field, make) => {
      dropOffers()
      change(field, make)
    },
    [change],
  )
  return { ...draft, change: changeOn }
}

interface ListProps {
  draft: Drafting
  chosen: Chosen
  onChoose: (chosen: Chosen) => void
}

function Kinds({ draft: { labels, base, change, undo }, chosen, onChoose }: ListProps) {
  const { labelSet } = labels
  const isOpen = (at: number) => chosen.of === 'kinds' && chosen.at === at
  return (
    <section aria-label={words.kinds} className={styles['list']}>
      <h2>{words.kinds}</h2>
      <ol>
        {labelSet.kinds.map((kind, i) => {
          const before = base.labelSet.kinds.find(({ id }) => id === kind.id)
          return (
            <Item
              // Of a kind that is new the id follows its name, while that is typed.
              key={before ? kind.id : `new ${kind.key}`}
              path={`kinds.${i}`}
              isOpen={isOpen(i)}
              isNew={isOpen(i) && chosen.isNew === true}
              onOpen={() => onChoose({ of: 'kinds', at: i })}
              title={
                <>
                  <Swatch kind={kind.id} /> {kind.label || '…'} <kbd>{kind.key}</kbd>
                </>
              }
              moves={
                <MoveButtons
                  name={kind.label}
                  isFirst={i === 0}
                  isLast={i === labelSet.kinds.length - 1}
                  onMove={(by) => {
                    change('', (all) => move(all.labelSet.kinds, i, by))
                    if (isOpen(i)) onChoose({ of: 'kinds', at: i + by })
                    else if (isOpen(i + by)) onChoose({ of: 'kinds', at: i })
                  }}
                  {...(labelSet.kinds.length > 1 && {
                    onRemove: () => {
                      change('', (all) => removeKind(all.labelSet, kind.id))
                      onChoose({ of: 'kinds', at: Math.max(0, i - 1) })
                      tell(words.removed(kind.label), { action: { label: words.undo, run: undo } })
                    },
                  })}
                />
              }
            >
              <KindForm
                set={labelSet}
                at={i}
                isKept={before !== undefined}
                keptAttributes={before?.attributes.map(({ id }) => id) ?? []}
                onChange={(field, make) =>
                  change(field, ({ labelSet: set }) => {
                    const one = set.kinds[i]
                    if (one) make(one, set)
                  })
                }
                onUndo={undo}
              />
            </Item>
          )
        })}
      </ol>
      {labelSet.kinds.length < 9 && (
        <Button
          onPress={() => {
            change('', (all) => all.labelSet.kinds.push(newKind(all.labelSet)))
            onChoose({ of: 'kinds', at: labelSet.kinds.length, isNew: true })
          }}
        >
          <Plus aria-hidden="true" /> {words.addKind}
        </Button>
      )}
    </section>
  )
}

function Relations({ draft: { labels, base, change, undo }, chosen, onChoose }: ListProps) {
  const { labelSet } = labels
  const isOpen = (at: number) => chosen.of === 'relations' && chosen.at === at
  return (
    <section aria-label={words.relations} className={styles['list']}>
      <h2>{words.relations}</h2>
      {labelSet.relations.length === 0 && <p className={styles['hint']}>{words.noRelations}</p>}
      <ol>
        {labelSet.relations.map((type, i) => (
          <Item
            // biome-ignore lint/suspicious/noArrayIndexKey: the id of a new one follows its name
            key={i}
            path={`relations.${i}`}
            isOpen={isOpen(i)}
            isNew={isOpen(i) && chosen.isNew === true}
            onOpen={() => onChoose({ of: 'relations', at: i })}
            title={type.label || '…'}
            moves={
              <MoveButtons
                name={type.label}
                isFirst={i === 0}
                isLast={i === labelSet.relations.length - 1}
                onMove={(by) => {
                  change('', (all) => move(all.labelSet.relations, i, by))
                  if (isOpen(i)) onChoose({ of: 'relations', at: i + by })
                }}
                onRemove={() => {
                  change('', (all) => removeRelation(all.labelSet, type.id))
                  tell(words.removed(type.label), { action: { label: words.undo, run: undo } })
                }}
              />
            }
          >
            <RelationForm
              set={labelSet}
              at={i}
              isKept={base.labelSet.relations.some(({ id }) => id === type.id)}
              onChange={(field, make) =>
                change(field, ({ labelSet: set }) => {
                  const one = set.relations[i]
                  if (one) make(one, set)
                })
              }
            />
          </Item>
        ))}
      </ol>
      {labelSet.relations.length < 30 && (
        <Button
          onPress={() => {
            change('', (all) => all.labelSet.relations.push(newRelation(all.labelSet)))
            onChoose({ of: 'relations', at: labelSet.relations.length, isNew: true })
          }}
        >
          <Plus aria-hidden="true" /> {words.addRelation}
        </Button>
      )}
    </section>
  )
}

interface ItemProps {
  path: string
  title: React.ReactNode
  moves: React.ReactNode
  isOpen: boolean
  isNew: boolean
  onOpen: () => void
  children: React.ReactNode
}

function Item({ path, title, moves, isOpen, isNew, onOpen, children }: ItemProps) {
  const body = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isNew) body.current?.querySelector('input')?.select()
  }, [isNew])
  const isFlawed = useFlaws(path).length > 0
  return (
    <li className={styles['item']} data-open={isOpen || undefined}>
      <div className={styles['head']}>
        <button type="button" aria-expanded={isOpen} data-flawed={isFlawed || undefined} onClick={onOpen} dir="auto">
          {title}
        </button>
        {moves}
      </div>
      {isOpen && <div ref={body}>{children}</div>}
    </li>
  )
}

/** How far marks are with being changed; silent when nothing was ever to be done. */
function JobLine({ project, current: { job, number } }: Props) {
  const queries = useQueryClient()
  const retrying = useMutation({
    mutationFn: () => retryMarks(project),
    onSuccess: (labels) => queries.setQueryData(labelsQuery(project).queryKey, labels),
    onError: (error) => tell(error.message, { tone: 'problem' }),
  })
  if (!job || job.number !== number) return null
  return (
    <div role="status" className={styles['job']}>
      {job.state === 'running' ? (
        <>
          <p>{jobWords.running(job.done, job.articles)}</p>
          <progress
            value={job.done}
            max={Math.max(1, job.articles)}
            aria-label={jobWords.running(job.done, job.articles)}
          />
        </>
      ) : (
        <p>{jobWords.done(job.changed)}</p>
      )}
      {job.failures.length > 0 && (
        <>
          <p className={styles['flaw']}>{jobWords.failed(job.failures.length)}</p>
          <ul>
            {job.failures.slice(0, 20).map(({ article, title, problem }) => (
              <li key={article} dir="auto">
                “{title}”: {problem}
              </li>
            ))}
          </ul>
          {job.state === 'done' && (
            <Button isDisabled={retrying.isPending} onPress={() => retrying.mutate()}>
              {jobWords.retry}
            </Button>
          )}
        </>
      )}
    </div>
  )
}

function CopyFrom({ project, onTake }: { project: string; onTake: (labels: Labels) => void }) {
  const projects = useQuery(projectsQuery)
  const queries = useQueryClient()
  const others = projects.data?.filter(({ id }) => id !== project) ?? []
  const [from, setFrom] = useState('')
  const id = from || others[0]?.id || ''
  const taking = useMutation({
    mutationFn: () => queries.fetchQuery(labelsQuery(id)),
    onSuccess: ({ labelSet, guidelines }) => onTake({ labelSet, guidelines }),
  })
  if (others.length === 0) return <p>{copyWords.none}</p>
  return (
    <form
      className={styles['saving']}
      onSubmit={(event) => {
        event.preventDefault()
        taking.mutate()
      }}
    >
      <p>{copyWords.hint}</p>
      <select aria-label={copyWords.title} value={id} onChange={(event) => setFrom(event.target.value)}>
        {others.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
      {taking.isError && <p role="alert">{taking.error.message}</p>}
      <p className={styles['row']}>
        <Button type="submit" variant="primary" isDisabled={taking.isPending}>
          {copyWords.take}
        </Button>
      </p>
    </form>
  )
}
