/** For an article that is not to be had any more: what one had marked in it and was never saved is still in this browser. */
import { layerRoom, readRoomName } from '@attest/schema/room-name'
import { useEffect, useState } from 'react'
import { copyName, readUnsaved } from '../live/local-copy.ts'
import { Button } from '../ui/Button.tsx'
import { saveAs } from './download.ts'
import styles from './page.module.css'
import { leftWords, trayWords } from './wording.ts'

export function LeftBehind({ person, article }: { person: string; article: string }) {
  const [left, setLeft] = useState<Record<string, unknown>>({})
  useEffect(() => {
    let isHere = true
    // The address may name anything.
    const rooms = readRoomName(article) ? [article, layerRoom(article, person)] : [article]
    const copies = rooms.map((room) => readUnsaved(copyName(person, room)))
    void Promise.all(copies).then((found) => isHere && setLeft(Object.assign({}, ...found)))
    return () => {
      isHere = false
    }
  }, [person, article])
  const count = Object.keys(left).length
  if (count === 0) return null
  return (
    <section className={styles['left']} aria-label={leftWords.title(count)}>
      <h2>{leftWords.title(count)}</h2>
      <p>{leftWords.explanation}</p>
      <Button onPress={() => saveAs(article, left)}>{trayWords.downloadAll}</Button>
    </section>
  )
}
