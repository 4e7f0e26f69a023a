/** The bar over the article: where one is, what can be marked, whether it is saved, who is here, and the rest. */
import type { Annotation } from '@attest/schema/annotation'
import { useNavigate } from '@tanstack/react-router'
import type { Editor } from '@tiptap/react'
import { ArrowLeft, CircleHelp, List, Redo2, Undo2 } from 'lucide-react'
import { type Filter, isFiltering } from '../annotations/filter.ts'
import { Legend } from '../annotations/Legend.tsx'
import type { Focus } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import { ExportButton } from '../export/ExportButton.tsx'
import type { ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { People } from '../presence/People.tsx'
import { ToDos } from '../relations/ToDos.tsx'
import { TalkButton } from '../talk/TalkButton.tsx'
import { Button } from '../ui/Button.tsx'
import styles from './page.module.css'
import { StatusLine } from './StatusLine.tsx'

interface Props {
  editor: Editor | null
  room: ArticleRoom
  focus: Focus
  filter: Filter
  isShown: (annotation: Annotation) => boolean
  /** Null until the editor is made. */
  bench: Workbench | null
}

export function TopBar({ editor, room, focus, filter, isShown, bench }: Props) {
  const navigate = useNavigate()
  const { project, title } = room.page
  return (
    <header className={styles['bar']}>
      <Button
        variant="quiet"
        hint={project.name}
        aria-label={`Back to ${project.name}`}
        onPress={() => void navigate({ to: '/projects/$project', params: { project: project.id } })}
      >
        <ArrowLeft aria-hidden="true" />
      </Button>
      <span className={styles['title']} title={title} dir="auto">
        {title}
      </span>
      {bench && <Legend bench={bench} />}
      <span className={styles['gap']} />
      <StatusLine room={room} />
      <People room={room} />
      <span className={styles['tools']}>
        <HistoryButtons editor={editor} room={room} />
        <ExportButton room={room} />
        {bench && <ToDos bench={bench} />}
        {bench && <TalkButton bench={bench} />}
        <Button
          variant="quiet"
          hint="Keys and kinds"
          shortcut="help"
          aria-label="Keys and kinds"
          onPress={() => bench?.commands.run('help')}
        >
          <CircleHelp aria-hidden="true" />
        </Button>
        <ListButton {...{ room, focus, filter, isShown }} />
      </span>
    </header>
  )
}

function HistoryButtons({ editor, room }: Pick<Props, 'editor' | 'room'>) {
  const { canUndo, canRedo } = useLive(room.history)
  const isBarred = useLive(room.barred) !== null
  return (
    <>
      <Button
        variant="quiet"
        hint="Undo"
        shortcut="undo"
        aria-label="Undo"
        isDisabled={!canUndo || isBarred}
        onPress={() => editor?.commands.undoOwn()}
      >
        <Undo2 aria-hidden="true" />
      </Button>
      <Button
        variant="quiet"
        hint="Redo"
        shortcut="redo"
        aria-label="Redo"
        isDisabled={!canRedo || isBarred}
        onPress={() => editor?.commands.redoOwn()}
      >
        <Redo2 aria-hidden="true" />
      </Button>
    </>
  )
}

function ListButton({ room, focus, filter, isShown }: Omit<Props, 'editor' | 'bench'>) {
  const isListOpen = useLive(focus.panel) === 'list'
  const records = useLive(room.records)
  const isHidden = useLive(focus.isHidden)
  const total = records.annotations.size
  // Nobody should take a filtered text for an unmarked one.
  const shown = isHidden ? 0 : isFiltering(filter) ? [...records.annotations.values()].filter(isShown).length : total
  const count = shown === total ? `${total}` : `${shown} of ${total}`
  return (
    <Button
      variant="quiet"
      hint="Marks and filters"
      aria-label={`${count} marks, list and filters`}
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
