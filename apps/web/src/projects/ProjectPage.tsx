/** The articles of a project with the work on them, its guidelines, and for its owners the ways to bring an article in. */
import { canManage } from '@attest/schema/roles'
import { canAssign } from '@attest/schema/work'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { FilePlus2 } from 'lucide-react'
import { useState } from 'react'
import { doorQuery } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Markdown } from '../ui/Markdown.tsx'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import { ArticleTable } from '../work/ArticleTable.tsx'
import { projectWorkQuery } from '../work/api.ts'
import { TakeNext } from '../work/MyWork.tsx'
import { WorkSettings } from '../work/WorkSettings.tsx'
import { AddArticle } from './AddArticle.tsx'
import { useProject } from './ProjectFrame.tsx'
import styles from './projects.module.css'

export function ProjectPage() {
  const project = useProject()
  const work = useQuery(projectWorkQuery(project.id))
  const door = useQuery(doorQuery)
  const filter = useSearch({ from: '/projects/$project/' })
  const navigate = useNavigate({ from: '/projects/$project/' })
  const [isAdding, setIsAdding] = useState(false)

  if (work.isPending) return <Loading what="the articles" />
  if (!work.data) return <Trouble isPart error={work.error} onRetry={() => void work.refetch()} />
  const { articles, takeable } = work.data
  return (
    <>
      <div className={styles['choices']}>
        {canManage(project.role) && (
          <Button onPress={() => setIsAdding(true)}>
            <FilePlus2 aria-hidden="true" /> Add an article
          </Button>
        )}
        {takeable > 0 && <TakeNext project={{ ...project, takeable }} />}
      </div>
      {articles.length === 0 ? (
        <Empty title="No articles yet.">
          {canManage(project.role)
            ? 'Paste a text, or bring an annotated article in from a file.'
            : 'An owner of the project can add the first one.'}
        </Empty>
      ) : (
        <ArticleTable
          project={project.id}
          me={door.data?.me?.id ?? ''}
          work={work.data}
          filter={filter}
          onFilter={(search) => void navigate({ search, replace: true, resetScroll: false })}
        />
      )}
      {canAssign(work.data.role) && <WorkSettings project={project.id} settings={work.data.settings} />}
      {project.guidelines && (
        <details className={styles['guidelines']}>
          <summary>Guidelines</summary>
          <Markdown text={project.guidelines} />
        </details>
      )}
      <Dialog title="Add an article" holdsDraft isOpen={isAdding} onOpenChange={setIsAdding}>
        {(close) => <AddArticle project={project.id} onDone={close} />}
      </Dialog>
    </>
  )
}
