/** The bar over the article: where one is, what can be marked, whether it is saved, who is here, and the rest. */
import type { Annotation } from '@attest/schema/annotation'
import { useNavigate } from '@tanstack/react-router'
import type { Editor } from '@tiptap/react'
import {
  ArrowLeft,
  AudioLines,
  Award,
  BadgeCheck,
  BookOpen,
  ChevronLeft,
  ChevronRight,
  CircleHelp,
  ClipboardCheck,
  ClipboardPen,
  Columns3,
  Command,
  Copy,
  Download,
  Ellipsis,
  Eye,
  EyeOff,
  FilePenLine,
  FileQuestion,
  Files,
  Film,
  Gauge,
  Globe,
  History,
  Keyboard,
  List,
  ListTodo,
  LockOpen,
  MessagesSquare,
  Redo2,
  Scale,
  Search,
  Send,
  Sparkles,
  TextCursor,
  TextSelect,
  Undo2,
  Workflow,
} from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { type Filter, isFiltering } from '../annotations/filter.ts'
import { Legend } from '../annotations/Legend.tsx'
import { type ActionId, actionOfId } from '../commands/keymap.ts'
import type { Focus } from '../editor/focus.ts'
import { toggleLock } from '../editor/lock.ts'
import type { Workbench } from '../editor/workbench.ts'
import { ExportDialog } from '../exchange/ExportDialog.tsx'
import type { ArticleRoom } from '../live/article-room.ts'
import { countMarks, isProposed } from '../live/live-records.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { PublicLinkDialog } from '../members/PublicLinkDialog.tsx'
import { People } from '../presence/People.tsx'
import { GraphButton } from '../relations/GraphButton.tsx'
import { ToDos } from '../relations/ToDos.tsx'
import { ReviewButtons } from '../review/ReviewButton.tsx'
import { TalkButton } from '../talk/TalkButton.tsx'
import { Button } from '../ui/Button.tsx'
import { type MenuEntry, MenuOf } from '../ui/Menu.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import { WorkInBar } from '../work/WorkInBar.tsx'
import { runAsFromArticle } from './as-from-article.ts'
import styles from './page.module.css'
import { StatusLine } from './StatusLine.tsx'
import { barWords } from './wording.ts'

interface Props {
  editor: Editor | null
  room: ArticleRoom
  focus: Focus
  filter: Filter
  onFilter: (filter: Filter) => void
  isShown: (annotation: Annotation) => boolean
  /** Null until the editor is made. */
  bench: Workbench | null
}

export function TopBar({ editor, room, focus, filter, onFilter, isShown, bench }: Props) {
  const navigate = useNavigate()
  const { project, title } = room.page
  const bar = useRef<HTMLElement>(null)
  useHeightAsToken(bar)
  const [isExporting, setIsExporting] = useState(false)
  const onExport = () => setIsExporting(true)
  return (
    <header className={styles['bar']} ref={bar}>
      <Button
        variant="quiet"
        hint={project.name}
        aria-label={barWords.back(project.name)}
        onPress={() => void navigate({ to: '/projects/$project', params: { project: project.id } })}
      >
        <ArrowLeft aria-hidden="true" />
      </Button>
      <span className={styles['title']} title={title} dir="auto">
        {title}
      </span>
      {bench && <Legend bench={bench} />}
      <span className={styles['gap']} />
      {bench && <WorkInBar bench={bench} />}
      <StatusLine room={room} />
      {bench && <People bench={bench} filter={filter} onFilter={onFilter} />}
      <span className={styles['tools']}>
        <HistoryButtons editor={editor} room={room} />
        {bench && <ToDos bench={bench} />}
        <span className={styles['roomy']}>{bench && <GraphButton bench={bench} />}</span>
        {bench && <TalkButton bench={bench} />}
        {bench && <ReviewButtons bench={bench} />}
        <ListButton {...{ room, focus, filter, isShown }} />
        <span className={styles['wide']}>
          {bench && (
            <Button
              variant="quiet"
              hint={actionOfId('markDialog').label}
              shortcut="markDialog"
              aria-label={actionOfId('markDialog').label}
              onPress={() => runAsFromArticle(bench, 'markDialog')}
            >
              {icons.markDialog}
            </Button>
          )}
          {bench && (
            <Button
              variant="quiet"
              hint={barWords.search}
              shortcut="search"
              aria-label={barWords.search}
              onPress={() => runAsFromArticle(bench, 'search')}
            >
              <Search aria-hidden="true" />
            </Button>
          )}
          <Button variant="quiet" hint={barWords.exportHint} aria-label={barWords.exportHint} onPress={onExport}>
            <Download aria-hidden="true" />
          </Button>
          <Button
            variant="quiet"
            hint={barWords.keys}
            shortcut="help"
            aria-label={barWords.keys}
            onPress={() => bench?.commands.run('help')}
          >
            <CircleHelp aria-hidden="true" />
          </Button>
        </span>
        {bench && <More bench={bench} onExport={onExport} />}
      </span>
      <ExportDialog
        room={room}
        isShown={isFiltering(filter) ? isShown : null}
        isOpen={isExporting}
        onClose={() => setIsExporting(false)}
      />
    </header>
  )
}

/** Everything that has no button of its own where the bar is narrow, and what is not needed often enough for one. */
function More({ bench, onExport }: { bench: Workbench; onExport: () => void }) {
  const { room, focus, commands } = bench
  const registered = useLive(commands.registered)
  const { labelSet } = useLive(room.article)
  const lock = useLive(focus.lock)
  const isBarred = useLive(room.barred) !== null
  const isOwner = useLive(room.article).project.memberRole === 'owner'
  const [isOpening, setIsOpening] = useState(false)
  const of = (...ids: ActionId[]): MenuEntry[] =>
    ids
      .filter((id) => registered.has(id))
      .map((id) => ({
        id,
        label: actionOfId(id).label,
        icon: icons[id],
        shortcut: id,
        isDisabled: !commands.isPossible(id),
        run: () => runAsFromArticle(bench, id),
      }))
  const locks = labelSet.kinds.map(
    (kind): MenuEntry => ({
      id: `lock ${kind.id}`,
      label: kind.label,
      icon: lock?.kind === kind.id && lock.isKept ? <LockOpen /> : <Swatch kind={kind.id} />,
      run: () => void toggleLock(bench, kind.id),
    }),
  )
  return (
    <>
      <MenuOf
        label={barWords.more}
        trigger={
          <Button variant="quiet" hint={barWords.moreHint} aria-label={barWords.more}>
            <Ellipsis aria-hidden="true" />
          </Button>
        }
        groups={() => [
          { entries: of('palette') },
          { title: barWords.find, entries: of('search', 'list', 'talk', 'graph', 'nextToDo') },
          { title: barWords.review, entries: of('review', 'undecided', 'suggestions', 'corrections') },
          { title: barWords.mark, entries: of('markDialog', 'occurrences', 'hide', 'undo', 'redo') },
          ...(isBarred ? [] : [{ title: barWords.lock, entries: locks }]),
          {
            title: barWords.article,
            entries: [
              ...of(
                'submit',
                'signOff',
                'reopen',
                'previousArticle',
                'nextArticle',
                'follow',
                'compare',
                'agreement',
                'gold',
                'history',
                'replay',
                'revisions',
                'doubts',
                'revise',
              ),
              { id: 'export', label: barWords.export, icon: <Download />, run: onExport },
              ...(isOwner
                ? [{ id: 'public-link', label: barWords.publicLink, icon: <Globe />, run: () => setIsOpening(true) }]
                : []),
            ],
          },
          { title: barWords.help, entries: of('guide', 'help', 'keys', 'speech', 'caret') },
        ]}
      />
      <PublicLinkDialog article={isOpening ? room.page : null} onClose={() => setIsOpening(false)} />
    </>
  )
}

const icons: Partial<Record<ActionId, ReactNode>> = {
  palette: <Command />,
  search: <Search />,
  list: <List />,
  talk: <MessagesSquare />,
  graph: <Workflow />,
  nextToDo: <ListTodo />,
  undecided: <Scale />,
  review: <ClipboardCheck />,
  suggestions: <Sparkles />,
  corrections: <ClipboardPen />,
  markDialog: <TextSelect />,
  occurrences: <Copy />,
  hide: <EyeOff />,
  undo: <Undo2 />,
  redo: <Redo2 />,
  submit: <Send />,
  signOff: <BadgeCheck />,
  reopen: <LockOpen />,
  previousArticle: <ChevronLeft />,
  nextArticle: <ChevronRight />,
  follow: <Eye />,
  compare: <Columns3 />,
  agreement: <Gauge />,
  gold: <Award />,
  history: <History />,
  replay: <Film />,
  revisions: <Files />,
  doubts: <FileQuestion />,
  revise: <FilePenLine />,
  guide: <BookOpen />,
  help: <CircleHelp />,
  keys: <Keyboard />,
  speech: <AudioLines />,
  caret: <TextCursor />,
}

/** What stands under the bar goes by its height, which depends on the width, on the text's size and on who is here. */
function useHeightAsToken(bar: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = bar.current
    if (!element) return
    const { style } = document.documentElement
    const observer = new ResizeObserver(() => style.setProperty('--bar', `${element.offsetHeight}px`))
    observer.observe(element)
    return () => {
      observer.disconnect()
      style.removeProperty('--bar')
    }
  }, [bar])
}

function HistoryButtons({ editor, room }: Pick<Props, 'editor' | 'room'>) {
  const { canUndo, canRedo } = useCalmly(room.history)
  const isBarred = useLive(room.barred) !== null
  return (
    <>
      <Button
        variant="quiet"
        hint={barWords.undo}
        shortcut="undo"
        aria-label={barWords.undo}
        isDisabled={!canUndo || isBarred}
        onPress={() => editor?.commands.undoOwn()}
      >
        <Undo2 aria-hidden="true" />
      </Button>
      <span className={styles['roomy']}>
        <Button
          variant="quiet"
          hint={barWords.redo}
          shortcut="redo"
          aria-label={barWords.redo}
          isDisabled={!canRedo || isBarred}
          onPress={() => editor?.commands.redoOwn()}
        >
          <Redo2 aria-hidden="true" />
        </Button>
      </span>
    </>
  )
}

function ListButton({ room, focus, filter, isShown }: Omit<Props, 'editor' | 'bench' | 'onFilter'>) {
  const isListOpen = useLive(focus.panel) === 'list'
  const records = useLive(room.records)
  const isHidden = useLive(focus.isHidden)
  const total = countMarks(records)
  const isCounted = (one: Annotation) => isShown(one) && !isProposed(records, one)
  // Nobody should take a filtered text for an unmarked one.
  const shown = isHidden ? 0 : isFiltering(filter) ? [...records.annotations.values()].filter(isCounted).length : total
  const count = barWords.count(shown, total)
  return (
    <Button
      variant="quiet"
      hint={barWords.list}
      shortcut="list"
      aria-label={barWords.listOf(count)}
      isPressedState={isListOpen}
      onPress={() => focus.panel.set(isListOpen ? null : 'list')}
    >
      <List aria-hidden="true" />
      <span className={styles['count']} data-filtering={shown !== total || undefined}>
        {count}
      </span>
    </Button>
  )
}
