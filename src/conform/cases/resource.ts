import type { Api, Operation, Pointer, ResourceUse } from '../../openapi/api.ts'
import { isObject, valueAt } from '../../openapi/pointer.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { FlowRunner } from '../case.ts'
import type { Exchanged, OutgoingRequest } from '../transport/transport.ts'
import type { BaseRequest } from './body-cases.ts'
import { keyOf, requestOf, type Draft } from './draft.ts'
import { firstPage, pagingOf } from './paging.ts'

/** Things that are made at one path and read, changed or deleted at another one below it. */
export interface Resource {
  readonly name: string
  readonly itemPath: string
  /** The path parameter that names one thing. */
  readonly parameter: string
  /** The property that holds the id, where shapes tell. */
  readonly key?: string
  /** Where the answer of a creation holds the thing, and that of the list its rows. */
  readonly createdAt?: Pointer
  readonly listedAt?: Pointer
  readonly list?: BaseRequest
  readonly create?: BaseRequest
  readonly read?: BaseRequest
  readonly update?: BaseRequest
  readonly delete?: BaseRequest
}

/** One thing that a flow has made. */
export interface Made {
  readonly id: string
  readonly exchanged: Exchanged
  /** The body that was sent. */
  readonly sent: unknown
}

/** Finds `/things` and `/things/{id}` among the paths; anything else is not a resource that generic flows could know. */
export function resourcesOf(bases: ReadonlyMap<Operation, BaseRequest>, api?: Api): Resource[] {
  const byPath = new Map<string, Map<string, BaseRequest>>()
  for (const [operation, base] of bases) {
    const methods = byPath.get(operation.path) ?? new Map<string, BaseRequest>()
    byPath.set(operation.path, methods.set(operation.method, base))
  }
  return [...byPath].flatMap(([itemPath, item]) => {
    const match = /^(.*)\/\{([^/{}]+)\}$/.exec(itemPath)
    const collection = byPath.get(match?.[1] ?? '')
    if (!match || !collection) return []
    const pick = (key: string, base: BaseRequest | undefined): Partial<Resource> => (base ? { [key]: base } : {})
    return [
      {
        name: (match[1] as string).split('/').at(-1) ?? '',
        itemPath,
        parameter: match[2] as string,
        ...(api && !api.strict && placesOf(api, item, collection)),
        ...pick('list', collection.get('GET')),
        ...pick('create', collection.get('POST')),
        ...pick('read', item.get('GET')),
        ...pick('update', item.get('PATCH') ?? item.get('PUT') ?? withBody(item.get('POST'))),
        ...pick('delete', item.get('DELETE')),
      },
    ]
  })
}

/** What the shapes of a document of somebody else say of a resource. */
function placesOf(
  { collections, resources }: Api,
  item: ReadonlyMap<string, BaseRequest>,
  collection: ReadonlyMap<string, BaseRequest>,
): Partial<Resource> {
  const useOf = (base: BaseRequest | undefined): ResourceUse | undefined => base && resources[base.draft.operation.id]
  const [read, create, list] = [useOf(item.get('GET')), useOf(collection.get('POST')), useOf(collection.get('GET'))]
  const key = read && collections[read.collection]?.key
  return {
    ...(key !== undefined && { key }),
    ...(create?.answerAt !== undefined && { createdAt: create.answerAt }),
    ...(list?.answerAt !== undefined && { listedAt: list.answerAt }),
  }
}

/** A `POST` to one thing changes it where it has something to say. */
function withBody(base: BaseRequest | undefined): BaseRequest | undefined {
  return base?.draft.operation.requestBody ? base : undefined
}

/** The id of what was created: the last segment of `Location`, else the property that the path parameter or `id` names. */
export function createdId(resource: Resource, exchanged: Exchanged): string | undefined {
  if (exchanged.outcome.kind !== 'answer') return undefined
  const location = exchanged.outcome.headers['location']
  const segment = location
    ?.split(/[?#]/)[0]
    ?.split('/')
    .findLast((each) => each !== '')
  if (segment !== undefined) return decodeURIComponent(segment)
  const body = jsonOf(exchanged)
  return idIn(resource, resource.createdAt === undefined ? body : valueAt(body, resource.createdAt))
}

/** The id of a row, where it has one. */
export function idIn(resource: Resource, row: unknown): string | undefined {
  if (!isObject(row)) return undefined
  const id = (resource.key === undefined ? undefined : row[resource.key]) ?? row[resource.parameter] ?? row['id']
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined
}

/** The entity tag of an answer: a property called `etag` near the top of the body, else the header, which many a framework adds by itself. */
export function tagOf(exchanged: Exchanged): string | undefined {
  if (exchanged.outcome.kind !== 'answer') return undefined
  return tagIn(jsonOf(exchanged)) ?? headerTagOf(exchanged)
}

/** The entity tag in the header of an answer, without what marks it as one. */
export function headerTagOf({ outcome }: Exchanged): string | undefined {
  return outcome.kind === 'answer' ? outcome.headers['etag']?.replace(/^W\//, '').replace(/^"(.*)"$/, '$1') : undefined
}

function tagIn(body: unknown): string | undefined {
  if (!isObject(body)) return undefined
  const found = [body, ...Object.values(body).filter(isObject)]
    .map((each) => each['etag'])
    .find((each) => typeof each === 'string')
  return typeof found === 'string' ? found : undefined
}

/** The header parameters that carry the entity tag that a writer has seen. */
export function tagParameters(base: BaseRequest): string[] {
  return base.draft.operation.parameters
    .filter(({ name, in: place }) => place === 'header' && ['etag', 'if-match'].includes(name))
    .map(({ name }) => name)
}

/** The base's request, about another thing, by a writer who has seen the given entity tag. */
export function about(resource: Resource, base: BaseRequest, id: string, tag?: string): Draft {
  const values: Record<string, unknown> = { ...base.draft.values, [`path:${resource.parameter}`]: id }
  for (const name of tagParameters(base)) {
    const key = `header:${name}`
    if (values[key] !== undefined && tag !== undefined) values[key] = name === 'if-match' ? `"${tag}"` : tag
  }
  return { ...base.draft, values }
}

/** Creates one thing, with changes to the body of the base; its removal is left to the runner. */
export async function make(
  runner: FlowRunner,
  resource: Resource,
  body?: unknown,
): Promise<Made | { readonly refused: Exchanged }> {
  const create = resource.create as BaseRequest
  const sent = body ?? (create.draft.body.kind === 'json' ? create.draft.body.value : undefined)
  const draft: Draft = body === undefined ? create.draft : { ...create.draft, body: { kind: 'json', value: body } }
  const exchanged = await runner.send(requestOf(draft))
  const id = createdId(resource, exchanged)
  if (exchanged.outcome.kind !== 'answer' || exchanged.outcome.status >= 300 || id === undefined)
    return { refused: exchanged }
  runner.created(() => remove(runner, resource, id))
  return { id, exchanged, sent }
}

/** Deletes one thing, whatever its entity tag is by now. */
export async function remove(runner: Pick<FlowRunner, 'send'>, resource: Resource, id: string): Promise<void> {
  if (!resource.delete) return
  const tag = resource.read ? tagOf(await runner.send(requestOf(about(resource, resource.read, id)))) : undefined
  await runner.send(requestOf(about(resource, resource.delete, id, tag)))
}

/** The rows of a list answer: the body itself, or the first array among its properties. */
export function rowsOf(exchanged: Exchanged, { listedAt }: Pick<Resource, 'listedAt'>): unknown[] | undefined {
  const body = jsonOf(exchanged)
  const listed = listedAt === undefined ? undefined : valueAt(body, listedAt)
  if (Array.isArray(listed)) return listed as unknown[]
  if (Array.isArray(body)) return body as unknown[]
  if (!isObject(body)) return undefined
  return Object.values(body).find((each): each is unknown[] => Array.isArray(each))
}

/** The whole list: no filter, as many rows as one can ask for, from the first one on. */
export function wholeList(
  list: BaseRequest,
  isStrict: boolean,
  values: Readonly<Record<string, unknown>> = {},
): OutgoingRequest {
  const open = Object.fromEntries(
    Object.entries(list.draft.values).filter(([key]) => {
      const parameter = list.draft.operation.parameters.find((each) => keyOf(each) === key)
      return parameter?.required === true || parameter?.in !== 'query'
    }),
  )
  const paging = pagingOf(list, isStrict)
  const largest = paging.limit ? { [paging.limit.key]: paging.limit.most } : {}
  const first = firstPage(list, paging)
  return requestOf({ ...list.draft, values: { ...open, ...largest, ...first, ...values } })
}

/** The value of an attribute by a pointer or a name, in the row or in its container `data`. */
export function attributeOf(row: unknown, column: string): unknown {
  const pointer = column.startsWith('/') ? column : `/${column}`
  const direct = valueAt(row, pointer)
  if (direct !== undefined) return direct
  const last = pointer.slice(pointer.lastIndexOf('/'))
  return valueAt(row, last) ?? valueAt(row, `/data${last}`)
}
