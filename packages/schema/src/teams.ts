/** The bodies about members, invitations, what was deleted, and links for the public. */
import * as z from 'zod'
import { annotationSchema } from './annotation.ts'
import { personSchema, projectName } from './api.ts'
import { articleSchema, entityId } from './article.ts'
import { labelSetSchema } from './labelset.ts'
import { personId } from './record.ts'
import { relationSchema } from './relation.ts'
import { joiningSchema, roleSchema } from './roles.ts'

/** How long what was deleted can be brought back. */
export const KEPT_DAYS = 30

/** What is not there stays as it is. */
export const projectChangeSchema = z
  .strictObject({
    name: projectName.optional(),
    joining: joiningSchema.optional(),
    peersJudge: z.boolean().optional(),
    /** For articles brought in from then on. */
    mode: z.enum(['open', 'blind']).optional(),
    revealsItself: z.boolean().optional(),
    isArchived: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'Nothing is to be changed.')

/** A project or an article that can still be brought back. */
export const deletedSchema = z.object({
  id: entityId,
  name: z.string(),
  deletedAt: z.int(),
  /** When it goes for good. */
  goneAt: z.int(),
  /** Who deleted it. */
  by: z.string().nullable(),
})

export const listedMemberSchema = personSchema.extend({
  role: roleSchema,
  /** False for somebody whose marks came with a file. */
  canSignIn: z.boolean(),
})

export const formerMemberSchema = personSchema.extend({
  leftAt: z.int(),
  /** By an owner; else they left. */
  isRemoved: z.boolean(),
})

export const membersSchema = z.object({
  members: z.array(listedMemberSchema),
  /** For owners; nobody else is told. */
  former: z.array(formerMemberSchema),
})

export const roleChangeSchema = z.strictObject({ role: roleSchema })

/** To whom the project goes, and what one is oneself from then on. */
export const transferSchema = z.strictObject({ person: personId, role: roleSchema })

/** For how many days an invitation can be for. */
export const INVITATION_DAYS = { usual: 7, most: 90 } as const
/** How many people a link can let in, where a number is given. */
export const INVITATION_USES = 1000

export const newInvitationSchema = z
  .strictObject({
    role: roleSchema,
    days: z.int().min(1).max(INVITATION_DAYS.most),
    /** Null for any number. */
    maxUses: z.int().min(1).max(INVITATION_USES).nullable(),
    /** Where to send it. Without mail on the server it says for whom it is. */
    email: z.email('This is not an e-mail address.').max(254).optional(),
  })
  .refine(
    ({ role, maxUses }) => role !== 'owner' || maxUses === 1,
    'An invitation to own a project is for one person only.',
  )

/** Why an invitation lets nobody in any more. */
export const endReasonSchema = z.enum(['expired', 'used-up', 'ended'])

export const invitationSchema = z.object({
  id: entityId,
  role: roleSchema,
  by: personSchema,
  email: z.string().nullable(),
  createdAt: z.int(),
  expiresAt: z.int(),
  maxUses: z.int().nullable(),
  uses: z.array(z.object({ person: personSchema, at: z.int() })),
  /** Null while it lets people in. */
  whyNot: endReasonSchema.nullable(),
})

/** A new invitation: its link is told here and never again. */
export const madeInvitationSchema = z.object({
  id: entityId,
  url: z.string(),
  /** Whether it was sent by e-mail; null when there was nothing to send or nothing to send it with. */
  isSent: z.boolean().nullable(),
})

/** What whoever has the link is told of an invitation. */
export const openInvitationSchema = z.object({
  project: z.object({ id: entityId, name: z.string() }),
  role: roleSchema,
  /** Who invites. */
  by: personSchema,
  expiresAt: z.int(),
})

export const acceptedSchema = z.object({
  projectId: entityId,
  /** What one is in the project now. */
  role: roleSchema,
  /** False for somebody who was that or more before. */
  isNew: z.boolean(),
})

export const publicLinkSchema = z.object({
  /** Null where there is none. */
  url: z.string().nullable(),
  showsNames: z.boolean(),
})

export const publicLinkChangeSchema = z.strictObject({ showsNames: z.boolean() })

/** An article for everybody who has its link: the text and its marks, and nothing else of the project. */
export const publicArticleSchema = articleSchema.omit({ id: true, projectId: true }).extend({
  labelSet: labelSetSchema,
  annotations: z.array(annotationSchema),
  relations: z.array(relationSchema),
  /** Those who marked; without their names, where these are not shown. */
  people: z.array(personSchema),
  showsNames: z.boolean(),
})

export type ProjectChange = z.infer<typeof projectChangeSchema>
export type Deleted = z.infer<typeof deletedSchema>
export type ListedMember = z.infer<typeof listedMemberSchema>
export type FormerMember = z.infer<typeof formerMemberSchema>
export type NewInvitation = z.input<typeof newInvitationSchema>
export type Invitation = z.infer<typeof invitationSchema>
export type MadeInvitation = z.infer<typeof madeInvitationSchema>
export type PublicArticle = z.infer<typeof publicArticleSchema>
