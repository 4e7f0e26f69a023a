/** Who is in a project, and for its owners the ways to change that. */
import type { Person } from '@attest/schema/api'
import { type Role, roleSchema } from '@attest/schema/roles'
import type { FormerMember, ListedMember } from '@attest/schema/teams'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, UserPlus } from 'lucide-react'
import { useId, useState } from 'react'
import { peopleQuery } from '../accounts/api.ts'
import { doorQuery, projectsQuery } from '../api.ts'
import { useProject } from '../projects/ProjectFrame.tsx'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { type MenuEntry, MenuOf } from '../ui/Menu.tsx'
import { tell } from '../ui/notices.ts'
import { Loading, Trouble } from '../ui/states.tsx'
import { handOver, membersQuery, removeMember, setRole } from './api.ts'
import { Complaint } from './Complaint.tsx'
import { Invitations } from './Invitations.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import styles from './members.module.css'
import { RoleChoice } from './RoleChoice.tsx'
import { inviteWords, memberWords, roleWords } from './wording.ts'

export function MembersPage() {
  const project = useProject()
  const found = useQuery(membersQuery(project.id))
  const me = useQuery(doorQuery).data?.me
  const [sought, setSought] = useState('')
  const [isInviting, setIsInviting] = useState(false)
  const [leaving, setLeaving] = useState<ListedMember | null>(null)
  const [heir, setHeir] = useState<ListedMember | null>(null)
  const id = useId()
  if (found.isPending) return <Loading what="the members" />
  if (!found.data) return <Trouble isPart error={found.error} onRetry={() => void found.refetch()} />
  const { members, former } = found.data
  const isOwner = project.memberRole === 'owner'
  const mayChange = isOwner && project.archivedAt === null
  const words = sought.trim().toLowerCase()
  const shown = members.filter(({ name }) => name.toLowerCase().includes(words))
  const own = members.find((one) => one.id === me?.id)
  return (
    <>
      <section className={styles['part']} aria-labelledby={id}>
        <h2 id={id}>{memberWords.count(members.length)}</h2>
        <div className={styles['head']}>
          <div className={styles['search']}>
            <label htmlFor={`${id}-search`}>{memberWords.search}</label>
            <input
              id={`${id}-search`}
              type="search"
              value={sought}
              onChange={(event) => setSought(event.target.value)}
              autoComplete="off"
            />
          </div>
          {mayChange && (
            <Button variant="primary" onPress={() => setIsInviting(true)}>
              <UserPlus aria-hidden="true" /> {inviteWords.button}
            </Button>
          )}
        </div>
        <p className="visually-hidden" role="status">
          {words && memberWords.count(shown.length)}
        </p>
        {shown.length === 0 ? (
          <p className={styles['note']}>{memberWords.nobody(sought.trim())}</p>
        ) : (
          <ul className={styles['rows']}>
            {shown.map((member) => (
              <Row
                key={member.id}
                member={member}
                isMe={member.id === me?.id}
                mayChange={mayChange}
                mayRemove={isOwner}
                onRemove={() => setLeaving(member)}
                onHandOver={() => setHeir(member)}
              />
            ))}
          </ul>
        )}
        {mayChange && me?.ownsWorkspace && words && <Others members={members} words={words} />}
        {own && (
          <Button onPress={() => setLeaving(own)} variant="quiet">
            {memberWords.leave}
          </Button>
        )}
      </section>
      {isOwner && <Invitations project={project.id} />}
      {former.length > 0 && <Former former={former} mayChange={mayChange} />}
      <InviteDialog project={project.id} isOpen={isInviting} onOpenChange={setIsInviting} />
      <LeaveDialog member={leaving} isMe={leaving?.id === me?.id} onClose={() => setLeaving(null)} />
      <HandOverDialog member={heir} onClose={() => setHeir(null)} />
    </>
  )
}

/** For the owner of the workspace, who knows its people: those who are called so and are not in the project. */
function Others({ members, words }: { members: readonly ListedMember[]; words: string }) {
  const project = useProject()
  const refresh = useRefresh()
  const people = useQuery(peopleQuery)
  const adding = useMutation({
    mutationFn: (person: Person) => setRole(project.id, person.id, 'annotator'),
    onSuccess: (_, person) => tell(memberWords.roleChanged(person.name, 'annotator')),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: refresh,
  })
  const ids = new Set(members.map(({ id }) => id))
  const others = people.data?.filter(
    ({ id, name, isClosed }) => !ids.has(id) && !isClosed && name.toLowerCase().includes(words),
  )
  if (!others || others.length === 0) return null
  return (
    <>
      <h3>{memberWords.others}</h3>
      <ul className={styles['rows']}>
        {others.map((one) => (
          <li key={one.id} className={styles['row']}>
            <Avatar person={one} />
            <span className={styles['who']} dir="auto">
              {one.name}
            </span>
            <Button
              aria-label={memberWords.addOf(one.name)}
              isDisabled={adding.isPending}
              onPress={() => adding.mutate(one)}
            >
              {memberWords.add}
            </Button>
          </li>
        ))}
      </ul>
    </>
  )
}

interface RowProps {
  member: ListedMember
  isMe: boolean
  mayChange: boolean
  mayRemove: boolean
  onRemove: () => void
  onHandOver: () => void
}

function Row({ member, isMe, mayChange, mayRemove, onRemove, onHandOver }: RowProps) {
  const project = useProject()
  const refresh = useRefresh()
  const changing = useMutation({
    mutationFn: (role: Role) => setRole(project.id, member.id, role),
    onSuccess: (_, role) => tell(memberWords.roleChanged(member.name, role)),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: refresh,
  })
  const entries: MenuEntry[] = []
  if (mayChange && !isMe && member.canSignIn)
    entries.push({ id: 'hand-over', label: memberWords.handOver, run: onHandOver })
  if (mayRemove && !isMe) entries.push({ id: 'remove', label: memberWords.remove, run: onRemove })
  return (
    <li className={styles['row']}>
      <Avatar person={member} />
      <span className={styles['who']}>
        <span dir="auto">
          {member.name} {isMe && memberWords.you}
        </span>
        {!member.canSignIn && <small>{memberWords.fromFile}</small>}
      </span>
      {mayChange ? (
        <RoleSelect
          label={memberWords.roleOf(member.name)}
          value={changing.isPending ? changing.variables : member.role}
          isDisabled={changing.isPending}
          onChange={(role) => changing.mutate(role)}
        />
      ) : (
        <span className={styles['note']}>{roleWords[member.role].name}</span>
      )}
      {entries.length > 0 && (
        <MenuOf
          label={memberWords.more(member.name)}
          trigger={
            <Button variant="quiet" aria-label={memberWords.more(member.name)}>
              <Ellipsis aria-hidden="true" />
            </Button>
          }
          groups={() => [{ entries }]}
        />
      )}
    </li>
  )
}

interface RoleSelectProps {
  label: string
  value: Role
  roles?: readonly Role[]
  isDisabled?: boolean
  onChange: (role: Role) => void
}

function RoleSelect({ label, value, roles = roleSchema.options, isDisabled = false, onChange }: RoleSelectProps) {
  return (
    <select
      className={`${styles['select']} ${styles['role']}`}
      aria-label={label}
      value={value}
      disabled={isDisabled}
      onChange={(event) => onChange(roleSchema.parse(event.target.value))}
    >
      {roles.map((role) => (
        <option key={role} value={role}>
          {roleWords[role].name}
        </option>
      ))}
    </select>
  )
}

/** What is shown of members and of projects is other after each change of them. */
function useRefresh(): () => Promise<unknown> {
  const queries = useQueryClient()
  const project = useProject()
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: membersQuery(project.id).queryKey }),
      queries.invalidateQueries({ queryKey: ['invitations', project.id] }),
      queries.invalidateQueries({ queryKey: projectsQuery.queryKey }),
    ])
}

function LeaveDialog({ member, isMe, onClose }: { member: ListedMember | null; isMe: boolean; onClose: () => void }) {
  const project = useProject()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const refresh = useRefresh()
  const removing = useMutation({
    mutationFn: (person: ListedMember) => removeMember(project.id, person.id),
    onSuccess: async (_, person) => {
      if (isMe) {
        // The way out comes before what is shown of a project that one is not in any more.
        await navigate({ to: '/' })
        tell(memberWords.left(project.name))
        await queries.invalidateQueries({ queryKey: projectsQuery.queryKey })
        return
      }
      onClose()
      tell(memberWords.removed(person.name))
      await refresh()
    },
  })
  const title = member && (isMe ? memberWords.leaveTitle(project.name) : memberWords.removeTitle(member.name))
  return (
    <Dialog
      title={title ?? ''}
      isOpen={member !== null}
      onOpenChange={(isOpen) => {
        if (isOpen) return
        removing.reset()
        onClose()
      }}
    >
      {(close) => (
        <div className={styles['form']}>
          <p>{isMe ? memberWords.leaveText : memberWords.removeText}</p>
          <Complaint error={removing.error} />
          <div className={styles['buttons']}>
            <Button onPress={close}>{memberWords.keep}</Button>
            <Button variant="bad" isDisabled={removing.isPending} onPress={() => member && removing.mutate(member)}>
              {isMe ? memberWords.leaveButton : memberWords.removeButton}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}

function HandOverDialog({ member, onClose }: { member: ListedMember | null; onClose: () => void }) {
  const project = useProject()
  const refresh = useRefresh()
  const [role, setOwnRole] = useState<Role>('reviewer')
  const handing = useMutation({
    mutationFn: (person: ListedMember) => handOver(project.id, person.id, role),
    onSuccess: async (_, person) => {
      onClose()
      tell(memberWords.handedOver(person.name))
      await refresh()
    },
  })
  return (
    <Dialog
      title={memberWords.handOverTitle(member?.name ?? '')}
      isOpen={member !== null}
      onOpenChange={(isOpen) => {
        if (isOpen) return
        handing.reset()
        onClose()
      }}
    >
      {(close) => (
        <div className={styles['form']}>
          <p>{memberWords.handOverText(member?.name ?? '')}</p>
          <RoleChoice
            legend={memberWords.ownRole}
            value={role}
            onChange={setOwnRole}
            roles={['owner', 'reviewer', 'annotator', 'viewer']}
          />
          <Complaint error={handing.error} />
          <div className={styles['buttons']}>
            <Button onPress={close}>{memberWords.keep}</Button>
            <Button variant="primary" isDisabled={handing.isPending} onPress={() => member && handing.mutate(member)}>
              {memberWords.handOverButton}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}

function Former({ former, mayChange }: { former: readonly FormerMember[]; mayChange: boolean }) {
  const project = useProject()
  const refresh = useRefresh()
  const id = useId()
  const bringing = useMutation({
    mutationFn: (person: FormerMember) => setRole(project.id, person.id, 'annotator'),
    onSuccess: (_, person) => tell(memberWords.broughtBack(person.name)),
    onError: (error) => tell(error.message, { tone: 'problem' }),
    onSettled: refresh,
  })
  return (
    <section className={styles['part']} aria-labelledby={id}>
      <h2 id={id}>{memberWords.former}</h2>
      <ul className={styles['rows']}>
        {former.map((one) => (
          <li key={one.id} className={styles['row']}>
            <Avatar person={one} />
            <span className={styles['who']}>
              <span dir="auto">{one.name}</span>
              <small>{memberWords.formerText(one)}</small>
            </span>
            {mayChange && (
              <Button
                aria-label={`${memberWords.bringBack}: ${one.name}`}
                isDisabled={bringing.isPending}
                onPress={() => bringing.mutate(one)}
              >
                {memberWords.bringBack}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
