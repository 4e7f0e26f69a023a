/** What is compared, and what of it is shown. */
import type { ArticlePage } from '@attest/schema/api'
import { useMemo } from 'react'
import { styleOf } from '../editor/label-styles.ts'
import { Button } from '../ui/Button.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './compare.module.css'
import { type Compared, countTypes, differenceTypes, GOLD, MOST_PARTIES } from './differences.ts'
import { colorOf, type PartyShown } from './parties.ts'
import { type CompareSearch, listIn, typesIn, withList } from './search.ts'
import { typeWords, compareWords as words } from './wording.ts'

interface Props {
  page: ArticlePage
  known: readonly PartyShown[]
  /** Who is compared now. */
  ids: readonly string[]
  search: CompareSearch
  onSearch: (search: CompareSearch) => void
  /** Whether there is a time before and a time after the reveal. */
  isRevealed: boolean
  compared: readonly Compared[]
}

export function Choosing({ page, known, ids, search, onSearch, isRevealed, compared }: Props) {
  const kinds = listIn(search, 'kind')
  const types = typesIn(search)
  const counts = useMemo(() => countTypes(compared), [compared])
  const present = useMemo(() => {
    const found = new Set(compared.flatMap(({ annotations }) => annotations.map(({ kind }) => kind)))
    return page.labelSet.kinds.filter(({ id }) => found.has(id))
  }, [compared, page.labelSet])
  const toggled = (all: readonly string[], one: string) =>
    all.includes(one) ? all.filter((other) => other !== one) : [...all, one]
  const chooseParty = (id: string) => {
    const next = toggled(ids, id)
    // Gold stands last, under all that it is made of.
    onSearch(withList(search, 'who', [...next.filter((one) => one !== GOLD), ...next.filter((one) => one === GOLD)]))
  }
  return (
    <div className={styles['choosing']}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of a form */}
      <div role="group" aria-label={words.who}>
        {known.map(({ id, name, short, color, marks }) => {
          const isChosen = ids.includes(id)
          const isFixed = isChosen ? ids.length <= 2 : ids.length >= MOST_PARTIES || marks === 0
          return (
            <Button
              key={id}
              isPressedState={isChosen}
              isDisabled={isFixed && !isChosen}
              {...(isFixed && {
                hint: isChosen ? words.atLeastTwo : marks === 0 ? words.noMarks : words.atMost(MOST_PARTIES),
              })}
              onPress={() => isFixed || chooseParty(id)}
            >
              <i className={styles['dot']} style={colorOf(color)} aria-hidden="true">
                {short}
              </i>
              <span className={styles['name']} dir="auto">
                {name}
              </span>
              <small>{marks}</small>
            </Button>
          )
        })}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of a form */}
      <div role="group" aria-label={words.types}>
        {differenceTypes.map((type) => (
          <Button
            key={type}
            isPressedState={types.has(type)}
            isDisabled={counts[type] === 0 && !types.has(type)}
            onPress={() => onSearch(withList(search, 'how', toggled([...types], type)))}
          >
            {typeWords[type]} <small>{counts[type]}</small>
          </Button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of a form */}
      <div role="group" aria-label={words.kinds}>
        {present.map(({ id, label }) => (
          <Button
            key={id}
            isPressedState={kinds.includes(id)}
            onPress={() => onSearch(withList(search, 'kind', toggled(kinds, id)))}
          >
            <Swatch kind={styleOf(page.labelSet, id)} /> <span dir="auto">{label}</span>
          </Button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of a form */}
      <div role="group" aria-label={words.view}>
        <label>
          <input
            type="checkbox"
            checked={search.only ?? false}
            onChange={({ target }) => onSearch({ ...search, only: target.checked ? true : undefined })}
          />{' '}
          {words.onlyDiffering}
        </label>
        <Button isPressedState={search.view !== 'table'} onPress={() => onSearch({ ...search, view: undefined })}>
          {words.views.strips}
        </Button>
        <Button isPressedState={search.view === 'table'} onPress={() => onSearch({ ...search, view: 'table' })}>
          {words.views.table}
        </Button>
        {isRevealed && (
          <select
            aria-label={words.when}
            value={search.when ?? 'now'}
            onChange={({ target }) => onSearch({ ...search, when: target.value === 'before' ? 'before' : undefined })}
          >
            <option value="now">{words.whens.now}</option>
            <option value="before">{words.whens.before}</option>
          </select>
        )}
      </div>
      <ul className={styles['legend']} aria-label={words.legend}>
        <li>
          <i data-tint="agree" aria-hidden="true" /> {words.agree}
        </li>
        {ids.length > 2 && (
          <li>
            <i data-tint="most" aria-hidden="true" /> {words.most}
          </li>
        )}
        <li>
          <i data-tint="differ" aria-hidden="true" /> {words.differ}
        </li>
      </ul>
    </div>
  )
}
