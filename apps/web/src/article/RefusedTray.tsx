/** One's own changes that the server would not take: nothing of them is lost, and each is the person's to decide about. */
import { annotationSchema } from '@attest/schema/annotation'
import { commentSchema } from '@attest/schema/comment'
import { kindLabel, shortQuote } from '../annotations/describe.ts'
import { refusalText } from '../editor/wording.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import type { Refused } from '../live/local-copy.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { copy } from '../ui/copy.ts'
import { tell } from '../ui/notices.ts'
import { saveAs } from './download.ts'
import styles from './page.module.css'
import { refusedText, trayWords } from './wording.ts'

export function RefusedTray({ room }: { room: ArticleRoom }) {
  const refused = useLive(room.refused)
  const { storage } = useCalmly(room.status)
  const isBarred = useLive(room.barred) !== null
  if (refused.length === 0) return null
  const tryAgain = (all: readonly Refused[]) => {
    const reason = room.tryAgain(all)
    if (reason) tell(refusalText(reason), { tone: 'problem' })
  }
  const letGo = (all: readonly Refused[]) => {
    for (const { key } of all) room.letGo(key)
    tell(trayWords.gone(all.length), {
      action: { label: trayWords.undo, run: () => all.forEach((one) => void room.keepRefused(one)) },
    })
  }
  return (
    <section className={styles['tray']} aria-label={trayWords.title(refused.length)}>
      <header>
        <h2>{trayWords.title(refused.length)}</h2>
        {refused.length > 1 && (
          <div className={styles['trayTools']}>
            <Button isDisabled={isBarred} onPress={() => tryAgain(refused)}>
              {trayWords.tryAll}
            </Button>
            <Button onPress={() => saveAs(room.page.id, room.unsaved())}>{trayWords.downloadAll}</Button>
            <Button onPress={() => letGo(refused)}>{trayWords.letAllGo}</Button>
          </div>
        )}
      </header>
      <p>{trayWords.explanation(storage)}</p>
      <ul>
        {refused.map((one) => (
          <li key={one.key}>
            <span>
              <strong dir="auto">{nameOf(room, one)}</strong> {refusedText(one.reason)}
            </span>
            <Button isDisabled={isBarred} onPress={() => tryAgain([one])}>
              {trayWords.tryAgain}
            </Button>
            <Button onPress={() => void copy(JSON.stringify(one.value, null, 2))}>{trayWords.copy}</Button>
            <Button onPress={() => letGo([one])}>{trayWords.letGo}</Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function nameOf(room: ArticleRoom, { key, value }: Refused): string {
  if (value === null) return trayWords.deletion
  const { data: comment } = commentSchema.safeParse(value)
  if (comment) return 'body' in comment ? trayWords.comment(comment.body.slice(0, 80).toWellFormed()) : trayWords.turn
  const { data: annotation } = annotationSchema.safeParse(value)
  // What was refused may not be a mark at all, or not one of this text.
  const quote = annotation && shortQuote(room, annotation, 80)
  return annotation && quote ? `${kindLabel(room, annotation)}: ${quote}` : key
}
