/** What is to be known of the revision that is open: that there is a newer one, or that marks wait for a decision. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Banner } from '../article/Banner.tsx'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { doubtsQuery } from './api.ts'
import { revisionWords, trayWords } from './wording.ts'

export function RevisionBanners({ bench }: { bench: Workbench }) {
  const { room } = bench
  const { revision } = useLive(room.article)
  const { waiting } = useLive(room.status)
  const refused = useLive(room.refused)
  if (revision?.newest)
    return (
      <Banner
        tone="warn"
        text={`${revisionWords.newer}${waiting + refused.length > 0 ? ` ${revisionWords.waiting}` : ''}`}
      >
        <Link to="/articles/$article" params={{ article: revision.newest }} search={{}}>
          {revisionWords.go}
        </Link>
      </Banner>
    )
  return revision && revision.number > 1 ? <DoubtBanner bench={bench} /> : null
}

function DoubtBanner({ bench: { room, focus } }: { bench: Workbench }) {
  const { data } = useQuery(doubtsQuery(room.page.id))
  const [isHidden, setIsHidden] = useState(false)
  const isOpen = useLive(focus.panel) === 'doubts'
  const count = data?.filter(({ state, isYours }) => state === 'open' && isYours).length ?? 0
  if (count === 0 || isHidden || isOpen) return null
  return (
    <Banner tone="warn" text={trayWords.open(count)}>
      <Button
        onPress={() => {
          setIsHidden(true)
          focus.panel.set('doubts')
        }}
      >
        {trayWords.look}
      </Button>
    </Banner>
  )
}
