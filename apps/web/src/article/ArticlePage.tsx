/** One article with everything around it. It opens the room and puts the parts beside each other; each does its own. */

import type { Annotation } from '@attest/schema/annotation'
import type { Me, ArticlePage as Page } from '@attest/schema/api'
import { isHidden } from '@attest/schema/layer'
import { useQuery } from '@tanstack/react-query'
import type { Editor } from '@tiptap/react'
import { X } from 'lucide-react'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { DoorPage } from '../accounts/DoorPage.tsx'
import { AgreementPanel } from '../agreement/live/AgreementPanel.tsx'
import { DifferingMarks } from '../agreement/live/DifferingMarks.tsx'
import { type Filter, isFiltering } from '../annotations/filter.ts'
import { LabelToolbar } from '../annotations/LabelToolbar.tsx'
import { LockChip } from '../annotations/Legend.tsx'
import { MarginMarks } from '../annotations/MarginMarks.tsx'
import { MarkActions } from '../annotations/MarkActions.tsx'
import { MarkCard } from '../annotations/MarkCard.tsx'
import { MarkList } from '../annotations/MarkList.tsx'
import { OverlapMenu } from '../annotations/OverlapMenu.tsx'
import { useFilterTest } from '../annotations/use-filter.ts'
import { ApiError, articleQuery, clock, doorQuery, queries } from '../api.ts'
import { Attributes, EditCommand } from '../attributes/Attributes.tsx'
import { MarkDialog } from '../attributes/MarkDialog.tsx'
import { OccurrencesDialog } from '../attributes/OccurrencesDialog.tsx'
import { BlindBanner, useRevealNews } from '../blind/BlindBanner.tsx'
import { BorderHandles } from '../borders/BorderHandles.tsx'
import { Borders } from '../borders/Borders.tsx'
import { type KeyStore, openKeys } from '../commands/bindings.ts'
import { makeCommands, useCommand } from '../commands/commands.ts'
import { HelpDialog } from '../commands/HelpDialog.tsx'
import { KeysDialog } from '../commands/KeysDialog.tsx'
import { KeysProvider, useKey } from '../commands/KeysProvider.tsx'
import { usePageKeys } from '../commands/page-keys.ts'
import { CompareCommands } from '../compare/CompareCommands.tsx'
import { ArticleEditor } from '../editor/ArticleEditor.tsx'
import { type Focus, makeFocus } from '../editor/focus.ts'
import { useChanged } from '../editor/own.ts'
import { bringIntoView } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { BulkBar } from '../finding/BulkBar.tsx'
import { FindBar } from '../finding/FindBar.tsx'
import { HiddenNote } from '../finding/HiddenNote.tsx'
import { Minimap } from '../finding/Minimap.tsx'
import { SelectionInAddress } from '../finding/SelectionInAddress.tsx'
import { GapDialog, GapFlag } from '../gaps/GapFlag.tsx'
import { DoubtTray } from '../history/DoubtTray.tsx'
import { HistoryCommands } from '../history/HistoryCommands.tsx'
import { HistoryPanel } from '../history/HistoryPanel.tsx'
import { MarkHistory } from '../history/MarkHistory.tsx'
import { RevisionBanners } from '../history/RevisionBanners.tsx'
import { RevisionsDialog } from '../history/RevisionsDialog.tsx'
import { GuideCommand, GuidePanel } from '../labels/GuidePanel.tsx'
import { ArticleRoom, type Left } from '../live/article-room.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { copyName, openAhead } from '../live/local-copy.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Following } from '../presence/Following.tsx'
import { ClaimGraph } from '../relations/ClaimGraph.tsx'
import { LinkHandle } from '../relations/LinkHandle.tsx'
import { LinkLayer } from '../relations/LinkLayer.tsx'
import { Links } from '../relations/Links.tsx'
import { CorrectionsPanel } from '../review/CorrectionsPanel.tsx'
import { ReviewCommands } from '../review/ReviewCommands.tsx'
import { ReviewInAddress } from '../review/ReviewInAddress.tsx'
import { ReviewPanel } from '../review/ReviewPanel.tsx'
import { Verdicts } from '../review/Verdicts.tsx'
import { ReopenedNotices } from '../signoff/Reopened.tsx'
import { SignOff, SignOffBanner } from '../signoff/SignOff.tsx'
import { SuggestCommands } from '../suggest/SuggestCommands.tsx'
import { SuggestionCard } from '../suggest/SuggestionCard.tsx'
import { SuggestionsNote } from '../suggest/SuggestionsNote.tsx'
import { SuggestPanel } from '../suggest/SuggestPanel.tsx'
import { useSuggestionTest } from '../suggest/use-suggestions.ts'
import { isWrittenAbout } from '../talk/places.ts'
import { Talk } from '../talk/Talk.tsx'
import { TalkPanel } from '../talk/TalkPanel.tsx'
import { Thread } from '../talk/Thread.tsx'
import { TestBanner } from '../training/TestBanner.tsx'
import { Button } from '../ui/Button.tsx'
import { dropOffers } from '../ui/notices.ts'
import { Empty, Loading, Missing, Trouble } from '../ui/states.tsx'
import { useMedia } from '../ui/use-media.ts'
import { DisputedNotices } from '../work/DisputedWork.tsx'
import { ArticlePalette } from './ArticlePalette.tsx'
import { LeftBehind } from './LeftBehind.tsx'
import { useNeighbours, useWantedFocus } from './neighbours.ts'
import { PrintedArticle } from './PrintedArticle.tsx'
import styles from './page.module.css'
import { RefusedTray } from './RefusedTray.tsx'
import { Spoken } from './Spoken.tsx'
import { StatusBanners } from './StatusBanners.tsx'
import { TopBar } from './TopBar.tsx'
import { firstWords, pageWords } from './wording.ts'

interface FilterProps {
  filter: Filter
  onFilter: (filter: Filter) => void
}

/** Whom the page was opened by stays who one is in it, until they say otherwise: what waits is that person's. */
export function ArticlePage({ id, ...filterProps }: { id: string } & FilterProps) {
  const door = useQuery(doorQuery)
  const [person, setPerson] = useState<Me | null>(null)
  const me = person ?? door.data?.me
  useEffect(() => {
    if (me && !person) setPerson(me)
  }, [me, person])
  if (door.isPending && !me) return <Loading what={pageWords.article} />
  if (!door.data && !me) return <Trouble error={door.error} onRetry={() => void door.refetch()} />
  if (!me) return <DoorPage />
  return <ArticleFor key={me.id} id={id} me={me} onPerson={setPerson} {...filterProps} />
}

function ArticleFor({ id, me, onPerson, ...filterProps }: { id: string } & PersonProps & FilterProps) {
  const page = useQuery({ ...articleQuery(id), refetchInterval: ({ state }) => askAgainMs(state.data) })
  useEffect(() => openAhead(copyName(me.id, id)), [me.id, id])
  // The page that was opened stays open, though the server may not give it out again.
  const [opened, setOpened] = useState(page.data)
  useEffect(() => {
    if (page.data) setOpened(page.data)
  }, [page.data])
  const data = page.data ?? opened
  if (!data && page.isPending) return <Loading what={pageWords.article} />
  if (!data) {
    if (page.error instanceof ApiError && [403, 404].includes(page.error.status))
      return (
        <Missing what={pageWords.missing}>
          <LeftBehind person={me.id} article={id} />
        </Missing>
      )
    return <Trouble error={page.error} onRetry={() => void page.refetch()} />
  }
  const onNewPerson = async () => (await page.refetch()).isSuccess
  return <OpenArticle page={data} me={me} onPerson={onPerson} onNewPerson={onNewPerson} {...filterProps} />
}

/** Where no socket tells of a reveal, it is asked for; often while one is under way. */
function askAgainMs(page: Page | undefined): number | false {
  if (!page || !isHidden(page.blind)) return false
  return page.blind === 'revealing' ? 700 : page.room === null ? 4000 : false
}

interface PersonProps {
  me: Me
  /** Goes on as somebody else. */
  onPerson: (me: Me) => void
}

interface OpenProps extends FilterProps, PersonProps {
  page: Page
  /** Called when somebody writes or comes whom the page does not know yet; resolves with whether the server answered. */
  onNewPerson: () => Promise<boolean>
}

function OpenArticle({ page, me, ...deskProps }: OpenProps) {
  const [room, setRoom] = useState<ArticleRoom | null>(null)
  const focus = useMemo(makeFocus, [])
  const keys = useMemo(() => openKeys(me.id), [me.id])
  const scrolled = useRef(0)
  const left = useRef<Left | null>(null)
  const [isRevealNews, onRevealRead] = useRevealNews(page.blind)
  // What a refetch brings is what surrounds the text; the article itself never changes, so the room stays, until a
  // reveal makes it another.
  // biome-ignore lint/correctness/useExhaustiveDependencies: nothing else makes it another room
  useEffect(() => {
    const opened = new ArticleRoom({
      page,
      me,
      left: left.current,
      serverUrl: location.origin.replace(/^http/, 'ws'),
      readPage: () => queries.fetchQuery({ ...articleQuery(page.id), staleTime: 0 }).catch(() => null),
      now: clock.now,
    })
    setRoom(opened)
    return () => {
      scrolled.current = window.scrollY
      left.current = opened.leave()
      setRoom(null)
      opened.close()
      dropOffers()
    }
  }, [page.id, page.room, me.id])
  useEffect(() => room?.setPage(page), [room, page])
  useEffect(() => {
    document.title = pageWords.title(page.title)
  }, [page.title])
  if (!room) return <Loading what={pageWords.article} />
  return (
    <KeysProvider keys={keys}>
      <Desk
        key={room.room}
        room={room}
        focus={focus}
        keys={keys}
        {...{ scrolled, isRevealNews, onRevealRead }}
        {...deskProps}
      />
    </KeysProvider>
  )
}

interface DeskProps extends Omit<OpenProps, 'page' | 'me'>, Scrolled {
  room: ArticleRoom
  focus: Focus
  keys: KeyStore
  isRevealNews: boolean
  onRevealRead: () => void
}

function Desk({
  room,
  focus,
  keys,
  filter,
  onFilter,
  onPerson,
  onNewPerson,
  scrolled,
  isRevealNews,
  onRevealRead,
}: DeskProps) {
  const [editor, setEditor] = useState<Editor | null>(null)
  const commands = useMemo(makeCommands, [])
  const bench = useMemo<Workbench | null>(
    () => editor && { editor, room, focus, commands },
    [editor, room, focus, commands],
  )
  const panel = useLive(focus.panel)
  const isWide = useMedia('(min-width: 64rem)')
  const isShown = useSuggestionTest(room, useFilterTest(room, filter))
  usePageKeys(commands, keys)
  useNeighbours(commands, room)
  useWantedFocus(bench)
  // The same function as long as it does the same: with another one the whole margin would be drawn again.
  const partsOf = useCallback(
    (annotation: Annotation, records: LiveRecords) =>
      bench && <CardParts bench={bench} records={records} annotation={annotation} />,
    [bench],
  )
  const isListOpen = panel === 'list'
  const onList = () => focus.panel.set(isListOpen ? null : 'list')
  useCommand(commands, 'list', {
    run() {
      onList()
      return true
    },
  })
  const closePanel = () => focus.panel.set(null)
  return (
    <div className={styles['page']} data-panel={panel ?? undefined}>
      <button type="button" className={styles['skip']} onClick={() => editor?.view.dom.focus()}>
        {pageWords.skip}
      </button>
      <TopBar
        editor={editor}
        room={room}
        focus={focus}
        filter={filter}
        onFilter={onFilter}
        bench={bench}
        isShown={isShown}
      />
      <div>
        <StatusBanners room={room} onPerson={onPerson}>
          {bench && <RevisionBanners bench={bench} />}
          {bench && (
            <TestBanner bench={bench}>
              <BlindBanner room={room} isNews={isRevealNews} onRead={onRevealRead} />
            </TestBanner>
          )}
          {bench && <SignOffBanner bench={bench} />}
        </StatusBanners>
        <RefusedTray room={room} />
      </div>
      <main className={styles['main']}>
        <ArticleEditor room={room} focus={focus} commands={commands} keys={keys} isShown={isShown}>
          {(made) => (
            <>
              <Announce value={made} onChange={setEditor} />
              {bench && (
                <>
                  <LabelToolbar bench={bench} />
                  <BorderHandles bench={bench} />
                  <LinkLayer bench={bench} isShown={isShown} />
                  {isWide && !panel && <MarginMarks bench={bench} isShown={isShown} partsOf={partsOf} />}
                </>
              )}
            </>
          )}
        </ArticleEditor>
        {/* Beside the graph the text has the whole width that is left, and the strip would lie on its words. */}
        {bench && panel !== 'graph' && <Minimap bench={bench} isShown={isShown} />}
      </main>
      {bench && panel === 'list' && (
        <MarkList
          bench={bench}
          keys={keys}
          isShown={isShown}
          filter={filter}
          onFilter={onFilter}
          onPick={() => isWide || closePanel()}
          onClose={closePanel}
        >
          {isWide && <OpenCard bench={bench} />}
        </MarkList>
      )}
      {bench && panel === 'talk' && (
        <TalkPanel bench={bench} onPick={() => isWide || closePanel()} onClose={closePanel} />
      )}
      {bench && panel === 'guide' && <GuidePanel bench={bench} onClose={closePanel} />}
      {bench && panel === 'history' && (
        <HistoryPanel bench={bench} onPick={() => isWide || closePanel()} onClose={closePanel} />
      )}
      {bench && panel === 'agreement' && <AgreementPanel bench={bench} onClose={closePanel} />}
      {bench && panel === 'review' && (
        <ReviewPanel
          bench={bench}
          keys={keys}
          filter={filter}
          onFilter={onFilter}
          onPick={() => isWide || closePanel()}
          onClose={closePanel}
          note={<SuggestionsNote bench={bench} />}
        >
          <OpenCard bench={bench} />
        </ReviewPanel>
      )}
      {bench && panel === 'suggestions' && (
        <SuggestPanel bench={bench} onPick={() => isWide || closePanel()} onClose={closePanel}>
          <OpenCard bench={bench} />
        </SuggestPanel>
      )}
      {bench && panel === 'corrections' && (
        <CorrectionsPanel bench={bench} onPick={() => isWide || closePanel()} onClose={closePanel} />
      )}
      {bench && panel === 'doubts' && <DoubtTray bench={bench} onClose={closePanel} />}
      {bench && panel === 'graph' && <ClaimGraph bench={bench} isShown={isShown} onClose={closePanel} />}
      {bench && !isWide && !panel && <OpenCard bench={bench} className={styles['sheet']} />}
      {bench && (
        <>
          <FirstSteps bench={bench} filter={filter} />
          <OverlapMenu bench={bench} />
          <LockChip bench={bench} />
          <FindBar bench={bench} isShown={isShown} />
          <BulkBar bench={bench} isShown={isShown} />
          <EditCommand bench={bench} />
          <GuideCommand bench={bench} />
          {panel !== 'list' && <HiddenNote bench={bench} isShown={isShown} filter={filter} onFilter={onFilter} />}
          <MarkDialog bench={bench} />
          <OccurrencesDialog bench={bench} />
          <Following bench={bench} />
          <Talk bench={bench} isWide={isWide} isShown={isShown} />
          <ArticlePalette bench={bench} filter={filter} onFilter={onFilter} />
          <HelpDialog bench={bench} keys={keys} />
          <Spoken bench={bench} />
          <HistoryCommands bench={bench} />
          <CompareCommands bench={bench} />
          <DifferingMarks bench={bench} />
          <SignOff bench={bench} />
          <ReviewCommands bench={bench} />
          <SuggestCommands bench={bench} />
          <GapDialog bench={bench} />
          <RevisionsDialog bench={bench} />
          <KeysDialog commands={commands} keys={keys} />
          <PrintedArticle bench={bench} isShown={isShown} />
        </>
      )}
      <ReopenedNotices article={room.page.id} />
      <DisputedNotices article={room.page.id} />
      <ReviewInAddress bench={bench} focus={focus} filter={filter} onFilter={onFilter} />
      <Strangers room={room} onNewPerson={onNewPerson} />
      <SelectionInAddress room={room} focus={focus} editor={editor} filter={filter} onFilter={onFilter} />
      <UnsavedWarning room={room} />
      {editor && <KeepPlace room={room} scrolled={scrolled} />}
    </div>
  )
}

/** The editor is made inside `ArticleEditor`, and the bar above it needs it too. */
function Announce<T>({ value, onChange }: { value: T; onChange: (value: T) => void }) {
  useEffect(() => onChange(value), [value, onChange])
  return null
}

/** The selected mark where there is no margin to open it in: a sheet at the lower edge, or the foot of the list. */
function OpenCard({ bench, className }: { bench: Workbench; className?: string | undefined }) {
  const { room, focus } = bench
  const selected = useCalmly(focus.selected)
  const draft = useCalmly(focus.draft)
  const records = useLive(room.records)
  const mode = useLive(focus.mode).type
  const annotation = selected && !draft ? records.annotations.get(selected) : undefined
  const id = annotation?.id
  const isSheet = className !== undefined
  const [unfolded, setUnfolded] = useState<string | null>(null)
  const asked = useLive(focus.asked)
  const edited = useLive(focus.edited)
  const correcting = useLive(focus.correcting)
  const remarks = useLive(focus.remarks)
  // What a key asks for, and what was begun, is in the part that is folded away.
  const isWanted =
    asked !== null || edited === id || correcting === id || [...remarks.values()].some(({ on }) => on === id)
  useEffect(() => {
    if (isWanted && id) setUnfolded(id)
  }, [isWanted, id])
  const isFolded = isSheet && unfolded !== id
  useEffect(() => {
    // A sheet comes up over the text, and must not hide the words that it is about.
    const span = isSheet && id ? room.records.get().annotations.get(id)?.spans[0] : undefined
    if (span) bringIntoView(bench.editor.view, room.page.blocks, span)
  }, [bench, room, id, isSheet])
  if (!annotation) return null
  // And who moves borders must see them.
  const isSmall = isSheet && mode === 'adjust'
  return (
    <section
      className={className}
      aria-label={pageWords.selected}
      data-away={mode === 'link' || undefined}
      data-sheet={isSheet ? '' : undefined}
    >
      {isSmall ? (
        <Borders bench={bench} annotation={annotation} />
      ) : (
        <MarkCard
          key={annotation.id}
          bench={bench}
          records={records}
          annotation={annotation}
          {...(isSheet && { fold: { isFolded, onFold: (fold: boolean) => setUnfolded(fold ? null : (id ?? null)) } })}
        >
          <CardParts bench={bench} records={records} annotation={annotation} isFolded={isFolded} />
        </MarkCard>
      )}
    </section>
  )
}

interface CardProps {
  bench: Workbench
  records: LiveRecords
  annotation: Annotation
  /** Only what is needed to go on marking, where the card lies over the text. */
  isFolded?: boolean
}

/** What a card shows beyond the mark itself: each part knows of marks, and marks know nothing of them. */
function CardParts({ isFolded = false, annotation, ...shown }: CardProps) {
  const props = { ...shown, annotation: useChanged(shown.bench, annotation) }
  const acts = (
    <MarkActions bench={props.bench} annotation={props.annotation}>
      <LinkHandle bench={props.bench} from={props.annotation} />
      <GapFlag bench={props.bench} mark={props.annotation.id} />
      <MarkHistory bench={props.bench} mark={props.annotation.id} />
    </MarkActions>
  )
  if (isFolded)
    return (
      <>
        <SuggestionCard {...props} />
        <Verdicts {...props} />
        {acts}
      </>
    )
  return (
    <>
      <Borders bench={props.bench} annotation={props.annotation} />
      <Attributes {...props} />
      <Links
        {...props}
        talkOn={(relation) => <Thread bench={props.bench} records={props.records} on={relation} />}
        isWritten={(relation) => isWrittenAbout(props.bench.focus, props.records, relation)}
      />
      <SuggestionCard {...props} />
      <Verdicts {...props} />
      <Thread
        // Of another mark nothing is begun.
        key={props.annotation.id}
        bench={props.bench}
        records={props.records}
        on={props.annotation.id}
      />
      {acts}
    </>
  )
}

/** To whoever sees an article in which nothing is marked; over the page, so that the first mark moves no word. */
function FirstSteps({ bench: { room, focus }, filter }: { bench: Workbench; filter: Filter }) {
  const { annotations } = useLive(room.records)
  const { isLoaded } = useCalmly(room.status)
  const { labelSet, blind } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const hasDraft = useCalmly(focus.draft) !== null
  const [isClosed, setIsClosed] = useState(false)
  const isTouch = useMedia('(pointer: coarse)')
  const hasFigures = useKey('label') !== null && !isTouch
  if (!isLoaded || isClosed || isBarred || hasDraft || annotations.size > 0 || isFiltering(filter)) return null
  const title = isHidden(blind) ? firstWords.titleBlind : firstWords.title
  return (
    <section className={styles['first']} aria-label={title}>
      <Empty title={title}>
        <p>
          {firstWords.mark(hasFigures ? labelSet.kinds.length : 0)}{' '}
          {isHidden(blind) ? firstWords.unseen : firstWords.seen}
        </p>
      </Empty>
      <Button variant="quiet" aria-label={firstWords.close} onPress={() => setIsClosed(true)}>
        <X aria-hidden="true" />
      </Button>
    </section>
  )
}

interface Scrolled {
  /** How far the page was scrolled in the room before this one. */
  scrolled: RefObject<number>
}

// Those below show nothing. They are components so that what they listen to does not draw the whole page again.

/** After a reveal one reads on where one was, though it is another room. */
function KeepPlace({ room, scrolled }: Scrolled & { room: ArticleRoom }) {
  const { isLoaded } = useCalmly(room.status)
  useLayoutEffect(() => {
    if (scrolled.current > 0) window.scrollTo({ top: scrolled.current, behavior: 'instant' })
  }, [scrolled])
  // The mark that is selected is brought into view once it is there.
  useEffect(() => {
    if (!isLoaded || scrolled.current === 0) return
    window.scrollTo({ top: scrolled.current, behavior: 'instant' })
    scrolled.current = 0
  }, [scrolled, isLoaded])
  return null
}

/** Asks for the people of the project again when somebody is here, or wrote, who joined after the page was opened. */
function Strangers({ room, onNewPerson }: { room: ArticleRoom; onNewPerson: () => Promise<boolean> }) {
  const peers = useCalmly(room.peers)
  const records = useLive(room.records)
  const [asked] = useState(() => new Set<string>())
  useEffect(() => {
    const people = room.people.get()
    const { annotations, relations, comments, verdicts } = records
    const seen = new Set(peers.map((peer) => peer.user.id))
    for (const root of [annotations, relations, comments, verdicts])
      for (const { author } of root.values()) seen.add(author)
    const strangers = [...seen].filter((id) => !people.has(id) && !asked.has(id))
    if (strangers.length === 0) return
    for (const id of strangers) asked.add(id)
    void onNewPerson().then((isAnswered) => {
      if (!isAnswered) for (const id of strangers) asked.delete(id)
    })
  }, [room, peers, records, asked, onNewPerson])
  return null
}

/** Only where the browser keeps nothing would closing the page lose what waits; nobody is held up otherwise. */
function UnsavedWarning({ room }: { room: ArticleRoom }) {
  const { waiting, storage } = useCalmly(room.status)
  const isIdle = useLive(room.refused).length + waiting === 0
  useEffect(() => {
    if (isIdle || storage === 'kept') return
    const hold = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', hold)
    return () => window.removeEventListener('beforeunload', hold)
  }, [isIdle, storage])
  return null
}
