/** What the pages of accounts ask the server, and what signing in does to what was asked before. */
import {
  accountSchema,
  changedEmailSchema,
  linkSchema,
  listedPersonSchema,
  madeLinkSchema,
  sessionSchema,
  startedOidcSchema,
} from '@attest/schema/accounts'
import { type Me, meSchema } from '@attest/schema/api'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { ask, doorQuery, leave, post } from '../api.ts'

export const accountQuery = queryOptions({ queryKey: ['account'], queryFn: () => ask('/api/account', accountSchema) })

export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: () => ask('/api/account/sessions', z.array(sessionSchema)),
})

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: () => ask('/api/people', z.array(listedPersonSchema)),
})

/** The token is not part of the address that is asked: addresses are written down in many places. */
export const linkQuery = (token: string) =>
  queryOptions({
    queryKey: ['link', token],
    queryFn: () => post('/api/accounts/link', linkSchema, { token }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

export const signIn = (body: { email: string; password: string }) => post('/api/sign-in', meSchema, body)

export const makeAccount = (body: {
  name: string
  email: string
  password: string
  invitation?: string
  first?: string
}) => post('/api/accounts', meSchema, body)

export const forget = (email: string) => post('/api/accounts/forgot', z.unknown(), { email })

export const resetPassword = (body: { token: string; password: string; email?: string }) =>
  post('/api/accounts/reset', meSchema, body)

export const confirmEmail = (token: string) => post('/api/accounts/confirm', z.object({ email: z.string() }), { token })

export const changeProfile = (body: { name?: string; color?: number }) => post('/api/account', meSchema, body)

export const addCredentials = (body: { email: string; password: string }) =>
  post('/api/account/credentials', meSchema, body)

export const changeEmail = (body: { email: string; password?: string }) =>
  post('/api/account/email', changedEmailSchema, body)

export const changePassword = (body: { current?: string; password: string }) =>
  post('/api/account/password', meSchema, body)

export const closeAccount = (password?: string) => post('/api/account/close', z.unknown(), { password })

const remove = (path: string) => ask(path, z.unknown(), { method: 'DELETE' })

export const endSession = (id: string) => remove(`/api/account/sessions/${encodeURIComponent(id)}`)
export const endOtherSessions = () => remove('/api/account/sessions')
export const disconnect = () => remove('/api/oidc/connection')

const ofPerson = (id: string, what: string) => `/api/people/${encodeURIComponent(id)}/${what}`
export const makeLink = (id: string) => post(ofPerson(id, 'link'), madeLinkSchema, {})
export const signOutPerson = (id: string) => remove(ofPerson(id, 'sessions'))
export const closePerson = (id: string) => post(ofPerson(id, 'close'), z.unknown(), {})
export const handOver = (id: string) => post(ofPerson(id, 'workspace'), z.unknown(), {})

/** Leaves for the provider; the browser comes back to `returnTo`. */
export async function goToProvider(body: {
  returnTo: string
  invitation?: string
  first?: string
  connect?: boolean
}): Promise<void> {
  const { url } = await post('/api/oidc/start', startedOidcSchema, body)
  location.assign(url)
}

/** Everything asked so far was asked by nobody, or by somebody else. */
export async function becomeSomebody(queries: QueryClient, me: Me): Promise<void> {
  queries.setQueryData(doorQuery.queryKey, (door) => door && { ...door, me, isNew: false })
  await queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'door' })
  await queries.invalidateQueries({ queryKey: doorQuery.queryKey })
}

/** The door first: behind it nobody is left who would ask for the rest again. */
export function becomeNobody(queries: QueryClient): void {
  queries.setQueryData(doorQuery.queryKey, (door) => door && { ...door, me: null })
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== doorQuery.queryKey[0] })
}

export async function signOut(queries: QueryClient): Promise<void> {
  await leave()
  becomeNobody(queries)
}
