import type { MediaTypeSpec, Operation } from './api.ts'
import type { OperationHead } from './compile-operations.ts'
import type { Compiler } from './compiler.ts'
import type { JsonObject, Pointer } from './json.ts'
import { defineLazily } from './lazily.ts'
import { mediaTypeName } from './media-type.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'
import type { Parameter } from './parameter.ts'
import { textOf } from './text-of.ts'

/** What of an operation tells to which resource it belongs: the shapes of its bodies, without validators and examples. */
export interface OperationShape extends Pick<Operation, 'id' | 'method' | 'path'> {
  readonly parameters: readonly (Pick<Parameter, 'in' | 'name' | 'schema'> & { readonly example?: unknown })[]
  readonly requestBody?: { readonly content: ContentShape }
  readonly responses: Readonly<Record<string, { readonly content: ContentShape }>>
}

type ContentShape = Readonly<Record<string, MediaTypeShape>>
export type MediaTypeShape = Pick<MediaTypeSpec, 'pointer' | 'schema'>

/** The shape of an operation that need not be compiled for it: of a large document few ever are. */
export function shapeOf(compiler: Compiler, { id, method, path, pointer, item, hasBody }: OperationHead): OperationShape {
  const shape = { id, method, path }
  defineLazily(shape, 'parameters', () =>
    [pointer, item].flatMap((owner) => parametersAt(compiler, pointerTo(owner, 'parameters'))),
  )
  if (hasBody)
    defineLazily(shape, 'requestBody', () => ({
      content: contentAt(compiler, behind(compiler, compiler.object(pointer), pointer, 'requestBody')),
    }))
  defineLazily(shape, 'responses', () => responsesAt(compiler, pointerTo(pointer, 'responses')))
  return shape as OperationShape
}

function parametersAt(compiler: Compiler, pointer: Pointer): OperationShape['parameters'] {
  const list = valueAt(compiler.root, pointer)
  if (!Array.isArray(list)) return []
  return list.map((_, index) => {
    const { in: place, name, schema, example } = compiler.object(pointerTo(pointer, index))
    return { in: place as Parameter['in'], name: textOf(name), schema: isObject(schema) ? schema : {}, example }
  })
}

function responsesAt(compiler: Compiler, pointer: Pointer): OperationShape['responses'] {
  const shapes: Record<string, { readonly content: ContentShape }> = {}
  const responses = compiler.object(pointer)
  for (const status of Object.keys(responses)) {
    const response = {}
    defineLazily(response, 'content', () => contentAt(compiler, behind(compiler, responses, pointer, status)))
    shapes[status] = response as { readonly content: ContentShape }
  }
  return shapes
}

interface Found {
  readonly object: JsonObject
  readonly pointer: Pointer
}

/** What an object has under a key, behind references, without going there from the top of the document where it has none. */
function behind(compiler: Compiler, owner: JsonObject, at: Pointer, key: string): Found {
  const pointer = pointerTo(at, key)
  const object = owner[key]
  if (isObject(object) && !('$ref' in object)) return { object, pointer }
  const place = compiler.place(pointer)
  return { object: compiler.object(place), pointer: place }
}

function contentAt(compiler: Compiler, { object, pointer: place }: Found): ContentShape {
  const { content } = object
  if (!isObject(content)) return {}
  return Object.fromEntries(
    Object.keys(content).map((type) => {
      const media = behind(compiler, content, pointerTo(place, 'content'), type)
      return [mediaTypeName(type), { pointer: media.pointer, schema: schemaShape(media.object['schema']) }]
    }),
  )
}

/** `true` is a schema, too. */
function schemaShape(schema: unknown): JsonObject | undefined {
  return schema === undefined ? undefined : isObject(schema) ? schema : {}
}
