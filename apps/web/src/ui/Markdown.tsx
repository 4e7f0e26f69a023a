/**
 * What owners write, as text: Markdown, of which nothing becomes HTML of its own. What it takes to read it is fetched
 * when there is something to be shown; until then, and where it cannot be fetched, the text stands as it was written.
 */
import { Component, lazy, type ReactNode, Suspense } from 'react'
import styles from './markdown.module.css'

const Read = lazy(() => import('./MarkdownText.tsx'))

export function Markdown({ text }: { text: string }) {
  const plain = <div className={styles['plain']}>{text}</div>
  return (
    <div className={styles['markdown']} dir="auto">
      <Fallback shown={plain}>
        <Suspense fallback={plain}>
          <Read text={text} />
        </Suspense>
      </Fallback>
    </div>
  )
}

class Fallback extends Component<{ shown: ReactNode; children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override render() {
    return this.state.hasFailed ? this.props.shown : this.props.children
  }
}
