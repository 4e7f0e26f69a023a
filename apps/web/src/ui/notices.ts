/** Short messages at the edge of the page, and the one way to raise one. */
import { UNSTABLE_ToastQueue as ToastQueue } from 'react-aria-components'

export interface Notice {
  text: string
  tone: 'plain' | 'problem'
  action?: { label: string; run: () => void }
}

export const notices = new ToastQueue<Notice>({ maxVisibleToasts: 3 })

/** Tells something that passes; a problem stays longer, and what has an action stays long enough to use it. */
export function tell(text: string, { tone = 'plain', action }: Partial<Omit<Notice, 'text'>> = {}): void {
  notices.add({ text, tone, ...(action ? { action } : {}) }, { timeout: tone === 'problem' || action ? 10_000 : 5000 })
}

/** Takes away those that offer to do something: what they would do it to is not open any more. */
export function dropOffers(): void {
  for (const { key, content } of notices.visibleToasts) if (content.action) notices.close(key)
}
