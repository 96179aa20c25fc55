import type { CollectionSpec, Operation, Pointer } from './api.ts'
import type { Compiler } from './compiler.ts'
import { invalid } from './document.ts'
import { isObject, pointerTo } from './pointer.ts'
import { memberShapes } from './shape.ts'

/** The collections that the document declares, or else those that its resource paths imply. */
export function compileCollections(
  compiler: Compiler,
  operations: readonly Operation[],
): Record<string, CollectionSpec> {
  const declared = compiler.root['x-collections']
  if (declared !== undefined) return compileDeclaredCollections(compiler, declared)
  return compileResourceCollections(compiler, operations)
}

function compileDeclaredCollections(compiler: Compiler, declared: unknown): Record<string, CollectionSpec> {
  if (!isObject(declared))
    throw invalid(compiler.document, '/x-collections', 'must be an object: collection → { schema, key? }')
  return Object.fromEntries(
    Object.entries(declared).map(([name, source]) => {
      const pointer = pointerTo('/x-collections', name)
      if (!isObject(source) || source['schema'] === undefined)
        throw invalid(compiler.document, pointer, 'needs a schema')
      return [name, collection(compiler, name, String(source['key'] ?? 'id'), pointerTo(pointer, 'schema'))]
    }),
  )
}

/**
 * Without `x-collections`, each path that ends in one parameter after a fixed segment is a resource: `/pets/{petId}` has
 * the collection `pets`, whose rows are what reading one answers with, if they have a member for their id.
 */
function compileResourceCollections(
  compiler: Compiler,
  operations: readonly Operation[],
): Record<string, CollectionSpec> {
  const found: Record<string, CollectionSpec> = {}
  for (const operation of operations) {
    const match = /\/([^/{}]+)\/\{([^/{}]+)\}$/.exec(operation.path)
    const [, name, parameter] = match ?? []
    if (name === undefined || parameter === undefined || operation.method !== 'GET') continue
    const schemaPointer = successSchema(operation)
    if (schemaPointer === undefined) continue
    const members = memberShapes({ document: compiler.root }, compiler.object(schemaPointer))
    const key = [parameter, 'id'].find((each) => each in members)
    if (key === undefined) continue
    found[name] = collection(compiler, name, key, schemaPointer)
  }
  return found
}

function successSchema(operation: Operation): Pointer | undefined {
  const success = operation.responses['200'] ?? operation.responses['2XX']
  const media = success?.content['application/json']
  return media?.schema && pointerTo(media.pointer, 'schema')
}

function collection(compiler: Compiler, name: string, key: string, pointer: Pointer): CollectionSpec {
  return { name, key, pointer, schema: compiler.schema(pointer), validate: compiler.validators.ofAnswers(pointer) }
}
