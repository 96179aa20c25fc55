import { UnderstudyError } from '../../errors.ts'
import { isObject } from '../../openapi/pointer.ts'
import { answerOf, type Answer, type Exchanged, type OutgoingRequest } from './exchange.ts'
import { createTransport, withSend, type Transport, type TransportOptions } from './transport.ts'

/** How a token is fetched: client credentials or password (RFC 6749, sections 4.4 and 4.3). */
export interface OAuth2 {
  readonly flow?: 'clientCredentials' | 'password'
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly username?: string
  readonly password?: string
  readonly scope?: string
  readonly audience?: string
  readonly clientAuthentication?: 'header' | 'body'
}

/** A token, and the text that stands for it in headers until they are sent: no case, report or log ever holds the token. */
export interface TokenSource {
  readonly placeholder: string
  readonly oauth2: OAuth2
}

interface Token {
  readonly value: string
  readonly fetchedAt: number
  /** `Infinity` where the server does not say. */
  readonly expiresAt: number
}

/** So long before its end a token is renewed, and at most a tenth of its life. */
const EARLY_MS = 30_000
/** A token younger than this that gets 401 is not renewed: another would fare no better. */
const YOUNG_MS = 1000

/**
 * Puts tokens in the place of their placeholders when a request goes out. A request with a token that is refused with 401 is sent
 * once more with a new one: it was not looked at. What comes back has the placeholder again. Sending throws TARGET_UNREACHABLE when
 * no token is given.
 */
export function withTokens(
  transport: Transport,
  sources: readonly TokenSource[],
  options: Pick<TransportOptions, 'timeoutMs' | 'trust'>,
): Transport {
  const tokens = new Map<TokenSource, Promise<Token>>()

  const tokenOf = async (source: TokenSource): Promise<Token> => {
    const known = await tokens.get(source)
    if (known && performance.now() < known.expiresAt) return known
    return renew(source, known)
  }

  const renew = async (source: TokenSource, old: Token | undefined): Promise<Token> => {
    const current = tokens.get(source)
    // Somebody else has renewed it in the meantime.
    if (current !== undefined && (await current) !== old) return current
    const fetched = fetchToken(source.oauth2, options)
    tokens.set(source, fetched)
    return fetched
  }

  return withSend(transport, async (request) => {
    const used = sources.filter(({ placeholder }) => request.headers.some(([, value]) => value.includes(placeholder)))
    if (used.length === 0) return transport.send(request)
    const send = async (): Promise<readonly [Exchanged, Token[]]> => {
      const values = await Promise.all(used.map(tokenOf))
      const exchanged = await transport.send(filled(request, used, values))
      return [hidden(request, exchanged, used, values), values]
    }
    const [first, values] = await send()
    const isOld = values.some(({ fetchedAt }) => performance.now() - fetchedAt > YOUNG_MS)
    if (!isOld || first.outcome.kind !== 'answer' || first.outcome.status !== 401) return first
    await Promise.all(used.map((source, index) => renew(source, values[index])))
    const [second] = await send()
    return second
  })
}

function filled(request: OutgoingRequest, sources: readonly TokenSource[], tokens: readonly Token[]): OutgoingRequest {
  const fill = (value: string): string =>
    sources.reduce((text, { placeholder }, index) => text.replaceAll(placeholder, tokens[index]?.value ?? ''), value)
  return { ...request, headers: request.headers.map(([name, value]): [string, string] => [name, fill(value)]) }
}

function hidden(
  request: OutgoingRequest,
  { sent, outcome }: Exchanged,
  sources: readonly TokenSource[],
  tokens: readonly Token[],
): Exchanged {
  const shown = { ...sent, headers: request.headers }
  if (outcome.kind !== 'answer' || !tokens.some(({ value }) => holds(outcome, value))) return { sent: shown, outcome }
  const hide = (text: string): string =>
    sources.reduce(
      (hiding, { placeholder }, index) => hiding.replaceAll(tokens[index]?.value ?? placeholder, placeholder),
      text,
    )
  const headers = Object.fromEntries(Object.entries(outcome.headers).map(([name, value]) => [name, hide(value)]))
  return { sent: shown, outcome: answerOf(outcome.status, headers, Buffer.from(hide(outcome.text))) }
}

function holds({ text, headers }: Answer, token: string): boolean {
  return text.includes(token) || Object.values(headers).some((value) => value.includes(token))
}

async function fetchToken(oauth2: OAuth2, options: Pick<TransportOptions, 'timeoutMs' | 'trust'>): Promise<Token> {
  const url = new URL(oauth2.tokenUrl)
  const transport = createTransport({ baseUrl: url.origin, connections: 1, ...options })
  try {
    const { outcome } = await transport.send(tokenRequest(oauth2, url))
    if (outcome.kind === 'no-answer') throw noToken(oauth2, `does not answer (${outcome.message})`)
    const body = parsed(outcome.text)
    const value = body['access_token']
    if (outcome.status !== 200 || typeof value !== 'string' || value === '')
      throw noToken(oauth2, `gives no token: ${outcome.status} ${String(body['error'] ?? '')}`.trimEnd())
    const now = performance.now()
    const lifeMs = Number(body['expires_in']) * 1000
    const expiresAt = lifeMs > 0 ? now + lifeMs - Math.min(EARLY_MS, lifeMs / 10) : Infinity
    return { value, fetchedAt: now, expiresAt }
  } finally {
    transport.close()
  }
}

function tokenRequest(oauth2: OAuth2, url: URL): OutgoingRequest {
  const { flow, clientId, clientSecret, username, password, scope, audience, clientAuthentication } = oauth2
  const isBasic = clientAuthentication !== 'body' && clientSecret !== undefined
  const fields = {
    grant_type: flow === 'password' ? 'password' : 'client_credentials',
    ...(flow === 'password' && { username, password }),
    scope,
    audience,
    ...(!isBasic && { client_id: clientId, client_secret: clientSecret }),
  }
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const basic = Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret ?? '')}`).toString('base64')
  return {
    method: 'POST',
    path: `${url.pathname}${url.search}`,
    headers: [
      ['content-type', 'application/x-www-form-urlencoded'],
      ['accept', 'application/json'],
      ...(isBasic ? ([['authorization', `Basic ${basic}`]] as const) : []),
    ],
    body: new URLSearchParams(given).toString(),
  }
}

/** As RFC 6749, section 2.3.1, asks for both halves. */
function formEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+')
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function noToken({ tokenUrl }: OAuth2, message: string): UnderstudyError {
  return new UnderstudyError('TARGET_UNREACHABLE', message, tokenUrl)
}
