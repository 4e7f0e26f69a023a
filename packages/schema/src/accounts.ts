/** The bodies about accounts: signing in, passwords, sessions, and the rules that server and page hold them to. */
import * as z from 'zod'
import { personName, personSchema } from './api.ts'

/** One address, in the one spelling it is stored and looked up in. */
export const emailSchema = z
  .string()
  .transform((email) => email.trim().normalize('NFC').toLowerCase())
  .pipe(
    z
      .string()
      .max(254, 'This e-mail address is too long.')
      .refine((email) => z.email().safeParse(email).success, 'Please enter an address such as name@example.org.'),
  )

const PASSWORD_LENGTH = 12
const LONGEST_PASSWORD = 128

/** A new password. What is refused besides by `weakness` depends on whose it is. */
export const newPasswordSchema = z
  .string()
  .refine(
    (password) => [...password].length >= PASSWORD_LENGTH,
    `A password has at least ${PASSWORD_LENGTH} characters.`,
  )
  .refine((password) => password.length <= LONGEST_PASSWORD, `A password has at most ${LONGEST_PASSWORD} characters.`)
  .refine((password) => password.isWellFormed(), 'This password has characters that cannot be typed again.')
  .refine((password) => !isCommon(password), 'This password is among the first that are tried. Please take another.')

/** One that is there already: whatever it is, it is right or wrong. */
const givenPassword = z.string().min(1, 'Please enter your password.').max(1024, 'This password is too long.')

/** Words that long passwords are made of when somebody wants a short one: of those that leak, these come first. */
const common = [
  ...['password', 'passwort', 'passwd', 'motdepasse', 'contrasena', 'parola', 'senha', 'salasana', 'wachtwoord'],
  ...[
    'qwerty',
    'qwertz',
    'azerty',
    'qwertyuiop',
    'asdfghjkl',
    'asdfgh',
    'asdf',
    'zxcvbnm',
    'yxcvbnm',
    'qazwsx',
    'qwer',
  ],
  ...['letmein', 'welcome', 'willkommen', 'admin', 'administrator', 'root', 'login', 'master', 'secret', 'geheim'],
  ...['changeme', 'default', 'guest', 'test', 'testing', 'user', 'access', 'superman', 'batman', 'starwars', 'pokemon'],
  ...['iloveyou', 'sunshine', 'princess', 'dragon', 'monkey', 'football', 'baseball', 'shadow', 'michael', 'charlie'],
  ...[
    'trustno',
    'whatever',
    'freedom',
    'computer',
    'internet',
    'samsung',
    'google',
    'facebook',
    'abc',
    'abcd',
    'abcdef',
  ],
  ...['correcthorsebatterystaple', 'abcdefghijkl', 'abcdefghijklmnopqrstuvwxyz', 'onetwothreefour', 'attest'],
]

/** Digits and signs put around such words, and leet for letters, are tried as well. */
function isCommon(password: string): boolean {
  // It is refused for that already.
  if (password.length > LONGEST_PASSWORD) return false
  const lower = password.normalize('NFKC').toLowerCase()
  if (new Set(lower).size < 5) return true
  if (isRun(lower)) return true
  const plain = lower
    .replaceAll('@', 'a')
    .replaceAll('$', 's')
    .replaceAll(/(?<=\p{L})0(?=\p{L})/gu, 'o')
    .replaceAll(/(?<=\p{L})1(?=\p{L})/gu, 'i')
    .replaceAll(/(?<=\p{L})3(?=\p{L})/gu, 'e')
  const letters = plain.replaceAll(/[^\p{L}]/gu, '')
  return letters !== '' && letters.length >= plain.length / 3 && isMadeOf(letters, common)
}

/** Whether each character follows the one before it, as in 123456789012, or goes back. */
function isRun(text: string): boolean {
  const steps = Array.from({ length: text.length - 1 }, (_, i) => text.charCodeAt(i + 1) - text.charCodeAt(i))
  const even = (step: number) => steps.filter((one) => one === step || one === step * -9).length >= steps.length - 1
  return steps.length > 0 && (even(1) || even(-1))
}

/** Whether the text is a row of these words and of nothing else. */
function isMadeOf(text: string, words: readonly string[]): boolean {
  const isReached = [true]
  for (let end = 1; end <= text.length; end++)
    isReached[end] = words.some((word) => isReached[end - word.length] && text.startsWith(word, end - word.length))
  return isReached[text.length] === true
}

/** What is wrong with a password as that of this person, as a sentence, or null: their name and address are guessed first. */
export function weakness(password: string, { name, email }: { name: string; email: string }): string | null {
  const lower = password.normalize('NFKC').toLowerCase()
  const [mailbox = ''] = email.toLowerCase().split('@')
  const words = [email.toLowerCase(), name.toLowerCase(), mailbox].filter((word) => [...word].length >= 3)
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), lower).replaceAll(/[^\p{L}]/gu, '')
  return words.some((word) => lower.includes(word)) && rest.length < 6
    ? 'This password is your name or address with little else. Please take another.'
    : null
}

/** A path of this server to go on to, or null: never a way to another one, however it is spelled. */
export function ownPath(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 2000) return null
  // Browsers take a backslash for a slash, and skip controls.
  return /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(value) ? value : null
}

const token = z.string().min(20).max(200)

export const signInSchema = z.object({ email: emailSchema, password: givenPassword })

export const newAccountSchema = z.object({
  name: personName,
  email: emailSchema,
  password: newPasswordSchema,
  /** The token of an invitation that is good; it is not used up by this. */
  invitation: token.optional(),
  /** The token of the link that was printed at the first start. */
  first: token.optional(),
})

export const forgotSchema = z.object({ email: emailSchema })

export const linkTokenSchema = z.object({ token })

/** What a link of ours is good for. */
export const linkSchema = z.object({
  /** The first account of this server; a new password; or that an address is somebody's own. */
  kind: z.enum(['first', 'password', 'email']),
  /** Whose account it is about; null where the first one is still to be made. */
  person: personSchema.nullable(),
  /** The address that is there or is confirmed; null where one is to be given. */
  email: z.string().nullable(),
  expiresAt: z.int().nullable(),
})

export const resetSchema = z.object({
  token,
  password: newPasswordSchema,
  /** For somebody who had only a name so far. */
  email: emailSchema.optional(),
})

/** One's own account, as only oneself sees it. */
export const accountSchema = z.object({
  /** Null for somebody who has only a name. */
  email: z.string().nullable(),
  isConfirmed: z.boolean(),
  hasPassword: z.boolean(),
  /** Whether one can sign in through the provider of this server. */
  hasProvider: z.boolean(),
  /** Whether the session is so young that what needs a password may be done without, by somebody who has none. */
  isFresh: z.boolean(),
})

export const profileSchema = z.object({ name: personName.optional(), color: z.int().min(0).max(11).optional() })

export const changeEmailSchema = z.object({ email: emailSchema, password: givenPassword.optional() })
export const changedEmailSchema = z.object({
  /** Whether it counts only after the link that was sent to it has been opened. */
  isSent: z.boolean(),
})
export const changePasswordSchema = z.object({ current: givenPassword.optional(), password: newPasswordSchema })
export const credentialsSchema = z.object({ email: emailSchema, password: newPasswordSchema })
export const proofSchema = z.object({ password: givenPassword.optional() })

export const sessionSchema = z.object({
  id: z.string(),
  /** Null where the browser did not say. */
  browser: z.string().nullable(),
  system: z.string().nullable(),
  createdAt: z.int(),
  /** To the hour, or to the day for somebody who has only a name. */
  usedAt: z.int(),
  isThis: z.boolean(),
})

/** Somebody as the owner of the workspace sees them. */
export const listedPersonSchema = personSchema.extend({
  email: z.string().nullable(),
  ownsWorkspace: z.boolean(),
  /** Closed: only the name is left, on what they made. */
  isClosed: z.boolean(),
  createdAt: z.int(),
  /** Null for somebody who is signed in nowhere. */
  usedAt: z.int().nullable(),
})

export const madeLinkSchema = z.object({ url: z.string(), expiresAt: z.int() })

export const startOidcSchema = z.object({
  /** Where to go on; a path of this server. */
  returnTo: z.string().max(2000).optional(),
  invitation: token.optional(),
  first: token.optional(),
  /** To join it to the account that is signed in, instead of signing in. */
  connect: z.boolean().optional(),
})
export const startedOidcSchema = z.object({ url: z.string() })

/** Why signing in with a provider came to nothing; the page has a sentence for each. */
export const oidcProblems = [
  'cancelled',
  'expired',
  'failed',
  'no-account',
  'no-email',
  'not-confirmed',
  'unconfirmed-here',
  'taken',
  'link-used',
] as const
export type OidcProblem = (typeof oidcProblems)[number]

export type Account = z.infer<typeof accountSchema>
export type LinkInfo = z.infer<typeof linkSchema>
export type ListedPerson = z.infer<typeof listedPersonSchema>
export type OpenSession = z.infer<typeof sessionSchema>
