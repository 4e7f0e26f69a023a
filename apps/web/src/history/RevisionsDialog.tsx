/** The revisions of an article: a list to go from one to the other. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useCommand } from '../commands/commands.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import { revisionsQuery } from './api.ts'
import styles from './history.module.css'
import { dayText, revisionWords as words } from './wording.ts'

export function RevisionsDialog({ bench }: { bench: Workbench }) {
  const { room, commands } = bench
  const { revision } = useLive(room.article)
  const [isOpen, setIsOpen] = useState(false)
  useCommand(commands, 'revisions', {
    run() {
      setIsOpen(true)
      return true
    },
    isPossible: () => revision !== undefined,
  })
  return (
    <Dialog title={words.menu} isOpen={isOpen} onOpenChange={setIsOpen}>
      {(close) => <List bench={bench} onPick={close} />}
    </Dialog>
  )
}

function List({ bench: { room }, onPick }: { bench: Workbench; onPick: () => void }) {
  const revisions = useQuery(revisionsQuery(room.page.id))
  if (revisions.isPending) return <Loading what="the revisions" />
  if (!revisions.data) return <Trouble isPart error={revisions.error} onRetry={() => void revisions.refetch()} />
  const newest = revisions.data.at(-1)?.id
  return (
    <ul className={styles['doubts']}>
      {revisions.data.toReversed().map(({ id, number, title, person, at }) => (
        <li key={id}>
          <p>
            {id === room.page.id ? (
              <strong>{words.number(number)}</strong>
            ) : (
              <Link to="/articles/$article" params={{ article: id }} search={{}} onClick={onPick}>
                {words.number(number)}
              </Link>
            )}{' '}
            <span dir="auto">{title}</span>
          </p>
          <p className={styles['note']}>
            {[
              person === null ? `${words.first}, ${dayText(at)}` : words.by(room.nameOf(person), dayText(at)),
              ...(id === newest ? [words.newest] : []),
              ...(id === room.page.id ? [words.thisOne] : []),
            ].join(' · ')}
          </p>
        </li>
      ))}
    </ul>
  )
}
