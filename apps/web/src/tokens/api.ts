import { type MadeToken, madeTokenSchema, type NewToken, tokenSchema } from '@attest/schema/token'
import { queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { ask, post } from '../api.ts'

export const tokensQuery = queryOptions({
  queryKey: ['account', 'tokens'],
  queryFn: () => ask('/api/account/tokens', z.array(tokenSchema)),
})

export const makeToken = (given: NewToken): Promise<MadeToken> => post('/api/account/tokens', madeTokenSchema, given)

export const revokeToken = (id: string) =>
  ask(`/api/account/tokens/${encodeURIComponent(id)}`, z.unknown(), { method: 'DELETE' })
