import { MatchersV3 as match } from '@pact-foundation/pact'
import type { Seed } from '../../seed/seed.ts'
import type { HeaderSpec, MediaTypeSpec, Pointer, ResponseSpec } from '../../spec/api.ts'
import { inferredAt } from '../../spec/inferred.ts'
import { isObject, pointerTo, valueAt } from '../../spec/pointer.ts'
import { matcherFor, regexOf, type Grounds, type Template } from './matchers.ts'
import { givenOf, namesFor, type Given } from './provided.ts'
import { requestOf, type PactRequest } from './request.ts'
import { sampleOf } from './sample.ts'
import { invalid, type Scenario } from './scenario.ts'
import { placesOf } from './schema-places.ts'

/** One interaction of a contract, before it is written down. */
export interface Interaction {
  readonly description: string
  readonly given: readonly Given[]
  readonly request: PactRequest
  readonly response: PactResponse
  /** Why a provider need not keep it, if it rests on an assumption: Pact then reports it as pending, not as a failure. */
  readonly assumption: string | undefined
}

export interface PactResponse {
  readonly status: number
  /** Whether any status of the class will do, because the vendor names none. */
  readonly anyOfClass: boolean
  readonly headers: Readonly<Record<string, string | match.Matcher<string>>>
  readonly body: Template | undefined
}

/**
 * Turns a scenario into an interaction. What the vendor states is asked for as it stands; an interaction that rests on an
 * assumption of ours asks for everything that the spec says, and is marked as pending.
 */
export function interactionOf(scenario: Scenario, seed: Seed): Interaction {
  const response = responseOf(scenario)
  const assumption = scenario.inferred ?? whyAssumed(scenario, response)
  return {
    description: scenario.description,
    given: givenOf(scenario, seed),
    request: requestOf(scenario, namesFor(scenario, seed)),
    response: pactResponse(scenario, response, { api: scenario.api, assumptions: assumption !== undefined }),
    assumption,
  }
}

function responseOf(scenario: Scenario): ResponseSpec {
  const { responses } = scenario.operation
  const response = responses[scenario.status] ?? responses[`${Math.floor(scenario.status / 100)}XX`] ?? responses['default']
  if (response === undefined) throw invalid(scenario.api, pointerTo(scenario.pointer, 'status'), `is no status of ${scenario.operation.id}`)
  return response
}

/** A success whose mere status is ours is still a documented success; a refusal without a documented status is not. */
function whyAssumed(scenario: Scenario, response: ResponseSpec): string | undefined {
  const whole = inferredAt(scenario.api.document, pointerTo(scenario.operation.pointer, 'responses', scenario.status))
  return whole ?? inferredAt(scenario.api.document, response.pointer) ?? (scenario.status >= 400 ? statusAssumed(scenario, response) : undefined)
}

function statusAssumed(scenario: Scenario, response: ResponseSpec): string | undefined {
  return inferredAt(scenario.api.document, `${response.pointer}/status`)
}

function pactResponse(scenario: Scenario, response: ResponseSpec, grounds: Grounds): PactResponse {
  return {
    status: scenario.status,
    anyOfClass: !grounds.assumptions && statusAssumed(scenario, response) !== undefined,
    headers: headersOf(response, grounds),
    body: responseBody(scenario, response, grounds),
  }
}

function headersOf(response: ResponseSpec, grounds: Grounds): PactResponse['headers'] {
  const written = valueAt(grounds.api.document, pointerTo(response.pointer, 'headers'))
  const names = isObject(written) ? Object.keys(written) : []
  return Object.fromEntries(
    names.flatMap((name): [string, string | match.Matcher<string>][] => {
      const header = response.headers[name.toLowerCase()]
      if (!header?.required || (!grounds.assumptions && header.inferred !== undefined)) return []
      return [[name, headerMatcher(header, grounds)]]
    }),
  )
}

function headerMatcher(header: HeaderSpec, grounds: Grounds): match.Matcher<string> {
  const schema = pointerTo(header.pointer, 'schema')
  const shown = exampleAt(grounds, header.pointer) ?? sampleOf(grounds.api, [schema])
  const regex = regexOf(grounds, placesOf(grounds.api, schema))
  return regex === undefined ? match.string(String(shown)) : match.regex(regex, String(shown))
}

function exampleAt(grounds: Grounds, pointer: Pointer): unknown {
  const source = valueAt(grounds.api.document, pointer)
  if (!isObject(source)) return undefined
  const [named] = isObject(source['examples']) ? Object.values(source['examples']) : []
  return source['example'] ?? (isObject(named) ? named['value'] : undefined)
}

function responseBody(scenario: Scenario, response: ResponseSpec, grounds: Grounds): Template | undefined {
  const media = response.content['application/json']
  if (media?.schema === undefined) return undefined
  if (!grounds.assumptions && inferredAt(grounds.api.document, media.pointer) !== undefined) return undefined
  const schema = pointerTo(media.pointer, 'schema')
  return matcherFor(grounds, exampleFor(scenario, media) ?? sampleOf(grounds.api, [schema]), [schema])
}

/** Examples of one name belong together; else the first will do, for only its shape counts. */
function exampleFor(scenario: Scenario, media: MediaTypeSpec): unknown {
  const named = scenario.body.kind === 'example' ? media.examples[scenario.body.name] : undefined
  return (named ?? media.examples['documented'] ?? Object.values(media.examples)[0])?.value
}
