/** All projects one is in. */
import type { Project } from '@attest/schema/api'
import type { Beginning } from '@attest/schema/label-api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Form, Input, Label, TextField } from 'react-aria-components'
import { createProject, doorQuery, projectsQuery } from '../api.ts'
import { BeginningField } from '../labels/BeginningField.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty, Loading, Trouble } from '../ui/states.tsx'
import { Frame } from './Frame.tsx'
import styles from './projects.module.css'

export function ProjectsPage() {
  const projects = useQuery(projectsQuery)
  const door = useQuery(doorQuery)
  const [isCreating, setIsCreating] = useState(false)
  useEffect(() => {
    document.title = 'Attest'
  }, [])
  if (projects.isPending) return <Loading what="your projects" />
  if (projects.isError && !projects.data)
    return <Trouble error={projects.error} onRetry={() => void projects.refetch()} />
  return (
    <Frame title="Projects">
      {projects.data?.length === 0 && (
        <Empty title="You are in no project yet.">Ask an owner to add you, or create one.</Empty>
      )}
      <ul className={styles['list']}>
        {projects.data?.map((project) => (
          <li key={project.id}>
            <Link to="/projects/$project" params={{ project: project.id }}>
              <strong>{project.name}</strong>
              <span>{summary(project)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {door.data?.me?.ownsWorkspace && (
        <Button onPress={() => setIsCreating(true)}>
          <Plus aria-hidden="true" /> New project
        </Button>
      )}
      <Dialog title="New project" isOpen={isCreating} onOpenChange={setIsCreating}>
        {(close) => <NewProject onDone={close} />}
      </Dialog>
    </Frame>
  )
}

function summary({ articleCount, role }: Project): string {
  return `${articleCount === 1 ? '1 article' : `${articleCount} articles`} · you are ${role}`
}

function NewProject({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [labels, setLabels] = useState<Beginning | null>(null)
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
        creating.mutate({ name, ...(labels && { labels }) })
      }}
    >
      <TextField value={name} onChange={setName} isRequired maxLength={120} autoFocus validationBehavior="aria">
        <Label>Name</Label>
        <Input />
      </TextField>
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
