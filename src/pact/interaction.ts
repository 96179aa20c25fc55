import { responseFor } from '../openapi/responses.ts'
import { MatchersV3 as match } from '@pact-foundation/pact'
import type { HeaderSpec, MediaTypeSpec, Pointer, ResponseSpec } from '../openapi/api.ts'
import { CREDENTIALS_STATE } from '../fixtures/credentials-state.ts'
import { assumptionAt } from '../openapi/assumption.ts'
import { isObject, pointerTo, valueAt } from '../openapi/pointer.ts'
import { sampleOf } from '../conform/cases/sample.ts'
import { matcherFor, regexOf, type Grounds, type Template } from './matchers.ts'
import { givenOf, namesFor, type Given } from './provided.ts'
import { requestOf, type PactRequest } from './request.ts'
import { invalid, type ScenarioContext } from './scenario.ts'
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

interface PactResponse {
  readonly status: number
  /** Whether any status of the class will do, because the vendor names none. */
  readonly anyOfClass: boolean
  readonly headers: Readonly<Record<string, string | match.Matcher<string>>>
  readonly body: Template | undefined
}

/**
 * Turns a scene into an interaction. What the vendor states is asked for as it stands; an interaction that rests on an
 * assumption of ours asks for everything that the spec says, and is marked as pending.
 */
export function interactionOf(scenarioContext: ScenarioContext): Interaction {
  const { context, scenario } = scenarioContext
  const response = responseOf(scenarioContext)
  const assumption = scenario.inferred ?? whyAssumed(scenarioContext, response)
  const given = givenOf(scenarioContext)
  const credential = given.find(({ name }) => name === CREDENTIALS_STATE)?.params['credential']
  return {
    description: scenarioContext.description,
    given,
    request: requestOf(
      scenarioContext.draft,
      namesFor(scenarioContext),
      typeof credential === 'string' ? credential : undefined,
    ),
    response: pactResponse(scenarioContext, response, {
      api: context.api,
      schemas: context.schemas,
      assumptions: assumption !== undefined,
    }),
    assumption,
  }
}

function responseOf({ context, operation, scenario: { status, pointer } }: ScenarioContext): ResponseSpec {
  const { responses } = operation
  const response = responseFor(responses, status)
  if (response === undefined)
    throw invalid(context.api, pointerTo(pointer, 'status'), `is not a status of ${operation.id}`)
  return response
}

/** A success whose mere status is ours is still a documented success; a refusal without a documented status is not. */
function whyAssumed(scenarioContext: ScenarioContext, response: ResponseSpec): string | undefined {
  const { context, operation, scenario } = scenarioContext
  const whole = assumptionAt(context.api.document, pointerTo(operation.pointer, 'responses', scenario.status))
  return (
    whole ??
    assumptionAt(context.api.document, response.pointer) ??
    (scenario.status >= 400 ? statusAssumed(scenarioContext, response) : undefined)
  )
}

function statusAssumed({ context }: ScenarioContext, response: ResponseSpec): string | undefined {
  return assumptionAt(context.api.document, `${response.pointer}/status`)
}

function pactResponse(scenarioContext: ScenarioContext, response: ResponseSpec, grounds: Grounds): PactResponse {
  return {
    status: scenarioContext.scenario.status,
    anyOfClass: !grounds.assumptions && statusAssumed(scenarioContext, response) !== undefined,
    headers: headersOf(response, grounds),
    body: responseBody(scenarioContext, response, grounds),
  }
}

function headersOf(response: ResponseSpec, grounds: Grounds): PactResponse['headers'] {
  const written = valueAt(grounds.api.document, pointerTo(response.pointer, 'headers'))
  const names = isObject(written) ? Object.keys(written) : []
  return Object.fromEntries(
    names.flatMap((name): [string, string | match.Matcher<string>][] => {
      const header = response.headers[name.toLowerCase()]
      if (!header?.required || (!grounds.assumptions && header.inferred !== undefined)) return []
      const matcher = headerMatcher(header, grounds)
      return matcher === undefined ? [] : [[name, matcher]]
    }),
  )
}

/** `undefined` for a pattern that the spec gives no example of: Pact can't ask for a value without showing one. */
function headerMatcher(header: HeaderSpec, grounds: Grounds): match.Matcher<string> | undefined {
  const schema = pointerTo(header.pointer, 'schema')
  const shown = exampleAt(grounds, header.pointer) ?? sampleOf(grounds.schemas, schema)
  if (shown === undefined) return undefined
  const regex = regexOf(grounds, placesOf(grounds.api, schema))
  return regex === undefined ? match.string(String(shown)) : match.regex(regex, String(shown))
}

function exampleAt(grounds: Grounds, pointer: Pointer): unknown {
  const source = valueAt(grounds.api.document, pointer)
  if (!isObject(source)) return undefined
  const [named] = isObject(source['examples']) ? Object.values(source['examples']) : []
  return source['example'] ?? (isObject(named) ? named['value'] : undefined)
}

function responseBody(
  scenarioContext: ScenarioContext,
  response: ResponseSpec,
  grounds: Grounds,
): Template | undefined {
  const media = response.content['application/json']
  if (media?.schema === undefined) return undefined
  if (!grounds.assumptions && assumptionAt(grounds.api.document, media.pointer) !== undefined) return undefined
  const schema = pointerTo(media.pointer, 'schema')
  return matcherFor(grounds, exampleFor(scenarioContext, media) ?? sampleOf(grounds.schemas, schema), [schema])
}

/** Examples of one name belong together; else the first will do, for only its shape counts. */
function exampleFor({ scenario: { example } }: ScenarioContext, media: MediaTypeSpec): unknown {
  const named = example === undefined ? undefined : media.examples[example]
  return (named ?? media.examples['documented'] ?? Object.values(media.examples)[0])?.value
}
