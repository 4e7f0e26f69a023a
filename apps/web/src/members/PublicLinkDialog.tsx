/** Opens one article to everybody who has a link, and closes it again. */
import type { ArticleSummary } from '@attest/schema/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { closeToPublic, openToPublic, publicLinkQuery } from './api.ts'
import { Complaint } from './Complaint.tsx'
import { LinkField } from './LinkField.tsx'
import styles from './members.module.css'
import { publicWords as words } from './wording.ts'

type Linked = Pick<ArticleSummary, 'id' | 'title'>

export function PublicLinkDialog({ article, onClose }: { article: Linked | null; onClose: () => void }) {
  return (
    <Dialog title={words.title} isOpen={article !== null} onOpenChange={(isOpen) => isOpen || onClose()}>
      {(close) => article && <PublicLink article={article} onDone={close} />}
    </Dialog>
  )
}

function PublicLink({ article, onDone }: { article: Linked; onDone: () => void }) {
  const queries = useQueryClient()
  const query = publicLinkQuery(article.id)
  const found = useQuery(query)
  const changing = useMutation({
    mutationFn: async (to: { isOn: boolean; showsNames: boolean }) => {
      if (to.isOn) return openToPublic(article.id, to.showsNames)
      await closeToPublic(article.id)
      return { url: null, showsNames: to.showsNames }
    },
    onSuccess: (link, { isOn }) => {
      queries.setQueryData(query.queryKey, link)
      if (!isOn) tell(words.revoked)
    },
  })
  if (found.isPending) return <Loading what="the link" />
  if (!found.data) return <Trouble isPart error={found.error} onRetry={() => void found.refetch()} />
  const { url, showsNames } = found.data
  const isOn = url !== null
  return (
    <div className={styles['form']}>
      <p dir="auto">
        <strong>{article.title}</strong>
      </p>
      <label className={styles['choice']}>
        <input
          type="checkbox"
          checked={isOn}
          disabled={changing.isPending}
          onChange={(event) => changing.mutate({ isOn: event.target.checked, showsNames })}
        />
        <span>
          {words.on}
          <small>{isOn ? words.note : words.off}</small>
        </span>
      </label>
      {isOn && (
        <>
          <label className={styles['choice']}>
            <input
              type="checkbox"
              checked={showsNames}
              disabled={changing.isPending}
              onChange={(event) => changing.mutate({ isOn, showsNames: event.target.checked })}
            />
            <span>
              {words.names}
              {!showsNames && <small>{words.hidden}</small>}
            </span>
          </label>
          <LinkField label={words.link} url={url} copyLabel={words.copy} />
        </>
      )}
      <Complaint error={changing.error} />
      <Button onPress={onDone}>{words.done}</Button>
    </div>
  )
}
