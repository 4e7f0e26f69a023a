/** On a blind article: who sees what one marks, and for whoever reviews, how many have submitted. */
import { type BlindState, isHidden, seesHidden } from '@attest/schema/layer'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Banner } from '../article/Banner.tsx'
import type { ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { revealQuery } from './api.ts'
import { countSubmitted } from './count-submitted.ts'
import { RevealDialog } from './RevealDialog.tsx'
import { bannerWords as words } from './wording.ts'

interface Props {
  room: ArticleRoom
  /** Whether it was revealed while the page was open, and nobody has put that away. */
  isNews: boolean
  onRead: () => void
}

export function BlindBanner({ room, isNews, onRead }: Props) {
  const { id, title, blind, project } = useLive(room.article)
  if (blind === 'revealing') return <Banner tone="quiet" text={words.revealing} />
  if (blind === 'revealed' && isNews)
    return (
      <Banner tone="quiet" text={words.revealed}>
        <Button onPress={onRead}>{words.understood}</Button>
      </Banner>
    )
  if (blind !== 'blind') return null
  if (seesHidden(project.memberRole))
    return <ForReviewers article={{ id, title }} mayReveal={project.role === 'owner'} />
  return <Quiet text={room.room === null ? words.viewer : words.annotator} />
}

/** It says what is so all the while, so it can be put away: it stands on the last lines of a full window. */
function Quiet({ text, children }: { text: string; children?: ReactNode }) {
  const [isClosed, setIsClosed] = useState(false)
  if (isClosed) return null
  return (
    <Banner tone="quiet" text={text}>
      {children}
      <Button variant="quiet" aria-label={words.close} onPress={() => setIsClosed(true)}>
        <X aria-hidden="true" />
      </Button>
    </Banner>
  )
}

/** Whether a hidden article becomes a revealed one before one's eyes, and the way to put that away. */
export function useRevealNews(blind: BlindState): [isNews: boolean, onRead: () => void] {
  const [isNews, setIsNews] = useState(false)
  const before = useRef(blind)
  useEffect(() => {
    if (blind === 'revealed' && isHidden(before.current)) setIsNews(true)
    before.current = blind
  }, [blind])
  return [isNews, () => setIsNews(false)]
}

function ForReviewers({ article, mayReveal }: { article: { id: string; title: string }; mayReveal: boolean }) {
  const { data } = useQuery(revealQuery(article.id))
  const [isOpen, setIsOpen] = useState(false)
  const { submitted, assigned } = data ? countSubmitted(data) : { submitted: 0, assigned: 0 }
  return (
    <Quiet text={data ? words.reviewer(submitted, assigned) : words.reviewerAtFirst}>
      {mayReveal && <Button onPress={() => setIsOpen(true)}>{words.reveal}</Button>}
      {isOpen && <RevealDialog article={article} onClose={() => setIsOpen(false)} />}
    </Quiet>
  )
}
