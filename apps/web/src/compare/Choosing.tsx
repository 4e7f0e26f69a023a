/** What is compared, and what of it is shown. */
import type { ArticlePage } from '@attest/schema/api'
import type { ReactNode } from 'react'
import { styleOf } from '../editor/label-styles.ts'
import { Button } from '../ui/Button.tsx'
import { countText } from '../ui/number.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { useMedia } from '../ui/use-media.ts'
import styles from './compare.module.css'
import { differenceTypes, MOST_PARTIES } from './differences.ts'
import { colorOf } from './parties.ts'
import { type CompareSearch, listIn, partiesIn, typesIn, withList } from './search.ts'
import type { Comparison } from './use-comparison.ts'
import { typeWords, compareWords as words } from './wording.ts'

interface Props {
  page: ArticlePage
  comparison: Comparison
  search: CompareSearch
  onSearch: (search: CompareSearch) => void
}

export function Choosing({ page, comparison, search, onSearch }: Props) {
  const { known, counts } = comparison
  // At once, also while they are still being compared.
  const ids = partiesIn(search, new Set(known.map(({ id }) => id))) ?? comparison.ids
  const kinds = listIn(search, 'kind')
  const types = typesIn(search)
  const present = page.labelSet.kinds.filter(({ id }) => comparison.kinds.includes(id))
  const toggled = (all: readonly string[], one: string) =>
    all.includes(one) ? all.filter((other) => other !== one) : [...all, one]
  const chooseParty = (id: string) => {
    const next = toggled(ids, id)
    // The rows are in the order of these buttons; gold is last, under all that it is made of.
    onSearch(
      withList(
        search,
        'who',
        known.flatMap((one) => (next.includes(one.id) ? [one.id] : [])),
      ),
    )
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
              <small>{countText(marks)}</small>
            </Button>
          )
        })}
      </div>
      <Folded chosen={types.size + kinds.length}>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of a form */}
        <div role="group" aria-label={words.types}>
          {differenceTypes.map((type) => (
            <Button
              key={type}
              isPressedState={types.has(type)}
              isDisabled={counts[type] === 0 && !types.has(type)}
              onPress={() => onSearch(withList(search, 'how', toggled([...types], type)))}
            >
              {typeWords[type]} <small>{countText(counts[type])}</small>
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
      </Folded>
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
        {comparison.state === 'revealed' && (
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

/** On a phone what filters is a press away, or there would be no room for the text. */
function Folded({ chosen, children }: { chosen: number; children: ReactNode }) {
  const isNarrow = useMedia('(max-width: 48rem)')
  if (!isNarrow) return children
  return (
    <details className={styles['folded']}>
      <summary>{words.filters(chosen)}</summary>
      {children}
    </details>
  )
}
