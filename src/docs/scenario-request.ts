import type { MediaTypeSpec, Operation } from '../openapi/api.ts'
import { encodeQuery, encodeSimple, type Parameter } from '../openapi/parameter.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from '../openapi/pointer.ts'
import { sampleOf } from '../openapi/sample.ts'
import { type AnyCredential, anyCredentials } from './any-credential.ts'
import type { Pair, RequestParts } from './client/request.ts'
import type { DocumentedApi } from './documented-api.ts'
import { type BodyText, bodyText } from './form-text.ts'
import type { Scenario } from '../openapi/scenario.ts'

/** The request of a scenario, with its credential, as it goes to the mock. */
export function requestOf(docs: DocumentedApi, operation: Operation, scenario: Scenario): RequestParts {
  const sent = operation.parameters.flatMap((parameter): [Parameter, unknown][] => {
    const value = valueFor(docs, operation, scenario, parameter)
    return value === undefined || value === null ? [] : [[parameter, value]]
  })
  const within = (place: Parameter['in']): [Parameter, unknown][] =>
    sent.filter(([parameter]) => parameter.in === place)
  const body = bodyOf(docs, operation, scenario)
  const credential = credentialOf(docs, operation, scenario)
  return {
    method: operation.method,
    base: docs.api.bases[0] ?? '',
    path: operation.path,
    pathValues: within('path').map(([{ name }, value]) => [name, encodeSimple(value)]),
    query: [...within('query').flatMap(([parameter, value]) => encodeQuery(parameter, value)), ...credential.query],
    headers: withCookies(headersOf(credential, scenario, within('header'), body?.contentType), within('cookie')),
    body: body?.text,
  }
}

/** The scenario's credential, or the first that there is; a mock without credentials takes a made-up one. */
function credentialOf(docs: DocumentedApi, operation: Operation, { credential }: Scenario): Omit<AnyCredential, 'id'> {
  if (credential === null) return { headers: [], query: [] }
  const row = credential === undefined ? docs.credentials[0] : docs.credentials.find(({ id }) => id === credential)
  if (row) return { headers: Object.entries(row.headers), query: [] }
  return neededCredential(docs, operation) ?? { headers: [], query: [] }
}

/** The made-up credential that an operation cannot do without; `undefined` where the mock has credentials of its own. */
export function neededCredential({ api, credentials }: DocumentedApi, operation: Operation): AnyCredential | undefined {
  const isNeeded = credentials.length === 0 && operation.security.every((schemes) => schemes.length > 0)
  return isNeeded ? anyCredentials(api, operation)[0] : undefined
}

/** A header that the operation declares as a parameter counts before the same header of a credential only if the scenario sets it. */
function headersOf(
  credential: Pick<AnyCredential, 'headers'>,
  scenario: Scenario,
  declared: readonly [Parameter, unknown][],
  contentType: string | undefined,
): Pair[] {
  const headers = new Map<string, string>(credential.headers)
  for (const [{ name }, value] of declared) {
    if (!headers.has(name) || isSet(scenario, name)) headers.set(name, encodeSimple(value))
  }
  for (const [name, value] of Object.entries(scenario.parameters))
    if (value === null) headers.delete(name.toLowerCase())
  if (contentType !== undefined) headers.set('content-type', contentType)
  return [...headers]
}

/** Cookies that an operation declares, in one header with those of a credential (RFC 6265, 5.4). */
function withCookies(headers: readonly Pair[], cookies: readonly [Parameter, unknown][]): readonly Pair[] {
  if (cookies.length === 0) return headers
  const sent = headers.filter(([name]) => name === 'cookie').map(([, text]) => text)
  const own = cookies.map(([{ name }, value]) => `${name}=${encodeSimple(value)}`)
  return [...headers.filter(([name]) => name !== 'cookie'), ['cookie', [...sent, ...own].join('; ')]]
}

function isSet({ parameters }: Scenario, name: string): boolean {
  return Object.keys(parameters).some((written) => written.toLowerCase() === name)
}

/** The scenario's own value, else the example of the scenario's name, else the first one; guesses are not sent unasked. */
function valueFor(docs: DocumentedApi, operation: Operation, scenario: Scenario, parameter: Parameter): unknown {
  const own = Object.entries(scenario.parameters).find(
    ([name]) => name === parameter.name || name.toLowerCase() === parameter.name,
  )
  if (own) return own[1]
  if (!parameter.required && parameter.inferred !== undefined) return undefined
  const { examples, required } = parameter
  const example =
    (scenario.example === undefined ? undefined : examples[scenario.example]) ?? Object.values(examples)[0]
  if (example || !required) return example?.value
  return seededKey(docs, operation, parameter) ?? sampleAt(docs, parameter)
}

/** A value for a schema without an example: what it must have and no more, to be filled in by the reader, or all of it. */
function sampleAt(
  { api }: DocumentedApi,
  owner: Parameter | MediaTypeSpec,
  properties: 'required' | 'all' = 'required',
): unknown {
  const { pointer, validate } = owner
  const name = 'name' in owner ? owner.name : ''
  const schema = valueAt(api.document, pointerTo(pointer, 'schema'))
  return sampleOf(api.document, schema, { name, validate, direction: 'request', properties }).value
}

/** For `/pets/{petId}` the key of the first pet. */
function seededKey({ api, rowsOf }: DocumentedApi, operation: Operation, { name, in: place }: Parameter): unknown {
  if (place !== 'path') return undefined
  const segments = operation.path.split('/')
  const collection = api.collections[segments[segments.indexOf(`{${name}}`) - 1] ?? '']
  return collection && rowsOf(collection.name)[0]?.[collection.key]
}

function bodyOf(docs: DocumentedApi, operation: Operation, scenario: Scenario): BodyText | undefined {
  const content = Object.entries(operation.requestBody?.content ?? {})
  const { body, rawBody, example } = scenario
  const holder =
    content.find(([, media]) => example !== undefined && Object.hasOwn(media.examples, example)) ?? content[0]
  const contentType = scenario.contentType ?? holder?.[0] ?? 'application/json'
  const schema = holder && schemaOf(docs, holder[1])
  if (body !== undefined) return bodyText(body, contentType, schema)
  if (rawBody !== undefined) return { contentType, text: rawBody }
  if (!holder) return undefined
  const [, media] = holder
  const named = example === undefined ? undefined : media.examples[example]
  if (named) return bodyText(named.value, contentType, schema)
  const value = isForm(contentType) ? sampleAt(docs, media, 'all') : sampleBody(docs, operation, media)
  // Many documents forget to say that a body is required: where its schema asks for something, it is sent.
  const isWorthSending = operation.requestBody?.required === true || (isObject(value) && Object.keys(value).length > 0)
  return isWorthSending ? bodyText(value, contentType, schema) : undefined
}

function isForm(contentType: string): boolean {
  return /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(contentType)
}

/** The schema of a body or a parameter, behind its reference. */
function schemaOf({ api: { document } }: DocumentedApi, { pointer }: Parameter | MediaTypeSpec): unknown {
  const schema = valueAt(document, pointerTo(pointer, 'schema'))
  const target = isObject(schema) && typeof schema['$ref'] === 'string' ? pointerOfRef(schema['$ref']) : undefined
  return target === undefined ? schema : valueAt(document, target)
}

/** Without an example: a seeded row that the schema accepts, whole or without its key; else what the schema asks for. */
function sampleBody(docs: DocumentedApi, operation: Operation, media: MediaTypeSpec): unknown {
  const { api, rowsOf } = docs
  const segments = operation.path.split('/')
  const collection = Object.values(api.collections).find(({ name }) => segments.includes(name))
  const [row] = collection ? rowsOf(collection.name) : []
  if (!collection || !row) return sampleAt(docs, media)
  const { [collection.key]: _key, ...rest } = row
  return [rest, row].find((candidate) => media.validate(candidate).length === 0) ?? sampleAt(docs, media)
}
