/** What is noted of accounts, projects and members: who did what to whom, and when. Marks have the log of their room. */
import * as z from 'zod'

/** `<what it is about>.<what was done>`; one closed list, so that each has a sentence in the page. */
export const auditActs = [
  'account.create',
  'account.sign-in',
  'account.sign-in-failed',
  'account.sign-out',
  'account.password',
  'account.reset-link',
  'account.session-end',
  'account.close',
  'token.create',
  'token.revoke',
  'workspace.hand-over',
  'project.create',
  'project.rename',
  'project.settings',
  'project.archive',
  'project.unarchive',
  'project.delete',
  'project.restore',
  'project.purge',
  'member.add',
  'member.role',
  'member.remove',
  'member.leave',
  'invitation.create',
  'invitation.revoke',
  'public-link.create',
  'public-link.revoke',
  'label-set.change',
  'article.add',
  'article.delete',
  'article.restore',
  'article.purge',
  'article.revise',
  'article.blind',
  'article.reveal',
  'article.export',
  'article.state',
  'article.sign-off',
  'article.reopen',
  'gap.settle',
  'training.set',
  'training.end',
  'training.try',
  'suggestions.askers',
  'suggestions.add',
  'suggestions.remove',
  'webhook.create',
  'webhook.change',
  'webhook.pause',
  'webhook.resume',
  'webhook.delete',
  'import.start',
  'import.cancel',
  'project.export',
  'export.done',
  'marks.import',
  'marks.undo',
  'work.assign',
  'work.due',
  'record.restore',
  'record.remove',
] as const

export const auditEntrySchema = z.object({
  /** Rises with time; a page of entries ends at one. */
  seq: z.int(),
  /** Milliseconds since 1970, by the server's clock. */
  at: z.int(),
  act: z.enum(auditActs),
  /** Who did it; null where that is not known. */
  person: z.string().nullable(),
  /** The id of the person, article, invitation … it was done to. */
  subject: z.string().nullable(),
  /** What else there is to say of it, for a person: a name as it was, a role from and to. */
  detail: z.string().nullable(),
})

export const auditPageSchema = z.object({
  /** The newest first. */
  entries: z.array(auditEntrySchema),
  /** What the next page asks for as `before`; null after the last. */
  next: z.int().nullable(),
  /** Names of the people and titles of the articles in it, by id. */
  names: z.record(z.string(), z.string()),
})

export type AuditPage = z.infer<typeof auditPageSchema>
export type AuditAct = (typeof auditActs)[number]
export type AuditEntry = z.infer<typeof auditEntrySchema>
