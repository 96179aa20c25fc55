import { MatchersV3 as match } from '@pact-foundation/pact'
import type { HeaderSpec, MediaTypeSpec, Pointer, ResponseSpec } from '../../spec/api.ts'
import { inferredAt } from '../../spec/inferred.ts'
import { isObject, pointerTo, valueAt } from '../../spec/pointer.ts'
import { sampleOf } from '../cases/sample.ts'
import { matcherFor, regexOf, type Grounds, type Template } from './matchers.ts'
import { givenOf, namesFor, type Given } from './provided.ts'
import { requestOf, type PactRequest } from './request.ts'
import { invalid, type Scene } from './scenario.ts'
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
export function interactionOf(scene: Scene): Interaction {
  const { context, scenario } = scene
  const response = responseOf(scene)
  const assumption = scenario.inferred ?? whyAssumed(scene, response)
  return {
    description: scene.description,
    given: givenOf(scene),
    request: requestOf(scene.draft, namesFor(scene)),
    response: pactResponse(scene, response, {
      api: context.api,
      schemas: context.schemas,
      assumptions: assumption !== undefined,
    }),
    assumption,
  }
}

function responseOf({ context, operation, scenario: { status, pointer } }: Scene): ResponseSpec {
  const { responses } = operation
  const response = responses[status] ?? responses[`${Math.floor(status / 100)}XX`] ?? responses['default']
  if (response === undefined)
    throw invalid(context.api, pointerTo(pointer, 'status'), `is no status of ${operation.id}`)
  return response
}

/** A success whose mere status is ours is still a documented success; a refusal without a documented status is not. */
function whyAssumed(scene: Scene, response: ResponseSpec): string | undefined {
  const { context, operation, scenario } = scene
  const whole = inferredAt(context.api.document, pointerTo(operation.pointer, 'responses', scenario.status))
  return (
    whole ??
    inferredAt(context.api.document, response.pointer) ??
    (scenario.status >= 400 ? statusAssumed(scene, response) : undefined)
  )
}

function statusAssumed({ context }: Scene, response: ResponseSpec): string | undefined {
  return inferredAt(context.api.document, `${response.pointer}/status`)
}

function pactResponse(scene: Scene, response: ResponseSpec, grounds: Grounds): PactResponse {
  return {
    status: scene.scenario.status,
    anyOfClass: !grounds.assumptions && statusAssumed(scene, response) !== undefined,
    headers: headersOf(response, grounds),
    body: responseBody(scene, response, grounds),
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

function responseBody(scene: Scene, response: ResponseSpec, grounds: Grounds): Template | undefined {
  const media = response.content['application/json']
  if (media?.schema === undefined) return undefined
  if (!grounds.assumptions && inferredAt(grounds.api.document, media.pointer) !== undefined) return undefined
  const schema = pointerTo(media.pointer, 'schema')
  return matcherFor(grounds, exampleFor(scene, media) ?? sampleOf(grounds.schemas, schema), [schema])
}

/** Examples of one name belong together; else the first will do, for only its shape counts. */
function exampleFor({ scenario: { example } }: Scene, media: MediaTypeSpec): unknown {
  const named = example === undefined ? undefined : media.examples[example]
  return (named ?? media.examples['documented'] ?? Object.values(media.examples)[0])?.value
}
