/**
 * Signing in with an OpenID provider: the code flow with PKCE, state and nonce. better-auth's own way would fetch with
 * what it likes, at the start of the program; here every request goes out through the one guard, and what an identity is
 * good for (whose account it opens, whether it makes one) is ours to decide.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createRemoteJWKSet, customFetch, type JWTPayload, jwtVerify } from 'jose'
import type { Logger } from 'pino'
import * as z from 'zod'
import type { Outgoing } from './outgoing.ts'
import type { Identity } from './store/accounts.ts'

export interface OidcOptions {
  /** As the provider itself writes it. */
  issuer: string
  clientId: string
  /** Null for a public client. */
  clientSecret: string | null
  /** What the button says. */
  name: string
}

/** What has to be known when the provider sends somebody back; it is kept in a sealed cookie of theirs. */
export interface Attempt {
  state: string
  nonce: string
  verifier: string
}

export interface ProvenIdentity {
  identity: Identity
  name: string | null
  /** As the provider has it; null where it tells none. */
  email: string | null
  /** Whether the provider says that the address is theirs. */
  isConfirmed: boolean
}

export type Finished = ({ ok: true } & ProvenIdentity) | { ok: false; why: 'cancelled' | 'expired' | 'failed' }

export interface Oidc {
  readonly name: string
  readonly issuer: string
  /** Where to send somebody. Throws `ProviderSilent`. */
  begin(): Promise<{ url: string; attempt: Attempt }>
  /** Who came back, by what the provider added to the address. */
  finish(query: URLSearchParams, attempt: Attempt): Promise<Finished>
}

/** The provider does not answer, or not as one does. */
export class ProviderSilent extends Error {
  override name = 'ProviderSilent'
}

const discoverySchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  userinfo_endpoint: z.url().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  id_token_signing_alg_values_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
})
type Discovery = z.infer<typeof discoverySchema>

const tokensSchema = z.object({ id_token: z.string(), access_token: z.string() })

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  name: z.string().optional().catch(undefined),
  preferred_username: z.string().optional().catch(undefined),
  email: z.string().optional().catch(undefined),
  // Some write it as a word.
  email_verified: z
    .union([z.boolean(), z.enum(['true', 'false'])])
    .optional()
    .catch(undefined),
})

/** Never `none`, and none whose key would be our own secret. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

/** How long what the provider says of itself is taken to hold. */
const DISCOVERY_MS = 60 * 60 * 1000
const REQUEST_MS = 8000
const ANSWER_BYTES = 1024 * 1024
/** By so much may the clocks of the two differ, in seconds. */
const CLOCK_SECONDS = 60

export function createOidc(
  { issuer, clientId, clientSecret, name }: OidcOptions,
  { outgoing, redirectUri, log }: { outgoing: Outgoing; redirectUri: string; log: Logger },
): Oidc {
  let known: { discovery: Discovery; keys: ReturnType<typeof createRemoteJWKSet>; until: number } | null = null

  async function ask(url: string, request: Parameters<Outgoing>[1] = {}) {
    const answer = await outgoing(url, { redirects: 0, maxBytes: ANSWER_BYTES, ms: REQUEST_MS, ...request })
    if (!answer.ok) throw new ProviderSilent(`it could not be asked: ${answer.reason}`)
    return answer
  }

  async function askJson<S extends z.ZodType>(url: string, schema: S, request?: Parameters<Outgoing>[1]) {
    const { status, body } = await ask(url, request)
    if (status !== 200) throw new ProviderSilent(`it answered ${status}`)
    try {
      return schema.parse(JSON.parse(new TextDecoder().decode(body)))
    } catch (cause) {
      throw new ProviderSilent('its answer is not as it should be', { cause })
    }
  }

  async function discover() {
    if (known && known.until > Date.now()) return known
    const discovery = await askJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, discoverySchema, {
      redirects: 2,
    })
    // Else one provider could speak for another.
    if (discovery.issuer !== issuer) throw new ProviderSilent('it calls itself by another issuer')
    const keys = createRemoteJWKSet(new URL(discovery.jwks_uri), {
      [customFetch]: async (url: string) => {
        const { status, body } = await ask(url, { headers: { accept: 'application/json' } })
        return new Response(new Uint8Array(body), { status })
      },
    })
    known = { discovery, keys, until: Date.now() + DISCOVERY_MS }
    return known
  }

  async function redeem(discovery: Discovery, code: string, { verifier }: Attempt) {
    const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri })
    form.set('code_verifier', verifier)
    const headers: Record<string, string> = {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    }
    const methods = discovery.token_endpoint_auth_methods_supported
    if (clientSecret === null) form.set('client_id', clientId)
    else if (methods && !methods.includes('client_secret_basic') && methods.includes('client_secret_post')) {
      form.set('client_id', clientId)
      form.set('client_secret', clientSecret)
    } else {
      // RFC 6749, 2.3.1: both are form-encoded before they are joined.
      const encoded = [clientId, clientSecret].map((part) => new URLSearchParams({ v: part }).toString().slice(2))
      headers['authorization'] = `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`
    }
    return askJson(discovery.token_endpoint, tokensSchema, { method: 'POST', headers, body: form.toString() })
  }

  async function claimsOf(code: string, attempt: Attempt) {
    const { discovery, keys } = await discover()
    const { id_token, access_token } = await redeem(discovery, code, attempt)
    const allowed = discovery.id_token_signing_alg_values_supported?.filter((one) => algorithms.includes(one))
    const { payload } = await jwtVerify(id_token, keys, {
      issuer,
      audience: clientId,
      algorithms: allowed?.length ? allowed : ['RS256'],
      clockTolerance: CLOCK_SECONDS,
      requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
    })
    if (!isFor(payload, clientId) || !isSame(String(payload['nonce']), attempt.nonce))
      throw new ProviderSilent('its answer is to another question')
    const claims = claimsSchema.parse(payload)
    if (claims.email !== undefined || !discovery.userinfo_endpoint) return claims
    const more = await askJson(discovery.userinfo_endpoint, claimsSchema, {
      headers: { authorization: `Bearer ${access_token}`, accept: 'application/json' },
    })
    // OpenID Connect Core, 5.3.2: the two are not signed together.
    if (more.sub !== claims.sub) throw new ProviderSilent('it speaks of two people')
    return { ...more, ...claims, email: more.email, email_verified: more.email_verified }
  }

  return {
    name,
    issuer,
    async begin() {
      const { discovery } = await discover()
      const attempt = { state: secret(), nonce: secret(), verifier: secret() }
      const url = new URL(discovery.authorization_endpoint)
      const questions = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }
      for (const [key, value] of Object.entries(questions)) url.searchParams.set(key, value)
      return { url: url.href, attempt }
    },
    async finish(query, attempt) {
      if (!isSame(query.get('state') ?? '', attempt.state)) return { ok: false, why: 'expired' }
      if (query.get('error') === 'access_denied') return { ok: false, why: 'cancelled' }
      const [code, said] = [query.get('code'), query.get('iss')]
      try {
        // RFC 9207: an answer of another provider, brought here to be redeemed at the wrong one.
        const { discovery } = await discover()
        const isMixedUp = said === null ? discovery.authorization_response_iss_parameter_supported : said !== issuer
        if (code === null || isMixedUp) return { ok: false, why: 'failed' }
        const { sub, name, preferred_username, email, email_verified } = await claimsOf(code, attempt)
        return {
          ok: true,
          identity: { issuer, subject: sub },
          name: name ?? preferred_username ?? null,
          email: email ?? null,
          isConfirmed: email_verified === true || email_verified === 'true',
        }
      } catch (error) {
        // What is wrong with a token or an answer is for whoever runs the server; it may be set up in the wrong way.
        log.warn(
          { reason: error instanceof Error ? error.message : typeof error },
          'signing in with the provider failed',
        )
        return { ok: false, why: 'failed' }
      }
    },
  }
}

function secret(): string {
  return randomBytes(32).toString('base64url')
}

/** With several audiences the token says for which of them it was made. */
function isFor({ aud, azp }: JWTPayload, clientId: string): boolean {
  if (azp !== undefined) return azp === clientId
  return !Array.isArray(aud) || aud.length === 1
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

/** What is wrong with a value of `OIDC_ISSUER`, as the end of a sentence, or null. */
export function flawOfIssuer(value: string, isLoopback: (host: string) => boolean): string | null {
  const url = URL.canParse(value) ? new URL(value) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username)
    return 'is the address that the provider calls itself by, such as https://login.example.org/realms/team'
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return 'begins with https://, unless it is on this machine'
  return null
}
