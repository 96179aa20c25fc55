import type { MediaTypeSpec, Operation } from './api.ts'
import type { OperationHead } from './compile-operations.ts'
import type { Compiler } from './compiler.ts'
import type { JsonObject, Pointer } from './json.ts'
import { defineLazily } from './lazily.ts'
import { mediaTypeName } from './media-type.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'
import type { Parameter } from './parameter.ts'

/** What of an operation tells to which resource it belongs: the shapes of its bodies, without validators and examples. */
export interface OperationShape extends Pick<Operation, 'id' | 'method' | 'path'> {
  readonly parameters: readonly Pick<Parameter, 'in' | 'name' | 'schema'>[]
  readonly requestBody?: { readonly content: ContentShape }
  readonly responses: Readonly<Record<string, { readonly content: ContentShape }>>
}

export type ContentShape = Readonly<Record<string, MediaTypeShape>>
export type MediaTypeShape = Pick<MediaTypeSpec, 'pointer' | 'schema'>

/** The shape of an operation that need not be compiled for it: of a large document few ever are. */
export function shapeOf(compiler: Compiler, { id, method, path, pointer, item, hasBody }: OperationHead): OperationShape {
  const shape = { id, method, path }
  defineLazily(shape, 'parameters', () =>
    [pointer, item].flatMap((owner) => parametersAt(compiler, pointerTo(owner, 'parameters'))),
  )
  if (hasBody)
    defineLazily(shape, 'requestBody', () => ({ content: contentAt(compiler, pointerTo(pointer, 'requestBody')) }))
  defineLazily(shape, 'responses', () => responsesAt(compiler, pointerTo(pointer, 'responses')))
  return shape as OperationShape
}

function parametersAt(compiler: Compiler, pointer: Pointer): OperationShape['parameters'] {
  const list = valueAt(compiler.root, pointer)
  if (!Array.isArray(list)) return []
  return list.map((_, index) => {
    const { in: place, name, schema } = compiler.object(pointerTo(pointer, index))
    return { in: place as Parameter['in'], name: String(name), schema: isObject(schema) ? schema : {} }
  })
}

function responsesAt(compiler: Compiler, pointer: Pointer): OperationShape['responses'] {
  const shapes: Record<string, { readonly content: ContentShape }> = {}
  for (const status of Object.keys(compiler.object(pointer))) {
    const response = {}
    defineLazily(response, 'content', () => contentAt(compiler, pointerTo(pointer, status)))
    shapes[status] = response as { readonly content: ContentShape }
  }
  return shapes
}

function contentAt(compiler: Compiler, owner: Pointer): ContentShape {
  const place = compiler.place(owner)
  const { content } = compiler.object(place)
  if (!isObject(content)) return {}
  return Object.fromEntries(
    Object.keys(content).map((type) => {
      const pointer = compiler.place(pointerTo(place, 'content', type))
      const schema = valueAt(compiler.root, pointerTo(pointer, 'schema'))
      return [mediaTypeName(type), { pointer, schema: schemaShape(schema) }]
    }),
  )
}

/** `true` is a schema, too. */
function schemaShape(schema: unknown): JsonObject | undefined {
  return schema === undefined ? undefined : isObject(schema) ? schema : {}
}
