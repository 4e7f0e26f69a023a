/** A place to drop files on, with a button that chooses them: dropping is a second way, the button is for everybody. */
import { FileUp } from 'lucide-react'
import { type DragEvent, type ReactNode, useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { Button } from './Button.tsx'
import styles from './drop-area.module.css'

interface Props {
  /** What may be dropped here. */
  children: ReactNode
  /** What the button says. */
  choose: string
  accepted?: readonly string[]
  isDisabled?: boolean
  onFiles: (files: readonly File[]) => void
}

export function DropArea({ children, choose, accepted, isDisabled = false, onFiles }: Props) {
  const [isOver, setIsOver] = useState(false)
  const over = (event: DragEvent) => {
    // Words that are dragged over it are none of its business.
    if (isDisabled || !event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    setIsOver(true)
  }
  const take = (files: FileList | null) => {
    if (files && files.length > 0) onFiles([...files])
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is dropped here can be chosen with the button as well.
    <div
      className={styles['area']}
      data-over={isOver}
      onDragEnter={over}
      onDragOver={over}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setIsOver(false)
        if (!isDisabled) take(event.dataTransfer.files)
      }}
    >
      <FileUp aria-hidden="true" />
      {children}
      <FileTrigger allowsMultiple {...(accepted && { acceptedFileTypes: accepted })} onSelect={take}>
        <Button variant="primary" isDisabled={isDisabled}>
          {choose}
        </Button>
      </FileTrigger>
    </div>
  )
}
