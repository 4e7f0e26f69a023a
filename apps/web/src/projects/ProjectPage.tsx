/** The articles of a project with the work on them, its guidelines, and for its owners the ways to bring an article in. */
import { canManage } from '@attest/schema/roles'
import { canAssign } from '@attest/schema/work'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { FilePlus2 } from 'lucide-react'
import { doorQuery } from '../api.ts'
import { Markdown } from '../ui/Markdown.tsx'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import ui from '../ui/ui.module.css'
import { ArticleTable } from '../work/ArticleTable.tsx'
import { projectWorkQuery } from '../work/api.ts'
import { DisputedIn } from '../work/DisputedWork.tsx'
import { TakeNext } from '../work/MyWork.tsx'
import { WorkSettings } from '../work/WorkSettings.tsx'
import { useProject } from './ProjectFrame.tsx'
import styles from './projects.module.css'

export function ProjectPage() {
  const project = useProject()
  const work = useQuery(projectWorkQuery(project.id))
  const door = useQuery(doorQuery)
  const filter = useSearch({ from: '/projects/$project/' })
  const navigate = useNavigate({ from: '/projects/$project/' })

  if (work.isPending) return <Loading what="the articles" />
  if (!work.data) return <Trouble isPart error={work.error} onRetry={() => void work.refetch()} />
  const { articles, takeable } = work.data
  return (
    <>
      <div className={styles['choices']}>
        {canManage(project.role) && (
          <Link to="/projects/$project/add" params={{ project: project.id }} className={ui['linkButton']}>
            <FilePlus2 aria-hidden="true" /> Add articles
          </Link>
        )}
        {takeable > 0 && <TakeNext project={{ ...project, takeable }} />}
      </div>
      {project.role === 'owner' && <DisputedIn project={project.id} />}
      {articles.length === 0 ? (
        <Empty title="No articles yet.">
          {canManage(project.role)
            ? 'Bring some in from files, the clipboard or an address of the web.'
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
    </>
  )
}
