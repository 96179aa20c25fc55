import type { JsonObject, Pointer } from './api.ts'
import { compileExamples } from './compile-content.ts'
import { optional, type Compiler } from './compiler.ts'
import { invalid } from './document.ts'
import type { Parameter, ParameterStyle } from './parameter.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'
import { textTypes } from './text-types.ts'

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
  for (const [, name] of path.matchAll(/\{([^}]+)\}/g)) {
    if (!found.has(`path:${name}`))
      throw invalid(compiler.document, pointer, `does not describe the path parameter {${name}}`)
  }
  return [...found.values()]
}

function compileParameter(compiler: Compiler, pointer: Pointer): Parameter | undefined {
  const source = compiler.object(pointer)
  const { name, in: place } = source
  if (typeof name !== 'string' || !['path', 'query', 'header', 'cookie'].includes(place as string)) {
    throw invalid(compiler.document, pointer, 'needs a name and `in`: path, query, header or cookie')
  }
  if (place === 'cookie')
    throw invalid(compiler.document, pointer, 'is a cookie parameter, which Understudy does not support')
  const schemaPointer = pointerTo(pointer, 'schema')
  const style = String(source['style'] ?? (place === 'query' ? 'form' : 'simple')) as ParameterStyle
  if (!(style in supportedStyles))
    throw invalid(compiler.document, pointerTo(pointer, 'style'), `is not supported: ${style}`)
  const schema = compiler.schema(schemaPointer)
  return {
    name: place === 'header' ? name.toLowerCase() : name,
    in: place as Parameter['in'],
    required: source['required'] === true,
    ...optional('substitute', substituteOf(source)),
    description: String(source['description'] ?? ''),
    style,
    explode: typeof source['explode'] === 'boolean' ? source['explode'] : style === 'form' || style === 'deepObject',
    pointer,
    schema,
    types: textTypes(compiler, schemaPointer, 0),
    validate: compiler.validators.at(schemaPointer),
    examples: compileExamples(compiler, pointer),
    ...compiler.inferred(pointer),
  }
}

/** `x-open: { instead: <header> }`, in lower case. */
function substituteOf(source: JsonObject): string | undefined {
  const open = source['x-open']
  return isObject(open) && typeof open['instead'] === 'string' ? open['instead'].toLowerCase() : undefined
}

const supportedStyles = { simple: 1, form: 1, deepObject: 1, spaceDelimited: 1, pipeDelimited: 1 }
