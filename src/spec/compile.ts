import { basename, extname } from 'node:path'
import type {
  Api,
  CollectionSpec,
  ExampleSpec,
  HeaderSpec,
  JsonObject,
  MediaTypeSpec,
  Operation,
  Pointer,
  RequestBodySpec,
  ResponseSpec,
  SecurityScheme,
} from './api.ts'
import { invalid, resolve, type SpecDocument } from './document.ts'
import { inferredAt } from './inferred.ts'
import { createJudges, formats, type Judges } from './judges.ts'
import { checkSchema, type KeywordCheck } from './keywords.ts'
import type { Parameter, ParameterStyle, TextTypes } from './parameter.ts'
import { isObject, pointerTo, valueAt } from './pointer.ts'

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const

/**
 * Compiles an OpenAPI 3.1 document. Everything that the kit relies on is checked here; judges are built on their first use.
 * Throws SPEC_INVALID with `file#/json/pointer` at the first thing that is wrong or not supported.
 */
export function compileApi(document: SpecDocument): Api {
  const compiler = createCompiler(document)
  const { root } = document
  if (typeof root['openapi'] !== 'string' || !root['openapi'].startsWith('3.1.')) {
    throw invalid(document, '/openapi', 'must be 3.1.x')
  }
  const info = compiler.object('/info')
  const operations = compileOperations(compiler)
  const bases = compileBases(compiler)
  return {
    name: basename(document.file, extname(document.file)),
    file: document.file,
    title: String(info['title'] ?? ''),
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

interface Compiler {
  readonly document: SpecDocument
  readonly root: JsonObject
  readonly judges: Judges
  /** The object at a pointer, behind `$ref`s; throws when it is something else. */
  object(pointer: Pointer): JsonObject
  /** Where the object really stands, behind `$ref`s. */
  place(pointer: Pointer): Pointer
  /** Checks the schema at a pointer and returns it, `$ref` not followed. */
  schema(pointer: Pointer): JsonObject
  inferred(pointer: Pointer): { inferred?: string }
}

function createCompiler(document: SpecDocument): Compiler {
  const { root } = document
  const check: KeywordCheck = { document, formats, checked: new Set() }
  return {
    document,
    root,
    judges: createJudges(document),
    object: (pointer) => {
      const { value, pointer: place } = resolve(document, pointer)
      if (!isObject(value)) throw invalid(document, place, 'must be an object')
      return value
    },
    place: (pointer) => resolve(document, pointer).pointer,
    schema: (pointer) => {
      const schema = valueAt(root, pointer)
      checkSchema(check, schema, pointer)
      return isObject(schema) ? schema : {}
    },
    inferred: (pointer) => optional('inferred', inferredAt(root, pointer)),
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
        if (seen.has(operation.id)) throw invalid(compiler.document, operation.pointer, `repeats the operationId ${operation.id}`)
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

function compileParameters(compiler: Compiler, path: string, pathPointer: Pointer, pointer: Pointer): Parameter[] {
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
    if (!found.has(`path:${name}`)) throw invalid(compiler.document, pointer, `does not describe the path parameter {${name}}`)
  }
  return [...found.values()]
}

function compileParameter(compiler: Compiler, pointer: Pointer): Parameter | undefined {
  const source = compiler.object(pointer)
  const { name, in: place } = source
  if (typeof name !== 'string' || !['path', 'query', 'header', 'cookie'].includes(place as string)) {
    throw invalid(compiler.document, pointer, 'needs a name and `in`: path, query, header or cookie')
  }
  if (place === 'cookie') throw invalid(compiler.document, pointer, 'is a cookie parameter, which Understudy does not support')
  const schemaPointer = pointerTo(pointer, 'schema')
  const style = String(source['style'] ?? (place === 'query' ? 'form' : 'simple')) as ParameterStyle
  if (!(style in supportedStyles)) throw invalid(compiler.document, pointerTo(pointer, 'style'), `is not supported: ${style}`)
  const schema = compiler.schema(schemaPointer)
  return {
    name: place === 'header' ? name.toLowerCase() : name,
    in: place as Parameter['in'],
    required: source['required'] === true,
    description: String(source['description'] ?? ''),
    style,
    explode: typeof source['explode'] === 'boolean' ? source['explode'] : style === 'form' || style === 'deepObject',
    pointer,
    schema,
    types: textTypes(compiler, schemaPointer, 0),
    judge: compiler.judges.at(schemaPointer),
    examples: compileExamples(compiler, pointer),
    ...compiler.inferred(pointer),
  }
}

const supportedStyles = { simple: 1, form: 1, deepObject: 1, spaceDelimited: 1, pipeDelimited: 1 }

function textTypes(compiler: Compiler, pointer: Pointer, depth: number): TextTypes {
  const place = compiler.place(pointer)
  const schema = valueAt(compiler.root, place)
  if (!isObject(schema) || depth > 3) return { own: [], items: [], rest: undefined, members: {} }
  const { type, prefixItems, items, properties } = schema
  return {
    own: Array.isArray(type) ? type : typeof type === 'string' ? [type] : [],
    items: Array.isArray(prefixItems)
      ? prefixItems.map((_, index) => textTypes(compiler, pointerTo(place, 'prefixItems', index), depth + 1))
      : [],
    rest: isObject(items) ? textTypes(compiler, pointerTo(place, 'items'), depth + 1) : undefined,
    members: isObject(properties)
      ? Object.fromEntries(
          Object.keys(properties).map((name) => [name, textTypes(compiler, pointerTo(place, 'properties', name), depth + 1)]),
        )
      : {},
  }
}

function compileRequestBody(compiler: Compiler, pointer: Pointer): RequestBodySpec {
  const place = compiler.place(pointer)
  return {
    pointer: place,
    required: compiler.object(place)['required'] === true,
    content: compileContent(compiler, place, compiler.judges.at),
  }
}

function compileContent(compiler: Compiler, owner: Pointer, judgeAt: Judges['at']): Record<string, MediaTypeSpec> {
  const content = valueAt(compiler.root, pointerTo(owner, 'content'))
  if (!isObject(content)) return {}
  return Object.fromEntries(
    Object.keys(content).map((mediaType) => {
      const pointer = pointerTo(owner, 'content', mediaType)
      const schemaPointer = pointerTo(pointer, 'schema')
      const hasSchema = valueAt(compiler.root, schemaPointer) !== undefined
      const spec: MediaTypeSpec = {
        pointer,
        schema: hasSchema ? compiler.schema(schemaPointer) : undefined,
        judge: hasSchema ? judgeAt(schemaPointer) : () => [],
        examples: compileExamples(compiler, pointer),
      }
      return [mediaType.toLowerCase().replace(/\s*;.*/, ''), spec]
    }),
  )
}

function compileExamples(compiler: Compiler, owner: Pointer): Record<string, ExampleSpec> {
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

function compileResponse(compiler: Compiler, pointer: Pointer): ResponseSpec {
  const place = compiler.place(pointer)
  const source = compiler.object(place)
  const headers = isObject(source['headers']) ? Object.keys(source['headers']) : []
  return {
    pointer: place,
    description: String(source['description'] ?? ''),
    content: compileContent(compiler, place, compiler.judges.ofAnswers),
    headers: Object.fromEntries(
      headers.map((name) => [name.toLowerCase(), compileHeader(compiler, pointerTo(place, 'headers', name))]),
    ),
    ...optional('inferred', inferredAt(compiler.root, pointer) ?? inferredAt(compiler.root, place) ?? inferredAt(compiler.root, `${place}/status`)),
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
    judge: compiler.judges.at(schemaPointer),
    ...compiler.inferred(place),
  }
}

function compileComponentResponse(compiler: Compiler, name: string): ResponseSpec | undefined {
  const pointer = pointerTo('/components/responses', name)
  return valueAt(compiler.root, pointer) === undefined ? undefined : compileResponse(compiler, pointer)
}

function compileSecurity(requirements: unknown): (readonly string[])[] {
  return Array.isArray(requirements) ? requirements.filter(isObject).map((requirement) => Object.keys(requirement)) : []
}

function compileSecuritySchemes(compiler: Compiler): Record<string, SecurityScheme> {
  const schemes = valueAt(compiler.root, '/components/securitySchemes')
  if (!isObject(schemes)) return {}
  return Object.fromEntries(
    Object.keys(schemes).map((name) => [name, compileSecurityScheme(compiler, pointerTo('/components/securitySchemes', name))]),
  )
}

function compileSecurityScheme(compiler: Compiler, pointer: Pointer): SecurityScheme {
  const source = compiler.object(pointer)
  const common = { pointer, ...compiler.inferred(pointer) }
  if (source['type'] === 'apiKey' && (source['in'] === 'header' || source['in'] === 'query')) {
    return { kind: 'apiKey', in: source['in'], name: String(source['name']), ...common }
  }
  if (source['type'] === 'http') return { kind: 'http', scheme: String(source['scheme']).toLowerCase(), ...common }
  if (source['type'] === 'oauth2' || source['type'] === 'openIdConnect') return { kind: 'http', scheme: 'bearer', ...common }
  throw invalid(compiler.document, pointer, 'is a security scheme that Understudy does not support (http, apiKey in header or query, oauth2)')
}

/** The path parts of all servers, with variables at their defaults; no servers means the root. */
function compileBases(compiler: Compiler): string[] {
  return unique(servers(compiler).map((server) => server.base))
}

function servers(compiler: Compiler): { base: string; family: string | undefined }[] {
  const list = compiler.root['servers']
  if (!Array.isArray(list) || list.length === 0) return [{ base: '', family: undefined }]
  return list.filter(isObject).map((server) => ({
    base: pathOfUrl(substituteVariables(server)),
    family: typeof server['x-mock-family'] === 'string' ? server['x-mock-family'] : undefined,
  }))
}

function substituteVariables(server: JsonObject): string {
  return String(server['url'] ?? '').replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    String(valueAt(server, pointerTo('', 'variables', name, 'default')) ?? ''),
  )
}

function pathOfUrl(url: string): string {
  const path = URL.canParse(url, 'http://localhost') ? new URL(url, 'http://localhost').pathname : '/'
  return path.replace(/\/+$/, '')
}

/** The directory above each path's first resource: `/v2` for `/v2/interactions/{id}`, `/pets` for `/pets`. */
function compileFamilies(compiler: Compiler, bases: readonly string[]): string[] {
  const directories = unique(Object.keys(compiler.object('/paths')).map(directoryOf))
  const declared = servers(compiler).flatMap((server) => server.family ?? [])
  return unique([...bases.flatMap((base) => directories.map((directory) => base + directory)), ...declared])
}

function directoryOf(path: string): string {
  const segments = path.split('/').slice(1)
  const parameter = segments.findIndex((segment) => segment.includes('{'))
  const fixed = parameter < 0 ? segments : segments.slice(0, parameter)
  return `/${(fixed.length > 1 ? fixed.slice(0, -1) : fixed).join('/')}`
}

function compileCollections(compiler: Compiler, operations: readonly Operation[]): Record<string, CollectionSpec> {
  const declared = compiler.root['x-collections']
  if (declared !== undefined) return compileDeclaredCollections(compiler, declared)
  return compileResourceCollections(compiler, operations)
}

function compileDeclaredCollections(compiler: Compiler, declared: unknown): Record<string, CollectionSpec> {
  if (!isObject(declared)) throw invalid(compiler.document, '/x-collections', 'must be an object: collection → { schema, key? }')
  return Object.fromEntries(
    Object.entries(declared).map(([name, source]) => {
      const pointer = pointerTo('/x-collections', name)
      if (!isObject(source) || source['schema'] === undefined) throw invalid(compiler.document, pointer, 'needs a schema')
      return [name, collection(compiler, name, String(source['key'] ?? 'id'), pointerTo(pointer, 'schema'))]
    }),
  )
}

/**
 * Without `x-collections`, each path that ends in one parameter after a fixed segment is a resource: `/pets/{petId}` has
 * the collection `pets`, whose rows are what reading (or else creating) one answers with.
 */
function compileResourceCollections(compiler: Compiler, operations: readonly Operation[]): Record<string, CollectionSpec> {
  const found: Record<string, CollectionSpec> = {}
  for (const operation of operations) {
    const match = /\/([^/{}]+)\/\{([^/{}]+)\}$/.exec(operation.path)
    const [, name, parameter] = match ?? []
    if (name === undefined || parameter === undefined || operation.method !== 'GET') continue
    const schemaPointer = successSchema(operation)
    if (schemaPointer === undefined) continue
    const properties = compiler.object(schemaPointer)['properties']
    const key = isObject(properties) && parameter in properties ? parameter : 'id'
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
  return { name, key, pointer, schema: compiler.schema(pointer), judge: compiler.judges.ofAnswers(pointer) }
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)]
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value })
}
