import { responseFor } from '../../openapi/responses.ts'
import { isDeepStrictEqual } from 'node:util'
import type { Operation } from '../../openapi/api.ts'
import { assumptionAt } from '../../openapi/assumption.ts'
import { propertiesAt } from '../../openapi/entity.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { jsonOf } from '../checks/json-of.ts'
import { echoDifferences } from '../checks/echo-differences.ts'
import type { Exchanged } from '../transport/transport.ts'
import type { BaseRequest } from '../cases/body-cases.ts'
import { isNamedByPath } from '../cases/named-by-path.ts'
import type { Context } from '../context.ts'
import { statusOf, type FlowContext } from './flow-case.ts'
import { tagOf, type Made } from '../cases/resource.ts'

/** Why any of these operations is an assumption as a whole. */
export function whyOf(context: Context, ...bases: readonly BaseRequest[]): string | undefined {
  return bases
    .map(({ draft }) => assumptionAt(context.api.document, draft.operation.pointer))
    .find((why) => why !== undefined)
}

/** Whether the page itself promises that `Location` is where the new thing can be read. */
export function promisesLocation({ api }: Context, { draft, status }: BaseRequest): boolean {
  const header = responseFor(draft.operation.responses, status)?.headers['location']
  return header?.required === true && assumptionAt(api.document, header.pointer) === undefined
}

/** What was sent has to come back, where the answer has it at all. */
export function compareWithSent(
  flow: FlowContext,
  create: BaseRequest,
  read: BaseRequest,
  made: Made,
  answer: Exchanged,
): void {
  const differences = echoDifferences(
    flow.context,
    create.draft.operation,
    read.draft.operation,
    String(statusOf(answer)),
    made.sent,
    jsonOf(answer),
  )
  for (const { member, pointer, sent, got, why } of differences) {
    const isOther = typeof got === typeof sent
    flow.fail('created-differs', `${member} is not read as it was sent`, {
      expected: JSON.stringify(sent),
      got: got === undefined ? `no ${member}` : JSON.stringify(got),
      pointer,
      // Where a promised Location leads, there is what was sent and nothing else, whatever form it has.
      why: isOther && promisesLocation(flow.context, create) ? undefined : (whyOf(flow.context, create, read) ?? why),
      last: answer,
    })
  }
}

/** Two answers about one thing have to agree wherever they have the same properties. */
export function compareAnswers(
  flow: FlowContext,
  check: 'created-differs' | 'update-lost' | 'update-spills' | 'refused-write-changed',
  message: string,
  one: Exchanged,
  other: Exchanged,
): void {
  const before = jsonOf(one)
  const after = jsonOf(other)
  if (!isObject(before) || !isObject(after)) return
  const differing = differences(before, after)
    .filter((at) => valueAt(before, at) !== undefined || check !== 'created-differs')
    .filter(
      // Two answers of somebody else's document may tell different things of one.
      (at) => flow.context.api.strict || (valueAt(before, at) !== undefined && valueAt(after, at) !== undefined),
    )
  if (differing.length === 0) return
  const [at] = differing
  flow.fail(check, `${message}: ${differing.join(', ')}`, {
    expected: JSON.stringify(valueAt(before, at as string)) ?? 'nothing',
    got: JSON.stringify(valueAt(after, at as string)) ?? 'nothing',
    last: other,
  })
}

/** The places in which two values differ, as pointers to the topmost ones. */
export function differences(one: unknown, other: unknown, at = ''): string[] {
  if (isDeepStrictEqual(one, other)) return []
  if (!isObject(one) || !isObject(other)) return [at]
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) =>
    differences(one[name], other[name], pointerTo(at, name)),
  )
}

/** An update changes what it names and what the server keeps about it: tags, times, and whatever is read-only. */
export function compareWithChange(flow: FlowContext, update: BaseRequest, before: Exchanged, after: Exchanged): void {
  const named = namedBy(update.draft.body.kind === 'json' ? update.draft.body.value : undefined)
  const changed = differences(jsonOf(before), jsonOf(after))
  const spilled = changed.filter(
    (at) => !named.some((name) => at.split('/').includes(name)) && !isBookkeeping(flow.context, update, after, at),
  )
  if (spilled.length > 0) {
    flow.fail('update-spills', `the update changes more than it says: ${spilled.join(', ')}`, {
      expected: JSON.stringify(valueAt(jsonOf(before), spilled[0] as string)) ?? 'nothing',
      got: JSON.stringify(valueAt(jsonOf(after), spilled[0] as string)) ?? 'nothing',
      last: after,
    })
  }
  const { operation } = update.draft
  for (const { name, value } of wanted(update.draft.body.kind === 'json' ? update.draft.body.value : undefined)) {
    if (isNamedByPath(flow.context, operation, name) || isId(flow.context, name)) continue
    if (cannotHold(flow.context, operation, name, value)) continue
    const places = findAll(jsonOf(after), name)
    if (places.length > 0 && !places.some((place) => isDeepStrictEqual(place, value))) {
      flow.fail('update-lost', `${name} is not what the update has set`, {
        expected: JSON.stringify(value),
        got: JSON.stringify(places[0]),
        last: after,
      })
    }
  }
}

/** The id of a thing of somebody else's is the server's, whatever an update says of it. */
function isId({ api }: Context, name: string): boolean {
  return !api.strict && /^(?:id|uuid|_id)$/.test(name)
}

/** Whether the schema of the thing refuses what its update takes. */
function cannotHold({ api, schemas }: Context, { id }: Operation, name: string, value: unknown): boolean {
  const collection = api.collections[api.resources[id]?.collection ?? '']
  const place = api.strict || !collection ? undefined : propertiesAt(api.document, collection.pointer).get(name)
  return place !== undefined && schemas.validate(place)(value).length > 0
}

/** The properties that an update names: those of the body, or those at the ends of the paths of a JSON Patch (RFC 6902). */
function namedBy(body: unknown): string[] {
  const operations = patchOperations(body)
  if (operations) return operations.map(({ path }) => path.slice(path.lastIndexOf('/') + 1))
  return Object.keys(contentOf(body))
}

function wanted(body: unknown): { name: string; value: unknown }[] {
  const operations = patchOperations(body)
  if (operations) {
    return operations
      .filter(({ op }) => op === 'replace' || op === 'add')
      .map(({ path, value }) => ({ name: path.slice(path.lastIndexOf('/') + 1), value }))
  }
  return Object.entries(contentOf(body))
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => ({ name, value }))
}

/** What a body says: an envelope that holds one object says what that does. */
function contentOf(body: unknown): object {
  if (!isObject(body)) return {}
  const [inner, ...others] = Object.values(body)
  return isObject(inner) && others.length === 0 ? inner : body
}

/** The operations of a JSON Patch (RFC 6902), alone or in a property of an object; `undefined` for any other body. */
export function patchOperations(body: unknown): { op: string; path: string; value?: unknown }[] | undefined {
  const list = Array.isArray(body) ? body : isObject(body) ? Object.values(body).find(Array.isArray) : undefined
  const isPatch =
    Array.isArray(list) &&
    list.length > 0 &&
    list.every((each) => isObject(each) && typeof each['op'] === 'string' && typeof each['path'] === 'string')
  return isPatch ? (list as { op: string; path: string; value?: unknown }[]) : undefined
}

function findAll(value: unknown, name: string): unknown[] {
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([each, inner]) => [...(each === name ? [inner] : []), ...findAll(inner, name)])
}

function isBookkeeping(context: Context, update: BaseRequest, after: Exchanged, at: string): boolean {
  const value = valueAt(jsonOf(after), at)
  if (value === tagOf(after)) return true
  const media = Object.values(responseFor(update.draft.operation.responses, update.status)?.content ?? {})[0]
  if (!media?.schema) return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value)
  const applied = context.schemas.applied(pointerTo(media.pointer, 'schema'), jsonOf(after))
  const upward = applied.filter((each) => at === each.at || at.startsWith(`${each.at}/`))
  return upward.some(({ at: place, schema }) => {
    if (place !== '' && schema['readOnly'] === true) return !isIdentity(at)
    return place === at && schema['format'] === 'date-time' && /modif|updat|chang/i.test(at)
  })
}

/** What names a thing or says whose it is never changes with an update, read-only as it is. */
function isIdentity(at: string): boolean {
  return /(?:^|\/)(?:id|created\w*|\w+Id|resource)$/.test(at)
}
