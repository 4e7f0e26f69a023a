/** Copies text for the person, and tells whether that went well. */
import { tell } from './notices.ts'

const words = { copied: 'Copied', cannotCopy: 'This browser does not let a page copy.' }

export async function copy(text: string): Promise<void> {
  // Pages that are served without TLS have no clipboard, but may still answer the browser's own command.
  const isCopied =
    (await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    )) || copyByCommand(text)
  if (isCopied) tell(words.copied)
  else tell(words.cannotCopy, { tone: 'problem' })
}

function copyByCommand(text: string): boolean {
  let isTaken = false
  const give = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    event.stopImmediatePropagation()
    isTaken = true
  }
  document.addEventListener('copy', give, { capture: true, once: true })
  // Old and unloved, but all there is.
  const isDone = document.execCommand('copy')
  document.removeEventListener('copy', give, { capture: true })
  return isDone && isTaken
}
