import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openOwned } from '../../../../tests/support/catalog.ts'
import type { NewInvitation } from './invitations.ts'

const HOUR = 60 * 60_000

/** A project `p` that Ada owns, and Ben and Cleo who are in none. */
async function openTown() {
  const { db, catalog } = await openOwned()
  for (const name of ['Ben', 'Cleo']) await catalog.people.join(name.toLowerCase(), name)
  const invite = async (given: Partial<NewInvitation> = {}) => {
    const made = await catalog.invitations.add({
      projectId: 'p',
      role: 'annotator',
      by: 'ada',
      email: null,
      expiresAt: Date.now() + HOUR,
      maxUses: 1,
      ...given,
    })
    if (!made) throw new Error('nobody may invite')
    return made
  }
  const acts = async () => (await catalog.audit.entries('p', { limit: 50 })).map(({ act }) => act)
  return { db, catalog, invite, acts, ...catalog }
}

describe('an invitation', () => {
  it('says for what it is, lets somebody in, and is used up', async () => {
    const { invitations, invite, catalog, acts } = await openTown()
    const { token } = await invite()
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(await invitations.find(token)).toMatchObject({
      ok: true,
      invitation: { project: { id: 'p', name: 'Project' }, role: 'annotator', by: { name: 'Ada' } },
    })
    expect(await invitations.accept(token, 'ben')).toMatchObject({ ok: true, role: 'annotator', isNew: true })
    expect(catalog.roles.of('p', 'ben')).toBe('annotator')
    expect(await invitations.accept(token, 'cleo')).toEqual({ ok: false, why: 'used-up' })
    expect(catalog.roles.of('p', 'cleo')).toBe(null)
    expect(await acts()).toEqual(['member.add', 'invitation.create', 'project.create'])
  })

  it('is nowhere stored as it is in the link', async () => {
    const { db, invite } = await openTown()
    const { token } = await invite()
    const rows = await db.selectFrom('invitation').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('lets in as many as it is for, however many come at once', async () => {
    const { catalog, invitations, invite } = await openTown()
    const people = Array.from({ length: 20 }, (_, i) => `person${i}`)
    for (const id of people) await catalog.people.join(id, id)
    const { token, id } = await invite({ maxUses: 3 })
    const answers = await Promise.all(people.map((person) => invitations.accept(token, person)))
    expect(answers.filter((answer) => answer.ok)).toHaveLength(3)
    expect(answers.filter((answer) => !answer.ok && answer.why === 'used-up')).toHaveLength(17)
    const listed = (await invitations.of('p')).find((one) => one.id === id)
    expect(listed?.uses).toHaveLength(3)
    expect(await catalog.members.of('p')).toHaveLength(4)
  })

  it('never lowers a role, and is not used up by somebody who has it already', async () => {
    const { catalog, invitations, invite } = await openTown()
    const viewing = await invite({ role: 'viewer' })
    expect(await invitations.accept(viewing.token, 'ada')).toMatchObject({ ok: true, role: 'owner', isNew: false })
    expect(catalog.roles.of('p', 'ada')).toBe('owner')
    expect(await invitations.find(viewing.token)).toMatchObject({ ok: true })
    await invitations.accept(viewing.token, 'ben')
    const reviewing = await invite({ role: 'reviewer' })
    expect(await invitations.accept(reviewing.token, 'ben')).toMatchObject({ ok: true, role: 'reviewer', isNew: true })
    expect(catalog.roles.of('p', 'ben')).toBe('reviewer')
  })

  it('ends with its time', async () => {
    const { invitations, invite } = await openTown()
    const { token } = await invite({ maxUses: null })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + HOUR + 1 })
    onTestFinished(() => void vi.useRealTimers())
    expect(await invitations.find(token)).toEqual({ ok: false, why: 'expired' })
    expect(await invitations.accept(token, 'ben')).toEqual({ ok: false, why: 'expired' })
  })

  it('ends when it is ended, once, and not from another project', async () => {
    const { invitations, invite, acts } = await openTown()
    const { id, token } = await invite({ maxUses: null })
    expect(await invitations.end('other', id, 'ada')).toBe(false)
    expect(await invitations.end('p', id, 'ada')).toBe(true)
    expect(await invitations.end('p', id, 'ada')).toBe(false)
    expect(await invitations.accept(token, 'ben')).toEqual({ ok: false, why: 'ended' })
    expect(await acts()).toEqual(['invitation.revoke', 'invitation.create', 'project.create'])
  })

  it('is as if it had never been while its project is deleted', async () => {
    const { catalog, invitations, invite } = await openTown()
    const { token } = await invite()
    await catalog.projects.remove('p', 'ada')
    expect(await invitations.find(token)).toEqual({ ok: false, why: 'unknown' })
    expect(await invitations.accept(token, 'ben')).toEqual({ ok: false, why: 'unknown' })
    await catalog.projects.restore('p', 'ada')
    expect(catalog.roles.of('p', 'ada')).toBe('owner')
    expect(await invitations.accept(token, 'ben')).toMatchObject({ ok: true })
  })

  it('ends with its maker’s right to invite, also when they get that back', async () => {
    const { catalog, invitations, invite } = await openTown()
    await catalog.projects.setRole('p', 'ben', 'owner')
    const { token } = await invite({ by: 'ben', maxUses: null })
    expect(await catalog.members.give({ projectId: 'p', by: 'ada', person: 'ben', role: 'annotator' })).toBe(null)
    expect(await invitations.accept(token, 'cleo')).toEqual({ ok: false, why: 'ended' })
    await catalog.members.give({ projectId: 'p', by: 'ada', person: 'ben', role: 'owner' })
    expect(await invitations.accept(token, 'cleo')).toEqual({ ok: false, why: 'ended' })
    expect(await invitations.add({ ...wanted, by: 'cleo' })).toBe(null)
  })

  it('does not bring back who was removed, unless it was made after that', async () => {
    const { catalog, invitations, invite } = await openTown()
    const before = await invite({ maxUses: null })
    await invitations.accept(before.token, 'ben')
    await catalog.members.remove({ projectId: 'p', by: 'ada', person: 'ben' })
    expect(await invitations.accept(before.token, 'ben')).toEqual({ ok: false, why: 'removed' })
    await catalog.projects.enrol('p')
    expect(catalog.roles.of('p', 'ben')).toBe(null)
    await new Promise((resolve) => setTimeout(resolve, 2))
    const after = await invite()
    expect(await invitations.accept(after.token, 'ben')).toMatchObject({ ok: true, isNew: true })
    expect(await catalog.members.formerOf('p')).toEqual([])
  })
})

const wanted: NewInvitation = {
  projectId: 'p',
  role: 'annotator',
  by: 'ada',
  email: null,
  expiresAt: Number.MAX_SAFE_INTEGER,
  maxUses: 1,
}

describe('the last owner', () => {
  const ask = { projectId: 'p', by: 'ada', person: 'ada' }

  it('can neither go nor step down, also when only somebody from a file is called an owner besides', async () => {
    const { catalog, db } = await openTown()
    const guest = { id: 'guest', name: 'Guest', name_key: 'guest', color: 0, has_account: 0, owns_workspace: 0 }
    await db
      .insertInto('person')
      .values({ ...guest, created_at: 0 })
      .execute()
    await catalog.projects.setRole('p', 'guest', 'owner')
    expect(await catalog.members.remove(ask)).toBe('last-owner')
    expect(await catalog.members.give({ ...ask, role: 'viewer' })).toBe('last-owner')
    expect(await catalog.members.transfer({ ...ask, person: 'guest', role: 'viewer' })).toBe('cannot-sign-in')
    expect(catalog.roles.of('p', 'ada')).toBe('owner')
  })

  it('is one of two who leave, or remove each other, at once', async () => {
    for (const byItself of [true, false]) {
      const { catalog } = await openTown()
      await catalog.projects.setRole('p', 'ben', 'owner')
      const leave = (person: string) =>
        catalog.members.remove({ projectId: 'p', by: byItself ? person : person === 'ada' ? 'ben' : 'ada', person })
      const refusals = await Promise.all([leave('ada'), leave('ben')])
      expect(refusals.filter((refusal) => refusal === null)).toHaveLength(1)
      expect((await catalog.members.of('p')).filter(({ role }) => role === 'owner')).toHaveLength(1)
    }
  })

  it('hands the project over as one act', async () => {
    const { catalog, acts } = await openTown()
    await catalog.projects.setRole('p', 'ben', 'viewer')
    expect(await catalog.members.transfer({ ...ask, person: 'cleo', role: 'reviewer' })).toBe('no-member')
    expect(await catalog.members.transfer({ ...ask, person: 'ben', role: 'reviewer' })).toBe(null)
    expect([catalog.roles.of('p', 'ada'), catalog.roles.of('p', 'ben')]).toEqual(['reviewer', 'owner'])
    expect(await catalog.members.transfer({ ...ask, person: 'ben', role: 'owner' })).toBe('not-owner')
    expect(await acts()).toEqual(['member.role', 'member.role', 'project.create'])
  })
})
