import type { Api, JsonObject, Operation } from '../../spec/api.ts'
import { inferredAt } from '../../spec/inferred.ts'
import { isObject, pointerTo, valueAt } from '../../spec/pointer.ts'

/** A request of `x-scenarios` that a reader can try, and what it gets. */
export interface Scenario {
  readonly name: string
  readonly description: string
  readonly status: number
  readonly given: readonly { readonly state: string; readonly params: JsonObject }[]
  /** The id of a credential; `null` for none, `undefined` for the first. */
  readonly credential: string | null | undefined
  /** Values by parameter name in place of its example; `null` leaves the parameter out. */
  readonly parameters: JsonObject
  /** The named example of the request body. */
  readonly example: string | undefined
  /** JSON or, under `raw`, a text to send in its place. */
  readonly body: { readonly json: unknown } | { readonly raw: string } | undefined
  readonly contentType: string | undefined
  readonly reason: string | undefined
}

/** The scenarios of an operation; a spec without them has one for each example of the request's body, or a plain call. */
export function scenariosOf(api: Api, operation: Operation): Scenario[] {
  const pointer = pointerTo(operation.pointer, 'x-scenarios')
  const source = valueAt(api.document, pointer)
  if (!Array.isArray(source) || source.length === 0) return impliedScenarios(api, operation)
  return source
    .filter(isObject)
    .map((entry, index) => parseScenario(entry, inferredAt(api.document, pointerTo(pointer, index))))
}

/** What a reader should see first: a request that succeeds and that the vendor's page documents, if there is one. */
export function firstScenario(scenarios: readonly Scenario[]): Scenario | undefined {
  const successes = scenarios.filter(({ status }) => status < 300)
  return successes.find(({ reason }) => reason === undefined) ?? successes[0] ?? scenarios[0]
}

function parseScenario(source: JsonObject, reason: string | undefined): Scenario {
  const { given, parameters, credential } = source
  return {
    name: String(source['name'] ?? ''),
    description: String(source['description'] ?? ''),
    status: Number(source['status']),
    given: (Array.isArray(given) ? given.filter(isObject) : []).map(({ state, params }) => ({
      state: String(state),
      params: isObject(params) ? params : {},
    })),
    credential: credential === null ? null : text(credential),
    parameters: isObject(parameters) ? parameters : {},
    example: text(source['example']),
    body:
      'body' in source
        ? { json: source['body'] }
        : typeof source['rawBody'] === 'string'
          ? { raw: source['rawBody'] }
          : undefined,
    contentType: text(source['contentType']),
    reason,
  }
}

function impliedScenarios(api: Api, operation: Operation): Scenario[] {
  const status = Number(Object.keys(operation.responses).find((each) => /^2\d\d$/.test(each)) ?? 200)
  const names = Object.values(operation.requestBody?.content ?? {}).flatMap(({ examples }) => Object.keys(examples))
  const examples: (string | undefined)[] = names.length > 0 ? [...new Set(names)] : [undefined]
  return examples.map((example) => ({
    name: example ?? operation.id,
    description: operation.summary || operation.id,
    status,
    given: [],
    credential: undefined,
    parameters: {},
    example,
    body: undefined,
    contentType: undefined,
    reason: inferredAt(api.document, operation.pointer),
  }))
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
