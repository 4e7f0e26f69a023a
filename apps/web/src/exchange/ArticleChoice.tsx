/** Which articles of a project are exported: all of them, or those that somebody chooses by their titles. */
import { useState } from 'react'
import { Button } from '../ui/Button.tsx'
import styles from './exchange.module.css'
import { exportsWords as words } from './wording.ts'

interface Props {
  articles: readonly { id: string; title: string }[]
  /** Null for all that there are. */
  chosen: ReadonlySet<string> | null
  onChange: (chosen: ReadonlySet<string> | null) => void
}

export function ArticleChoice({ articles, chosen, onChange }: Props) {
  const [sought, setSought] = useState('')
  const plain = fold(sought)
  const shown = chosen ? articles.filter(({ title }) => fold(title).includes(plain)) : []
  const put = (ids: readonly string[], isIn: boolean) => {
    const next = new Set(chosen)
    for (const id of ids) {
      if (isIn) next.add(id)
      else next.delete(id)
    }
    onChange(next)
  }
  return (
    <fieldset className={styles['choices']}>
      <legend>{words.which}</legend>
      <label>
        <input type="radio" name="articles" checked={chosen === null} onChange={() => onChange(null)} />
        {words.allArticles(articles.length)}
      </label>
      <label>
        <input
          type="radio"
          name="articles"
          checked={chosen !== null}
          onChange={() => chosen === null && onChange(new Set())}
        />
        {words.someArticles}
      </label>
      {chosen && (
        <div className={styles['some']}>
          <div className={styles['field']}>
            <input
              type="search"
              aria-label={words.seek}
              placeholder={words.seek}
              dir="auto"
              value={sought}
              onChange={({ target }) => setSought(target.value)}
            />
          </div>
          <fieldset className={styles['people']} aria-label={words.which}>
            {shown.map(({ id, title }) => (
              <label key={id}>
                <input type="checkbox" checked={chosen.has(id)} onChange={({ target }) => put([id], target.checked)} />
                <bdi>{title}</bdi>
              </label>
            ))}
            {shown.length === 0 && <p className={styles['hint']}>{words.noneLike}</p>}
          </fieldset>
          <p className={styles['row']}>
            <span role="status">{words.chosenCount(chosen.size)}</span>
            <Button
              isDisabled={shown.length === 0}
              onPress={() =>
                put(
                  shown.map(({ id }) => id),
                  true,
                )
              }
            >
              {words.chooseShown(shown.length)}
            </Button>
            <Button variant="quiet" isDisabled={chosen.size === 0} onPress={() => onChange(new Set())}>
              {words.chooseNone}
            </Button>
          </p>
        </div>
      )}
    </fieldset>
  )
}

/** So that `Zurich` finds `Zürich`. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
