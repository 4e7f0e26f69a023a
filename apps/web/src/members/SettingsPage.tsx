/** What holds in a project, and for its owners the ways to change it, up to its end. */
import type { Project } from '@attest/schema/api'
import type { Joining } from '@attest/schema/roles'
import type { ProjectChange } from '@attest/schema/teams'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Archive, ArchiveRestore, Trash2 } from 'lucide-react'
import { type FormEvent, useEffect, useId, useState } from 'react'
import { doorQuery, projectsQuery } from '../api.ts'
import { BlindFields, BlindHeld, type BlindSetting } from '../blind/BlindFields.tsx'
import { useProject } from '../projects/ProjectFrame.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { tell } from '../ui/notices.ts'
import { Webhooks } from '../webhooks/Webhooks.tsx'
import { ArticleSettings } from './ArticleSettings.tsx'
import { changeProject, deletedProjectsQuery, deleteProject } from './api.ts'
import { Complaint } from './Complaint.tsx'
import styles from './members.module.css'
import { memberWords, settingsWords as words } from './wording.ts'

export function SettingsPage() {
  const project = useProject()
  const isOwner = project.memberRole === 'owner'
  if (!isOwner) return <Held project={project} />
  const isArchived = project.archivedAt !== null
  return (
    <>
      <Settings project={project} isDisabled={isArchived} />
      <ArticleSettings project={project.id} isArchived={isArchived} />
      <Webhooks project={project.id} isArchived={isArchived} />
      <Danger project={project} isArchived={isArchived} />
    </>
  )
}

/** For those who cannot change it. */
function Held({ project }: { project: Project }) {
  return (
    <section className={styles['part']} aria-label={words.settingsOf}>
      <p className={styles['note']}>{words.onlyOwners}</p>
      <p>
        {words.joining}: {project.joining === 'open' ? words.joiningOpen : words.joiningInvited}.
      </p>
      {project.peersJudge && <p>{words.peersJudge}.</p>}
      <BlindHeld {...project} />
    </section>
  )
}

/** Changes the project and has all that shows it asked again. */
function useChange(project: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (change: ProjectChange) => changeProject(project, change),
    onSuccess: (changed) => {
      queries.setQueryData(projectsQuery.queryKey, (all) => all?.map((one) => (one.id === changed.id ? changed : one)))
    },
    onSettled: () => queries.invalidateQueries({ queryKey: projectsQuery.queryKey, exact: true }),
  })
}

function Settings({ project, isDisabled }: { project: Project; isDisabled: boolean }) {
  const id = useId()
  const isByName = useQuery(doorQuery).data?.joinByName === true
  const [name, setName] = useState(project.name)
  const [joining, setJoining] = useState<Joining>(project.joining)
  const [peersJudge, setPeersJudge] = useState(project.peersJudge)
  const [blind, setBlind] = useState<BlindSetting>({ mode: project.mode, revealsItself: project.revealsItself })
  // What another owner has changed meanwhile is what holds; what is being typed here stays.
  useEffect(() => setName(project.name), [project.name])
  useEffect(() => setJoining(project.joining), [project.joining])
  useEffect(() => setPeersJudge(project.peersJudge), [project.peersJudge])
  useEffect(
    () => setBlind({ mode: project.mode, revealsItself: project.revealsItself }),
    [project.mode, project.revealsItself],
  )
  const changing = useChange(project.id)
  const change: ProjectChange = {
    ...(name.trim() !== project.name && { name }),
    ...(joining !== project.joining && { joining }),
    ...(peersJudge !== project.peersJudge && { peersJudge }),
    ...(blind.mode !== project.mode && { mode: blind.mode }),
    ...(blind.revealsItself !== project.revealsItself && { revealsItself: blind.revealsItself }),
  }
  const isSame = Object.keys(change).length === 0
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (!isSame) changing.mutate(change, { onSuccess: () => tell(words.saved) })
  }
  return (
    <form className={styles['form']} onSubmit={save} aria-label={words.title}>
      <div className={styles['field']}>
        <label htmlFor={`${id}-name`}>{words.name}</label>
        <input
          id={`${id}-name`}
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          maxLength={120}
          disabled={isDisabled}
          dir="auto"
          autoComplete="off"
        />
      </div>
      {isByName && (
        <fieldset className={styles['field']} disabled={isDisabled}>
          <legend>{words.joining}</legend>
          {(['open', 'invited'] as const).map((one) => (
            <label key={one} className={styles['choice']}>
              <input type="radio" name={`${id}-joining`} checked={joining === one} onChange={() => setJoining(one)} />
              <span>
                {one === 'open' ? words.joiningOpen : words.joiningInvited}
                {one === 'invited' && <small>{words.joiningNote}</small>}
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <fieldset className={styles['field']} disabled={isDisabled}>
        <legend>{words.judging}</legend>
        <label className={styles['choice']}>
          <input type="checkbox" checked={peersJudge} onChange={(event) => setPeersJudge(event.target.checked)} />
          <span>
            {words.peersJudge}
            <small>{words.peersJudgeNote}</small>
          </span>
        </label>
      </fieldset>
      <BlindFields value={blind} onChange={setBlind} isDisabled={isDisabled} />
      <Complaint error={changing.error} />
      <Button type="submit" variant="primary" isDisabled={isDisabled || isSame || changing.isPending}>
        {words.save}
      </Button>
    </form>
  )
}

function Danger({ project, isArchived }: { project: Project; isArchived: boolean }) {
  const id = useId()
  const archiving = useChange(project.id)
  const [isDeleting, setIsDeleting] = useState(false)
  return (
    <section className={styles['danger']} aria-labelledby={id}>
      <h2 id={id}>{words.danger}</h2>
      <div className={styles['act']}>
        <p>{isArchived ? words.unarchiveNote : words.archiveNote}</p>
        <Button
          isDisabled={archiving.isPending}
          onPress={() =>
            archiving.mutate(
              { isArchived: !isArchived },
              { onSuccess: () => tell(isArchived ? words.unarchived : words.archived) },
            )
          }
        >
          {isArchived ? <ArchiveRestore aria-hidden="true" /> : <Archive aria-hidden="true" />}
          {isArchived ? words.unarchive : words.archive}
        </Button>
        <Complaint error={archiving.error} />
      </div>
      <div className={styles['act']}>
        <p>{words.deleteNote}</p>
        <Button onPress={() => setIsDeleting(true)}>
          <Trash2 aria-hidden="true" /> {words.delete}
        </Button>
      </div>
      <Dialog title={words.deleteTitle(project.name)} isOpen={isDeleting} onOpenChange={setIsDeleting}>
        {(close) => <Deleting project={project} onClose={close} />}
      </Dialog>
    </section>
  )
}

function Deleting({ project, onClose }: { project: Project; onClose: () => void }) {
  const id = useId()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const isSure = typed.normalize('NFC').trim() === project.name
  const deleting = useMutation({
    mutationFn: () => deleteProject(project.id),
    onSuccess: async () => {
      await navigate({ to: '/' })
      tell(words.deleted(project.name))
      await Promise.all([
        queries.invalidateQueries({ queryKey: projectsQuery.queryKey }),
        queries.invalidateQueries({ queryKey: deletedProjectsQuery.queryKey }),
      ])
    },
  })
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        if (isSure) deleting.mutate()
      }}
    >
      <p>{words.deleteNote}</p>
      <div className={styles['field']}>
        <label htmlFor={id} dir="auto">
          {words.typeName(project.name)}
        </label>
        <input id={id} value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" dir="auto" />
      </div>
      <Complaint error={deleting.error} />
      <div className={styles['buttons']}>
        <Button onPress={onClose}>{memberWords.keep}</Button>
        <Button type="submit" variant="bad" isDisabled={!isSure || deleting.isPending}>
          {words.deleteButton}
        </Button>
      </div>
    </form>
  )
}
