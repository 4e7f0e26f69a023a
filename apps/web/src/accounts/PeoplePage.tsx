/** Everybody in the workspace, for its owner: a link for whoever cannot get in, an end, an heir. */
import type { ListedPerson } from '@attest/schema/accounts'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Input, Label, TextField } from 'react-aria-components'
import { ApiError, doorQuery } from '../api.ts'
import { Frame } from '../projects/Frame.tsx'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { MenuOf } from '../ui/Menu.tsx'
import { tell } from '../ui/notices.ts'
import { Lines } from '../ui/Section.tsx'
import { Loading, Trouble } from '../ui/states.tsx'
import styles from './accounts.module.css'
import { closePerson, handOver, makeLink, peopleQuery, signOutPerson } from './api.ts'
import { Complaint } from './Field.tsx'
import { peopleWords as words } from './wording.ts'

type Act = 'link' | 'close' | 'hand-over'

const dates = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })
const times = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export function PeoplePage() {
  const people = useQuery(peopleQuery)
  const { data: door } = useQuery(doorQuery)
  const [asked, setAsked] = useState<{ act: Act; person: ListedPerson } | null>(null)
  const queries = useQueryClient()
  useEffect(() => {
    document.title = `${words.title} · Attest`
  }, [])
  const signingOut = useMutation({
    mutationFn: ({ id }: ListedPerson) => signOutPerson(id),
    onSuccess: (_, { name }) => tell(words.signedOut(name)),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () => queries.invalidateQueries({ queryKey: peopleQuery.queryKey }),
  })
  if (people.isPending) return <Loading what="the people" />
  if (people.error instanceof ApiError && people.error.status === 403)
    return (
      <Frame title={words.title}>
        <p>{words.onlyOwner}</p>
      </Frame>
    )
  if (!people.data) return <Trouble error={people.error} onRetry={() => void people.refetch()} />
  return (
    <Frame title={words.title}>
      <p className={styles['note']}>{words.text}</p>
      <Lines>
        {people.data.map((person) => (
          <li key={person.id}>
            <Avatar person={person} />
            <span>
              <strong dir="auto">{person.name}</strong>{' '}
              <em>
                {[person.id === door?.me?.id && words.you, person.ownsWorkspace && words.owner]
                  .filter(Boolean)
                  .join(', ')}
              </em>
              <span className={styles['note']}>
                {person.isClosed ? words.closed : `${person.email ?? words.byName}, ${lastSeen(person)}`}
              </span>
            </span>
            {!person.isClosed && person.id !== door?.me?.id && (
              <MenuOf
                label={words.actions(person.name)}
                trigger={
                  <Button variant="quiet" aria-label={words.actions(person.name)}>
                    <Ellipsis aria-hidden="true" />
                  </Button>
                }
                groups={() => [
                  {
                    entries: [
                      { id: 'link', label: words.link, run: () => setAsked({ act: 'link', person }) },
                      { id: 'out', label: words.signOut, run: () => signingOut.mutate(person) },
                    ],
                  },
                  {
                    entries: [
                      { id: 'heir', label: words.handOver, run: () => setAsked({ act: 'hand-over', person }) },
                      { id: 'close', label: words.close, run: () => setAsked({ act: 'close', person }) },
                    ],
                  },
                ]}
              />
            )}
          </li>
        ))}
      </Lines>
      {asked && <Asked {...asked} onDone={() => setAsked(null)} />}
    </Frame>
  )
}

function lastSeen({ usedAt }: ListedPerson): string {
  return usedAt === null ? words.never : words.used(dates.format(usedAt))
}

interface AskedProps {
  act: Act
  person: ListedPerson
  onDone: () => void
}

function Asked({ act, person, onDone }: AskedProps) {
  const { name } = person
  const title =
    act === 'link' ? words.linkTitle(name) : act === 'close' ? words.closeTitle(name) : words.handOverTitle(name)
  return (
    <Dialog title={title} isOpen onOpenChange={onDone}>
      {() => (act === 'link' ? <NewLink person={person} /> : <Question act={act} person={person} onDone={onDone} />)}
    </Dialog>
  )
}

function NewLink({ person }: { person: ListedPerson }) {
  const { mutate: make, ...making } = useMutation({ mutationFn: () => makeLink(person.id) })
  if (!making.data)
    return (
      <div className={styles['form']}>
        <p>{words.linkText}</p>
        <Complaint text={making.error?.message} />
        <Button variant="primary" autoFocus isDisabled={making.isPending} onPress={() => make()}>
          {words.link}
        </Button>
      </div>
    )
  const { url, expiresAt } = making.data
  const copy = () =>
    void navigator.clipboard.writeText(url).then(
      () => tell(words.copied),
      // Not every page may write there; the field can be copied by hand.
      () => {},
    )
  return (
    <div className={styles['form']}>
      <p>{words.linkText}</p>
      <TextField className={styles['field'] ?? ''} value={url} isReadOnly autoFocus>
        <Label>{words.linkUntil(times.format(expiresAt))}</Label>
        <Input onFocus={({ currentTarget }) => currentTarget.select()} />
      </TextField>
      <Button variant="primary" onPress={copy}>
        {words.copy}
      </Button>
    </div>
  )
}

function Question({ act, person, onDone }: { act: 'close' | 'hand-over' } & Omit<AskedProps, 'act'>) {
  const queries = useQueryClient()
  const { name, id } = person
  const doing = useMutation({
    mutationFn: () => (act === 'close' ? closePerson(id) : handOver(id)),
    onSuccess: async () => {
      onDone()
      tell(act === 'close' ? words.closed_(name) : words.handedOver(name))
      await queries.invalidateQueries()
    },
  })
  return (
    <div className={styles['form']}>
      <p>{act === 'close' ? words.closeText(name) : words.handOverText}</p>
      <Complaint text={doing.error?.message} />
      <div className={styles['choices']}>
        <Button onPress={onDone}>{words.cancel}</Button>
        <Button variant="bad" isDisabled={doing.isPending} onPress={() => doing.mutate()}>
          {act === 'close' ? words.close.replace(' …', '') : words.handOverDo}
        </Button>
      </div>
    </div>
  )
}
