import type { Operation, SecurityScheme } from './api.ts'
import { type Compiler, optional } from './compiler.ts'
import { invalid } from './document.ts'
import type { Pointer } from './json.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'
import { textOf } from './text-of.ts'

export function compileSecurity(requirements: unknown): Operation['security'] {
  return Array.isArray(requirements) ? requirements.filter(isObject).map((requirement) => Object.keys(requirement)) : []
}

export function compileSecuritySchemes(compiler: Compiler): Record<string, SecurityScheme> {
  const schemes = valueAt(compiler.root, '/components/securitySchemes')
  if (!isObject(schemes)) return {}
  return Object.fromEntries(
    Object.keys(schemes).flatMap((name) => {
      const scheme = compileSecurityScheme(compiler, compiler.place(pointerTo('/components/securitySchemes', name)))
      return scheme ? [[name, scheme]] : []
    }),
  )
}

function compileSecurityScheme(compiler: Compiler, pointer: Pointer): SecurityScheme | undefined {
  const source = compiler.object(pointer)
  const common = { pointer, ...optional('inferred', compiler.assumption(pointer)) }
  const { type, in: place } = source
  if (type === 'apiKey' && (place === 'header' || place === 'query' || place === 'cookie'))
    return { kind: 'apiKey', in: place, name: textOf(source['name']), ...common }
  if (type === 'http') return { kind: 'http', scheme: textOf(source['scheme']).toLowerCase(), ...common }
  if (type === 'oauth2' || type === 'openIdConnect') return { kind: 'http', scheme: 'bearer', ...common }
  if (compiler.notes) return undefined
  throw invalid(
    compiler.document,
    pointer,
    'is a security scheme that Understudy does not support (http, apiKey, oauth2, openIdConnect)',
  )
}
