/** Brings articles in: from files, the clipboard, an address of the web, or with all their marks. */
import type { Project } from '@attest/schema/api'
import { canManage } from '@attest/schema/roles'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { CircleAlert, CircleCheck, Files, FileText, FileUp, Globe, LoaderCircle, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { FileTrigger, Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { articlesQuery, importArticle, projectsQuery } from '../api.ts'
import { useProject } from '../projects/ProjectFrame.tsx'
import { Button } from '../ui/Button.tsx'
import { DropArea } from '../ui/DropArea.tsx'
import { tell } from '../ui/notices.ts'
import { Empty } from '../ui/states.tsx'
import styles from './articles-in.module.css'
import { DraftPreview, Field } from './DraftPreview.tsx'
import { Imports } from './Imports.tsx'
import { ArchivePreview, FilesPreview, type ManyChoice, TablePreview } from './ManyPreview.tsx'
import { importsQuery } from './requests.ts'
import { useSending } from './sending.ts'
import { nameOf, type Origin, type Piece, sentence, type Tray, useTray } from './tray.ts'
import { words } from './wording.ts'

/** More files than this are brought in without a look at each. */
const MOST_PREVIEWED = 10

const MEGABYTE = 1024 * 1024
const mostBytes = (name: string) => (/\.zip$/i.test(name) ? 128 : 32) * MEGABYTE

const accepted = '.txt .text .md .markdown .html .htm .xhtml .docx .pdf .zip .csv .tsv .jsonl .ndjson'.split(' ')

export function AddPage() {
  const project = useProject()
  return canManage(project.role) ? <Adding project={project} /> : <Empty title={words.ownersOnly} />
}

function Adding({ project }: { project: Project }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const tray = useTray(project.id)
  const [chosen, setChosen] = useState<number | null>(null)
  const [many, setMany] = useState<readonly File[] | null>(null)
  const sending = useSending(project.id, () => {
    void queries.invalidateQueries({ queryKey: importsQuery(project.id).queryKey })
  })
  const piece = tray.pieces.find(({ key }) => key === chosen) ?? tray.pieces.find(({ phase }) => phase.is !== 'kept')

  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: articlesQuery(project.id).queryKey }),
      queries.invalidateQueries({ queryKey: ['work'] }),
      queries.invalidateQueries({ queryKey: projectsQuery.queryKey, exact: true }),
    ])

  const add = (origins: readonly Origin[]) => {
    if (origins.length > 0) setChosen(tray.add(origins))
  }
  const take = (files: readonly File[]) => {
    const fitting = files.filter((file) => {
      const isFitting = file.size <= mostBytes(file.name)
      if (!isFitting) tell(words.tooLarge(file.name, mostBytes(file.name) / MEGABYTE), { tone: 'problem' })
      return isFitting
    })
    if (fitting.length > MOST_PREVIEWED) setMany(fitting)
    else add(fitting.map((file) => ({ is: 'file', name: file.name, file })))
  }
  const keep = async (one: Piece) => {
    const isOnly = tray.pieces.length === 1
    const id = await tray.keep(one)
    if (id === null) return
    // The next one that waits for somebody's eyes, unless they have gone to another meanwhile.
    const next = tray.pieces.find(({ key, phase }) => key !== one.key && phase.is !== 'kept')
    setChosen((current) => (current === one.key || current === null ? (next?.key ?? one.key) : current))
    await refresh()
    if (isOnly) void navigate({ to: '/articles/$article', params: { article: id }, search: {} })
  }
  const bringIn = (files: readonly File[], name: string, choice: ManyChoice, from?: Piece) => {
    sending
      .begin(files, { name, choices: from?.choices ?? {}, ...choice })
      .then(() => {
        if (from) tray.remove(from)
        else setMany(null)
      })
      .catch((error: unknown) => tell(`${words.nothingAdded} ${sentence(error)}`, { tone: 'problem' }))
  }
  const drafts = tray.pieces.filter(({ phase }) => phase.is === 'read' && phase.content && !isKnown(phase.reading))

  return (
    <div className={styles['page']}>
      <h2>{words.title}</h2>
      <p className={styles['hint']}>
        {words.elsewhere}{' '}
        <Link to="/projects/$project/import" params={{ project: project.id }} search={{}}>
          {words.importMarks}
        </Link>
      </p>
      <Ways onFiles={take} onOrigin={(origin) => add([origin])} project={project.id} onAnnotated={refresh} />
      {many && (
        <FilesPreview
          of={many}
          onBringIn={(choice) => bringIn(many, words.many(many.length), choice)}
          onRemove={() => setMany(null)}
        >
          {sending.sending.is === 'idle' ? undefined : <Sent {...sending} />}
        </FilesPreview>
      )}
      {!many && sending.sending.is !== 'idle' && <Sent {...sending} />}
      {tray.pieces.length > 0 && (
        <section className={styles['tray']} aria-label={words.read}>
          <div className={styles['side']}>
            <ul className={styles['pieces']}>
              {tray.pieces.map((one) => (
                <li key={one.key}>
                  <button type="button" aria-current={one.key === piece?.key} onClick={() => setChosen(one.key)}>
                    <Sign piece={one} />
                    <bdi>{nameOf(one)}</bdi>
                  </button>
                </li>
              ))}
            </ul>
            {drafts.length > 1 && (
              <Button
                onPress={async () => {
                  for (const one of drafts) await tray.keep(one)
                  await refresh()
                }}
              >
                {words.keepAll(drafts.length)}
              </Button>
            )}
          </div>
          <div className={styles['main']}>
            {piece ? <Shown piece={piece} tray={tray} onKeep={keep} onBringIn={bringIn} /> : <p>{words.choice}</p>}
          </div>
        </section>
      )}
      <Imports project={project.id} />
    </div>
  )
}

function isKnown(reading: object): boolean {
  return 'duplicate' in reading && reading.duplicate !== null
}

interface ShownProps {
  piece: Piece
  tray: Tray
  onKeep: (piece: Piece) => Promise<void>
  onBringIn: (files: readonly File[], name: string, choice: ManyChoice, from: Piece) => void
}

function Shown({ piece, tray, onKeep, onBringIn }: ShownProps) {
  const { phase, origin } = piece
  const remove = () => tray.remove(piece)
  if (phase.is === 'reading')
    return (
      <p role="status" className={styles['row']}>
        <LoaderCircle aria-hidden="true" className={styles['turning']} /> {words.reading}
      </p>
    )
  if (phase.is === 'refused')
    return (
      <div className={styles['preview']}>
        <p className={styles['complaint']} role="alert">
          <strong dir="auto">{nameOf(piece)}</strong> {phase.problem}
        </p>
        <div className={styles['row']}>
          <Button onPress={() => tray.choose(piece, {})}>{words.again}</Button>
          <Button variant="quiet" onPress={remove}>
            {words.remove}
          </Button>
        </div>
      </div>
    )
  if (phase.is === 'kept')
    return (
      <p className={styles['row']} role="status">
        {words.kept}: <bdi>{phase.title}</bdi>
        <Link to="/articles/$article" params={{ article: phase.id }} search={{}} className={styles['link']}>
          {words.open}
        </Link>
      </p>
    )
  const { reading } = phase
  if (reading.is === 'article' && phase.content)
    return (
      <DraftPreview
        key={piece.key}
        piece={piece}
        reading={reading}
        content={phase.content}
        isKeeping={phase.is === 'keeping'}
        onChoose={(choices) => tray.choose(piece, choices)}
        onChange={(content) => tray.change(piece, content)}
        onKeep={() => void onKeep(piece)}
        onRemove={remove}
      />
    )
  const whole = origin.is === 'file' ? new File([origin.file], origin.name) : null
  const all = {
    onBringIn: (choice: ManyChoice) => whole && onBringIn([whole], whole.name, choice, piece),
    onRemove: remove,
  }
  if (reading.is === 'archive') return <ArchivePreview key={piece.key} of={reading} {...all} />
  if (reading.is === 'table')
    return <TablePreview key={piece.key} of={reading} {...all} onChoose={(choices) => tray.choose(piece, choices)} />
  return null
}

const signs = {
  reading: [LoaderCircle, 'is read'],
  read: [FileText, 'to be kept'],
  known: [TriangleAlert, 'here already'],
  keeping: [LoaderCircle, 'is kept'],
  refused: [CircleAlert, 'cannot be read'],
  kept: [CircleCheck, 'kept'],
  many: [Files, 'holds several'],
} as const

function Sign({ piece: { phase } }: { piece: Piece }) {
  const state =
    phase.is === 'read' && !phase.content ? 'many' : phase.is === 'read' && isKnown(phase.reading) ? 'known' : phase.is
  const [Icon, label] = signs[state]
  return (
    <span className={styles['sign']} data-state={state}>
      {Icon && (
        <Icon
          aria-hidden="true"
          className={state === 'reading' || state === 'keeping' ? styles['turning'] : undefined}
        />
      )}
      <span className="visually-hidden">{label}: </span>
    </span>
  )
}

function Sent({ sending, again, without }: ReturnType<typeof useSending>) {
  if (sending.is === 'sending')
    return (
      <div className={styles['sent']} role="status">
        <p>{words.sending(sending.sent, sending.files.length)}</p>
        <progress
          value={sending.sent}
          max={sending.files.length}
          aria-label={words.sending(sending.sent, sending.files.length)}
        />
      </div>
    )
  if (sending.is === 'idle') return null
  return (
    <div className={styles['complaint']} role="alert">
      <p>
        {words.stopped} {sending.problem}
      </p>
      <div className={styles['row']}>
        <Button onPress={() => void again()}>{words.again}</Button>
        <Button onPress={() => void without()}>{words.bringIn(sending.files.length - sending.left.length)}</Button>
      </div>
    </div>
  )
}

interface WaysProps {
  project: string
  onFiles: (files: readonly File[]) => void
  onOrigin: (origin: Origin) => void
  onAnnotated: () => Promise<unknown>
}

function Ways({ project, onFiles, onOrigin, onAnnotated }: WaysProps) {
  return (
    <Tabs className={styles['ways'] ?? ''}>
      <TabList aria-label={words.ways}>
        <Tab id="files">{words.files}</Tab>
        <Tab id="paste">{words.paste}</Tab>
        <Tab id="page">{words.page}</Tab>
        <Tab id="annotated">{words.annotated}</Tab>
      </TabList>
      <TabPanel id="files">
        <DropArea choose={words.choose} accepted={accepted} onFiles={onFiles}>
          <p>
            <strong>{words.drop}</strong>
          </p>
          <p className={styles['hint']}>{words.dropHint}</p>
        </DropArea>
      </TabPanel>
      <TabPanel id="paste">
        <Paste onOrigin={onOrigin} />
      </TabPanel>
      <TabPanel id="page">
        <WebPage onOrigin={onOrigin} />
      </TabPanel>
      <TabPanel id="annotated">
        <Annotated project={project} onDone={onAnnotated} />
      </TabPanel>
    </Tabs>
  )
}

/** A field takes seconds to lay out more than this, so it is shown as it was read instead. */
const LONG = 100_000

function Paste({ onOrigin }: { onOrigin: (origin: Origin) => void }) {
  const [text, setText] = useState('')
  /** What a page put into the clipboard beside these words; of no use once they were changed. */
  const [html, setHtml] = useState<{ html: string; text: string } | null>(null)
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        const isRich = html !== null && html.text === text
        const name = isRich ? 'pasted.html' : 'pasted.txt'
        onOrigin({ is: 'file', name, file: new Blob([isRich ? html.html : text]) })
      }}
    >
      <Field label={words.pasteLabel} hint={words.pasteHint} isWide>
        {(id, hintId) => (
          <textarea
            id={id}
            aria-describedby={hintId}
            rows={9}
            spellCheck={false}
            dir="auto"
            value={text}
            onPaste={(event) => {
              const rich = event.clipboardData.getData('text/html')
              const plain = event.clipboardData.getData('text/plain').replace(/\r\n?/g, '\n')
              if (text === '' && plain.length > LONG) {
                event.preventDefault()
                const isRich = rich !== ''
                return onOrigin({
                  is: 'file',
                  name: isRich ? 'pasted.html' : 'pasted.txt',
                  file: new Blob([isRich ? rich : plain]),
                })
              }
              // Only where it is all there is: a part of what was typed has no formatting of its own.
              setHtml(rich && text === '' ? { html: rich, text: plain } : null)
            }}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" isDisabled={text.trim() === ''}>
        {words.look}
      </Button>
    </form>
  )
}

function WebPage({ onOrigin }: { onOrigin: (origin: Origin) => void }) {
  const [url, setUrl] = useState('')
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        if (url.trim()) onOrigin({ is: 'page', url: url.trim() })
      }}
    >
      <Field label={words.address} hint={words.addressHint} isWide>
        {(id, hintId) => (
          <input
            id={id}
            aria-describedby={hintId}
            inputMode="url"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={2000}
            placeholder="https://"
            value={url}
            onChange={({ target }) => setUrl(target.value)}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" isDisabled={url.trim() === ''}>
        <Globe aria-hidden="true" /> {words.fetch}
      </Button>
    </form>
  )
}

function Annotated({ project, onDone }: { project: string; onDone: () => Promise<unknown> }) {
  const navigate = useNavigate()
  const adding = useMutation({
    mutationFn: (content: string) => importArticle(project, content),
    onSuccess: async (article) => {
      await onDone()
      void navigate({ to: '/articles/$article', params: { article: article.id }, search: {} })
    },
  })
  const read = async (file: File | undefined) => {
    if (!file) return
    if (file.size > mostBytes(file.name))
      return tell(words.tooLarge(file.name, mostBytes(file.name) / MEGABYTE), { tone: 'problem' })
    adding.mutate(await file.text())
  }
  return (
    <div className={styles['form']}>
      <p>{words.annotatedHint}</p>
      {adding.isError && (
        <p className={styles['complaint']} role="alert">
          {words.nothingAdded} {adding.error.message}
        </p>
      )}
      <FileTrigger acceptedFileTypes={['application/json', '.json']} onSelect={(files) => void read(files?.[0])}>
        <Button isDisabled={adding.isPending}>
          <FileUp aria-hidden="true" /> {adding.isPending ? words.bringing : words.chooseOne}
        </Button>
      </FileTrigger>
    </div>
  )
}
