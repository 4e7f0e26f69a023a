/** Who is here now: oneself first, then the others, each once however many tabs they have, and what one can do about them. */
import type { Person } from '@attest/schema/api'
import { Eye, ListFilter, LocateFixed, Users } from 'lucide-react'
import { useState } from 'react'
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components'
import type { Filter } from '../annotations/filter.ts'
import { useCommand } from '../commands/commands.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { type MenuEntry, MenuOf } from '../ui/Menu.tsx'
import { tell } from '../ui/notices.ts'
import { goToPerson, othersOf, toggleFollowing } from './places.ts'
import styles from './presence.module.css'
import { presenceWords } from './wording.ts'

/** How many have a picture in the bar; the rest are a number. */
const SHOWN = 4

interface Props {
  bench: Workbench
  filter: Filter
  onFilter: (filter: Filter) => void
}

export function People({ bench, filter, onFilter }: Props) {
  const { room, focus, commands } = bench
  const peers = useCalmly(room.peers)
  const followed = useLive(focus.followed)
  const [isListOpen, setIsListOpen] = useState(false)
  const others = othersOf(peers)
  const shown = others.slice(0, SHOWN)
  const rest = others.length - shown.length
  useCommand(commands, 'follow', {
    isPossible: () => others.length > 0 || followed !== null,
    run() {
      const [only] = others
      if (followed) return toggleFollowing(bench, followed)
      if (!only) tell(presenceWords.nobody)
      else if (others.length === 1) return toggleFollowing(bench, only.id)
      else setIsListOpen(true)
      return true
    },
  })
  const show = (person: string | null) => onFilter(onlyOf(filter, person))
  return (
    <div className={styles['people']} data-testid="people">
      <ul aria-label={presenceWords.here}>
        {[room.me, ...shown].map((person) => (
          <li key={person.id} data-followed={person.id === followed || undefined}>
            <MenuOf
              label={person.name}
              groups={() => [{ entries: entriesFor(person, { bench, followed, filter, show }) }]}
              trigger={
                <AriaButton className={styles['person'] ?? ''}>
                  <Avatar
                    person={person}
                    label={person.id === room.me.id ? presenceWords.you(person.name) : person.name}
                  />
                </AriaButton>
              }
            />
          </li>
        ))}
      </ul>
      <DialogTrigger isOpen={isListOpen} onOpenChange={setIsListOpen}>
        <AriaButton
          className={styles['more'] ?? ''}
          data-rest={rest > 0 || undefined}
          aria-label={rest > 0 ? presenceWords.more(rest) : presenceWords.count(others.length + 1)}
        >
          <Users aria-hidden="true" />
          <span className={styles['all']}>{others.length + 1}</span>
          {rest > 0 && <span className={styles['rest']}>+{rest}</span>}
        </AriaButton>
        <Popover className={styles['popover'] ?? ''} placement="bottom end" offset={6}>
          <Dialog aria-label={presenceWords.here} className={styles['all-here'] ?? ''}>
            {({ close }) => (
              <Everybody
                bench={bench}
                people={[room.me, ...others]}
                onFilter={(person) => {
                  close()
                  show(person)
                }}
                onGo={close}
              />
            )}
          </Dialog>
        </Popover>
      </DialogTrigger>
    </div>
  )
}

/** All of them in a list, each with what one can do: there may be sixty. */
function Everybody({
  bench,
  people,
  onFilter,
  onGo,
}: {
  bench: Workbench
  people: readonly Person[]
  onFilter: (person: string) => void
  onGo: () => void
}) {
  const { room, focus } = bench
  const followed = useLive(focus.followed)
  const peers = useCalmly(room.peers)
  const { annotations } = useLive(room.records)
  const marks = new Map<string, number>()
  for (const { author } of annotations.values()) marks.set(author, (marks.get(author) ?? 0) + 1)
  const isFollower = (person: string) => peers.some((peer) => peer.user.id === person && peer.follows === room.me.id)
  return (
    <>
      <h2>{presenceWords.count(people.length)}</h2>
      <ul>
        {people.map((person) => {
          const isMe = person.id === room.me.id
          return (
            <li key={person.id}>
              <Avatar person={person} />
              <span className={styles['name']}>
                <span dir="auto">{isMe ? presenceWords.you(person.name) : person.name}</span>
                {isFollower(person.id) && <small>{presenceWords.followsYou(person.name)}</small>}
              </span>
              {!isMe && (
                <>
                  <Button
                    variant="quiet"
                    hint={presenceWords.goTo(person.name)}
                    aria-label={presenceWords.goTo(person.name)}
                    onPress={() => {
                      onGo()
                      goToPerson(bench, person.id)
                    }}
                  >
                    <LocateFixed aria-hidden="true" />
                  </Button>
                  <Button
                    variant="quiet"
                    hint={presenceWords.follow(person.name)}
                    aria-label={presenceWords.follow(person.name)}
                    isPressedState={followed === person.id}
                    onPress={() => {
                      onGo()
                      toggleFollowing(bench, person.id)
                    }}
                  >
                    <Eye aria-hidden="true" />
                  </Button>
                </>
              )}
              <Button
                variant="quiet"
                hint={isMe ? presenceWords.onlyMine : presenceWords.onlyMarks(person.name)}
                aria-label={presenceWords.counted(
                  isMe ? presenceWords.onlyMine : presenceWords.onlyMarks(person.name),
                  marks.get(person.id) ?? 0,
                )}
                onPress={() => onFilter(person.id)}
              >
                <ListFilter aria-hidden="true" />
                <small>{marks.get(person.id) ?? 0}</small>
              </Button>
            </li>
          )
        })}
      </ul>
    </>
  )
}

function entriesFor(
  { id, name }: Person,
  {
    bench,
    followed,
    filter,
    show,
  }: { bench: Workbench; followed: string | null; filter: Filter; show: (person: string | null) => void },
): MenuEntry[] {
  const isMe = id === bench.room.me.id
  const marks: MenuEntry = {
    id: 'marks',
    label: isMe ? presenceWords.onlyMine : presenceWords.onlyMarks(name),
    icon: <ListFilter />,
    run: () => show(id),
  }
  const all: MenuEntry[] = filter.person
    ? [{ id: 'all', label: presenceWords.allMarks, icon: <Users />, run: () => show(null) }]
    : []
  if (isMe) return [marks, ...all]
  return [
    { id: 'go', label: presenceWords.goTo(name), icon: <LocateFixed />, run: () => void goToPerson(bench, id) },
    {
      id: 'follow',
      label: followed === id ? presenceWords.stop(name) : presenceWords.follow(name),
      icon: <Eye />,
      run: () => void toggleFollowing(bench, id),
    },
    marks,
    ...all,
  ]
}

/** The view with the marks of this person and no others; null for everybody's. The rest of a filter would only confuse. */
export function onlyOf(filter: Filter, person: string | null): Filter {
  return { ...(filter.mark ? { mark: filter.mark } : {}), ...(person ? { person } : {}) }
}
