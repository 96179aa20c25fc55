import type { Api, HeaderSpec, Operation, ResponseSpec } from '../../openapi/api.ts'
import { isJson } from '../../openapi/media-type.ts'
import { isObject, valueAt } from '../../openapi/pointer.ts'
import { responseFor, statusOf } from '../../openapi/responses.ts'
import { checkAnswer } from '../engine/check-answer.ts'
import { declaredErrorBody } from '../engine/error-body.ts'
import { ControlError } from './control-error.ts'
import type { NewOverride, Override } from './overrides.ts'

/** Headers that say how an answer travels: what is sent decides them. */
const ofTheHost = ['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date', 'upgrade', 'trailer']

/**
 * Fills in what an override leaves open from what its operation, which is served, declares, and checks the answer against the spec
 * unless it is `unchecked`. Throws a ControlError that says what is wrong with it.
 */
export function makeOverride(apis: readonly Api[], asked: NewOverride): Omit<Override, 'id' | 'hits'> {
  const { api, operation } = overridden(apis, asked)
  if (asked.body !== undefined && asked.example !== undefined) throw wrong('either a body or an example, not both')
  const { status, response } = responseOf(operation, asked)
  const headers = headersOf(api, asked, response)
  const content = contentOf(api, asked, status, response)
  const body = content.body === undefined ? undefined : frozenJson(content.body)
  if (body !== undefined && (status === 204 || status === 304)) throw wrong(`a ${status} has no body`)
  if (body !== undefined) headers['content-type'] ??= content.contentType
  const { body: _body, ...rest } = asked
  const made = { ...rest, status, headers, ...(body !== undefined && { body }) }
  if (asked.unchecked !== true) checkOverride(operation, made, response)
  return made
}

/** What is wrong with an override from a file, which had everything filled in; `undefined` for nothing. */
export function overrideMisfit(
  apis: readonly Api[],
  { id: _id, hits: _hits, example: _example, ...rest }: Override,
): string | undefined {
  try {
    makeOverride(apis, rest)
    return undefined
  } catch (error) {
    if (error instanceof ControlError) return error.reason
    throw error
  }
}

function overridden(
  apis: readonly Api[],
  { api: wanted, operationId }: NewOverride,
): { readonly api: Api; readonly operation: Operation } {
  for (const api of apis) {
    const operation = api.operations.find(({ id }) => id === operationId)
    if (operation && (wanted ?? api.name) === api.name) return { api, operation }
  }
  throw wrong(`there is no operation ${JSON.stringify(operationId)}`)
}

function responseOf(
  operation: Operation,
  { status, example, unchecked }: NewOverride,
): { readonly status: number; readonly response: ResponseSpec | undefined } {
  const { responses, id } = operation
  if (status !== undefined) {
    const response = responseFor(responses, status)
    if (response || unchecked === true) return { status, response }
    const declared = Object.keys(responses).join(', ')
    throw wrong(`the status ${status} is not declared by ${id}, which has ${declared}${otherwise}`)
  }
  const codes = Object.keys(responses).toSorted((a, b) => Number(b.startsWith('2')) - Number(a.startsWith('2')))
  const code = codes.find((each) => example === undefined || exampleIn(responses[each], example) !== undefined)
  if (code !== undefined) return { status: statusOf(code), response: responses[code] }
  throw unknownExample(operation.id, Object.values(responses), example)
}

/** What the response has to have is filled in from the examples of the document. */
function headersOf(api: Api, asked: NewOverride, response: ResponseSpec | undefined): Record<string, string> {
  const headers = Object.fromEntries(
    Object.entries(asked.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const misplaced = Object.keys(headers).find((name) => ofTheHost.includes(name))
  if (misplaced !== undefined) throw wrong(`the header ${misplaced} follows from what is sent`)
  for (const [name, header] of Object.entries(response?.headers ?? {})) {
    const shown = header.required || name === 'www-authenticate' ? documentedHeader(api, header) : undefined
    if (shown !== undefined) headers[name] ??= shown
  }
  return headers
}

function documentedHeader(api: Api, { pointer }: HeaderSpec): string | undefined {
  const source = valueAt(api.document, pointer)
  if (!isObject(source)) return undefined
  const { example, examples, schema } = source
  const [named] = isObject(examples) ? Object.values(examples) : []
  const inSchema = isObject(schema)
    ? (schema['example'] ?? (schema['examples'] as unknown[] | undefined)?.[0])
    : undefined
  const shown = example ?? (isObject(named) ? named['value'] : undefined) ?? inSchema
  return shown === undefined ? undefined : String(shown)
}

interface Content {
  readonly contentType: string
  readonly body: unknown
}

function contentOf(api: Api, asked: NewOverride, status: number, response: ResponseSpec | undefined): Content {
  const { body, example, operationId } = asked
  const media = Object.entries(response?.content ?? {})
  const usual = media.find(([type]) => isJson(type))?.[0] ?? media[0]?.[0]
  if (body !== undefined)
    return { body, contentType: usual ?? (typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json') }
  if (example !== undefined) {
    const found = exampleIn(response, example)
    if (found) return found
    throw unknownExample(operationId, response ? [response] : [], example)
  }
  const [documented] = media.flatMap(([contentType, { examples }]) =>
    Object.values(examples).map(({ value }): Content => ({ contentType, body: value })),
  )
  if (documented || media.length === 0) return documented ?? { contentType: '', body: undefined }
  if (status < 400) throw wrong(`the response ${status} of ${operationId} has no example; give a body`)
  const refusal = { kind: 'refusal', by: 'rule', status, message: 'An override asked for this response.' } as const
  const error = declaredErrorBody(api, refusal, response)
  return { contentType: error.contentType ?? usual ?? 'application/json', body: error.body }
}

function exampleIn(response: ResponseSpec | undefined, name: string): Content | undefined {
  const [found] = Object.entries(response?.content ?? {}).flatMap(([contentType, { examples }]) =>
    Object.hasOwn(examples, name) ? [{ contentType, body: examples[name]?.value }] : [],
  )
  return found
}

function checkOverride(
  { id, pointer }: Operation,
  { status, headers, body }: Pick<Override, 'status' | 'headers' | 'body'>,
  response: ResponseSpec | undefined,
): void {
  const breach = response && checkAnswer(response, { status, headers, body })
  if (breach) throw wrong(`the response ${status} of ${id}: ${breach.message} (${breach.pointer})${otherwise}`)
  const [type] = Object.keys(response?.content ?? {})
  if (type !== undefined && body === undefined && status !== 304)
    throw wrong(`the response ${status} of ${id} has a body (${response?.pointer ?? pointer})${otherwise}`)
}

const otherwise = '; with "unchecked": true it is sent all the same'

function unknownExample(id: string, responses: readonly ResponseSpec[], example = ''): ControlError {
  const known = responses.flatMap(({ content }) =>
    Object.values(content).flatMap(({ examples }) => Object.keys(examples)),
  )
  const list = known.length === 0 ? 'none' : [...new Set(known)].join(', ')
  return wrong(`${id} has no example ${JSON.stringify(example)} there; known: ${list}`)
}

/** A copy that whoever gave it cannot change any more, and that is JSON for certain. */
function frozenJson(value: unknown): unknown {
  try {
    return deepFreeze(JSON.parse(JSON.stringify(value)) as unknown)
  } catch (error) {
    throw wrong(`the body is not JSON: ${(error as Error).message}`)
  }
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const each of Object.values(value)) deepFreeze(each)
  return Object.freeze(value)
}

function wrong(reason: string): ControlError {
  return new ControlError(400, reason, { where: 'an override' })
}
