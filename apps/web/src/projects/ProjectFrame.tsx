/** What surrounds the pages of one project: its name, and the way from one of them to the other. */
import type { Project } from '@attest/schema/api'
import { canAnnotate, canManage } from '@attest/schema/roles'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { createContext, use, useEffect, useState } from 'react'
import { projectsQuery } from '../api.ts'
import { tell } from '../ui/notices.ts'
import { Loading, Missing, Trouble } from '../ui/states.tsx'
import { Frame } from './Frame.tsx'
import styles from './projects.module.css'
import { frameWords, standingWords } from './wording.ts'

/** Those with tables and forms beside pictures. */
const widePages = /^\/projects\/[^/]+(?:\/(?:labels|dashboard|agreement|add|import|export))?\/?$/

const ProjectContext = createContext<Project | null>(null)

/** The project whose page this is. Throws outside of one. */
export function useProject(): Project {
  const project = use(ProjectContext)
  if (!project) throw new Error('this page is in no project')
  return project
}

export function ProjectFrame({ id }: { id: string }) {
  const projects = useQuery({ ...projectsQuery, refetchInterval: STANDING_MS, refetchOnWindowFocus: 'always' })
  const isWide = useLocation({ select: ({ pathname }) => widePages.test(pathname) })
  const project = projects.data?.find((one) => one.id === id)
  const isTakenAway = useStanding(id, project)
  useEffect(() => {
    if (project) document.title = `${project.name} · Attest`
  }, [project])

  if (projects.isPending) return <Loading what="the project" />
  if (!projects.data) return <Trouble error={projects.error} onRetry={() => void projects.refetch()} />
  if (isTakenAway) return <TakenAway />
  if (!project) return <Missing what="project" />
  return (
    <ProjectContext value={project}>
      <Frame title={project.name} isWide={isWide} above={{ name: frameWords.projects }}>
        <nav aria-label={frameWords.pages} className={styles['pages']}>
          <Link to="/projects/$project" params={{ project: id }} activeOptions={{ exact: true, includeSearch: false }}>
            {frameWords.articles}
          </Link>
          <Link to="/projects/$project/dashboard" params={{ project: id }}>
            {frameWords.dashboard}
          </Link>
          <Link to="/projects/$project/agreement" params={{ project: id }}>
            {frameWords.agreement}
          </Link>
          {canAnnotate(project.memberRole) && (
            <Link to="/projects/$project/corrections" params={{ project: id }}>
              {frameWords.corrections}
            </Link>
          )}
          <Link to="/projects/$project/labels" params={{ project: id }}>
            {frameWords.labels}
          </Link>
          <Link to="/projects/$project/gaps" params={{ project: id }}>
            {frameWords.gaps}
          </Link>
          <Link to="/projects/$project/training" params={{ project: id }}>
            {frameWords.training}
          </Link>
          <Link to="/projects/$project/export" params={{ project: id }}>
            {frameWords.export}
          </Link>
          <Link to="/projects/$project/members" params={{ project: id }}>
            {frameWords.members}
          </Link>
          {canManage(project.memberRole) && (
            <>
              <Link to="/projects/$project/moderation" params={{ project: id }}>
                {frameWords.moderation}
              </Link>
              <Link to="/projects/$project/log" params={{ project: id }}>
                {frameWords.log}
              </Link>
            </>
          )}
          <Link to="/projects/$project/settings" params={{ project: id }}>
            {frameWords.settings}
          </Link>
        </nav>
        {project.archivedAt !== null && (
          <p className={styles['archived']} role="status">
            {standingWords.archived}
          </p>
        )}
        <Outlet />
      </Frame>
    </ProjectContext>
  )
}

/** Other roles have to reach pages on which nobody does anything within five seconds. */
const STANDING_MS = 3000

/** Tells what has changed about oneself in the project; true once one is not in it any more, or it is gone. */
function useStanding(id: string, project: Project | undefined): boolean {
  const [seen, setSeen] = useState(project)
  useEffect(() => {
    if (!project) return
    setSeen(project)
    if (seen?.id !== project.id || seen.memberRole === project.memberRole) return
    tell(project.memberRole === 'viewer' ? standingWords.reads : standingWords.role(project.memberRole))
  }, [project, seen])
  return !project && seen?.id === id
}

function TakenAway() {
  return (
    <Frame title={standingWords.gone}>
      <p role="alert">{standingWords.goneText}</p>
      <Link to="/">{standingWords.home}</Link>
    </Frame>
  )
}
