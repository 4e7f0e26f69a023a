/** The bodies of the HTTP interface, shared by the server that answers and the page that asks. */
import * as z from 'zod'
import { articleContentSchema, articleSchema, entityId, sourceSchema } from './article.ts'
import { beginningSchema } from './label-api.ts'
import { labelSetSchema } from './labelset.ts'
import { blindSchema } from './layer.ts'
import { personId } from './record.ts'
import { joiningSchema, roleSchema } from './roles.ts'
import { roomName } from './room-name.ts'
import { layerSourceSchema } from './source.ts'

/** Controls, bidi overrides, lone surrogates and private characters could make one name look like another. */
const unshown = /[\p{Cc}\p{Cs}\p{Co}\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]/u

/** What people may be called: one line, visible, at most 60 characters as a person counts them. */
export const personName = z
  .string()
  .transform((name) => name.normalize('NFC').replace(/\s+/gu, ' ').trim())
  .pipe(
    z
      .string()
      .min(1, 'Please enter a name.')
      .refine(
        // An endless name is not counted through to its end.
        (name) => name.length <= 240 && [...new Intl.Segmenter('und').segment(name)].length <= 60,
        'A name has at most 60 characters.',
      )
      .refine((name) => !unshown.test(name), 'This name has characters that cannot be shown.')
      .refine(
        // Hangul fillers are letters that nobody can see.
        (name) => /[[\p{L}\p{N}\p{Extended_Pictographic}]--\p{Default_Ignorable_Code_Point}]/v.test(name),
        'A name needs at least one letter, number or emoji.',
      ),
  )

/** What a project may be called: one line too, which goes into the subject of a mail. */
export const projectName = z
  .string()
  .transform((name) => name.normalize('NFC').replace(/\s+/gu, ' ').trim())
  .pipe(
    z
      .string()
      .min(1, 'Please enter a name.')
      .max(120, 'A name of a project has at most 120 characters.')
      .refine((name) => !unshown.test(name), 'This name has characters that cannot be shown.'),
  )

export const personSchema = z.object({
  id: personId,
  name: z.string(),
  /** Index of the person's colour among the page's twelve. */
  color: z.int().min(0).max(11),
})

export const meSchema = personSchema.extend({
  ownsWorkspace: z.boolean(),
  /** Whether a name is all one has: once signed out, one cannot come back. */
  isByName: z.boolean(),
})

/** What a page needs to know before anybody is signed in. */
export const doorSchema = z.object({
  /** Whether a name is enough to join. */
  joinByName: z.boolean(),
  /** Whether anybody can make an account, without an invitation. */
  signUp: z.boolean(),
  /** What the button to sign in with a provider says its name is; null where there is none. */
  provider: z.string().nullable(),
  /** Whether the server sends mail, so that a forgotten password needs nobody else. */
  mail: z.boolean(),
  /** Whether nobody owns the workspace yet, and the link that was printed at the start makes the first account. */
  isNew: z.boolean(),
  /** The person of this session, null when there is none. */
  me: meSchema.nullable(),
})

export const joinSchema = z.object({ name: personName })

export const projectSchema = z.object({
  id: entityId,
  name: z.string().min(1).max(120),
  /** Whether articles that are brought in are blind: each person marks them unseen by the others, until the reveal. */
  mode: z.enum(['open', 'blind']),
  /** Whether a blind article is revealed by itself, once all who are assigned to it have submitted. */
  revealsItself: z.boolean(),
  /** Whether annotators may judge each other's marks. */
  peersJudge: z.boolean(),
  joining: joiningSchema,
  /** As what the asking person may act in it now: a viewer, when it is archived. */
  role: roleSchema,
  /** What they are in it. */
  memberRole: roleSchema,
  /** Milliseconds since 1970; null while it is worked in. */
  archivedAt: z.int().nullable(),
  articleCount: z.int(),
  guidelines: z.string(),
})

export const newProjectSchema = z.object({
  name: projectName,
  /** As the server has it for new projects, when it is not said. */
  joining: joiningSchema.optional(),
  /** What it works by; the labels that the server has for new projects, when it is not said. */
  labels: beginningSchema.optional(),
})

export const articleSummarySchema = z.object({
  id: entityId,
  projectId: entityId,
  title: z.string(),
  language: z.string().nullable(),
  direction: z.enum(['ltr', 'rtl', 'auto']),
  /** Length of the text in UTF-16 code units. */
  length: z.int(),
  /** Where it comes from, as far as it is known. */
  source: sourceSchema.nullable(),
  createdAt: z.int(),
  blind: blindSchema,
})

export const memberSchema = personSchema.extend({
  role: roleSchema.nullable(),
  /** Where it is nobody, but a layer that was imported or predicted. */
  source: layerSourceSchema.optional(),
})

/** The article with all that a page needs to show and judge its marks. */
export const articlePageSchema = articleSchema.extend({
  blind: blindSchema,
  /** The room where the asking person marks it; null where there is none for them before the reveal. */
  room: roomName.nullable(),
  project: projectSchema,
  labelSet: labelSetSchema,
  /** Members of the project, and everybody else whose records may be in the room (role null). */
  people: z.array(memberSchema),
  /** Where it has revisions: which this is, and the id of the newest, null where that is this one. */
  revision: z.object({ number: z.int().min(1), newest: entityId.nullable() }).optional(),
  /** Where it is signed off, so that nothing in it changes: by whom, null where that is not known, and when. */
  signedOff: z.object({ by: personId.nullable(), at: z.int() }).optional(),
})

/** A plain text to be made into an article: its first line is the title unless one is given. */
export const newArticleSchema = z.object({
  title: z.string().trim().min(1).max(500).optional(),
  text: z.string().min(1),
  language: z.string().max(35).nullable().optional(),
})

/** An article as it was previewed: whatever was read out of a file, with what a person has changed about it. */
export const keptArticleSchema = z.strictObject({ content: articleContentSchema })

/** RFC 9457. `detail` is a sentence for a person. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  /** Where a record was refused: why, as one of a closed list, of which kind it is, and its id. */
  reason: z.string().optional(),
  root: z.string().optional(),
  record: z.string().optional(),
})

export type Person = z.infer<typeof personSchema>
export type Member = z.infer<typeof memberSchema>
export type Me = z.infer<typeof meSchema>
export type Project = z.infer<typeof projectSchema>
export type ArticleSummary = z.infer<typeof articleSummarySchema>
export type ArticlePage = z.infer<typeof articlePageSchema>
export type Problem = z.infer<typeof problemSchema>
