import { successKey } from './responses.ts'
import type { CollectionSpec, JsonObject, Pointer, ResourceUse } from './api.ts'
import { entityIn, type KeyParameter, keyFor, listIn, namesAt, overlaps, schemaBehind, type Entity } from './entity.ts'
import { isJson, isStructured } from './media-type.ts'
import type { MediaTypeShape, OperationShape } from './operation-shape.ts'
import { byName } from './by-name.ts'
import { pointerTo } from './pointer.ts'

/** A collection that paths and shapes imply, with what each operation does to it. */
export interface FoundResource {
  readonly name: string
  /** The schema of a row. */
  readonly pointer: Pointer
  /** `undefined` where rows are kept under their path. */
  readonly key: string | undefined
  readonly uses: Readonly<Record<string, ResourceUse>>
}

/** The operations of paths that differ in the names of their parameters only. */
interface PathGroup {
  /** With `{}` for each parameter. */
  readonly shape: string
  readonly operations: readonly OperationShape[]
}

/**
 * A resource is where the answers of item, list and create agree in shape: `/pets/{petId}` and `/pets`. What is read and
 * written at one path without a key (`/settings`) is a resource of its own, and so is a list that one can add to.
 */
export function findResources(root: JsonObject, operations: readonly OperationShape[]): FoundResource[] {
  const groups = groupsOf(operations)
  const rows = [...groups.values()].flatMap((group) => rowResource(root, group, groups) ?? [])
  const used = new Set(rows.flatMap(({ uses }) => Object.keys(uses)))
  const others = [...groups.values()].flatMap(
    (group) => singleResource(root, group, used) ?? growingList(root, group, used) ?? [],
  )
  return named(root, [...rows, ...others])
}

/** Collections of `x-collections` are addressed by the last fixed segment of a path. */
export function declaredUses(
  root: JsonObject,
  operations: readonly OperationShape[],
  collections: Readonly<Record<string, CollectionSpec>>,
): Record<string, ResourceUse> {
  const uses = byName<ResourceUse>()
  for (const operation of operations) {
    const [, name = '', parameter] = /\/([^/{}]+)(?:\/\{([^/{}]+)\})?$/.exec(operation.path) ?? []
    const collection = collections[name]
    const role = collection && roleOf(operation.method, parameter !== undefined)
    if (!collection || !role) continue
    const entity: Entity = { at: '', pointer: collection.pointer }
    uses[operation.id] = {
      collection: name,
      role,
      parameter,
      isSingle: false,
      isReadOnly: false,
      ...placed(answerPlace(root, operation, role, entity, collection.key)),
      requestAt: '',
      scope: scopeOf(root, operation, entity, parameter),
    }
  }
  return uses
}

function groupsOf(operations: readonly OperationShape[]): Map<string, PathGroup> {
  const groups = new Map<string, { shape: string; operations: OperationShape[] }>()
  for (const operation of operations) {
    const shape = operation.path.replace(/[?#].*$/, '').replaceAll(/\{[^}]*\}/g, '{}')
    const group = groups.get(shape) ?? { shape, operations: [] }
    group.operations.push(operation)
    groups.set(shape, group)
  }
  return groups
}

function rowResource(
  root: JsonObject,
  group: PathGroup,
  groups: ReadonlyMap<string, PathGroup>,
): FoundResource | undefined {
  if (!group.shape.endsWith('/{}')) return undefined
  const list = groups.get(group.shape.slice(0, -'/{}'.length))
  const read = group.operations.find(({ method }) => method === 'GET')
  const parameter = keyParameter(read ?? group.operations[0])
  const entity = read ? readEntity(root, read, parameter) : listedEntity(root, list, parameter)
  if (!entity) return undefined
  const { key } = entity
  const found = byName<ResourceUse>()
  for (const operation of [...group.operations, ...(list?.operations ?? [])]) {
    const isItem = group.operations.includes(operation)
    const role = roleOf(operation.method, isItem)
    const use = role && useOf(root, operation, role, { entity, key, isItem })
    if (use) found[operation.id] = use
  }
  const uses = Object.values(found)
  if (uses.length === 0) return undefined
  const isReadOnly = uses.every(({ role }) => role === 'read')
  const marked = Object.entries(found).map(([id, use]) => [id, { ...use, isReadOnly }] as const)
  return { name: group.shape, pointer: entity.pointer, key, uses: Object.fromEntries(marked) }
}

interface KeyedEntity extends Entity {
  readonly key: string
}

function readEntity(root: JsonObject, read: OperationShape, parameter: KeyParameter): KeyedEntity | undefined {
  const media = answerMedia(read)
  if (!media) return undefined
  return entityIn(root, schemaOf(media), (pointer) => keyFor(root, pointer, parameter))
}

/** Where no item can be read, a row is what the list holds. */
function listedEntity(root: JsonObject, list: PathGroup | undefined, parameter: KeyParameter): KeyedEntity | undefined {
  const operation = list?.operations.find(({ method }) => method === 'GET')
  const media = operation && answerMedia(operation)
  const found = media && listIn(root, schemaOf(media), (items) => keyFor(root, items, parameter) !== undefined)
  const key = found && keyFor(root, found.pointer, parameter)
  return found && key !== undefined ? { at: '', pointer: found.pointer, key } : undefined
}

function useOf(
  root: JsonObject,
  operation: OperationShape,
  role: ResourceUse['role'],
  { entity, key, isItem }: { readonly entity: Entity; readonly key: string; readonly isItem: boolean },
): ResourceUse | undefined {
  const parameter = isItem ? lastParameter(operation.path) : undefined
  const answer = placed(answerPlace(root, operation, role, entity, key))
  const { answerAt } = answer
  const requestAt = requestPlace(root, operation, entity)
  const media = answerMedia(operation)
  const writes = role === 'create' || role === 'replace' || role === 'patch'
  if ((role === 'list' || role === 'read') && answerAt === undefined) return undefined
  // Where the answer is the very row, the request makes or changes it, however few of its properties it has.
  const isOwn = isItem ? answerAt !== undefined : answer.answerSchema === schemaBehind(root, entity.pointer)
  if (writes && requestAt === undefined && !isOwn) return undefined
  // A body of another shape is no row: `POST /chat/completions` makes no completion of what it was sent.
  if (role === 'create' && media && answerAt === undefined) return undefined
  const scope = scopeOf(root, operation, entity, parameter)
  return { collection: '', role, parameter, isSingle: false, isReadOnly: false, ...answer, requestAt: requestAt ?? '', scope }
}

/** `GET` with `PUT` or `PATCH` of the same shape, at a path that names no row. */
function singleResource(root: JsonObject, group: PathGroup, used: ReadonlySet<string>): FoundResource | undefined {
  const read = group.operations.find(({ method }) => method === 'GET')
  const media = read && answerMedia(read)
  if (!read || !media || used.has(read.id) || namesAt(root, schemaOf(media)).length === 0) return undefined
  const entity: Entity = { at: '', pointer: schemaOf(media) }
  const writes = group.operations.filter(({ method }) => method === 'PUT' || method === 'PATCH')
  const uses = byName<ResourceUse>()
  for (const operation of writes) {
    const requestAt = requestPlace(root, operation, entity)
    const answer = placed(answerPlace(root, operation, 'replace', entity, undefined))
    if (used.has(operation.id) || requestAt !== '' || !operation.requestBody) continue
    const role = operation.method === 'PUT' ? 'replace' : 'patch'
    uses[operation.id] = { ...singleUse, role, ...answer }
  }
  if (Object.keys(uses).length === 0) return undefined
  uses[read.id] = { ...singleUse, role: 'read', ...placed({ at: '', pointer: schemaBehind(root, entity.pointer) }) }
  return { name: group.shape, pointer: entity.pointer, key: undefined, uses }
}

/** `GET` of a list and `POST` of what it holds, where no row has a path of its own. */
function growingList(root: JsonObject, group: PathGroup, used: ReadonlySet<string>): FoundResource | undefined {
  const list = group.operations.find(({ method }) => method === 'GET')
  const create = group.operations.find(({ method }) => method === 'POST')
  if (!list || !create?.requestBody || used.has(list.id) || used.has(create.id)) return undefined
  const entity = listedEntity(root, group, { name: '', types: [] })
  if (!entity) return undefined
  const place = { entity, key: entity.key, isItem: false }
  const listed = useOf(root, list, 'list', place)
  const created = useOf(root, create, 'create', place)
  if (!listed || !created) return undefined
  return { name: group.shape, ...entity, uses: { [list.id]: listed, [create.id]: created } }
}

const singleUse = { collection: '', parameter: undefined, isSingle: true, isReadOnly: false, requestAt: '', scope: [] } as const

function roleOf(method: string, isItem: boolean): ResourceUse['role'] | undefined {
  const roles: Readonly<Record<string, ResourceUse['role']>> = isItem
    ? { GET: 'read', PUT: 'replace', PATCH: 'patch', POST: 'patch', DELETE: 'delete' }
    : { GET: 'list', POST: 'create' }
  return roles[method]
}

/** Where the answer holds the row, or the rows. */
function answerPlace(
  root: JsonObject,
  operation: OperationShape,
  role: ResourceUse['role'],
  entity: Entity,
  key: string | undefined,
): Entity | undefined {
  const media = answerMedia(operation)
  if (!media) return undefined
  const agrees = (pointer: Pointer): boolean => overlaps(root, entity.pointer, pointer, key)
  if (role === 'list') return listIn(root, schemaOf(media), agrees)
  return entityIn(root, schemaOf(media), (pointer) => (agrees(pointer) ? '' : undefined))
}

function placed(entity: Entity | undefined): Pick<ResourceUse, 'answerAt' | 'answerSchema'> {
  return { answerAt: entity?.at, answerSchema: entity?.pointer }
}

/** Where the request holds what becomes the row; `''` for a body whose schema says nothing of itself. */
function requestPlace(root: JsonObject, { requestBody }: OperationShape, entity: Entity): Pointer | undefined {
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? []
  if (type === undefined || !media?.schema) return ''
  if (/json-?patch/.test(type) || namesAt(root, schemaOf(media)).length === 0) return ''
  const agrees = (pointer: Pointer): boolean => overlaps(root, entity.pointer, pointer, undefined)
  const found = entityIn(root, schemaOf(media), (pointer) => (agrees(pointer) ? '' : undefined))
  const isAlone = namesAt(root, schemaOf(media)).length === 1
  return found && (found.at === '' || isAlone || !isReference(root, found.pointer, entity.pointer)) ? found.at : undefined
}

/** Whether all that one schema has of another is what every reference to a thing has: `{ task: { id, type }, assignee }`. */
function isReference(root: JsonObject, pointer: Pointer, row: Pointer): boolean {
  const names = new Set(namesAt(root, row))
  return namesAt(root, pointer).every((name) => !names.has(name) || /^(?:id|type|kind|name|href|url|key)$/.test(name))
}

/** Parents of `/owners/{ownerId}/pets/{petId}`: each with the attribute of a row that it is found in. */
function scopeOf(
  root: JsonObject,
  { path }: OperationShape,
  { pointer }: Entity,
  parameter: string | undefined,
): ResourceUse['scope'] {
  const parents = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name as string)
  const names = namesAt(root, pointer)
  return parents
    .filter((name) => name !== parameter)
    .map((name) => ({ parameter: name, attribute: names.find((each) => plain(each) === plain(name)) }))
}

/** JSON of the first success, or else XML. */
function answerMedia({ responses }: OperationShape): MediaTypeShape | undefined {
  const code = successKey(responses) ?? ''
  const content = Object.entries(responses[code]?.content ?? {})
  const [, media] = content.find(([type]) => isJson(type)) ?? content.find(([type]) => isStructured(type)) ?? []
  return media?.schema ? media : undefined
}

function schemaOf(media: MediaTypeShape): Pointer {
  return pointerTo(media.pointer, 'schema')
}

function keyParameter(operation: OperationShape | undefined): KeyParameter {
  const name = lastParameter(operation?.path ?? '')
  const found = operation?.parameters.find((each) => each.in === 'path' && each.name === name)
  return { name, types: [found?.schema['type']].flat(), example: found?.example ?? found?.schema['example'] }
}

function lastParameter(path: string): string {
  return /\{([^{}]+)\}$/.exec(path.replace(/[?#].*$/, ''))?.[1] ?? ''
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]/g, '')
}

/** A collection is called by its last fixed segment; by its whole path where that is taken by rows of another shape. */
function named(root: JsonObject, found: readonly FoundResource[]): FoundResource[] {
  const taken = new Map<string, FoundResource>()
  return found.map((resource) => {
    const segments = resource.name.split('/').filter((segment) => segment !== '' && segment !== '{}')
    const short = (segments.at(-1) ?? 'rows').replaceAll(/[^\w.-]/g, '')
    const long = segments.join('-').replaceAll(/[^\w.-]/g, '')
    const name = [short, long].find((each) => each !== '' && isFree(root, taken.get(each), resource)) ?? resource.name
    taken.set(name, taken.get(name) ?? resource)
    const uses = Object.entries(resource.uses).map(([id, use]) => [id, { ...use, collection: name }] as const)
    return { ...resource, name, uses: Object.fromEntries(uses) }
  })
}

/** Two paths share their rows if those are the same schema, unless they are of two versions of the API. */
function isFree(root: JsonObject, taken: FoundResource | undefined, resource: FoundResource): boolean {
  if (!taken) return true
  const isSame = overlaps(root, taken.pointer, resource.pointer, resource.key) && taken.key === resource.key
  return isSame && taken.pointer === resource.pointer && versionOf(taken.name) === versionOf(resource.name)
}

function versionOf(path: string): string {
  return /(?:^|\/)(v\d[\w.]*)(?:\/|$)/.exec(path)?.[1] ?? ''
}
