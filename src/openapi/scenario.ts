import { successKeys } from './responses.ts'
import type { Api, JsonObject, Operation, Pointer } from './api.ts'
import { assumptionAt } from './assumption.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'
import { textOf } from './text-of.ts'

/** A provider state that has to hold before a request. */
export interface GivenState {
  readonly state: string
  readonly params: JsonObject
}

/** An entry of `x-scenarios`: one request to an operation and the status that it is to get. */
export interface Scenario {
  readonly name: string
  readonly description: string
  readonly status: number
  readonly given: readonly GivenState[]
  /** The id of a credential, `null` for none, `undefined` for the default. */
  readonly credential: string | null | undefined
  /** Values by the parameter's name in place of its example; `null` leaves it out. */
  readonly parameters: JsonObject
  /** The named example of the request body. */
  readonly example: string | undefined
  /** JSON; `undefined` where the example is sent. */
  readonly body: unknown
  /** A text in place of the JSON. */
  readonly rawBody: string | undefined
  readonly contentType: string | undefined
  /** The example of the response whose properties the answer has to have: its words, not its status alone. */
  readonly answer: string | undefined
  readonly pointer: Pointer
  readonly inferred: string | undefined
}

/** The scenarios of an operation; without `x-scenarios`, one for each named example of its body, or a plain call. */
export function scenariosOf(api: Api, operation: Operation): Scenario[] {
  const pointer = pointerTo(operation.pointer, 'x-scenarios')
  const source = valueAt(api.document, pointer)
  if (Array.isArray(source) && source.length > 0)
    return source.filter(isObject).map((entry, index) => parse(api, entry, pointerTo(pointer, index)))
  return implied(api, operation)
}

/** What a reader should see first: a request that succeeds and that the vendor's page documents, if there is one. */
export function firstScenario(scenarios: readonly Scenario[]): Scenario | undefined {
  const successes = scenarios.filter(({ status }) => isSuccess(status))
  return successes.find(({ inferred }) => inferred === undefined) ?? successes[0] ?? scenarios[0]
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

/** The declared statuses of success, as they stand in the document. */
export function successStatuses(operation: Operation): string[] {
  return successKeys(operation.responses)
}

function parse(api: Api, source: JsonObject, pointer: Pointer): Scenario {
  const given = Array.isArray(source['given']) ? source['given'].filter(isObject) : []
  return {
    name: textOf(source['name'] ?? pointer.slice(pointer.lastIndexOf('/') + 1)),
    description: textOf(source['description'] ?? ''),
    status: Number(source['status']),
    given: given.map((each) => ({
      state: textOf(each['state']),
      params: isObject(each['params']) ? each['params'] : {},
    })),
    credential: textOrNull(source['credential']),
    parameters: isObject(source['parameters']) ? source['parameters'] : {},
    example: text(source['example']),
    body: source['body'],
    rawBody: text(source['rawBody']),
    contentType: text(source['contentType']),
    answer: text(source['answer']),
    pointer,
    inferred: assumptionAt(api.document, pointer),
  }
}

function implied(api: Api, operation: Operation): Scenario[] {
  const status = Number(successStatuses(operation).find((each) => /^\d{3}$/.test(each)) ?? 200)
  const examples = Object.values(operation.requestBody?.content ?? {}).flatMap((media) => Object.keys(media.examples))
  const names: (string | undefined)[] = examples.length > 0 ? [...new Set(examples)] : [undefined]
  return names.map((example) => ({
    name: example ?? 'call',
    description: operation.summary || `a request to ${operation.id}`,
    status,
    given: [],
    credential: undefined,
    parameters: {},
    example,
    body: undefined,
    rawBody: undefined,
    contentType: undefined,
    answer: undefined,
    pointer: operation.pointer,
    inferred: assumptionAt(api.document, operation.pointer),
  }))
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function textOrNull(value: unknown): string | null | undefined {
  return value === null ? null : text(value)
}
