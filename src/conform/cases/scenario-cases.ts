import { responseFor } from '../../openapi/responses.ts'
import { UnderstudyError } from '../../errors.ts'
import type { Api, Operation, Pointer } from '../../openapi/api.ts'
import { pointerTo } from '../../openapi/pointer.ts'
import type { Expectation, RequestCase } from '../case.ts'
import type { BaseRequest } from './body-cases.ts'
import type { Context } from '../context.ts'
import { draftOf, mediaOf, type Draft } from './draft.ts'
import { lacksRequired } from './lacks-required.ts'
import { sampleOf } from './sample.ts'
import { requestCase, success } from './request-case.ts'
import { whyResponse } from '../checks/why-status.ts'
import { isSuccess, scenariosOf, type Scenario } from '../../openapi/scenario.ts'
import { holdsInSeed, statesToSet } from './states.ts'

/** The scenarios of an operation as cases: what succeeds, and what is refused with which status. */
export function scenarioCases(context: Context, operation: Operation): RequestCase[] {
  return scenariosOf(context.api, operation).flatMap((scenario) => {
    const draft = draftOf(context, operation, scenario)
    if ('missing' in draft) return []
    // A documented refusal whose status is an assumption is broken by a success all the same.
    const why =
      scenario.inferred ??
      (isSuccess(scenario.status) ? undefined : whyResponse(context, operation, String(scenario.status)))
    return requestCase(context, {
      name: scenario.name,
      kind: 'example',
      draft,
      expectation: isBrokenExample(context, draft)
        ? { kind: 'any' }
        : isSuccess(scenario.status)
          ? success(operation, scenario.status)
          : { ...refusalOf(context, operation, scenario), ...whatIsLacking(context, draft) },
      pointer: scenario.pointer,
      why,
      given: statesToSet(context, scenario.given),
    })
  })
}

function whatIsLacking(context: Context, draft: Draft): { readonly lacksRequired?: true } {
  return draft.body.kind === 'json' && lacksRequired(context, draft, draft.body.value) ? { lacksRequired: true } : {}
}

/** What a scenario that is refused expects: its status and, where it names an example, its words. */
export function refusalOf(context: Context, operation: Operation, scenario: Scenario): Expectation {
  return {
    kind: 'refusal',
    statuses: [String(scenario.status)],
    accepted: acceptedCheck(scenario),
    ...answerOf(context.api, operation, scenario),
  }
}

/** The successful scenarios that need nothing but the seeded rows come first: others are made from them by one change. */
export function basesOf(context: Context, operation: Operation): BaseRequest[] {
  return scenariosOf(context.api, operation)
    .filter((scenario) => isSuccess(scenario.status))
    .flatMap((scenario) => {
      const draft = draftOf(context, operation, scenario)
      if ('missing' in draft) return []
      const sendable = mended(context, draft)
      return {
        name: scenario.name,
        draft: sendable,
        given: statesToSet(context, scenario.given),
        status: scenario.status,
      }
    })
    .toSorted(
      (one, other) =>
        Number(one.given.length > 0 && !holds(context, one)) - Number(other.given.length > 0 && !holds(context, other)),
    )
}

/** Of an example that contradicts its own schema nothing can be made by one change: a value that the schema allows takes its place. */
function mended(context: Context, draft: Draft): Draft {
  const media = isBrokenExample(context, draft) ? mediaOf(draft) : undefined
  const value = media && sampleOf(context.schemas, pointerTo(media.pointer, 'schema'))
  return value === undefined ? draft : { ...draft, body: { kind: 'json', value } }
}

/** An example of somebody else's document that contradicts its own schema is nobody's failure. */
function isBrokenExample({ api, schemas }: Context, draft: Draft): boolean {
  const media = mediaOf(draft)
  if (api.strict || draft.body.kind !== 'json' || !media?.schema) return false
  return schemas.validate(pointerTo(media.pointer, 'schema'))(draft.body.value).length > 0
}

function holds(context: Context, base: BaseRequest): boolean {
  return base.given.every((given) => holdsInSeed(context, given.state, given.params))
}

/** The example whose words the scenario asks for. Throws SPEC_INVALID where its response has none of that name. */
export function answerOf(
  api: Api,
  operation: Operation,
  { answer, status, pointer }: Scenario,
): { readonly answer?: { readonly pointer: Pointer; readonly value: unknown } } {
  if (answer === undefined) return {}
  const medias = Object.values(responseFor(operation.responses, status)?.content ?? {})
  const media = medias.find(({ examples }) => answer in examples)
  if (media === undefined)
    throw new UnderstudyError(
      'SPEC_INVALID',
      `no response ${status} has an example ${answer}`,
      `${api.file}#${pointer}`,
    )
  return { answer: { pointer: pointerTo(media.pointer, 'examples', answer), value: media.examples[answer]?.value } }
}

function acceptedCheck(scenario: Scenario): RequestCase['checks'][number] {
  if (scenario.status === 401) return 'credentials-ignored'
  if (scenario.status === 415) return 'media-type-accepted'
  if (scenario.status === 413) return 'size-accepted'
  if (scenario.status === 412) return 'stale-tag-accepted'
  return 'invalid-accepted'
}
