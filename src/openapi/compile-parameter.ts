import { opennessOf } from './extensions.ts'
import type { JsonObject, Pointer } from './json.ts'
import { compileExamples } from './compile-content.ts'
import { type Compiler, optional } from './compiler.ts'
import { invalid } from './document.ts'
import { isStyle, type Parameter, type ParameterStyle } from './parameter.ts'
import { parameterNames } from './path-template.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'
import { textTypes } from './text-types.ts'
import type { Validator } from './validator.ts'
import { textOf } from './text-of.ts'

/** The parameters of an operation: those of its path item, replaced by its own of the same name and place. */
export function compileParameters(
  compiler: Compiler,
  path: string,
  pathPointer: Pointer,
  pointer: Pointer,
): Parameter[] {
  const found = new Map<string, Parameter>()
  for (const list of [pointerTo(pathPointer, 'parameters'), pointerTo(pointer, 'parameters')]) {
    const entries = valueAt(compiler.root, list)
    if (!Array.isArray(entries)) continue
    entries.forEach((_, index) => {
      const parameter = compileParameter(compiler, compiler.place(pointerTo(list, index)))
      if (parameter) found.set(`${parameter.in}:${parameter.name}`, parameter)
    })
  }
  const names = parameterNames(path)
  for (const name of names) {
    if (!found.has(`path:${name}`) && !compiler.notes)
      throw invalid(compiler.document, pointer, `does not describe the path parameter {${name}}`)
  }
  const parameters = [...found.values()]
  return compiler.notes ? parameters.filter((each) => each.in !== 'path' || names.includes(each.name)) : parameters
}

const places = ['path', 'query', 'header', 'cookie', 'querystring'] as const

function compileParameter(compiler: Compiler, pointer: Pointer): Parameter | undefined {
  const source = compiler.object(pointer)
  const { name, in: place } = source
  if (typeof name !== 'string' || !isPlace(place)) {
    if (compiler.notes) return undefined
    throw invalid(compiler.document, pointer, 'needs a name and `in`: path, query, header or cookie')
  }
  const media = mediaOf(source)
  const schemaPointer =
    media === undefined ? pointerTo(pointer, 'schema') : pointerTo(pointer, 'content', media, 'schema')
  const style = textOf(source['style'] ?? defaultStyles[place])
  if (!isStyle(style)) throw invalid(compiler.document, pointerTo(pointer, 'style'), `is not supported: ${style}`)
  return {
    name: place === 'header' ? name.toLowerCase() : name,
    in: place,
    required: source['required'] === true,
    ...optional('substitute', opennessOf(source).instead),
    description: textOf(source['description'] ?? ''),
    style,
    explode: typeof source['explode'] === 'boolean' ? source['explode'] : style === 'form' || style === 'deepObject',
    pointer,
    ...optional('mediaType', media),
    schema: compiler.schema(schemaPointer),
    types: textTypes(compiler, schemaPointer, 0),
    validate: validatorOf(compiler, source, schemaPointer),
    examples: compileExamples(compiler, pointer),
    ...compiler.inferred(pointer),
  }
}

/** A query parameter may be sent without a value where `allowEmptyValue` says so (OpenAPI 3.1, 4.8.12.2). */
function validatorOf({ validators }: Compiler, source: JsonObject, schemaPointer: Pointer): Validator {
  const validate = validators.at(schemaPointer)
  if (source['allowEmptyValue'] !== true || source['in'] !== 'query') return validate
  return (value) => (value === '' ? [] : validate(value))
}

function isPlace(place: unknown): place is Parameter['in'] {
  return places.includes(place as Parameter['in'])
}

/** The media type of a parameter that is described by its content, as it is written. */
function mediaOf({ schema, content }: JsonObject): string | undefined {
  return schema === undefined && isObject(content) ? Object.keys(content)[0] : undefined
}

const defaultStyles: Readonly<Record<Parameter['in'], ParameterStyle>> = {
  path: 'simple',
  query: 'form',
  header: 'simple',
  cookie: 'form',
  querystring: 'form',
}
