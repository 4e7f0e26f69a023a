/** An article before it is kept: what is known about it, to be changed, and how it will read. */
import type { ArticleContent, Block, Inline, Source } from '@attest/schema/article'
import { type Draft, encodings, lineWays, type Reading, type ReadingChoices, scopes } from '@attest/schema/importing'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useId, useState } from 'react'
import { Button } from '../ui/Button.tsx'
import styles from './articles-in.module.css'
import type { Piece } from './tray.ts'
import { encodingWords, formatNames, words } from './wording.ts'

/** A page of a book or two; the rest is a press away. */
const FIRST_BLOCKS = 120

interface DraftPreviewProps {
  piece: Piece
  reading: Extract<Reading, { is: 'article' }>
  content: ArticleContent
  isKeeping: boolean
  onChoose: (choices: ReadingChoices) => void
  onChange: (content: ArticleContent) => void
  onKeep: () => void
  onRemove: () => void
}

export function DraftPreview({ piece, reading, content, isKeeping, ...on }: DraftPreviewProps) {
  const source: Source = content.source ?? { outlet: null, published: null, url: null, fileName: null, encoding: null }
  const setSource = (change: Partial<Source>) => on.onChange({ ...content, source: { ...source, ...change } })
  const languageFlaw = content.language === null || isLanguage(content.language) ? null : words.badLanguage
  const isSound = content.title.trim() !== '' && languageFlaw === null
  return (
    <form
      className={styles['preview']}
      onSubmit={(event) => {
        event.preventDefault()
        if (isSound) on.onKeep()
      }}
    >
      {reading.duplicate && (
        <p className={styles['warning']}>
          {words.known}{' '}
          <Link to="/articles/$article" params={{ article: reading.duplicate.id }} search={{}}>
            <bdi>{reading.duplicate.title}</bdi>
          </Link>
        </p>
      )}
      <div className={styles['fields']}>
        <Field label={words.articleTitle} isWide>
          {(id) => (
            <input
              id={id}
              dir="auto"
              required
              maxLength={500}
              value={content.title}
              onChange={({ target }) => on.onChange({ ...content, title: target.value })}
            />
          )}
        </Field>
        <Field label={words.outlet}>
          {(id) => (
            <input
              id={id}
              dir="auto"
              maxLength={200}
              value={source.outlet ?? ''}
              onChange={({ target }) => setSource({ outlet: target.value || null })}
            />
          )}
        </Field>
        <Field label={words.published}>
          {(id) => (
            <input
              id={id}
              type="date"
              value={source.published ?? ''}
              onChange={({ target }) => setSource({ published: target.value || null })}
            />
          )}
        </Field>
        <Field
          label={words.language}
          hint={languageFlaw ?? languageName(content.language) ?? words.languageHint}
          isBad={languageFlaw !== null}
        >
          {(id, hintId) => (
            <input
              id={id}
              aria-describedby={hintId}
              aria-invalid={languageFlaw !== null}
              maxLength={35}
              spellCheck={false}
              autoCapitalize="off"
              value={content.language ?? ''}
              onChange={({ target }) => on.onChange({ ...content, language: target.value.trim() || null })}
            />
          )}
        </Field>
        <Choice
          label={words.direction}
          value={content.direction}
          options={words.directions}
          onChange={(direction) => on.onChange({ ...content, direction })}
        />
        {reading.encoding && (
          <Choice
            label={words.encoding}
            hint={encodingWords[reading.encoding.how]}
            value={reading.encoding.name}
            options={
              Object.fromEntries(encodings.map((name) => [name, name])) as Record<(typeof encodings)[number], string>
            }
            onChange={(encoding) => on.onChoose({ encoding })}
          />
        )}
        {reading.lines && (
          <Choice
            label={words.lines}
            value={reading.lines}
            options={words.lineWays}
            order={lineWays}
            onChange={(lines) => on.onChoose({ lines })}
          />
        )}
        {reading.scope && (
          <Choice
            label={words.scope}
            value={reading.scope}
            options={words.scopes}
            order={scopes}
            onChange={(scope) => on.onChoose({ scope })}
          />
        )}
      </div>
      {source.url && (
        <p className={styles['hint']}>
          {words.source}: <bdi className={styles['address']}>{source.url}</bdi>
        </p>
      )}
      {piece.complaint && (
        <p className={styles['complaint']} role="alert">
          {words.nothingAdded} {piece.complaint}
        </p>
      )}
      <div className={styles['row']}>
        <Button type="submit" variant="primary" isDisabled={isKeeping || !isSound}>
          {isKeeping ? words.keeping : reading.duplicate ? words.keepAgain : words.keep}
        </Button>
        <Button variant="quiet" isDisabled={isKeeping} onPress={on.onRemove}>
          {words.remove}
        </Button>
      </div>
      <Changes draft={reading} />
      <Text key={content.sha256} content={content} />
    </form>
  )
}

function Changes({ draft }: { draft: Draft }) {
  return (
    <section className={styles['changes']}>
      <h3>{words.changes}</h3>
      <p className={styles['hint']}>{formatNames[draft.format]}</p>
      {draft.report.length === 0 ? (
        <p>{words.unchanged}</p>
      ) : (
        <ul>
          {draft.report.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

const tags: Record<Block['type'], 'h4' | 'p' | 'blockquote'> = {
  title: 'h4',
  heading: 'h4',
  paragraph: 'p',
  quote: 'blockquote',
  'list-item': 'p',
}

function Text({ content }: { content: ArticleContent }) {
  const [isWhole, setIsWhole] = useState(false)
  const shown = isWhole ? content.blocks : content.blocks.slice(0, FIRST_BLOCKS)
  const end = shown.at(-1)?.end ?? 0
  const inlines = content.inlines.filter((inline) => inline.start < end)
  const left = content.blocks.length - shown.length
  return (
    <section className={styles['text']}>
      <h3>{words.text}</h3>
      <div dir={content.direction} lang={content.language ?? undefined} className={styles['article']}>
        {shown.map((block) => {
          const Tag = tags[block.type]
          return (
            <Tag key={block.start} data-type={block.type}>
              {formatted(content.text, block, inlines)}
            </Tag>
          )
        })}
      </div>
      {left > 0 && <Button onPress={() => setIsWhole(true)}>{words.more(left)}</Button>}
    </section>
  )
}

/** The words of a block, cut where its formatting changes. */
function formatted(text: string, { start, end }: Block, all: readonly Inline[]): ReactNode {
  const inlines = all.filter((inline) => inline.start < end && inline.end > start)
  if (inlines.length === 0) return text.slice(start, end)
  const cuts = new Set([start, end])
  for (const inline of inlines) cuts.add(Math.max(start, inline.start)).add(Math.min(end, inline.end))
  const sorted = [...cuts].sort((a, b) => a - b)
  return sorted.slice(0, -1).map((from, i) => {
    const to = sorted[i + 1] ?? end
    const here = inlines.filter((inline) => inline.start <= from && inline.end >= to)
    const link = here.find((inline) => inline.type === 'link')
    let node: ReactNode = text.slice(from, to)
    if (here.some((inline) => inline.type === 'bold')) node = <strong>{node}</strong>
    if (here.some((inline) => inline.type === 'italic')) node = <em>{node}</em>
    // Shown, and not to be followed: what was just read in may lead anywhere.
    return (
      <span key={from} title={link?.href} data-link={link !== undefined}>
        {node}
      </span>
    )
  })
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

function languageName(tag: string | null): string | null {
  if (tag === null || !isLanguage(tag)) return null
  const name = new Intl.DisplayNames('en', { type: 'language' }).of(tag)
  return name === tag ? null : (name ?? null)
}

interface FieldProps {
  label: string
  hint?: string
  isBad?: boolean
  isWide?: boolean
  children: (id: string, hintId: string | undefined) => ReactNode
}

export function Field({ label, hint, isBad = false, isWide = false, children }: FieldProps) {
  const id = useId()
  return (
    <div className={styles['field']} data-wide={isWide}>
      <label htmlFor={id}>{label}</label>
      {children(id, hint ? `${id}-hint` : undefined)}
      {hint && (
        <span id={`${id}-hint`} className={isBad ? styles['flaw'] : styles['hint']}>
          {hint}
        </span>
      )}
    </div>
  )
}

interface ChoiceProps<T extends string> {
  label: string
  hint?: string
  value: T
  options: Readonly<Record<T, string>>
  order?: readonly T[]
  onChange: (value: T) => void
}

export function Choice<T extends string>({ label, hint, value, options, order, onChange }: ChoiceProps<T>) {
  const values = order ?? (Object.keys(options) as T[])
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      {(id, hintId) => (
        // Its options are all there is.
        <select id={id} aria-describedby={hintId} value={value} onChange={({ target }) => onChange(target.value as T)}>
          {values.map((one) => (
            <option key={one} value={one}>
              {options[one]}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
