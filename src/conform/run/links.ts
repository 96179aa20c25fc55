import { undoes } from '../../openapi/extensions.ts'
import type { Api, JsonObject, Operation } from '../../openapi/api.ts'
import { isObject, pointerTo, tokensOf, valueAt } from '../../openapi/pointer.ts'
import { jsonOf } from '../checks/json-of.ts'
import type { Exchanged } from '../transport/transport.ts'

/** A link of a response (OpenAPI 3.1, section 4.8.20): how to call another operation with what came back. */
export interface ResponseLink {
  readonly from: Operation
  readonly to: Operation
  /** Members of the other request's body, as runtime expressions. */
  readonly body: JsonObject
  /** `x-undoes`: the call takes back what this one has done. */
  readonly undoes: boolean
}

const knownLinks = new WeakMap<Api, readonly ResponseLink[]>()

/** The links between the operations of an API that say something about request bodies. */
export function linksOf(api: Api): readonly ResponseLink[] {
  const links = knownLinks.get(api) ?? findLinks(api)
  knownLinks.set(api, links)
  return links
}

function findLinks(api: Api): ResponseLink[] {
  return api.operations.flatMap((from) =>
    Object.entries(from.responses).flatMap(([, response]) => {
      const links = valueAt(api.document, pointerTo(response.pointer, 'links'))
      if (!isObject(links)) return []
      return Object.values(links).flatMap((link) => {
        const to = isObject(link) ? api.operations.find((each) => each.id === link['operationId']) : undefined
        if (!to || !isObject(link) || !isObject(link['requestBody'])) return []
        return [{ from, to, body: link['requestBody'], undoes: undoes(link) }]
      })
    }),
  )
}

/** The values of a link's expressions after an exchange; properties whose expression finds nothing are left out. */
export function linkedBody(link: ResponseLink, exchanged: Exchanged): JsonObject {
  const entries = Object.entries(link.body).map(
    ([name, expression]) => [name, evaluate(expression, exchanged)] as const,
  )
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function evaluate(expression: unknown, exchanged: Exchanged): unknown {
  if (typeof expression !== 'string') return expression
  const match = /^\$(request|response)\.body#(\/.*)?$/.exec(expression)
  if (!match) return expression.startsWith('$') ? undefined : expression
  return valueAt(match[1] === 'request' ? requestBody(exchanged) : jsonOf(exchanged), match[2] ?? '')
}

function requestBody({ sent }: Exchanged): unknown {
  try {
    // Bytes that are no UTF-8 are replaced here as they are by a server that takes them.
    return sent.body === undefined ? undefined : (JSON.parse(Buffer.from(sent.body).toString()) as unknown)
  } catch {
    return undefined
  }
}

/** The operation that a request calls, by its method and path. */
export function operationOf(api: Api, method: string, path: string): Operation | undefined {
  const templates = knownTemplates.get(api) ?? templatesOf(api)
  knownTemplates.set(api, templates)
  const [plain = ''] = path.split('?')
  const got = tokensOf(plain)
  return templates.find(
    ({ operation, tokens }) =>
      operation.method === method &&
      tokens.length === got.length &&
      tokens.every((token, index) => token === undefined || token === got[index]),
  )?.operation
}

/** An operation below one of its base paths. */
interface Template {
  readonly operation: Operation
  /** `undefined` for a parameter. */
  readonly tokens: readonly (string | undefined)[]
}

const knownTemplates = new WeakMap<Api, readonly Template[]>()

function templatesOf(api: Api): Template[] {
  return api.operations.flatMap((operation) =>
    api.bases.concat('').map((base) => ({
      operation,
      tokens: tokensOf(base + operation.path).map((token) => (/^\{.*\}$/.test(token) ? undefined : token)),
    })),
  )
}
