/** How far the review is, and what of it is shown. */
import { differences } from '@attest/schema/cluster'
import { type Outcome, outcomes } from '@attest/schema/outcome'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import type { Choice, State } from './choice.ts'
import styles from './review.module.css'
import { differenceWords, stateWords, reviewWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  /** How many places there are in each state. */
  counts: Record<Outcome, number>
  /** Everybody whose marks there are. */
  people: readonly string[]
  mayJudge: boolean
  choice: Choice
  onChoice: (choice: Choice) => void
}

export function ReviewHead({ bench: { room }, counts, people, mayJudge, choice, onChoice }: Props) {
  const { labelSet } = useLive(room.article)
  useLive(room.people)
  return (
    <>
      <Progress
        counts={counts}
        chosen={choice.state}
        onChoose={(state) => onChoice({ ...choice, state: choice.state === state ? 'all' : state })}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of a form */}
      <div className={styles['filters']} role="group" aria-label={words.filters}>
        <Select
          label={words.state}
          value={choice.state === 'all' ? '' : choice.state}
          onChange={(state) => onChoice({ ...choice, state: states.find((one) => one === state) ?? 'all' })}
          options={[
            ['', words.allStates],
            ...(mayJudge ? [['todo', words.toDecide] as const] : []),
            ...outcomes.map((one) => [one, stateWords[one]] as const),
          ]}
        />
        <Select
          label={words.difference}
          value={choice.difference}
          onChange={(difference) => onChoice({ ...choice, difference })}
          options={[
            ['', words.allDifferences],
            ...differences.map((one) => [one, differenceWords[one]] as const),
            ['attributes', words.attributesDiffer],
          ]}
        />
        <Select
          label={words.kind}
          value={choice.kind}
          onChange={(kind) => onChoice({ ...choice, kind })}
          options={[['', words.allKinds], ...labelSet.kinds.map(({ id, label }) => [id, label] as const)]}
        />
        <Select
          label={words.people}
          value={choice.person}
          onChange={(person) => onChoice({ ...choice, person })}
          options={[
            ['', words.everybody],
            ...people.map((id) => [id, id === room.me.id ? words.mine : room.nameOf(id)] as const),
          ]}
        />
      </div>
    </>
  )
}

const states: readonly State[] = ['todo', ...outcomes]

interface ProgressProps {
  counts: Record<Outcome, number>
  chosen: State
  onChoose: (state: Outcome) => void
}

/** How far the review is: a bar, and under it what its parts are, each of which shows what is in it. */
function Progress({ counts, chosen, onChoose }: ProgressProps) {
  const order = ['accepted', 'rejected', 'disputed', 'open'] as const
  return (
    <div className={styles['progress']}>
      <div className={styles['bar']} aria-hidden="true">
        {order.map((one) => counts[one] > 0 && <span key={one} data-outcome={one} style={{ flexGrow: counts[one] }} />)}
      </div>
      <fieldset>
        <legend className="visually-hidden">{words.progress}</legend>
        {order.map((one) => (
          <Button
            key={one}
            variant="quiet"
            isPressedState={chosen === one}
            aria-label={words.share(stateWords[one], counts[one])}
            onPress={() => onChoose(one)}
          >
            <span className={styles['dot']} data-outcome={one} aria-hidden="true" /> {stateWords[one]}{' '}
            <b>{counts[one].toLocaleString('en')}</b>
          </Button>
        ))}
      </fieldset>
    </div>
  )
}

interface SelectProps {
  label: string
  value: string
  onChange: (value: string) => void
  options: readonly (readonly [string, string])[]
}

function Select({ label, value, onChange, options }: SelectProps) {
  return (
    <select
      aria-label={label}
      value={value}
      data-on={value !== '' || undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {options.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}
