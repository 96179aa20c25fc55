import type { ExampleSpec, HeaderSpec, MediaTypeSpec, Pointer, RequestBodySpec, ResponseSpec } from './api.ts'
import { type Compiler, optional } from './compiler.ts'
import { isJson, mediaTypeName } from './media-type.ts'
import type { Validator } from './validator.ts'
import type { Validators } from './validators.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'
import { textTypes } from './text-types.ts'
import { textOf } from './text-of.ts'

export function compileRequestBody(compiler: Compiler, pointer: Pointer): RequestBodySpec {
  const place = compiler.place(pointer)
  return {
    pointer: place,
    required: compiler.object(place)['required'] === true,
    content: compileContent(compiler, place, compiler.validators.ofRequests),
  }
}

function compileContent(compiler: Compiler, owner: Pointer, validatorAt: Validators['at']): Record<string, MediaTypeSpec> {
  const content = valueAt(compiler.root, pointerTo(owner, 'content'))
  if (!isObject(content)) return {}
  return Object.fromEntries(
    Object.keys(content).map((mediaType) => {
      const pointer = compiler.place(pointerTo(owner, 'content', mediaType))
      const schemaPointer = pointerTo(pointer, 'schema')
      const hasSchema = valueAt(compiler.root, schemaPointer) !== undefined
      const spec: MediaTypeSpec = {
        pointer,
        schema: hasSchema ? compiler.schema(schemaPointer) : undefined,
        validate: hasSchema ? validatorOfBody(compiler, schemaPointer, validatorAt) : () => [],
        examples: compileExamples(compiler, pointer),
      }
      return [mediaTypeName(mediaType), spec]
    }),
  )
}

/**
 * A string that holds JSON (`contentMediaType` and `contentSchema`) is validated by what it holds; whoever has not written it
 * down yet validates the value itself.
 */
function validatorOfBody(compiler: Compiler, pointer: Pointer, validatorAt: Validators['at']): Validator {
  const schema = valueAt(compiler.root, pointer)
  const validate = validatorAt(pointer)
  if (!isObject(schema) || schema['contentSchema'] === undefined || !isJson(textOf(schema['contentMediaType']))) return validate
  const content = validatorAt(pointerTo(pointer, 'contentSchema'))
  return (value) => {
    if (typeof value !== 'string') return content(value)
    try {
      return content(JSON.parse(value))
    } catch {
      const keyword = 'contentMediaType'
      return [{ at: '', keyword, pointer: pointerTo(pointer, keyword), message: 'must be JSON', params: {} }]
    }
  }
}

/** Named examples of a parameter or a media type, `$ref`s resolved; a single `example` is named so. */
export function compileExamples(compiler: Compiler, owner: Pointer): Record<string, ExampleSpec> {
  const source = valueAt(compiler.root, owner)
  if (!isObject(source)) return {}
  if ('example' in source) return { example: { value: source['example'], ...compiler.inferred(owner) } }
  if (!isObject(source['examples'])) return {}
  return Object.fromEntries(
    Object.keys(source['examples']).map((name) => {
      const place = compiler.place(pointerTo(owner, 'examples', name))
      const example = compiler.object(place)
      return [
        name,
        {
          ...optional('summary', typeof example['summary'] === 'string' ? example['summary'] : undefined),
          value: example['value'],
          ...compiler.inferred(place),
        },
      ]
    }),
  )
}

export function compileResponse(compiler: Compiler, pointer: Pointer): ResponseSpec {
  const place = compiler.place(pointer)
  const source = compiler.object(place)
  const headers = isObject(source['headers']) ? Object.keys(source['headers']) : []
  return {
    pointer: place,
    description: textOf(source['description'] ?? ''),
    content: compileContent(compiler, place, compiler.validators.ofAnswers),
    headers: Object.fromEntries(
      headers.map((name) => [name.toLowerCase(), compileHeader(compiler, pointerTo(place, 'headers', name))]),
    ),
    ...optional(
      'inferred',
      compiler.assumption(pointer) ?? compiler.assumption(place) ?? compiler.assumption(`${place}/status`),
    ),
  }
}

function compileHeader(compiler: Compiler, pointer: Pointer): HeaderSpec {
  const place = compiler.place(pointer)
  const schemaPointer = pointerTo(place, 'schema')
  return {
    pointer: place,
    required: compiler.object(place)['required'] === true,
    schema: compiler.schema(schemaPointer),
    types: textTypes(compiler, schemaPointer, 0),
    validate: compiler.validators.at(schemaPointer),
    ...compiler.inferred(place),
  }
}

/** A response below `components.responses`, if there is one of this name. */
export function compileComponentResponse(compiler: Compiler, name: string): ResponseSpec | undefined {
  const pointer = pointerTo('/components/responses', name)
  return valueAt(compiler.root, pointer) === undefined ? undefined : compileResponse(compiler, pointer)
}
