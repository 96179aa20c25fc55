import { isDeepStrictEqual } from 'node:util'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import type { FlowCase } from '../case.ts'
import { jsonMedia, type BaseRequest } from '../cases/body-cases.ts'
import { isFree } from '../cases/free-value.ts'
import { requestOf } from '../cases/draft.ts'
import { freshProperties } from '../cases/fresh-values.ts'
import { createdId, remove, type Resource } from '../cases/resource.ts'
import { echoDifferences } from '../checks/echo-differences.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { Context } from '../context.ts'
import type { Exchanged } from '../transport/transport.ts'
import { whyOf } from './comparison.ts'
import { flowCase, isOk, seen, statusOf, type FlowContext } from './flow-case.ts'
import { PARALLEL } from './flow-steps.ts'

/**
 * Eight who create something at once, each with words of their own: a server that keeps something of a request where the next
 * one finds it answers one with what another has sent.
 */
export function mixedUpFlows(context: Context, base: BaseRequest, resource: Resource | undefined): FlowCase[] {
  const { operation } = base.draft
  if (operation.method !== 'POST') return []
  const names = ownProperties(context, base)
  if (names.length === 0) return []
  return [
    flowCase(context, {
      name: 'answers given at one time are not mixed up',
      kind: 'state',
      operation,
      why: whyOf(context, base),
      checks: ['echo', 'id-repeated'],
      play: (flow) => createAtOnce(flow, base, names, resource),
    }),
  ]
}

/** The properties that may have a value of each request's own. */
function ownProperties(context: Context, base: BaseRequest): readonly string[] {
  const media = jsonMedia(base)
  if (!media || !isObject(media.value)) return []
  const { schema, value } = media
  const fresh = freshProperties(context, base).map(({ name }) => name)
  const texts = context.schemas.applied(schema, value).filter((applied) => {
    const isPlain = !['enum', 'const', 'pattern', 'format'].some((keyword) => keyword in applied.schema)
    const isString = typeof valueAt(value, applied.at) === 'string'
    return /^\/[^/]+$/.test(applied.at) && isPlain && isString && isFree(context, schema, value, applied)
  })
  const free = texts.map(({ at }) => at.slice(1)).filter((name) => value[name] !== '')
  const all = [...new Set([...fresh, ...free])]
  const isValid = context.schemas.validate(schema)(bodyOf(base, all, 0)).length === 0
  return isValid ? all : fresh
}

/** Letters only: a name may be one of a person. */
function bodyOf({ draft }: BaseRequest, names: readonly string[], index: number): Record<string, unknown> {
  const plain = draft.body.kind === 'json' && isObject(draft.body.value) ? draft.body.value : {}
  const own = 'abcdefghijklmnop'.slice(index, index + 1)
  const changed = names.map((name): [string, unknown] => {
    const value = String(plain[name])
    const at = value.indexOf('@')
    return [name, at === -1 ? `${value}q${own}` : `${value.slice(0, at)}q${own}${value.slice(at)}`]
  })
  return { ...plain, ...Object.fromEntries(changed) }
}

async function createAtOnce(
  flow: FlowContext,
  base: BaseRequest,
  names: readonly string[],
  resource: Resource | undefined,
): Promise<void> {
  const { operation } = base.draft
  // Two rounds: the first opens the connections, so that the second arrives at once.
  for (let round = 0; round < 2; round++) {
    const bodies = Array.from({ length: PARALLEL }, (_, index) => bodyOf(base, names, round * PARALLEL + index))
    const answers = await Promise.all(
      bodies.map((value) => flow.send(requestOf({ ...base.draft, body: { kind: 'json', value } }), operation)),
    )
    const taken = answers.filter(isOk)
    for (const answer of taken) {
      const id = resource && createdId(resource, answer)
      if (resource && id !== undefined) flow.runner.created(() => remove(flow.runner, resource, id))
    }
    if (taken.length < 2) flow.notReached(`no two of them are taken: ${seen(answers[0] as Exchanged)}`)
    answers.forEach((answer, index) => {
      if (isOk(answer)) holdEcho(flow, base, answer, { own: bodies[index] ?? {}, all: bodies })
    })
    holdIds(flow, taken)
  }
}

function holdEcho(
  flow: FlowContext,
  { draft }: BaseRequest,
  answer: Exchanged,
  { own, all }: { readonly own: object; readonly all: readonly Readonly<Record<string, unknown>>[] },
): void {
  const { operation } = draft
  const differences = echoDifferences(flow.context, operation, operation, String(statusOf(answer)), own, jsonOf(answer))
  for (const { member, pointer, sent, got, why } of differences) {
    if (!all.some((body) => isDeepStrictEqual(body[member], got))) continue
    const message = `${member} is what another request has sent at the same time`
    flow.fail('echo', message, { expected: JSON.stringify(sent), got: JSON.stringify(got), pointer, why, last: answer })
  }
}

/** Ids that are the server's to give: some of one name differ, so that all have to. */
function holdIds(flow: FlowContext, answers: readonly Exchanged[]): void {
  const places = new Map<string, string[]>()
  for (const answer of answers)
    for (const [place, id] of idsIn(answer)) places.set(place, [...(places.get(place) ?? []), id])
  for (const [place, ids] of places) {
    const distinct = new Set(ids)
    const isShared = distinct.size === 1 && !(flow.context.api.strict && isOwn.test(place))
    if (isShared || distinct.size === ids.length) continue
    flow.fail('id-repeated', `several have one ${place}`, { expected: 'ids of their own', got: ids.join(', ') })
  }
}

/** What names the thing itself; other ids may be those of one group or owner. */
const isOwn = /\/(?:id|uuid)$/

function idsIn(answer: Exchanged): [place: string, id: string][] {
  const location = answer.outcome.kind === 'answer' ? answer.outcome.headers['location'] : undefined
  const named: [string, string][] = location === undefined ? [] : [['Location', location]]
  return [...named, ...idsBelow(jsonOf(answer), '')]
}

function idsBelow(value: unknown, at: string): [place: string, id: string][] {
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, each]): [string, string][] => {
    const place = pointerTo(at, name)
    const isId = /^(?:id|uuid|\w+(?:ID|Id|_id))$/.test(name) && ['string', 'number'].includes(typeof each)
    return isId ? [[place, String(each)]] : idsBelow(each, place)
  })
}
