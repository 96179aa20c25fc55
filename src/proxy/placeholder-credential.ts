import type { Credential, Seed } from '../fixtures/seed.ts'
import type { Api, JsonObject, SecurityScheme } from '../openapi/api.ts'

/**
 * Stands for the credentials that a recording leaves out, so that its rows can be read again: `Bearer recorded`, for an API key
 * `recorded`. What the rules of one of our own APIs want to know besides is that of its first credential (`model`), with what the
 * recorded rows say of their owner. `undefined` for an API that asks for none.
 */
export function placeholderCredential(
  api: Api,
  rows: Seed['rows'],
  model: Credential | undefined,
): Credential | undefined {
  const headers = Object.assign({}, ...Object.values(api.securitySchemes).map(headerOf)) as Record<string, string>
  if (Object.keys(headers).length === 0) return undefined
  const { id: _id, description: _description, headers: _headers, ...attributes } = model ?? {}
  const [row = {}] = Object.values(rows).flat()
  return {
    ...ownedBy(attributes, row),
    id: 'recorded',
    description: 'Stands for the credentials of the recording, which are not stored.',
    headers,
  }
}

function headerOf(scheme: SecurityScheme): Record<string, string> {
  if (scheme.kind === 'http') {
    const value = scheme.scheme === 'basic' ? Buffer.from('recorded:recorded').toString('base64') : 'recorded'
    return { authorization: `${scheme.scheme.charAt(0).toUpperCase()}${scheme.scheme.slice(1)} ${value}` }
  }
  return scheme.kind === 'apiKey' && scheme.in === 'header' ? { [scheme.name.toLowerCase()]: 'recorded' } : {}
}

/** Attributes of the same name in a row, such as the customer that it belongs to. */
function ownedBy(attributes: JsonObject, row: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, row[name] ?? value]))
}
