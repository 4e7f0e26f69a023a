/** The articles of a project, its guidelines, and for its owners the ways to bring an article in. */
import { canManage } from '@attest/schema/roles'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FilePlus2 } from 'lucide-react'
import { useState } from 'react'
import { articlesQuery } from '../api.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Markdown } from '../ui/Markdown.tsx'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import { AddArticle } from './AddArticle.tsx'
import { useProject } from './ProjectFrame.tsx'
import styles from './projects.module.css'

export function ProjectPage() {
  const project = useProject()
  const articles = useQuery(articlesQuery(project.id))
  const [isAdding, setIsAdding] = useState(false)

  if (articles.isPending) return <Loading what="the articles" />
  if (!articles.data) return <Trouble isPart error={articles.error} onRetry={() => void articles.refetch()} />
  return (
    <>
      {articles.data.length === 0 && (
        <Empty title="No articles yet.">
          {canManage(project.role)
            ? 'Paste a text, or bring an annotated article in from a file.'
            : 'An owner of the project can add the first one.'}
        </Empty>
      )}
      <ul className={styles['list']}>
        {articles.data.map((article) => (
          <li key={article.id}>
            <Link to="/articles/$article" params={{ article: article.id }} search={{}}>
              <strong dir="auto">{article.title}</strong>
              <span>{article.length.toLocaleString('en')} characters</span>
            </Link>
          </li>
        ))}
      </ul>
      {canManage(project.role) && (
        <Button onPress={() => setIsAdding(true)}>
          <FilePlus2 aria-hidden="true" /> Add an article
        </Button>
      )}
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
