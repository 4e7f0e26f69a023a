/** What is shown, to choose: switches in groups, all of one logic, and the words that a mark must have. */
import { type Outcome, outcomes } from '@attest/schema/outcome'
import { Eye, EyeOff } from 'lucide-react'
import { type ReactNode, useEffect, useId, useMemo, useState } from 'react'
import type { ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { countText } from '../ui/number.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { kindLabel, kindStyle } from './describe.ts'
import { choiceOf, choose, type Filter, type Hideable, type Lack, listOf, toggle, withList } from './filter.ts'
import styles from './marks.module.css'
import { filterWords, outcomeWords } from './wording.ts'

/** So many people are shown at once; the others are a click away. */
const MANY_PEOPLE = 8

interface Props {
  room: ArticleRoom
  filter: Filter
  onFilter: (filter: Filter) => void
}

export function Filters({ room, filter, onFilter }: Props) {
  const records = useLive(room.records)
  const { labelSet } = useLive(room.article)
  useLive(room.people)
  const [areAllPeople, setAllPeople] = useState(false)
  const authors = useMemo(() => countBy([...records.annotations.values()].map((one) => one.author)), [records])
  const kinds = useMemo(() => countBy([...records.annotations.values()].map((one) => one.kind)), [records])
  const states = useMemo(
    () => countBy<Outcome>([...records.annotations.keys()].map((id) => records.outcomes.get(id) ?? 'open')),
    [records],
  )
  const chosenKinds = [...listOf(filter, 'kind'), ...listOf(filter, 'hide')]
  const chosenPeople = [...listOf(filter, 'person'), ...listOf(filter, 'without')]
  const kindIds = new Set([...labelSet.kinds.map(({ id }) => id), ...kinds.keys(), ...chosenKinds])
  const people = [...new Set([...authors.keys(), ...chosenPeople])].sort(
    (a, b) =>
      Number(b === room.me.id) - Number(a === room.me.id) ||
      Number(chosenPeople.includes(b)) - Number(chosenPeople.includes(a)) ||
      (authors.get(b) ?? 0) - (authors.get(a) ?? 0),
  )
  const shownPeople = areAllPeople ? people : people.slice(0, MANY_PEOPLE)
  const isMine = filter.person === room.me.id
  const isUndecided = filter.state === 'open'
  const { talk: _, ...withoutTalk } = filter
  const pair = { filter, onFilter }
  const lackSwitch = (lack: Lack) => (
    <Button
      isPressedState={listOf(filter, 'lacks').includes(lack)}
      onPress={() => onFilter(toggle(filter, 'lacks', lack))}
    >
      {filterWords.lacks[lack]}
    </Button>
  )
  return (
    <div className={styles['filters']}>
      <WordsField filter={filter} onFilter={onFilter} />
      <Group name={filterWords.quick}>
        <Button
          isPressedState={isMine}
          onPress={() => onFilter(withList(withList(filter, 'without', []), 'person', isMine ? [] : [room.me.id]))}
        >
          {filterWords.mine}
        </Button>
        <Button
          isPressedState={isUndecided}
          onPress={() => onFilter(withList(filter, 'state', isUndecided ? [] : ['open']))}
        >
          {filterWords.undecided}
        </Button>
        <Button
          isPressedState={filter.talk === 'open'}
          onPress={() => onFilter(filter.talk === 'open' ? withoutTalk : { ...filter, talk: 'open' })}
        >
          {filterWords.openThreads}
        </Button>
        {labelSet.kinds.some(({ needs }) => needs?.length) && lackSwitch('link')}
        {labelSet.kinds.some(({ attributes }) => attributes.some(({ isRequired }) => isRequired)) &&
          lackSwitch('attribute')}
      </Group>
      <Group name={filterWords.kinds}>
        {[...kindIds].map((kind) => (
          <Chip
            key={kind}
            {...pair}
            group="kind"
            value={kind}
            name={kindLabel(room, { kind })}
            count={kinds.get(kind) ?? 0}
          >
            <Swatch kind={kindStyle(room, { kind })} /> {kindLabel(room, { kind })}
          </Chip>
        ))}
      </Group>
      <Group name={filterWords.people}>
        {shownPeople.map((person) => (
          <Chip
            key={person}
            {...pair}
            group="person"
            value={person}
            name={room.nameOf(person)}
            count={authors.get(person) ?? 0}
          >
            <Avatar person={room.personOf(person)} />{' '}
            <span className={styles['nameOfChip']}>
              {person === room.me.id ? filterWords.you : room.nameOf(person)}
            </span>
          </Chip>
        ))}
        {people.length > shownPeople.length && (
          <Button variant="quiet" onPress={() => setAllPeople(true)}>
            {filterWords.morePeople(people.length - shownPeople.length)}
          </Button>
        )}
      </Group>
      <Group name={filterWords.state}>
        {outcomes.map((outcome) => (
          <Button
            key={outcome}
            isPressedState={listOf(filter, 'state').includes(outcome)}
            onPress={() => onFilter(toggle(filter, 'state', outcome))}
          >
            {outcomeWords[outcome]} <small>{countText(states.get(outcome) ?? 0)}</small>
          </Button>
        ))}
      </Group>
      <p className={styles['rule']}>{filterWords.rule}</p>
    </div>
  )
}

function Group({ name, children }: { name: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend>{name}</legend>
      {children}
    </fieldset>
  )
}

interface ChipProps {
  filter: Filter
  onFilter: (filter: Filter) => void
  group: Hideable
  value: string
  name: string
  count: number
  children: ReactNode
}

/** Pressed, it and the others that are pressed are what is shown; with the eye beside it, or with Alt, it is hidden. */
function Chip({ filter, onFilter, group, value, name, count, children }: ChipProps) {
  const choice = choiceOf(filter, group, value)
  const isHidden = choice === 'hidden'
  return (
    <span className={styles['chipOfFilter']} data-choice={choice ?? undefined}>
      <Button
        isPressedState={choice === 'shown'}
        onPress={({ altKey }) => onFilter(choose(filter, group, value, altKey ? 'hidden' : 'shown'))}
      >
        {children} <small>{countText(count)}</small>
        {isHidden && <span className="visually-hidden">{filterWords.hidden}</span>}
      </Button>
      <Button
        variant="quiet"
        hint={isHidden ? filterWords.show(name) : filterWords.hide(name)}
        aria-label={isHidden ? filterWords.show(name) : filterWords.hide(name)}
        onPress={() => onFilter(choose(filter, group, value, 'hidden'))}
      >
        {isHidden ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
      </Button>
    </span>
  )
}

/** How long after the last letter the words are put into the address, in milliseconds. */
const WORDS_AFTER_MS = 200

function WordsField({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const field = useId()
  const [words, setWords] = useState(filter.text ?? '')
  const [told, setTold] = useState(filter.text)
  // The address has changed under the field: by Show all, or by going back.
  if (filter.text !== told) {
    setTold(filter.text)
    if ((filter.text ?? '') !== words.trim()) setWords(filter.text ?? '')
  }
  useEffect(() => {
    const asked = words.trim()
    if (asked === (filter.text ?? '')) return
    const timer = setTimeout(() => {
      const { text: _, ...rest } = filter
      onFilter(asked ? { ...rest, text: asked } : rest)
    }, WORDS_AFTER_MS)
    return () => clearTimeout(timer)
  }, [words, filter, onFilter])
  return (
    <div className={styles['words']}>
      <label htmlFor={field} className="visually-hidden">
        {filterWords.words}
      </label>
      <input
        id={field}
        type="search"
        value={words}
        maxLength={200}
        placeholder={filterWords.words}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setWords(event.target.value)}
      />
    </div>
  )
}

function countBy<K extends string>(keys: readonly K[]): Map<K, number> {
  const counts = new Map<K, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
