/** All projects one is in. */
import type { Project } from '@attest/schema/api'
import type { Beginning } from '@attest/schema/label-api'
import type { Deleted } from '@attest/schema/teams'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Form, Input, Label, TextField } from 'react-aria-components'
import { createProject, doorQuery, projectsQuery } from '../api.ts'
import { BeginningField } from '../labels/BeginningField.tsx'
import { deletedProjectsQuery, restoreProject } from '../members/api.ts'
import { DeletedList } from '../members/DeletedList.tsx'
import { ReopenedWork } from '../signoff/Reopened.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import { DisputedWork } from '../work/DisputedWork.tsx'
import { MyWork } from '../work/MyWork.tsx'
import { Frame } from './Frame.tsx'
import styles from './projects.module.css'
import { frameWords, listWords } from './wording.ts'

export function ProjectsPage() {
  const projects = useQuery({ ...projectsQuery, refetchOnWindowFocus: 'always', refetchInterval: 10_000 })
  const door = useQuery(doorQuery)
  const [isCreating, setIsCreating] = useState(false)
  const [showsArchived, setShowsArchived] = useState(false)
  useEffect(() => {
    document.title = 'Attest'
  }, [])
  if (projects.isPending) return <Loading what="your projects" />
  if (projects.isError && !projects.data)
    return <Trouble error={projects.error} onRetry={() => void projects.refetch()} />
  const all = projects.data ?? []
  const archived = all.filter(({ archivedAt }) => archivedAt !== null).length
  const shown = showsArchived ? all : all.filter(({ archivedAt }) => archivedAt === null)
  const me = door.data?.me
  const mayCreate = me ? me.ownsWorkspace || !me.isByName : false
  return (
    <Frame title={listWords.home}>
      <ReopenedWork />
      <DisputedWork />
      <MyWork />
      <h2 className={styles['section']}>{listWords.title}</h2>
      {all.length === 0 && <Empty title={listWords.none}>{mayCreate ? listWords.noneCreate : listWords.noneAsk}</Empty>}
      <ul className={styles['list']}>
        {shown.map((project) => (
          <li key={project.id}>
            <Link to="/projects/$project" params={{ project: project.id }}>
              <strong dir="auto">{project.name}</strong>
              <span>{summary(project)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {all.length > 0 && shown.length === 0 && <p>{listWords.allArchived}</p>}
      {archived > 0 && (
        <label className={styles['switch']}>
          <input type="checkbox" checked={showsArchived} onChange={(event) => setShowsArchived(event.target.checked)} />
          {listWords.showArchived(archived)}
        </label>
      )}
      {mayCreate && (
        <Button onPress={() => setIsCreating(true)}>
          <Plus aria-hidden="true" /> New project
        </Button>
      )}
      <DeletedProjects />
      {door.data?.me?.ownsWorkspace && (
        <p>
          <Link to="/log">{frameWords.workspaceLog}</Link>
        </p>
      )}
      <Dialog title="New project" isOpen={isCreating} onOpenChange={setIsCreating}>
        {(close) => <NewProject onDone={close} />}
      </Dialog>
    </Frame>
  )
}

function summary({ articleCount, memberRole, archivedAt }: Project): string {
  const parts = [articleCount === 1 ? '1 article' : `${articleCount} articles`, `you are ${memberRole}`]
  if (archivedAt !== null) parts.push(listWords.archived)
  return parts.join(' · ')
}

/** Those that one owns and can still bring back. */
function DeletedProjects() {
  const queries = useQueryClient()
  const deleted = useQuery(deletedProjectsQuery)
  const restoring = useMutation({
    mutationFn: (one: Deleted) => restoreProject(one.id),
    onSuccess: (_, { name }) => tell(listWords.broughtBack(name)),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: () =>
      Promise.all([projectsQuery, deletedProjectsQuery].map(({ queryKey }) => queries.invalidateQueries({ queryKey }))),
  })
  return (
    <DeletedList
      title={listWords.deleted}
      deleted={deleted.data ?? []}
      isDisabled={restoring.isPending}
      onRestore={(one) => restoring.mutate(one)}
    />
  )
}

function NewProject({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const isByName = useQuery(doorQuery).data?.joinByName === true
  const [name, setName] = useState('')
  const [labels, setLabels] = useState<Beginning | null>(null)
  const [isOpen, setIsOpen] = useState(true)
  const creating = useMutation({
    mutationFn: createProject,
    onSuccess: async (project) => {
      await queries.invalidateQueries({ queryKey: projectsQuery.queryKey })
      onDone()
      void navigate({ to: '/projects/$project', params: { project: project.id } })
    },
  })
  return (
    <Form
      className={styles['form'] ?? ''}
      onSubmit={(event) => {
        event.preventDefault()
        const who = isByName ? { joining: isOpen ? ('open' as const) : ('invited' as const) } : {}
        creating.mutate({ name, ...who, ...(labels && { labels }) })
      }}
    >
      <TextField value={name} onChange={setName} isRequired maxLength={120} autoFocus validationBehavior="aria">
        <Label>Name</Label>
        <Input />
      </TextField>
      {isByName && (
        <label className={styles['switch']}>
          <input type="checkbox" checked={isOpen} onChange={(event) => setIsOpen(event.target.checked)} />
          {listWords.open}
        </label>
      )}
      <BeginningField onChange={setLabels} />
      {creating.isError && (
        <p className={styles['complaint']} role="alert">
          {creating.error.message}
        </p>
      )}
      <Button type="submit" variant="primary" isDisabled={creating.isPending || name.trim() === ''}>
        Create
      </Button>
    </Form>
  )
}
