/** The reading of Markdown, apart from what shows it, so that a page without any need not fetch it. */
import type { ReactNode } from 'react'
import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'

/** Headings of a text stand under those of the page that it is shown on. */
const Heading = ({ children }: { children?: ReactNode }) => <h3>{children}</h3>
const SmallHeading = ({ children }: { children?: ReactNode }) => <h4>{children}</h4>

export default function MarkdownText({ text }: { text: string }) {
  return (
    <ReactMarkdown
      remarkPlugins={[remarkGfm]}
      skipHtml
      urlTransform={(url) => (isFollowed(url) ? url : '')}
      components={{
        h1: Heading,
        h2: Heading,
        h3: SmallHeading,
        h4: SmallHeading,
        h5: SmallHeading,
        h6: SmallHeading,
        a: ({ href, children }) =>
          href ? (
            <a href={href} target="_blank" rel="noopener noreferrer">
              {children}
            </a>
          ) : (
            <span>{children}</span>
          ),
        // A picture from elsewhere would tell its server who reads this; what it shows is said instead.
        img: ({ alt }) => <em>{alt}</em>,
        input: ({ checked }) => <span aria-hidden="true">{checked ? '☑' : '☐'}</span>,
        // Sized and aligned without styles in the markup, which the content security policy forbids.
        td: ({ children }) => <td>{children}</td>,
        th: ({ children }) => <th>{children}</th>,
      }}
    >
      {text}
    </ReactMarkdown>
  )
}

/** Links lead to pages and mailboxes; a footnote stays within the text. */
function isFollowed(url: string): boolean {
  return /^(?:https?:\/\/|mailto:)/i.test(url)
}
