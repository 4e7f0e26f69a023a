/** Guidelines as text: headings, lists and paragraphs of plain Markdown. Nothing in them becomes HTML. */
import { Fragment } from 'react'
import styles from './projects.module.css'

export function Prose({ text }: { text: string }) {
  return (
    <div className={styles['prose']}>
      {text.split(/\n{2,}/).map((part, i) => {
        // The text does not change while it is shown, so a part's place is its identity.
        const key = `${i} ${part.slice(0, 20)}`
        const heading = /^#{1,4} (.*)$/.exec(part)
        if (heading) return <h2 key={key}>{heading[1]?.trim()}</h2>
        const items = part.split(/\n(?=[-*] )/)
        if (items.every((item) => /^[-*] /.test(item)))
          return (
            <ul key={key}>
              {items.map((item) => (
                <li key={item}>{strong(item.slice(2).replaceAll('\n', ' '))}</li>
              ))}
            </ul>
          )
        return <p key={key}>{strong(part.replaceAll('\n', ' '))}</p>
      })}
    </div>
  )
}

function strong(text: string) {
  return text.split(/(\*\*[^*]+\*\*)/).map((part, i) => {
    const key = `${i} ${part.slice(0, 12)}`
    return part.startsWith('**') && part.endsWith('**') && part.length > 4 ? (
      <strong key={key}>{part.slice(2, -2)}</strong>
    ) : (
      <Fragment key={key}>{part}</Fragment>
    )
  })
}
