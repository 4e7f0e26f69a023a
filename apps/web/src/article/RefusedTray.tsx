/** One's own changes that the server would not take: nothing of them is lost, and each is the person's to decide about. */
import { annotationSchema } from '@attest/schema/annotation'
import { shortQuote } from '../annotations/describe.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import type { Refused } from '../live/local-copy.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import styles from './page.module.css'
import { refusedText, trayWords } from './wording.ts'

export function RefusedTray({ room }: { room: ArticleRoom }) {
  const refused = useLive(room.refused)
  if (refused.length === 0) return null
  return (
    <section className={styles['tray']} aria-label={trayWords.title(refused.length)}>
      <h2>{trayWords.title(refused.length)}</h2>
      <p>{trayWords.explanation}</p>
      <ul>
        {refused.map((one) => (
          <li key={one.key}>
            <span>
              <strong dir="auto">{nameOf(room, one)}</strong> {refusedText(one.reason)}
            </span>
            <Button onPress={() => room.tryAgain(one)}>Try again</Button>
            <Button onPress={() => void copy(one)}>Copy</Button>
            <Button onPress={() => room.letGo(one.key)}>Let go</Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function nameOf(room: ArticleRoom, { key, value }: Refused): string {
  if (value === null) return trayWords.deletion
  const annotation = annotationSchema.safeParse(value)
  // What was refused may not be a mark at all, or not one of this text.
  return (annotation.success && shortQuote(room, annotation.data, 80)) || key
}

async function copy({ value }: Refused): Promise<void> {
  await navigator.clipboard.writeText(JSON.stringify(value, null, 2)).then(
    () => tell('Copied'),
    () => tell('This browser does not let a page copy.', { tone: 'problem' }),
  )
}
