import { responseFor } from './responses.ts'
import type { CollectionSpec, JsonObject, Operation, Pointer, ResourceUse } from './api.ts'
import type { Compiler } from './compiler.ts'
import { byName } from './by-name.ts'
import { invalid } from './document.ts'
import { defineLazily } from './lazily.ts'
import type { OperationShape } from './operation-shape.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'
import { declaredUses, findResources, type FoundResource } from './find-resources.ts'
import { textOf } from './text-of.ts'

interface Collections {
  readonly collections: Record<string, CollectionSpec>
  /** By operationId. */
  readonly resources: Record<string, ResourceUse>
}

/** The collections that the document declares, or else those that its paths and the shapes of its answers imply. */
export function compileCollections(
  compiler: Compiler,
  operations: readonly Operation[],
  found?: readonly FoundResource[],
): Collections {
  const declared = compiler.root['x-collections']
  if (declared === undefined) {
    if (!compiler.notes) checkRows(compiler, operations)
    return impliedCollections(compiler, found ?? foundResources(compiler, operations))
  }
  const collections = declaredCollections(compiler, declared)
  return { collections, resources: declaredUses(compiler.root, operations, collections) }
}

function declaredCollections(compiler: Compiler, declared: unknown): Record<string, CollectionSpec> {
  if (!isObject(declared))
    throw invalid(compiler.document, '/x-collections', 'must be an object: collection → { schema, key? }')
  return Object.fromEntries(
    Object.entries(declared).map(([name, source]) => {
      const pointer = pointerTo('/x-collections', name)
      if (!isObject(source) || source['schema'] === undefined)
        throw invalid(compiler.document, pointer, 'needs a schema')
      return [name, collectionAt(compiler, name, textOf(source['key'] ?? 'id'), pointerTo(pointer, 'schema'))]
    }),
  )
}

/** What the paths of a document imply; nothing where it says for itself. */
export function foundResources(compiler: Compiler, operations: readonly OperationShape[]): FoundResource[] {
  if (compiler.root['x-collections'] !== undefined) return []
  return findResources(compiler.root, operations)
}

function impliedCollections(compiler: Compiler, resourcesFound: readonly FoundResource[]): Collections {
  const collections = byName<CollectionSpec>()
  const resources = byName<ResourceUse>()
  for (const found of resourcesFound) {
    collections[found.name] ??= found.key === undefined ? single(compiler, found) : rowsOf(compiler, found, found.key)
    for (const [id, use] of Object.entries(found.uses)) resources[id] ??= use
  }
  return { collections, resources }
}

/** What reading one answers with has to stand somewhere: a circle of references is no schema. */
function checkRows(compiler: Compiler, operations: readonly Operation[]): void {
  for (const { method, path, responses } of operations) {
    const read = method === 'GET' && path.endsWith('}') ? responseFor(responses, 200) : undefined
    const media = read?.content['application/json']
    if (media?.schema) compiler.place(pointerTo(media.pointer, 'schema'))
  }
}

function rowsOf(compiler: Compiler, { name, pointer }: FoundResource, key: string): CollectionSpec {
  return collectionAt(compiler, name, key, pointer)
}

/** Rows without an id of their own are kept under the path that they are read at: `{ id: '/settings', value: … }`. */
function single(compiler: Compiler, { name, pointer }: FoundResource): CollectionSpec {
  const inner = collectionAt(compiler, name, 'id', pointer)
  const validate: CollectionSpec['validate'] = (row) =>
    isObject(row) ? inner.validate(row['value']).map((error) => ({ ...error, at: `/value${error.at}` })) : []
  return withSchema({ name, key: inner.key, pointer, validate }, () => {
    const properties = { id: { type: 'string' }, value: inner.schema }
    return { type: 'object', required: ['id', 'value'], properties }
  })
}

function collectionAt(compiler: Compiler, name: string, key: string, pointer: Pointer): CollectionSpec {
  const schemaOf = (): JsonObject => (valueAt(compiler.root, pointer) === true ? {} : compiler.schema(pointer))
  const collection = { name, key, pointer, validate: compiler.validators.ofAnswers(pointer) }
  return compiler.notes ? withSchema(collection, schemaOf) : { ...collection, schema: schemaOf() }
}

/** Of a large document most collections are never used. */
function withSchema(collection: Omit<CollectionSpec, 'schema'>, schemaOf: () => JsonObject): CollectionSpec {
  defineLazily(collection, 'schema', schemaOf)
  return collection as CollectionSpec
}
