/**
 * An article with its gold and nothing else: the accepted marks as they should be, numbered in the text and listed in
 * full, as it also goes on paper. What is not decided is counted, and its marks are a click away.
 */
import type { ArticlePage } from '@attest/schema/api'
import type { GoldAnnotation } from '@attest/schema/gold'
import { isHidden, type Layers } from '@attest/schema/layer'
import type { Outcome } from '@attest/schema/outcome'
import { lengthOf } from '@attest/schema/span'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ArrowLeft, Columns3, Download, Printer } from 'lucide-react'
import { type MouseEvent, memo, useDeferredValue, useEffect, useMemo, useState } from 'react'
import { ApiError, articleQuery } from '../api.ts'
import { Block } from '../article/Block.tsx'
import { type Piece, typeset } from '../article/printed.ts'
import articleStyles from '../editor/article.module.css'
import { styleOf } from '../editor/label-styles.ts'
import { type ExportChoice, fetchExport } from '../exchange/api.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { saveFile } from '../ui/save-file.ts'
import { Empty, Loading, Missing, Trouble } from '../ui/states.tsx'
import ui from '../ui/ui.module.css'
import compareStyles from './compare.module.css'
import { GOLD } from './differences.ts'
import { GoldMarks } from './GoldMarks.tsx'
import styles from './gold.module.css'
import { useLabelStyles } from './label-styles.ts'
import { countOutcomes, judge } from './layers.ts'
import { layersQuery } from './layers-query.ts'
import { goldWords as words } from './wording.ts'

/** Lanes that have a line of their own, as in the painter. */
const LANES = 3

export function GoldPage() {
  const { article: id = '' } = useParams({ strict: false })
  const page = useQuery(articleQuery(id))
  const layers = useQuery(layersQuery(id))
  const title = page.data?.title
  useEffect(() => {
    if (title) document.title = `${words.title(title)} · Attest`
  }, [title])
  for (const query of [page, layers]) {
    if (query.error instanceof ApiError && query.error.status === 404) return <Missing what="article" />
    if (query.isError && !query.data) return <Trouble error={query.error} onRetry={() => void query.refetch()} />
  }
  if (!page.data || !layers.data) return <Loading what="the gold" />
  return <GoldOf page={page.data} told={layers.data.value} />
}

function GoldOf({ page, told }: { page: ArticlePage; told: Layers }) {
  useLabelStyles(page.labelSet)
  const judged = useMemo(() => judge(page, told), [page, told])
  const { annotations } = judged.gold
  const [chosen, setChosen] = useState<string | null>(null)
  // The text answers a click at once, the list follows: it may have a thousand rows to draw for it.
  const listed = useDeferredValue(chosen)
  const counts = useMemo(() => countOutcomes(judged), [judged])
  const article = { article: page.id }
  // Before the reveal the article's page does not show them the marks that are still to be decided.
  const toState = (state: Outcome, text: string) =>
    isHidden(told.state) ? (
      <span>{text}</span>
    ) : (
      <Link to="/articles/$article" params={article} search={{ state }}>
        {text}
      </Link>
    )
  return (
    <div className={styles['page']}>
      <header className={compareStyles['bar']}>
        <Link to="/articles/$article" params={article} search={{}} aria-label={words.back} title={words.back}>
          <ArrowLeft aria-hidden="true" />
        </Link>
        <h1 dir="auto">{words.title(page.title)}</h1>
        <span className={styles['tools']}>
          <Link
            className={ui['linkButton']}
            to="/articles/$article/compare"
            params={article}
            search={{ who: [...told.layers.slice(0, 5).map(({ person }) => person), GOLD].join(',') }}
          >
            <Columns3 aria-hidden="true" /> {words.compare}
          </Link>
          <Button onPress={() => window.print()}>
            <Printer aria-hidden="true" /> {words.print}
          </Button>
          <Button variant="primary" onPress={() => void download(page.id)}>
            <Download aria-hidden="true" /> {words.download}
          </Button>
        </span>
      </header>
      <p className={styles['summary']} role="status">
        <strong>{words.count(annotations.length)}</strong>
        {counts.corrected > 0 && <span>{words.corrected(counts.corrected)}</span>}
        {counts.open > 0 && toState('open', words.undecided(counts.open))}
        {counts.disputed > 0 && toState('disputed', words.disputed(counts.disputed))}
        {counts.rejected > 0 && toState('rejected', words.rejected(counts.rejected))}
        {counts.duplicate > 0 && <span>{words.duplicates(counts.duplicate)}</span>}
        {counts.open + counts.disputed === 0 && annotations.length > 0 && <span>{words.allDecided}</span>}
      </p>
      <main className={styles['main']}>
        {annotations.length === 0 && (
          <Empty title={words.empty.title}>
            <p>{words.empty.text}</p>
          </Empty>
        )}
        <Text page={page} gold={annotations} chosen={chosen} onChoose={setChosen} />
        {annotations.length > 0 && (
          <GoldMarks page={page} judged={judged} chosen={listed} isLinked={!isHidden(told.state)} />
        )}
      </main>
    </div>
  )
}

interface TextProps {
  page: ArticlePage
  gold: readonly GoldAnnotation[]
  chosen: string | null
  onChoose: (id: string) => void
}

const Text = memo(function Text({ page, gold, chosen, onChoose }: TextProps) {
  const { text, blocks, labelSet } = page
  const set = useMemo(() => typeset(page, gold), [page, gold])
  const spansOf = useMemo(() => new Map(gold.map(({ id, spans }) => [id, spans])), [gold])
  const styleFor = useMemo(() => {
    const kinds = new Map(gold.map(({ id, kind }) => [id, styleOf(labelSet, kind)]))
    return (id: string) => kinds.get(id) ?? ''
  }, [gold, labelSet])
  /** A click picks the shortest of the marks at a spot, and shows it in the list. */
  const pick = (event: MouseEvent) => {
    const over = (event.target as Element).closest<HTMLElement>('mark[data-over]')?.dataset['over']?.split(' ') ?? []
    const [shortest] = over.toSorted((a, b) => lengthOf(spansOf.get(a) ?? []) - lengthOf(spansOf.get(b) ?? []))
    if (shortest) onChoose(shortest)
  }
  return (
    // Whoever uses keys has the list.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div className={articleStyles['article']} onClick={pick}>
      <article
        className={`tiptap ${styles['text']}`}
        aria-label={words.text}
        lang={page.language ?? undefined}
        dir={page.direction}
      >
        {blocks.map((block, i) => (
          <Block key={block.start} type={block.type}>
            {set.blocks[i]?.map((piece) => (
              <Words
                key={piece.start}
                piece={piece}
                words={text.slice(piece.start, piece.end)}
                isChosen={piece.over.some(({ id }) => id === chosen)}
                styleFor={styleFor}
              />
            ))}
          </Block>
        ))}
      </article>
    </div>
  )
})

interface WordsProps {
  piece: Piece
  words: string
  isChosen: boolean
  styleFor: (id: string) => string
}

const Words = memo(function Words({
  piece: { over, isBold, isItalic, numbers },
  words,
  isChosen,
  styleFor,
}: WordsProps) {
  const bold = isBold ? <strong>{words}</strong> : words
  const set = isItalic ? <em>{bold}</em> : bold
  const number = numbers.length > 0 && <sup>{numbers.join(',')}</sup>
  if (over.length === 0)
    return (
      <>
        {set}
        {number}
      </>
    )
  const lines = over.map(({ id, lane }) => (lane < LANES ? `lane${lane}-${styleFor(id)}` : 'deep'))
  return (
    <mark
      className={[...new Set(lines)].join(' ')}
      data-over={over.map(({ id }) => id).join(' ')}
      data-chosen={isChosen || undefined}
    >
      {set}
      {number}
    </mark>
  )
})

async function download(article: string): Promise<void> {
  try {
    const { content, name } = await fetchExport(article, gold, null)
    saveFile(content, name)
    tell(words.saved(name))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    tell(error.message, { tone: 'problem' })
  }
}

const gold: ExportChoice = { format: 'attest-json', layers: 'gold', isAnonymous: false, hasHistory: false }
