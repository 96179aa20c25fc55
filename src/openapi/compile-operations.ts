import { METHODS } from 'node:http'
import type { ApiName, Operation, ResponseSpec } from './api.ts'
import { compileRequestBody, compileResponse } from './compile-content.ts'
import { compileParameters } from './compile-parameter.ts'
import { compileSecurity } from './compile-security.ts'
import { basesOf } from './compile-servers.ts'
import { type Compiler, optional } from './compiler.ts'
import { invalid } from './document.ts'
import type { JsonObject, Pointer } from './json.ts'
import { madeOperationId } from './operation-id.ts'
import { pathTemplateOf } from './path-template.ts'
import { mediaTypeName } from './media-type.ts'
import { defineLazily } from './lazily.ts'
import { isObject, pointerTo } from './pointer.ts'
import { textOf } from './text-of.ts'

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'] as const

/** One operation to be compiled. */
interface Found {
  readonly key: string
  readonly method: string
  readonly item: Pointer
  readonly pointer: Pointer
}

/** What is known of an operation before anything of it is compiled; nothing but JSON. */
export interface OperationHead extends Omit<
  Operation,
  'api' | 'description' | 'parameters' | 'requestBody' | 'responses'
> {
  /** Where its path item stands. */
  readonly item: Pointer
  readonly hasBody: boolean
}

/** The operations of a document, in its order; `heads` where they are known already. */
export function compileOperations(
  compiler: Compiler,
  api: ApiName,
  heads: readonly OperationHead[] = operationHeads(compiler),
): Operation[] {
  return heads.map(({ item, hasBody, ...head }) => {
    const known = { ...head, api }
    const parts = partsOf(compiler, { item, hasBody, ...head })
    return compiler.notes ? lazily(known, parts, hasBody) : { ...known, ...built(parts, hasBody) }
  })
}

export function operationHeads(compiler: Compiler): OperationHead[] {
  const seen = new Set<string>()
  return Object.keys(compiler.object('/paths')).flatMap((key) =>
    operationsOf(compiler, '/paths', key).map((found) => {
      const head = headOf(compiler, found, idOf(compiler, found, seen))
      noteMethod(compiler, head)
      seen.add(head.id)
      return head
    }),
  )
}

function noteMethod({ notes }: Compiler, { method, pointer }: OperationHead): void {
  if (METHODS.includes(method)) return
  const [version] = process.versions.node.split('.')
  notes?.count({ what: `Node.js ${version} reads no request of method ${method}`, pointer, instead: 'it is listed, and nobody can call it' })
}

/** The requests that the API sends to others, whose paths are the names of the webhooks. */
export function compileWebhooks(compiler: Compiler, api: ApiName): Operation[] {
  if (compiler.root['webhooks'] === undefined) return []
  const heads = Object.keys(compiler.object('/webhooks')).flatMap((key) =>
    operationsOf(compiler, '/webhooks', key).map((found) => {
      const { operationId } = compiler.object(found.pointer)
      const head = headOf(compiler, found, typeof operationId === 'string' ? operationId : key)
      return { ...head, path: key }
    }),
  )
  return compileOperations(compiler, api, heads)
}

function operationsOf(compiler: Compiler, map: Pointer, key: string): Found[] {
  const item = compiler.place(pointerTo(map, key))
  const source = compiler.object(item)
  const own = methods.filter((method) => method in source && (compiler.notes || method !== 'query'))
  const more = compiler.notes && isObject(source['additionalOperations']) ? Object.keys(source['additionalOperations']) : []
  return [
    ...own.map((method) => ({ key, method, item, pointer: pointerTo(item, method) })),
    ...more.map((method) => ({ key, method, item, pointer: pointerTo(item, 'additionalOperations', method) })),
  ]
}

function headOf(compiler: Compiler, found: Found, id: string): OperationHead {
  const { method, item, pointer } = found
  const source = compiler.object(pointer)
  const { path, query } = compiler.notes ? pathTemplateOf(found.key) : { path: found.key, query: [] }
  const bases = basesOf(source['servers'] ?? compiler.object(item)['servers'])
  return {
    id,
    method: method.toUpperCase(),
    path,
    ...(query.length > 0 && { query }),
    ...(bases.length > 0 && { bases }),
    item,
    pointer,
    summary: textOf(source['summary'] ?? ''),
    security: compileSecurity(source['security'] ?? compiler.root['security']),
    requestMediaTypes: mediaTypesOf(compiler, source, pointer),
    hasBody: 'requestBody' in source,
    ...optional('inferred', compiler.assumption(pointer)),
  }
}

function mediaTypesOf(compiler: Compiler, source: JsonObject, pointer: Pointer): string[] {
  if (!('requestBody' in source)) return []
  const { content } = compiler.object(pointerTo(pointer, 'requestBody'))
  return isObject(content) ? Object.keys(content).map(mediaTypeName) : []
}

/** What of an operation takes time to compile. */
interface Parts {
  readonly description: () => Operation['description']
  readonly parameters: () => Operation['parameters']
  readonly requestBody: () => Operation['requestBody']
  readonly responses: () => Operation['responses']
}

function partsOf(compiler: Compiler, { item, pointer, path, hasBody }: OperationHead): Parts {
  return {
    description: () => textOf(compiler.object(pointer)['description'] ?? ''),
    parameters: () => compileParameters(compiler, path, item, pointer),
    requestBody: () => (hasBody ? compileRequestBody(compiler, pointerTo(pointer, 'requestBody')) : undefined),
    responses: () => compileResponses(compiler, pointer, compiler.object(pointer)['responses']),
  }
}

function built(parts: Parts, hasBody: boolean): Pick<Operation, keyof Parts> {
  return {
    description: parts.description(),
    parameters: parts.parameters(),
    ...(hasBody && optional('requestBody', parts.requestBody())),
    responses: parts.responses(),
  }
}

/** Each part is compiled when it is first asked for: of a document of a thousand operations a test uses ten. */
function lazily(head: Omit<Operation, keyof Parts>, parts: Parts, hasBody: boolean): Operation {
  const operation = { ...head }
  for (const name of partNames) if (name !== 'requestBody' || hasBody) defineLazily(operation, name, parts[name])
  return operation as Operation
}

const partNames = ['description', 'parameters', 'responses', 'requestBody'] as const

function compileResponses(compiler: Compiler, pointer: Pointer, responses: unknown): Record<string, ResponseSpec> {
  if (!isObject(responses)) {
    if (compiler.notes) return {}
    throw invalid(compiler.document, pointer, 'needs responses')
  }
  return Object.fromEntries(
    Object.keys(responses).map((status) => [
      status,
      compileResponse(compiler, pointerTo(pointer, 'responses', status)),
    ]),
  )
}

function idOf(compiler: Compiler, { key, method, pointer }: Found, seen: ReadonlySet<string>): string {
  const { operationId } = compiler.object(pointer)
  const { notes, document } = compiler
  if (!notes) {
    if (typeof operationId !== 'string') throw invalid(document, pointer, 'needs an operationId')
    if (seen.has(operationId)) throw invalid(document, pointer, `repeats the operationId ${operationId}`)
    return operationId
  }
  const wanted = typeof operationId === 'string' ? operationId : madeOperationId(method, key)
  if (typeof operationId !== 'string')
    notes.count({ what: 'has no operationId', pointer, instead: `it is named by method and path, such as ${wanted}` })
  if (!seen.has(wanted)) return wanted
  let number = 2
  while (seen.has(`${wanted}-${number}`)) number++
  const id = `${wanted}-${number}`
  notes.add({ what: `repeats the operationId ${wanted}`, pointer, instead: `it is called ${id}` })
  return id
}
