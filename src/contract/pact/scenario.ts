import { UnderstudyError } from '../../errors.ts'
import type { Api, JsonObject, Operation, Pointer } from '../../spec/api.ts'
import { isObject, pointerTo, valueAt } from '../../spec/pointer.ts'

/** One entry of an operation's `x-scenarios`: a request, and the status that it gets in the given states. */
export interface Scenario {
  readonly api: Api
  readonly operation: Operation
  readonly pointer: Pointer
  readonly name: string
  /** Part of a sentence, such as "a request to register a user into an open offering"; unique in the API. */
  readonly description: string
  readonly status: number
  readonly given: readonly { readonly state: string; readonly params: JsonObject }[]
  /** The id of a row of `credentials.json`; `null` for a request without credentials, `undefined` for the first row. */
  readonly credential: string | null | undefined
  /** Values by parameter name, in place of the parameter's example; `null` leaves the parameter out. */
  readonly parameters: JsonObject
  readonly body: ScenarioBody
  readonly contentType: string | undefined
  /** Why the outcome is an assumption of ours, if it is one. */
  readonly inferred: string | undefined
}

export type ScenarioBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'example'; readonly name: string }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }

/** The scenarios of an API, in the order of the document. Throws SPEC_INVALID with the pointer of a broken one. */
export function scenariosOf(api: Api): Scenario[] {
  const scenarios = api.operations.flatMap((operation) => {
    const pointer = pointerTo(operation.pointer, 'x-scenarios')
    const list = valueAt(api.document, pointer) ?? []
    if (!Array.isArray(list)) throw invalid(api, pointer, 'must be a list of scenarios')
    return list.map((source: unknown, index) => parseScenario(api, operation, source, pointerTo(pointer, index)))
  })
  const seen = new Set<string>()
  for (const { description, pointer } of scenarios) {
    if (seen.has(description)) throw invalid(api, pointer, `repeats the description ${JSON.stringify(description)}`)
    seen.add(description)
  }
  return scenarios
}

function parseScenario(api: Api, operation: Operation, source: unknown, pointer: Pointer): Scenario {
  if (!isObject(source)) throw invalid(api, pointer, 'must be an object')
  const { name, description, status, credential, parameters = {}, contentType } = source
  if (typeof name !== 'string') throw invalid(api, pointer, 'needs a name')
  if (typeof description !== 'string') throw invalid(api, pointer, 'needs a description, part of a sentence')
  if (typeof status !== 'number') throw invalid(api, pointer, 'needs a status')
  if (!isObject(parameters)) throw invalid(api, pointerTo(pointer, 'parameters'), 'must be an object: parameter → value')
  if (credential !== undefined && credential !== null && typeof credential !== 'string') {
    throw invalid(api, pointerTo(pointer, 'credential'), 'must be the id of a credential, or null')
  }
  return {
    api,
    operation,
    pointer,
    name,
    description,
    status,
    given: parseGiven(api, source['given'], pointerTo(pointer, 'given')),
    credential,
    parameters,
    body: parseBody(source),
    contentType: typeof contentType === 'string' ? contentType : undefined,
    inferred: typeof source['x-inferred'] === 'string' ? source['x-inferred'] : undefined,
  }
}

function parseGiven(api: Api, source: unknown, pointer: Pointer): Scenario['given'] {
  if (source === undefined) return []
  if (!Array.isArray(source)) throw invalid(api, pointer, 'must be a list of { state, params? }')
  return source.map((entry: unknown, index) => {
    if (!isObject(entry) || typeof entry['state'] !== 'string') throw invalid(api, pointerTo(pointer, index), 'needs a state')
    const { state, params } = entry
    return { state, params: isObject(params) ? params : {} }
  })
}

function parseBody(source: JsonObject): ScenarioBody {
  if (typeof source['rawBody'] === 'string') return { kind: 'text', text: source['rawBody'] }
  if ('body' in source) return { kind: 'json', value: source['body'] }
  if (typeof source['example'] === 'string') return { kind: 'example', name: source['example'] }
  return { kind: 'none' }
}

export function invalid(api: Api, pointer: Pointer, reason: string): UnderstudyError {
  return new UnderstudyError('SPEC_INVALID', reason, `${api.file}#${pointer}`)
}
