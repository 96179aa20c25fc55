import type { Understudy, UnderstudySession } from '../library/in-process.ts'
import { createContext, type Context } from '../conform/context.ts'
import { draftOf, requestOf, type Draft } from '../conform/cases/draft.ts'
import { sampleOf } from '../conform/cases/sample.ts'
import { isJson } from '../openapi/media-type.ts'
import { pointerTo } from '../openapi/pointer.ts'
import { responseFor } from '../openapi/responses.ts'
import { isSuccess, scenariosOf, type Scenario } from '../openapi/scenario.ts'
import { targetAt } from '../conform/target.ts'
import type { Seed } from '../fixtures/seed.ts'
import type { Api, Operation } from '../openapi/api.ts'
import type { ProxyAnswer, ProxyRequest } from './call.ts'

/** A scenario of the spec, what it sends, and what the mock answers. */
export interface Sample {
  readonly operation: Operation
  readonly scenario: Scenario
  readonly draft: Draft
  readonly request: ProxyRequest
  readonly answer: ProxyAnswer
}

/** What operators make their defects of. */
export interface Material {
  readonly api: Api
  readonly seed: Seed
  readonly context: Context
  readonly samples: readonly Sample[]
}

/** Plays every scenario of the API, each in a world of its own. */
export async function gatherMaterial(mock: Understudy, api: Api, seed: Seed): Promise<Material> {
  const context = createContext(api, seed, targetAt(api, seed, 'http://127.0.0.1:80'))
  const samples: Sample[] = []
  for (const operation of api.operations) {
    for (const scenario of scenariosOf(api, operation)) {
      const draft = draftOf(context, operation, scenario)
      if (!('missing' in draft)) samples.push(await play(mock, operation, scenario, draft))
    }
  }
  return { api, seed, context, samples }
}

/** The scenario that shows an operation at its plainest: successful, and documented if one is. */
export function plainest(material: Material, operation: Operation): Sample | undefined {
  const successes = successesOf(material, operation)
  return successes.find(({ scenario }) => scenario.inferred === undefined) ?? successes[0]
}

export function successesOf(material: Material, operation: Operation): Sample[] {
  return material.samples.filter((each) => each.operation === operation && isSuccess(each.answer.status))
}

export function refusalsOf(material: Material, operation: Operation): Sample[] {
  return material.samples.filter((each) => each.operation === operation && each.answer.status >= 400)
}

/** How the operation refuses, preferably with one of these statuses. */
export function refusalOf(
  material: Material,
  operation: Operation,
  ...statuses: readonly number[]
): ProxyAnswer | undefined {
  const refusals = refusalsOf(material, operation)
  for (const status of [...statuses, 400, 409, 404, 403]) {
    const found = refusals.find(({ answer }) => answer.status === status)
    if (found) return found.answer
  }
  return refusals[0]?.answer ?? declaredRefusal(material, operation, statuses)
}

/** A refusal as somebody else's document declares it, of which it shows no request: its example, or a value that it allows. */
function declaredRefusal(
  { api, context }: Material,
  { responses }: Operation,
  statuses: readonly number[],
): ProxyAnswer | undefined {
  if (api.strict) return undefined
  const declared = [...statuses, 400, 422, 409, 404, 403].find((status) => String(status) in responses)
  const status = declared ?? statuses[0] ?? 400
  const response = responseFor(responses, status)
  const [type, media] = Object.entries(response?.content ?? {}).find(([name]) => isJson(name)) ?? []
  if (type === undefined || !media) return { status, headers: {}, body: Buffer.alloc(0) }
  const [example] = Object.values(media.examples)
  const value = example ? example.value : sampleOf(context.schemas, pointerTo(media.pointer, 'schema'), 'answer')
  return { status, headers: { 'content-type': type }, body: Buffer.from(JSON.stringify(value ?? {})) }
}

/** Whether the mock takes another body in place of the scenario's. */
export async function takes(mock: Understudy, { operation, scenario, draft }: Sample, body: unknown): Promise<boolean> {
  const { answer } = await play(mock, operation, scenario, { ...draft, body: { kind: 'json', value: body } })
  return isSuccess(answer.status)
}

async function play(mock: Understudy, operation: Operation, scenario: Scenario, draft: Draft): Promise<Sample> {
  const session = mock.createSession()
  try {
    for (const { state, params } of scenario.given) session.setState(state, params)
    const outgoing = requestOf(draft)
    const request: ProxyRequest = {
      method: outgoing.method,
      url: outgoing.path,
      headers: Object.fromEntries(outgoing.headers),
      body: Buffer.from((outgoing.body ?? '') as string),
    }
    return { operation, scenario, draft, request, answer: await sent(session, request) }
  } finally {
    session.close()
  }
}

async function sent(session: UnderstudySession, { method, url, headers, body }: ProxyRequest): Promise<ProxyAnswer> {
  const answer = await session.inject({
    method: method as 'GET',
    url,
    headers: { ...headers },
    ...(body.byteLength > 0 && { payload: body }),
  })
  const named = Object.entries(answer.headers).filter(
    ([name]) => !['content-length', 'connection', 'date'].includes(name) && !name.startsWith('x-mock'),
  )
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(named.map(([name, value]) => [name, String(value)])),
    body: answer.rawPayload,
  }
}
