/** A block of an article that is only read, as the element that it is. */
import type { Block as ArticleBlock } from '@attest/schema/article'
import type { ReactNode } from 'react'

export function Block({ type, children }: { type: ArticleBlock['type']; children: ReactNode }) {
  switch (type) {
    case 'title':
      return <h1 dir="auto">{children}</h1>
    case 'heading':
      return <h2 dir="auto">{children}</h2>
    case 'quote':
      return <blockquote dir="auto">{children}</blockquote>
    case 'list-item':
      return (
        <p className="listItem" dir="auto">
          {children}
        </p>
      )
    case 'paragraph':
      return <p dir="auto">{children}</p>
  }
}
