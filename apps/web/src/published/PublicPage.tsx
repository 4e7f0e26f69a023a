/**
 * An article for everybody who has its link: the text with its marks, to read. It needs no session, asks the server for
 * nothing else, and draws the marks with the layout and the lines of the editor, on elements of its own.
 */
import type { Annotation } from '@attest/schema/annotation'
import { lengthOf, quotesOf } from '@attest/schema/span'
import { type PublicArticle, publicArticleSchema } from '@attest/schema/teams'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { type MouseEvent, useEffect, useMemo, useRef, useState } from 'react'
import { ApiError, ask } from '../api.ts'
import { Block } from '../article/Block.tsx'
import { type Piece, typeset } from '../article/printed.ts'
import articleStyles from '../editor/article.module.css'
import { labelStyles, styleOf } from '../editor/label-styles.ts'
import { kindName } from '../editor/wording.ts'
import { Button } from '../ui/Button.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import { useMedia } from '../ui/use-media.ts'
import styles from './published.module.css'
import { publishedWords as words } from './wording.ts'

/** Marks go on being made, and a link that was switched off is closed as soon as it is asked for again. */
const AGAIN_MS = 5000

/** Lanes that have a line of their own, as in the painter. */
const LANES = 3

const publicArticleQuery = (token: string) =>
  queryOptions({
    queryKey: ['public', token],
    queryFn: () => ask(`/api/public/${encodeURIComponent(token)}`, publicArticleSchema),
    refetchInterval: AGAIN_MS,
    staleTime: 0,
  })

export function PublicPage({ token }: { token: string }) {
  const found = useQuery(publicArticleQuery(token))
  const title = found.data?.title
  useEffect(() => {
    document.title = title ? `${title} · Attest` : 'Attest'
  }, [title])
  if (found.isPending) return <Loading what="the article" />
  // What was read before the link was closed is not shown any longer than that.
  if (found.error instanceof ApiError && found.error.status === 404)
    return (
      <main className={styles['closed']}>
        <h1>{words.closed}</h1>
        <p role="alert">{found.error.message}</p>
      </main>
    )
  if (!found.data) return <Trouble error={found.error} onRetry={() => void found.refetch()} />
  return <Reading article={found.data} />
}

function Reading({ article }: { article: PublicArticle }) {
  const { labelSet, annotations, blocks, text } = article
  const [chosen, setChosen] = useState<string | null>(null)
  const isWide = useMedia('(min-width: 64rem)')
  const reader = useRef<HTMLDivElement>(null)
  const typesetArticle = useMemo(() => typeset(article, annotations), [article, annotations])
  const byId = useMemo(() => new Map(annotations.map((one) => [one.id, one])), [annotations])
  const names = useMemo(() => new Map(article.people.map((person) => [person.id, person.name])), [article.people])
  useEffect(() => {
    const sheet = labelStyles(labelSet)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
    }
  }, [labelSet])
  const picked = chosen === null ? undefined : byId.get(chosen)
  const sayingOf = (mark: Annotation) => words.by(kindName(labelSet, mark.kind), names.get(mark.author) ?? '')

  const toMark = (id: string) => {
    setChosen(id)
    const index = typesetArticle.marks.findIndex((one) => one.id === id)
    const behavior = window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth'
    reader.current?.querySelector(`[data-over~="${index}"]`)?.scrollIntoView({ block: 'center', behavior })
  }
  /** A click picks the shortest of the marks at a spot, and shows it in the list. */
  const pick = (event: MouseEvent) => {
    const over = (event.target as Element).closest<HTMLElement>('mark[data-over]')?.dataset['over']
    if (!over) return
    const shortest = over
      .split(' ')
      .flatMap((index) => typesetArticle.marks[Number(index)] ?? [])
      .sort((a, b) => lengthOf(a.spans) - lengthOf(b.spans))[0]
    if (!shortest) return
    setChosen(shortest.id)
    // On a narrow window the list is under the text, and what was picked is shown over its lower edge instead.
    if (isWide) document.getElementById(`mark-${shortest.id}`)?.scrollIntoView({ block: 'nearest' })
  }

  return (
    <div className={styles['page']}>
      <header className={styles['bar']}>
        <span>
          <img src="/icon.svg" alt="" width="20" height="20" /> {words.readOnly}
        </span>
        <ul className={styles['legend']} aria-label={words.legend}>
          {labelSet.kinds.map((kind) => (
            <li key={kind.id}>
              <Swatch kind={kind.id} /> {kind.label}
            </li>
          ))}
        </ul>
      </header>
      <main className={styles['desk']}>
        {/* Whoever uses keys has the list, where each mark is a button. */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: see above */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
        <div className={articleStyles['article']} onClick={pick}>
          <article
            ref={reader}
            className={`tiptap ${styles['text']}`}
            aria-label={article.title}
            lang={article.language ?? undefined}
            dir={article.direction}
          >
            {blocks.map((block, i) => (
              <Block key={block.start} type={block.type}>
                {typesetArticle.blocks[i]?.map((piece) => (
                  <Words
                    key={piece.start}
                    piece={piece}
                    words={text.slice(piece.start, piece.end)}
                    chosen={chosen}
                    indexOf={(id) => (typesetArticle.numberOf.get(id) ?? 0) - 1}
                    markOf={(id) => byId.get(id)}
                    styleFor={(kind) => styleOf(labelSet, kind)}
                    sayingOf={sayingOf}
                  />
                ))}
              </Block>
            ))}
          </article>
        </div>
        <section className={styles['marks']} aria-label={words.marks(annotations.length)}>
          <h2>{words.marks(annotations.length)}</h2>
          {annotations.length === 0 && <p>{words.none}</p>}
          <ol>
            {typesetArticle.marks.map((mark) => (
              <li key={mark.id} id={`mark-${mark.id}`} data-chosen={mark.id === chosen || undefined}>
                <button type="button" aria-pressed={mark.id === chosen} onClick={() => toMark(mark.id)}>
                  <span className={styles['kind']}>
                    <Swatch kind={styleOf(labelSet, mark.kind)} /> {sayingOf(mark)}
                  </span>
                  <q dir="auto">{quotesOf(text, mark.spans).join(' … ')}</q>
                </button>
                {isWide && mark.id === chosen && <Details article={article} mark={mark} byId={byId} />}
              </li>
            ))}
          </ol>
        </section>
      </main>
      {picked && !isWide && (
        <aside className={styles['sheet']} aria-label={words.picked}>
          <Button variant="quiet" aria-label={words.close} onPress={() => setChosen(null)}>
            <X aria-hidden="true" />
          </Button>
          <p className={styles['kind']}>
            <Swatch kind={styleOf(labelSet, picked.kind)} /> {sayingOf(picked)}
          </p>
          <q dir="auto">{quotesOf(text, picked.spans).join(' … ')}</q>
          <Details article={article} mark={picked} byId={byId} />
        </aside>
      )}
    </div>
  )
}

function Details({
  article: { labelSet, relations, text },
  mark,
  byId,
}: {
  article: PublicArticle
  mark: Annotation
  byId: ReadonlyMap<string, Annotation>
}) {
  const kind = labelSet.kinds.find((one) => one.id === mark.kind)
  const attributes = Object.entries(mark.attributes).map(([id, value]) => {
    const label = kind?.attributes.find((one) => one.id === id)?.label ?? id
    return `${label}: ${value ?? words.noValue}`
  })
  const links = relations.flatMap(({ type, from, to }) => {
    const other = from === mark.id ? byId.get(to) : to === mark.id ? byId.get(from) : undefined
    if (!other) return []
    const label = labelSet.relations.find((one) => one.id === type)?.label ?? type
    const quote = quotesOf(text, other.spans).join(' … ')
    return [`${label} ${from === mark.id ? '→' : '←'} ${kindName(labelSet, other.kind)}: “${quote}”`]
  })
  // What two people link alike is one fact.
  const facts = [...new Set([...attributes, ...links])]
  return (
    <ul className={styles['facts']}>
      {facts.map((fact) => (
        <li key={fact} dir="auto">
          {fact}
        </li>
      ))}
    </ul>
  )
}

interface WordsProps {
  piece: Piece
  words: string
  chosen: string | null
  indexOf: (id: string) => number
  markOf: (id: string) => Annotation | undefined
  styleFor: (kind: string) => string
  sayingOf: (mark: Annotation) => string
}

function Words({ piece, words: text, chosen, indexOf, markOf, styleFor, sayingOf }: WordsProps) {
  const { over, isBold, isItalic } = piece
  const bold = isBold ? <strong>{text}</strong> : text
  const set = isItalic ? <em>{bold}</em> : bold
  const marks = over.flatMap(({ id, lane }) => {
    const mark = markOf(id)
    return mark ? [{ mark, lane }] : []
  })
  const [shortest] = marks.map(({ mark }) => mark).sort((a, b) => lengthOf(a.spans) - lengthOf(b.spans))
  if (!shortest) return set
  const lines = marks.map(({ mark, lane }) => (lane < LANES ? `lane${lane}-${styleFor(mark.kind)}` : 'deep'))
  return (
    <mark
      className={[...new Set(lines), `tint-${styleFor(shortest.kind)}`].join(' ')}
      data-over={over.map(({ id }) => indexOf(id)).join(' ')}
      data-chosen={marks.some(({ mark }) => mark.id === chosen) || undefined}
      aria-description={[...new Set(marks.map(({ mark }) => sayingOf(mark)))].join('; ')}
    >
      {set}
    </mark>
  )
}
