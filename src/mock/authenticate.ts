import type { Api, Operation, SecurityScheme } from '../spec/api.ts'
import { pointerTo } from '../spec/pointer.ts'
import { parseQuery } from '../spec/parameter.ts'
import type { Row } from '../store/collection.ts'
import type { State } from '../store/state.ts'
import type { Credential, Refusal, RequestLine, Rules } from './handler.ts'

export const CREDENTIALS = 'credentials'

type Checked = { readonly credential: Credential | undefined } | { readonly problem: string; readonly sent: boolean }

/**
 * The check that a document's security requirements describe: one alternative must hold, with all its schemes.
 * A credential works when a row of the collection `credentials` has it among its headers; an API whose fixtures have no
 * credentials accepts any. An alternative without schemes does not excuse a credential that is sent and wrong.
 */
export function createAuthenticator(api: Api): NonNullable<Rules['authenticate']> {
  return (operation, request, state) => {
    if (operation.security.length === 0) return { kind: 'authenticated', credential: undefined }
    let refusal: { problem: string; sent: boolean } | undefined
    for (const alternative of operation.security.filter((schemes) => schemes.length > 0)) {
      const checked = checkAll(api, alternative, request, state)
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
    ...(http?.kind === 'http' && {
      headers: { 'www-authenticate': http.scheme === 'bearer' ? 'Bearer' : http.scheme },
    }),
  }
}

function checkAll(api: Api, names: readonly string[], request: RequestLine, state: State): Checked {
  let credential: Credential | undefined
  for (const name of names) {
    const scheme = api.securitySchemes[name]
    const checked: Checked = scheme ? check(scheme, request, state) : { credential: undefined }
    if ('problem' in checked) return checked
    credential ??= checked.credential
  }
  return { credential }
}

function check(scheme: SecurityScheme, request: RequestLine, state: State): Checked {
  const [header, sent] = sentCredential(scheme, request)
  const what =
    scheme.kind === 'http' ? `a ${scheme.scheme} token in the header Authorization` : `the ${scheme.in} ${scheme.name}`
  if (sent === undefined || sent === '') return { problem: `This operation needs ${what}.`, sent: false }
  if (scheme.kind === 'http' && !sent.toLowerCase().startsWith(`${scheme.scheme} `)) {
    return { problem: `This operation needs ${what}, but another scheme was sent.`, sent: true }
  }
  const credentials = state.collection(CREDENTIALS)
  if (credentials.size === 0) return { credential: undefined }
  const normal =
    scheme.kind === 'http' && scheme.scheme === 'bearer' ? `Bearer ${sent.slice('bearer '.length).trim()}` : sent
  const [row] = credentials.find({ where: { [pointerTo('/headers', header)]: normal }, limit: 1 })
  return row ? { credential: asCredential(row) } : { problem: `The value of ${what} is not known.`, sent: true }
}

function sentCredential(scheme: SecurityScheme, request: RequestLine): [header: string, value: string | undefined] {
  if (scheme.kind === 'http') return ['authorization', single(request.headers['authorization'])]
  if (scheme.in === 'header') return [scheme.name.toLowerCase(), single(request.headers[scheme.name.toLowerCase()])]
  const query = request.url.split('?', 2)[1] ?? ''
  return [scheme.name, parseQuery(query).find(([name]) => name === scheme.name)?.[1]]
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}

/** The rows of `credentials` were checked to be credentials when they were loaded. */
export function asCredential(row: Row): Credential {
  return row as unknown as Credential
}
