import type { Api, Operation, SecurityScheme } from '../../openapi/api.ts'
import { pointerTo, valueAt } from '../../openapi/pointer.ts'
import { parseCookies } from '../../openapi/cookies.ts'
import { parseQuery } from '../../openapi/parameter.ts'
import type { Collection, Row } from '../../store/collection.ts'
import type { State } from '../../store/state.ts'
import type { Credential, Refusal, RequestHead, Rules } from '../handlers/handler.ts'

export const CREDENTIALS = 'credentials'

type Checked = { readonly credential: Credential | undefined } | { readonly problem: string; readonly sent: boolean }

/**
 * The check that a document's security requirements describe: one alternative must hold, with all its schemes.
 * A credential works when a row of the collection `credentials` has it among its headers; an API whose fixtures have no
 * credentials accepts any. An alternative without schemes does not excuse a credential that is sent and wrong.
 */
export function createAuthenticator(api: Api): NonNullable<Rules['authenticate']> {
  const checks = new Map(
    Object.entries(api.securitySchemes).map(([name, scheme]) => [name, createCheck(scheme)] as const),
  )
  return (operation, request, state) => {
    let refusal: { problem: string; sent: boolean } | undefined
    for (const alternative of operation.security) {
      if (alternative.length === 0) continue
      const checked = checkAll(checks, alternative, request, state)
      if ('credential' in checked) return { kind: 'authenticated', credential: checked.credential }
      if (refusal === undefined || checked.sent) refusal = checked
    }
    const anonymous = operation.security.some((schemes) => schemes.length === 0)
    if (refusal === undefined || (anonymous && !refusal.sent)) return { kind: 'authenticated', credential: undefined }
    return unauthorized(api, operation, refusal.problem)
  }
}

/** The 401 of an operation, with the challenge that RFC 9110 (11.6.1) asks for. */
export function unauthorized(api: Api, operation: Operation, message: string): Refusal {
  const schemes = operation.security.flat().map((name) => api.securitySchemes[name])
  const http = schemes.find((scheme) => scheme?.kind === 'http')
  return {
    kind: 'refusal',
    by: 'security',
    status: 401,
    message,
    pointer: pointerTo(operation.pointer, 'security'),
    ...(http?.kind === 'http' && { headers: { 'www-authenticate': challengeOf(api, http.scheme) } }),
  }
}

/** Basic has to name a realm (RFC 7617, 2): the API's title, as far as a quoted string can hold it. */
function challengeOf({ document }: Api, scheme: string): string {
  if (scheme === 'bearer') return 'Bearer'
  if (scheme !== 'basic') return scheme
  const title = String(valueAt(document, '/info/title') ?? '').replaceAll(/[^ !#-[\]-~]/g, '')
  return `Basic realm="${title}"`
}

type Check = (request: RequestHead, state: State) => Checked

function checkAll(
  checks: ReadonlyMap<string, Check>,
  names: readonly string[],
  request: RequestHead,
  state: State,
): Checked {
  let credential: Credential | undefined
  for (const name of names) {
    const checked = checks.get(name)?.(request, state)
    if (!checked) continue
    if ('problem' in checked) return checked
    credential ??= checked.credential
  }
  return { credential }
}

function createCheck(scheme: SecurityScheme): Check {
  const { known, find } = createFinder(scheme)
  const prefix = scheme.kind === 'http' ? `${scheme.scheme} ` : ''
  const what = nounOf(scheme)
  return (request, state) => {
    const sent = sentCredential(scheme, request)
    if (sent === undefined || sent === '') return { problem: `This operation needs ${what}.`, sent: false }
    const credentials = state.collection(CREDENTIALS)
    const remembered = known(credentials, sent)
    if (remembered) return { credential: remembered }
    if (!sent.slice(0, prefix.length).toLowerCase().startsWith(prefix))
      return { problem: `This operation needs ${what}, but another scheme was sent.`, sent: true }
    if (credentials.size === 0) return { credential: undefined }
    const credential = find(credentials, prefix === 'bearer ' ? `Bearer ${sent.slice(prefix.length).trim()}` : sent)
    return credential ? { credential } : { problem: `The value of ${what} is not known.`, sent: true }
  }
}

function nounOf(scheme: SecurityScheme): string {
  if (scheme.kind !== 'http')
    return scheme.in === 'query' ? `the query parameter ${scheme.name}` : `the ${scheme.in} ${scheme.name}`
  const { scheme: name } = scheme
  return name === 'basic'
    ? 'a user and a password (Basic) in the header Authorization'
    : `a ${name} token in the header Authorization`
}

interface Finder {
  /** The credential that was found before by the very same text. */
  known(credentials: Collection, sent: string): Credential | undefined
  find(credentials: Collection, sent: string): Credential | undefined
}

/** Finds the row that has a credential among its headers; what was found is remembered as long as the rows are the same. */
function createFinder(scheme: SecurityScheme): Finder {
  const pointer = pointerTo('/headers', scheme.kind === 'http' ? 'authorization' : nameOf(scheme))
  const found = new WeakMap<object, Map<string, Credential>>()
  const known: Finder['known'] = (credentials, sent) => found.get(credentials.revision)?.get(sent)
  const find: Finder['find'] = (credentials, sent) => {
    const remembered = known(credentials, sent)
    if (remembered) return remembered
    const [row] = credentials.find({ where: { [pointer]: sent }, limit: 1 })
    if (!row) return undefined
    const credential = asCredential(row)
    found.set(credentials.revision, new Map(found.get(credentials.revision)).set(sent, credential))
    return credential
  }
  return { known, find }
}

function sentCredential(scheme: SecurityScheme, request: RequestHead): string | undefined {
  if (scheme.kind === 'http') return single(request.headers['authorization'])
  if (scheme.in === 'header') return single(request.headers[nameOf(scheme)])
  if (scheme.in === 'cookie') return parseCookies(request.headers['cookie']).find(([name]) => name === scheme.name)?.[1]
  const query = request.url.split('?', 2)[1] ?? ''
  return parseQuery(query).find(([name]) => name === scheme.name)?.[1]
}

function nameOf({ in: place, name }: Extract<SecurityScheme, { kind: 'apiKey' }>): string {
  return place === 'header' ? name.toLowerCase() : name
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}

/** The credentials that work at this moment. */
export function workingCredentials(rules: Rules, state: State): readonly Credential[] {
  return rules.credentials?.(state) ?? [...state.collection(CREDENTIALS).all()].map(asCredential)
}

/** The rows of `credentials` were checked to be credentials when they were loaded. */
export function asCredential(row: Row): Credential {
  return row as unknown as Credential
}
