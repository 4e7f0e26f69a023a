/**
 * Two to six annotators side by side, gold among them if one likes: the text with the marks of each in a row of strips,
 * or as a table. All that is chosen is in the address.
 */
import type { ArticlePage } from '@attest/schema/api'
import { isHidden, seesHidden } from '@attest/schema/layer'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ArrowLeft, ChevronDown, ChevronUp } from 'lucide-react'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ApiError, articleQuery, doorQuery } from '../api.ts'
import { actionOf, openKeys } from '../commands/bindings.ts'
import { chordOf } from '../commands/chords.ts'
import { KeysProvider, useKey } from '../commands/KeysProvider.tsx'
import { kindName } from '../editor/wording.ts'
import { Button } from '../ui/Button.tsx'
import { Empty, Loading, Missing, Trouble } from '../ui/states.tsx'
import { Choosing } from './Choosing.tsx'
import styles from './compare.module.css'
import { DifferenceTable } from './DifferenceTable.tsx'
import type { Compared } from './differences.ts'
import { useLabelStyles } from './label-styles.ts'
import { inArticle } from './layers.ts'
import { layersTextQuery } from './layers-query.ts'
import { noteCompared } from './recent.ts'
import { countHidden, Strips } from './Strips.tsx'
import { type CompareSearch, compareSchema } from './search.ts'
import { type Comparison, useComparison } from './use-comparison.ts'
import { sayDifference, type Vocabulary, compareWords as words } from './wording.ts'

export function ComparePage() {
  const { article: id = '' } = useParams({ strict: false })
  const asked = useSearch({ strict: false })
  const search = useMemo(() => compareSchema.parse(asked), [asked])
  const page = useQuery(articleQuery(id))
  const layers = useQuery(layersTextQuery(id, search.when ?? 'now'))
  const me = useQuery(doorQuery).data?.me
  const title = page.data?.title
  useEffect(() => {
    if (title) document.title = `${words.title(title)} · Attest`
  }, [title])
  for (const query of [page, layers]) {
    if (query.error instanceof ApiError && query.error.status === 404) return <Missing what="article" />
    if (query.isError && !query.data) return <Trouble error={query.error} onRetry={() => void query.refetch()} />
  }
  if (!page.data || !me) return <Loading what={words.loading} />
  return (
    <Comparing
      // Of another time nothing is left standing until it is there.
      key={`${me.id} ${id} ${search.when ?? ''}`}
      page={page.data}
      json={layers.data?.text}
      me={me.id}
      search={search}
      isLate={layers.isError}
      onRetry={() => void layers.refetch()}
    />
  )
}

interface Props {
  page: ArticlePage
  /** The layers as the server wrote them, once it has. */
  json: string | undefined
  me: string
  search: CompareSearch
  /** Whether the server does not answer just now. */
  isLate: boolean
  onRetry: () => void
}

function Comparing({ page, json, me, search, isLate, onRetry }: Props) {
  const navigate = useNavigate()
  const keys = useMemo(() => openKeys(me), [me])
  const onSearch = useCallback(
    (next: CompareSearch) =>
      navigate({
        to: '/articles/$article/compare',
        params: { article: page.id },
        search: next,
        replace: true,
        resetScroll: false,
      }),
    [navigate, page.id],
  )
  useEffect(() => noteCompared(page.id, search), [page.id, search])
  useLabelStyles(page.labelSet)
  const comparing = useComparison({ page, me, json, asked: search })
  if (comparing.phase === 'computing') return <Loading what={words.loading} />
  if (comparing.phase === 'unreadable') return <Trouble error={words.unreadable} onRetry={onRetry} />
  if (comparing.phase === 'failed') return <Trouble error={words.failed} onRetry={comparing.retry} />
  const { comparison, isPending } = comparing
  const { state, known, layers } = comparison
  const isOnlyOwn = isHidden(state) && !seesHidden(page.project.memberRole)
  return (
    <KeysProvider keys={keys}>
      <div className={styles['page']}>
        {isOnlyOwn || known.filter(({ marks }) => marks > 0).length < 2 ? (
          <>
            <Bar page={page} mark={undefined} />
            <main className={styles['main']}>
              <Empty title={isOnlyOwn ? words.hiddenLayers.title : words.alone.title}>
                <p>{isOnlyOwn ? words.hiddenLayers.text : words.alone.text(layers)}</p>
              </Empty>
            </main>
          </>
        ) : (
          <Body {...{ page, search, onSearch, comparison, isPending, keys, isLate }} />
        )}
      </div>
    </KeysProvider>
  )
}

interface BodyProps {
  page: ArticlePage
  search: CompareSearch
  onSearch: (search: CompareSearch) => Promise<void>
  comparison: Comparison
  /** Whether it is of what was chosen before. */
  isPending: boolean
  keys: ReturnType<typeof openKeys>
  isLate: boolean
}

function Body({ page, search, onSearch, comparison, isPending, keys, isLate }: BodyProps) {
  const navigate = useNavigate()
  const { text, labelSet } = page
  const { state, known, ids, shown, strips } = comparison
  const region = useRef<HTMLElement>(null)
  const parties = useMemo(() => ids.flatMap((id) => known.find((one) => one.id === id) ?? []), [ids, known])
  const differing = useMemo(() => shown.filter(({ differences }) => differences.length > 0), [shown])
  const current = useMemo(
    () => (search.at ? (shown.find((one) => isAt(one, search.at ?? '')) ?? null) : null),
    [shown, search.at],
  )
  const at = current ? differing.indexOf(current) : -1
  const vocabulary = useMemo<Vocabulary>(() => {
    const names = new Map(known.map(({ id, name }) => [id, name]))
    const attributes = new Map(labelSet.kinds.flatMap((kind) => kind.attributes.map(({ id, label }) => [id, label])))
    return {
      nameOf: (id) => names.get(id) ?? id,
      kindOf: (kind) => kindName(labelSet, kind),
      quoteOf: (start, end) => `“${shorten(text.slice(start, end))}”`,
      attributeOf: (name) => attributes.get(name) ?? name,
    }
  }, [known, labelSet, text])

  const [said, setSaid] = useState('')
  // The same functions whatever the address says: with others every sentence would be drawn again.
  const latest = useRef(search)
  useEffect(() => {
    latest.current = search
  })
  const goTo = useCallback((one: Compared) => void onSearch({ ...latest.current, at: one.id }), [onSearch])
  const step = (by: 1 | -1) => {
    const from = at >= 0 ? at + by : nearest(differing, current, by)
    const next = differing[from]
    if (!next) return setSaid(words.noSuch)
    goTo(next)
    setSaid(words.row(from + 1, differing.length, sayOf(next, vocabulary)))
  }
  const opens = !isHidden(state)
  const open = useCallback(
    async (mark: string) => {
      // The way back leads to this place.
      await onSearch({ ...latest.current, at: mark })
      await navigate({ to: '/articles/$article', params: { article: page.id }, search: { mark: inArticle(mark) } })
    },
    [navigate, onSearch, page.id],
  )
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.defaultPrevented || (event.target instanceof HTMLElement && event.target.matches('input, select'))) return
    const action = actionOf(keys.bindings.get(), chordOf(event.nativeEvent), 'article')
    const [first] = current?.annotations ?? []
    if (action === 'next') step(1)
    else if (action === 'previous') step(-1)
    else if (action === 'open' && event.target === event.currentTarget && first && opens) open(first.id)
    else return
    event.preventDefault()
  }
  // Whoever comes here goes through it with keys.
  useEffect(() => region.current?.focus({ preventScroll: true }), [])
  const compared = shown.filter(({ isCompared }) => isCompared).length
  const undecided = shown.filter(({ isUndecided }) => isUndecided).length
  const nextKey = useKey('next')
  const previousKey = useKey('previous')
  return (
    <>
      <div className={styles['top']}>
        <Bar page={page} mark={current ? inArticle(current.annotations[0]?.id ?? '') : undefined} />
        <section aria-label={words.choices}>
          <Choosing page={page} comparison={comparison} search={search} onSearch={onSearch} />
          <p className={styles['told']} data-pending={isPending || undefined}>
            {compared > 0 && <span>{words.summary(compared, differing.length)}</span>}
            {search.only && search.view !== 'table' && <span>{words.hidden(countHidden(strips))}</span>}
            {undecided > 0 && <span>{words.undecidedHint(undecided, ids.length > 2, compared)}</span>}
            {isLate && <span role="status">{words.late}</span>}
            {isHidden(state) && <span>{words.blind}</span>}
          </p>
        </section>
      </div>
      <nav className={styles['walk']} aria-label={words.differences}>
        <Button hint={words.previous} shortcut="previous" aria-label={words.previous} onPress={() => step(-1)}>
          <ChevronUp aria-hidden="true" />
        </Button>
        <Button hint={words.next} shortcut="next" aria-label={words.next} onPress={() => step(1)}>
          <ChevronDown aria-hidden="true" />
        </Button>
        <strong data-testid="place">
          {compared === 0 && undecided > 0
            ? words.nothingCompared
            : words.place(at < 0 ? null : at + 1, differing.length)}
        </strong>
      </nav>
      <p className="visually-hidden" aria-live="polite">
        {said}
      </p>
      <main
        ref={region}
        className={styles['main']}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys of one character act only while this has the focus
        tabIndex={0}
        aria-busy={isPending}
        aria-label={words.sentences}
        aria-describedby="compare-keys"
        onKeyDown={onKeyDown}
      >
        <p id="compare-keys" className="visually-hidden">
          {words.keys(nextKey, previousKey)}
        </p>
        {shown.length === 0 && comparison.all > 0 ? (
          <Empty title={words.nothing}>
            <Button onPress={() => onSearch({ ...search, kind: undefined, how: undefined })}>{words.clear}</Button>
          </Empty>
        ) : search.view === 'table' ? (
          <DifferenceTable
            page={page}
            rows={search.only ? differing : shown}
            parties={parties}
            vocabulary={vocabulary}
            current={current}
            onCurrent={goTo}
            onOpen={opens ? open : null}
          />
        ) : (
          <Strips
            page={page}
            strips={strips}
            parties={parties}
            vocabulary={vocabulary}
            onlyDiffering={search.only ?? false}
            onShowAll={() => onSearch({ ...search, only: undefined })}
            current={current}
            onCurrent={goTo}
            onOpen={opens ? open : null}
          />
        )}
      </main>
    </>
  )
}

function Bar({ page, mark }: { page: ArticlePage; mark: string | undefined }) {
  return (
    <header className={styles['bar']}>
      <Link
        to="/articles/$article"
        params={{ article: page.id }}
        search={mark ? { mark } : {}}
        aria-label={words.back}
        title={words.back}
      >
        <ArrowLeft aria-hidden="true" />
      </Link>
      <h1 dir="auto">{words.title(page.title)}</h1>
    </header>
  )
}

/** Whether it has the mark, or the one that it comes from. */
function isAt({ annotations }: Compared, mark: string): boolean {
  return annotations.some(({ id }) => id === mark || inArticle(id) === mark)
}

/** The first difference before or after a place at which nothing differs. */
function nearest(differing: readonly Compared[], current: Compared | null, by: 1 | -1): number {
  if (!current) return by === 1 ? 0 : differing.length - 1
  const after = differing.findIndex(({ hull }) => hull[0] >= current.hull[0])
  const next = after < 0 ? differing.length : after
  return by === 1 ? next : next - 1
}

function sayOf({ differences, hull }: Compared, vocabulary: Vocabulary): string {
  return [vocabulary.quoteOf(...hull), ...differences.map((one) => sayDifference(one, vocabulary))].join('. ')
}

const MOST_QUOTED = 90

/** The first and the last words; cut between words, where a blank is near. */
function shorten(quote: string): string {
  const plain = quote.replaceAll(/\s+/g, ' ')
  if (plain.length <= MOST_QUOTED) return plain
  const first = plain.slice(0, MOST_QUOTED * 0.6).replace(/ [^ ]{0,20}$/, '')
  const last = plain.slice(-MOST_QUOTED * 0.3).replace(/^[^ ]{0,20} /, '')
  return `${first.toWellFormed()} … ${last.toWellFormed()}`
}
