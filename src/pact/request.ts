import { MatchersV3 as match } from '@pact-foundation/pact'
import { encodeQuery, encodeSimple, type Parameter } from '../openapi/parameter.ts'
import { valueNameOf } from '../fixtures/credentials-state.ts'
import { isObject } from '../openapi/pointer.ts'
import { isJson } from '../openapi/media-type.ts'
import { bytesOf, keyOf, type Draft } from '../conform/cases/draft.ts'
import type { Template } from './matchers.ts'
import type { NameOf } from './provided.ts'

type Text = string | match.ProviderStateInjectedValue<string>

/** A request as Pact writes it down: literal values, except where a provider state may provide another. */
export interface PactRequest {
  readonly method: string
  readonly path: Text
  readonly query: Readonly<Record<string, Text[]>>
  readonly headers: Readonly<Record<string, Text>>
  readonly body: PactBody
}

type PactBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly contentType: string; readonly template: Template }
  | { readonly kind: 'text'; readonly contentType: string; readonly text: string }

/** A draft as Pact writes it down; its credentials are those that the state of `CREDENTIALS_STATE` provides. */
export function requestOf(draft: Draft, nameOf: NameOf, credential?: string): PactRequest {
  const sent = draft.operation.parameters.flatMap((parameter): [Parameter, unknown][] => {
    const value = draft.values[keyOf(parameter)]
    return value === undefined || draft.headers[parameter.name] === null ? [] : [[parameter, value]]
  })
  return {
    method: draft.method,
    path: pathOf(draft, sent, nameOf),
    query: queryOf(sent, nameOf),
    headers: Object.fromEntries([
      ...credentialHeaders(draft, credential),
      ...sent
        .filter(([parameter]) => parameter.in === 'header')
        .map(([{ name }, value]) => [name, injected(encodeSimple(value), nameOf(value))]),
    ]),
    body: bodyOf(draft, nameOf),
  }
}

/** Whether the body is to be sent as JSON but is none; such a request can't be put through the Pact verifier. */
export function isBrokenJson({ body, contentType = '' }: Draft): boolean {
  if (body.kind !== 'raw' || !isJson(contentType)) return false
  try {
    return !(JSON.parse(textOf(body.data)) instanceof Object)
  } catch {
    return true
  }
}

function pathOf(draft: Draft, sent: readonly [Parameter, unknown][], nameOf: NameOf): Text {
  let { path } = draft.operation
  let expression = path
  for (const [{ name, in: place }, value] of sent) {
    if (place !== 'path') continue
    const text = encodeSimple(value)
    const encoded = encodeURIComponent(text)
    // A provided value goes into the path as it is, so only what needs no encoding can be provided.
    const provided = encoded === text ? (nameOf(value) ?? nameOf(text)) : undefined
    path = path.replace(`{${name}}`, () => encoded)
    expression = expression.replace(`{${name}}`, () => (provided === undefined ? encoded : `\${${provided}}`))
  }
  return expression === path ? path : match.fromProviderState(expression, path)
}

function queryOf(sent: readonly [Parameter, unknown][], nameOf: NameOf): Record<string, Text[]> {
  const query: Record<string, Text[]> = {}
  for (const [parameter, value] of sent) {
    if (parameter.in !== 'query') continue
    for (const [name, text] of encodeQuery(parameter, value)) {
      const own = typeof value === 'object' ? text : value
      query[name] = [...(query[name] ?? []), injected(text, nameOf(own))]
    }
  }
  return query
}

function bodyOf(draft: Draft, nameOf: NameOf): PactBody {
  const { body, contentType = 'application/json' } = draft
  if (body.kind === 'none') return body
  if (!isJson(contentType)) return { kind: 'text', contentType, text: textOf(bytesOf(draft) ?? '') }
  const value: unknown = body.kind === 'raw' ? JSON.parse(textOf(body.data)) : body.value
  return { kind: 'json', contentType, template: template(value, nameOf) }
}

function template(value: unknown, nameOf: NameOf): Template {
  if (Array.isArray(value)) return value.map((entry) => template(entry, nameOf))
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, template(entry, nameOf)]))
  const name = nameOf(value)
  return name === undefined ? (value as Template) : match.fromProviderState(`\${${name}}`, value as string)
}

/** What is sent is what the state provides; a contract holds no credential, and in its place the id of one. */
function credentialHeaders({ credential }: Draft, id = 'understudy'): [string, Text][] {
  return Object.entries(credential).map(([name, value]) => {
    const [, scheme = ''] = /^(Bearer |Basic )/i.exec(value) ?? []
    return [headerName(name), injected(`${scheme}credential-of-${id}`, valueNameOf(name))]
  })
}

/** As RFC 9110 writes it; other headers have no capitals of their own. */
function headerName(name: string): string {
  return name === 'authorization' ? 'Authorization' : name
}

function injected(text: string, name: string | undefined): Text {
  return name === undefined ? text : match.fromProviderState(`\${${name}}`, text)
}

function textOf(data: string | Uint8Array): string {
  return typeof data === 'string' ? data : Buffer.from(data).toString('utf8')
}
