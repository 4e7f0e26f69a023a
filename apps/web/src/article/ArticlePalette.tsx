/** The palette of an article: its commands, its kinds, its people, and the other articles of its project. */
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Eye, FileText, ListFilter, LocateFixed, Lock, LockOpen, Users } from 'lucide-react'
import { type ReactNode, useContext, useState } from 'react'
import type { Filter } from '../annotations/filter.ts'
import { articlesQuery } from '../api.ts'
import { useCommand } from '../commands/commands.ts'
import { actionIds, actionOfId } from '../commands/keymap.ts'
import { type Entry, Palette } from '../commands/Palette.tsx'
import { noteRecent, readRecent } from '../commands/recent.ts'
import { toggleLock } from '../editor/lock.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { onlyOf } from '../presence/People.tsx'
import { goToPerson, othersOf, toggleFollowing } from '../presence/places.ts'
import { presenceWords } from '../presence/wording.ts'
import { useAfterClosing } from '../ui/after-closing.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { Shortcuts } from '../ui/shortcuts.ts'
import { backToArticle } from './as-from-article.ts'
import { paletteGroups } from './wording.ts'

interface Props {
  bench: Workbench
  filter: Filter
  onFilter: (filter: Filter) => void
}

export function ArticlePalette(props: Props) {
  const { room, commands } = props.bench
  const [isOpen, setIsOpen] = useState(false)
  const [recent, setRecent] = useState(() => readRecent(room.me.id))
  const afterClosing = useAfterClosing(isOpen)
  useCommand(commands, 'palette', {
    run() {
      setIsOpen(true)
      return true
    },
  })
  return (
    <Palette
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      recent={recent}
      onChoose={(entry) => {
        setRecent(noteRecent(room.me.id, entry.id))
        afterClosing(() => {
          backToArticle(props.bench)
          entry.run()
        })
      }}
    >
      {(show) => <Entries {...props}>{show}</Entries>}
    </Palette>
  )
}

function Entries({
  bench,
  filter,
  onFilter,
  children,
}: Props & { children: (entries: readonly Entry[]) => ReactNode }) {
  return children([
    ...useKinds(bench),
    ...useActions(bench),
    ...usePeople({ bench, filter, onFilter }),
    ...useLocks(bench),
    ...useArticles(bench),
  ])
}

function useActions({ commands }: Workbench): Entry[] {
  const findKey = useContext(Shortcuts)
  const registered = useLive(commands.registered)
  return actionIds
    .filter((id) => registered.has(id) && id !== 'palette' && id !== 'peek')
    .map((id) => ({
      id,
      label: actionOfId(id).label,
      group: actionOfId(id).group,
      shortcut: findKey(id),
      isDisabled: !commands.isPossible(id),
      run: () => void commands.run(id),
    }))
}

function useKinds({ editor, room, focus }: Workbench): Entry[] {
  const findKey = useContext(Shortcuts)
  const { labelSet } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const draft = useCalmly(focus.draft)
  const selected = useCalmly(focus.selected)
  const mark = selected ? room.records.get().annotations.get(selected) : undefined
  if (isBarred || !(draft || mark?.author === room.me.id)) return []
  return labelSet.kinds
    .filter((kind) => draft || kind.id !== mark?.kind)
    .map((kind) => ({
      id: `kind ${kind.id}`,
      label: (draft ? paletteGroups.as : paletteGroups.into)(kind.label),
      group: draft ? paletteGroups.kinds : paletteGroups.change,
      icon: <Swatch kind={kind.id} />,
      shortcut: kind.key ? findKey(kind.key) : null,
      run: () => void (draft ? editor.commands.annotate(kind.id) : mark && editor.commands.relabel(mark.id, kind.id)),
    }))
}

function useLocks(bench: Workbench): Entry[] {
  const { room, focus } = bench
  const { labelSet } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const lock = useLive(focus.lock)
  const isLocked = (kind: string) => lock?.kind === kind && lock.isKept
  if (isBarred) return []
  return labelSet.kinds.map((kind) => ({
    id: `lock ${kind.id}`,
    label: (isLocked(kind.id) ? paletteGroups.unlock : paletteGroups.lockTo)(kind.label),
    group: paletteGroups.lock,
    icon: isLocked(kind.id) ? <LockOpen /> : <Lock />,
    run: () => void toggleLock(bench, kind.id),
  }))
}

function usePeople({ bench, filter, onFilter }: Props): Entry[] {
  const { room, focus } = bench
  const people = useLive(room.people)
  const peers = useCalmly(room.peers)
  const followed = useLive(focus.followed)
  const { annotations } = useLive(room.records)
  const group = paletteGroups.people
  const others = othersOf(peers)
  const authors = new Set([room.me.id, ...others.map((one) => one.id)])
  for (const { author } of annotations.values()) authors.add(author)
  const marks = [...authors].map((id): Entry => {
    const name = people.get(id)?.name ?? room.nameOf(id)
    return {
      id: `marks ${id}`,
      label: id === room.me.id ? presenceWords.onlyMine : presenceWords.onlyMarks(name),
      group,
      alias: `filter ${name}`,
      icon: <ListFilter />,
      run: () => onFilter(onlyOf(filter, id)),
    }
  })
  const all: Entry = {
    id: 'marks',
    label: presenceWords.allMarks,
    group,
    alias: 'filter show all',
    icon: <Users />,
    isDisabled: !filter.person,
    run: () => onFilter(onlyOf(filter, null)),
  }
  return [
    ...others.flatMap(({ id, name }): Entry[] => [
      {
        id: `go ${id}`,
        label: presenceWords.goTo(name),
        group,
        icon: <LocateFixed />,
        run: () => void goToPerson(bench, id),
      },
      {
        id: `follow ${id}`,
        label: followed === id ? presenceWords.stop(name) : presenceWords.follow(name),
        group,
        icon: <Eye />,
        run: () => void toggleFollowing(bench, id),
      },
    ]),
    ...marks,
    all,
  ]
}

function useArticles({ room }: Workbench): Entry[] {
  const { id, project } = useLive(room.article)
  const articles = useQuery(articlesQuery(project.id))
  const navigate = useNavigate()
  return (articles.data ?? [])
    .filter((article) => article.id !== id)
    .map((article) => ({
      id: `article ${article.id}`,
      label: article.title,
      group: paletteGroups.articles,
      alias: 'open article',
      icon: <FileText />,
      run: () => void navigate({ to: '/articles/$article', params: { article: article.id }, search: {} }),
    }))
}
