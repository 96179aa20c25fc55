import { basename, extname } from 'node:path'
import type { Api, Operation, Pointer, ResponseSpec, SecurityScheme } from './api.ts'
import { compileCollections } from './compile-collections.ts'
import { compileComponentResponse, compileRequestBody, compileResponse } from './compile-content.ts'
import { compileParameters } from './compile-parameter.ts'
import { compileBases, compileFamilies } from './compile-servers.ts'
import { type Compiler, createCompiler, optional } from './compiler.ts'
import { invalid, type SpecDocument } from './document.ts'
import { createNotes } from './note.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const

/**
 * Compiles an OpenAPI 3.1 document. Everything that the kit relies on is checked here; judges are built on their first use.
 * Throws SPEC_INVALID with `file#/json/pointer` at the first thing that is wrong or not supported.
 */
export function compileApi(document: SpecDocument): Api {
  const name = basename(document.file, extname(document.file))
  const placeOf: Api['placeOf'] = (pointer) => ({ file: document.file, pointer })
  const notes = createNotes(name, placeOf)
  const compiler = createCompiler(document)
  const { root } = document
  if (typeof root['openapi'] !== 'string' || !root['openapi'].startsWith('3.1.')) {
    throw invalid(document, '/openapi', `must be 3.1.x, but is ${JSON.stringify(root['openapi']) ?? 'missing'}`)
  }
  const info = compiler.object('/info')
  const operations = compileOperations(compiler)
  const bases = compileBases(compiler)
  return {
    name,
    file: document.file,
    title: String(info['title'] ?? ''),
    strict: true,
    notes: notes.list,
    addNote: notes.add,
    placeOf,
    document: root,
    bases,
    families: compileFamilies(compiler, bases),
    operations,
    collections: compileCollections(compiler, operations),
    securitySchemes: compileSecuritySchemes(compiler),
    unroutable: {
      ...optional('notFound', compileComponentResponse(compiler, 'NotFound')),
      ...optional('methodNotAllowed', compileComponentResponse(compiler, 'MethodNotAllowed')),
    },
  }
}

function compileOperations(compiler: Compiler): Operation[] {
  const seen = new Set<string>()
  return Object.keys(compiler.object('/paths')).flatMap((path) => {
    const pathPointer = compiler.place(pointerTo('/paths', path))
    const item = compiler.object(pathPointer)
    return methods
      .filter((method) => method in item)
      .map((method) => {
        const operation = compileOperation(compiler, path, method, pathPointer)
        if (seen.has(operation.id))
          throw invalid(compiler.document, operation.pointer, `repeats the operationId ${operation.id}`)
        seen.add(operation.id)
        return operation
      })
  })
}

function compileOperation(compiler: Compiler, path: string, method: string, pathPointer: Pointer): Operation {
  const pointer = pointerTo(pathPointer, method)
  const source = compiler.object(pointer)
  if (typeof source['operationId'] !== 'string') throw invalid(compiler.document, pointer, 'needs an operationId')
  if (!isObject(source['responses'])) throw invalid(compiler.document, pointer, 'needs responses')
  const responses = Object.keys(source['responses']).map((status) => [
    status,
    compileResponse(compiler, pointerTo(pointer, 'responses', status)),
  ])
  return {
    id: source['operationId'],
    api: basename(compiler.document.file, extname(compiler.document.file)),
    method: method.toUpperCase(),
    path,
    pointer,
    summary: String(source['summary'] ?? ''),
    description: String(source['description'] ?? ''),
    parameters: compileParameters(compiler, path, pathPointer, pointer),
    ...('requestBody' in source && { requestBody: compileRequestBody(compiler, pointerTo(pointer, 'requestBody')) }),
    responses: Object.fromEntries(responses) as Record<string, ResponseSpec>,
    security: compileSecurity(source['security'] ?? compiler.root['security']),
    ...compiler.inferred(pointer),
  }
}

function compileSecurity(requirements: unknown): (readonly string[])[] {
  return Array.isArray(requirements) ? requirements.filter(isObject).map((requirement) => Object.keys(requirement)) : []
}

function compileSecuritySchemes(compiler: Compiler): Record<string, SecurityScheme> {
  const schemes = valueAt(compiler.root, '/components/securitySchemes')
  if (!isObject(schemes)) return {}
  return Object.fromEntries(
    Object.keys(schemes).map((name) => [
      name,
      compileSecurityScheme(compiler, pointerTo('/components/securitySchemes', name)),
    ]),
  )
}

function compileSecurityScheme(compiler: Compiler, pointer: Pointer): SecurityScheme {
  const source = compiler.object(pointer)
  const common = { pointer, ...compiler.inferred(pointer) }
  if (source['type'] === 'apiKey' && (source['in'] === 'header' || source['in'] === 'query')) {
    return { kind: 'apiKey', in: source['in'], name: String(source['name']), ...common }
  }
  if (source['type'] === 'http') return { kind: 'http', scheme: String(source['scheme']).toLowerCase(), ...common }
  if (source['type'] === 'oauth2' || source['type'] === 'openIdConnect')
    return { kind: 'http', scheme: 'bearer', ...common }
  throw invalid(
    compiler.document,
    pointer,
    'is a security scheme that Understudy does not support (http, apiKey in header or query, oauth2)',
  )
}
