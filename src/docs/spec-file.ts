import type { Api, JsonObject } from '../openapi/api.ts'
import { yamlOf } from '../openapi/yaml.ts'
import { BASE_URL } from './base-url.ts'
import { objectsAt } from './document-part.ts'

/** The document with this mock as its first servers, so that whatever is generated from it calls the mock. */
export function servedDocument({ document, bases }: Api): JsonObject {
  const own = bases.map((base) => ({ url: `${BASE_URL}${base}`, description: 'This mock' }))
  return { ...document, servers: [...own, ...objectsAt(document, '/servers')] }
}

export function asJson(document: JsonObject): string {
  return `${JSON.stringify(document, undefined, 2)}\n`
}

export function asYaml(document: JsonObject): string {
  return yamlOf(document, { aliasDuplicateObjects: false, blockQuote: 'literal', lineWidth: 0 })
}
