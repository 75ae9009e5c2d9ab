import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Password } from '../config/define.ts'

export interface OauthSource {
  /** `http(s):` or `file:`; null: an unsecured token made by ourselves, for development. */
  readonly endpoint: string | null
  readonly clientId: string | null
  readonly clientSecret: Password | null
  readonly scope: string | null
  /** Whether id and secret are URL-encoded before they go into the header. */
  readonly urlEncode: boolean
  readonly timeoutMs: number
}

/** Share of a token's life after which a new one is fetched, as `sasl.login.refresh.window.factor` has it. */
const REFRESH_AT = 0.8

/**
 * Gives the function that kafkajs asks for a token at each log-in. Tokens are kept for most of their life.
 * @throws Error when something that is needed is not set
 */
export const oauthToken = (options: ReadonlyMap<string, string>, source: OauthSource): (() => Promise<string>) => {
  const fetchToken =
    source.endpoint === null ? async () => unsecuredToken(options) : fetcher(options, source, source.endpoint)
  let current: { token: Password; renewAt: number } | undefined
  let running: Promise<string> | undefined
  const renew = async (): Promise<string> => {
    const token = await fetchToken()
    current = { token: new Password(token), renewAt: Date.now() + lifetimeMs(token) * REFRESH_AT }
    return token
  }
  return () => {
    if (current !== undefined && Date.now() < current.renewAt) return Promise.resolve(current.token.value)
    running ??= renew().finally(() => {
      running = undefined
    })
    return running
  }
}

const fetcher = (options: ReadonlyMap<string, string>, source: OauthSource, endpoint: string) => {
  let url: URL
  try {
    url = new URL(endpoint)
  } catch {
    throw new Error('The OAuth configuration option sasl.oauthbearer.token.endpoint.url value must be a URL')
  }
  if (url.protocol === 'file:') return async () => (await readFile(fileURLToPath(url), 'utf8')).trim()
  const clientId = source.clientId ?? options.get('clientId')
  const clientSecret = source.clientSecret ?? secret(options.get('clientSecret'))
  const scope = source.scope ?? options.get('scope')
  if (clientId === undefined || clientSecret === undefined) {
    throw new Error(
      'The OAuth client id and secret are needed: sasl.oauthbearer.client.credentials.client.id and .client.secret, ' +
        'or clientId and clientSecret in sasl.jaas.config',
    )
  }
  return () => clientCredentials(url, clientId, clientSecret, scope, source)
}

const secret = (text: string | undefined): Password | undefined => (text === undefined ? undefined : new Password(text))

/** The client credentials grant of RFC 6749, section 4.4. */
const clientCredentials = async (
  url: URL,
  clientId: string,
  clientSecret: Password,
  scope: string | undefined,
  { urlEncode, timeoutMs }: OauthSource,
): Promise<string> => {
  const encode = urlEncode ? encodeURIComponent : (text: string) => text
  const credentials = Buffer.from(`${encode(clientId)}:${encode(clientSecret.value)}`).toString('base64')
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...(scope && { scope }) })
  const where = `token endpoint ${url.origin}${url.pathname}`
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}`, accept: 'application/json' },
    body,
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause)
    throw new Error(`${where} could not be reached: ${reason}`)
  })
  if (!response.ok) throw new Error(`${where} answered ${response.status} ${response.statusText}`)
  const answer: unknown = await response.json().catch(() => undefined)
  const token = (answer as { access_token?: unknown } | undefined)?.access_token
  if (typeof token !== 'string' || token === '') throw new Error(`${where} answered without an access_token`)
  return token
}

const UNKNOWN_LIFETIME_MS = 300_000

/** From the token's own `exp`, if it is a JWT. */
const lifetimeMs = (token: string): number => {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    const { exp } = claims as { exp?: unknown }
    return typeof exp === 'number' ? exp * 1000 - Date.now() : UNKNOWN_LIFETIME_MS
  } catch {
    return UNKNOWN_LIFETIME_MS
  }
}

/** A JWT without signature (`alg: none`) from the `unsecuredLogin...` options, as Kafka's development handler makes it. */
const unsecuredToken = (options: ReadonlyMap<string, string>): string => {
  const claims: Record<string, unknown> = Object.create(null)
  for (const [key, value] of options) {
    const [, kind, name] = /^unsecuredLogin(String|Number|List)Claim_(.+)$/.exec(key) ?? []
    if (name === undefined) continue
    if (kind === 'String') claims[name] = value
    else if (kind === 'Number') claims[name] = Number(value)
    else claims[name] = value.slice(1).split(value.charAt(0)) // its first character is what separates the elements
  }
  const principal = options.get('unsecuredLoginPrincipalClaimName') ?? 'sub'
  if (claims[principal] === undefined) {
    throw new Error(
      `unsecuredLoginStringClaim_${principal} is needed in sasl.jaas.config for an unsecured OAUTHBEARER login`,
    )
  }
  const now = Date.now() / 1000
  claims['iat'] ??= now
  claims['exp'] ??= now + Number(options.get('unsecuredLoginLifetimeSeconds') ?? 3600)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part(claims)}.`
}
