/** On a blind article: who sees what one marks, and for whoever reviews, how many have submitted. */
import { type BlindState, isHidden, seesHidden } from '@attest/schema/layer'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Banner } from '../article/Banner.tsx'
import type { ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { revealArticle, revealQuery } from './api.ts'
import styles from './blind.module.css'
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
  const isOwner = project.role === 'owner'
  if (blind === 'revealing') return isOwner ? <UnderWay article={id} /> : <Banner tone="quiet" text={words.revealing} />
  if (blind === 'revealed' && isOwner && !isNews) return <LeftOut article={id} />
  if (blind === 'revealed' && isNews)
    return (
      <Banner tone="quiet" text={words.revealed}>
        <Button onPress={onRead}>{words.understood}</Button>
      </Banner>
    )
  if (blind !== 'blind') return null
  if (seesHidden(project.memberRole)) return <ForReviewers article={{ id, title }} mayReveal={isOwner} />
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

function UnderWay({ article }: { article: string }) {
  const { data } = useQuery(revealQuery(article))
  return <Banner tone={data?.isStuck ? 'warn' : 'quiet'} text={data?.isStuck ? words.stuck : words.revealing} />
}

/** Whose marks could not be read at the reveal, with the way to put them in once they can be. */
function LeftOut({ article }: { article: string }) {
  const queries = useQueryClient()
  const query = revealQuery(article)
  const { data } = useQuery(query)
  const adding = useMutation({
    mutationFn: () => revealArticle(article),
    onSuccess: (told) => {
      queries.setQueryData(query.queryKey, told)
      const isDone = told.revealed?.without.length === 0
      tell(isDone ? words.putInDone : words.putInNot, { tone: isDone ? 'plain' : 'problem' })
    },
    onError: (error) => tell(error.message, { tone: 'problem' }),
  })
  const without = data?.revealed?.without ?? []
  if (without.length === 0) return null
  return (
    <Banner tone="warn" text={words.leftOut(without.map(({ name }) => name).join(', '))}>
      <Button isDisabled={adding.isPending} onPress={() => adding.mutate()}>
        {words.putIn}
      </Button>
    </Banner>
  )
}

function ForReviewers({ article, mayReveal }: { article: { id: string; title: string }; mayReveal: boolean }) {
  const { data } = useQuery(revealQuery(article.id))
  const [isOpen, setIsOpen] = useState(false)
  const { submitted, assigned } = data ? countSubmitted(data) : { submitted: 0, assigned: 0 }
  return (
    <Quiet text={data ? words.reviewer(submitted, assigned) : words.reviewerAtFirst}>
      <Link to="/articles/$article/compare" params={{ article: article.id }} search={{}} className={styles['link']}>
        {words.compare}
      </Link>
      {mayReveal && <Button onPress={() => setIsOpen(true)}>{words.reveal}</Button>}
      {isOpen && <RevealDialog article={article} onClose={() => setIsOpen(false)} />}
    </Quiet>
  )
}
