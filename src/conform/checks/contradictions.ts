import type { Api, JsonObject } from '../../openapi/api.ts'
import { isObject, pointerOfRef, pointerTo, tokensOf } from '../../openapi/pointer.ts'
import type { SchemaError } from '../../openapi/validator.ts'

const knownContradictions = new WeakMap<Api, ReadonlySet<string>>()

/** What the examples of a document break of their own schemas, by keyword and place. */
export function contradictionsOf(api: Api): ReadonlySet<string> {
  const known = knownContradictions.get(api)
  if (known) return known
  const medias = api.operations.flatMap(({ responses }) =>
    Object.values(responses).flatMap(({ content }) => Object.values(content)),
  )
  const errors = medias.flatMap((media) => Object.values(media.examples).flatMap(({ value }) => media.validate(value)))
  const found = new Set(errors.map(({ keyword, pointer }) => `${keyword} ${pointer}`))
  knownContradictions.set(api, found)
  return found
}

/** Whether a part of an `allOf` is closed to what the other parts have: `additionalProperties` sees its own part only. */
export function isSpreadOut(root: JsonObject, { pointer }: SchemaError): boolean {
  const tokens = tokensOf(pointer)
  const at = tokens.lastIndexOf('additionalProperties')
  if (at < 0) return false
  const part = pointerTo('', ...tokens.slice(0, at))
  return partsOfAllOf(root).has(part)
}

const knownParts = new WeakMap<JsonObject, ReadonlySet<string>>()

/** The schemas that some `allOf` of the document names, or holds beside others. */
function partsOfAllOf(root: JsonObject): ReadonlySet<string> {
  const known = knownParts.get(root)
  if (known) return known
  const found = new Set<string>()
  const visit = (node: unknown, at: string): void => {
    if (Array.isArray(node)) node.forEach((each, index) => visit(each, pointerTo(at, index)))
    if (!isObject(node)) return
    const parts = Array.isArray(node['allOf']) ? (node['allOf'] as unknown[]) : []
    parts.forEach((part, index) => {
      const target = isObject(part) && typeof part['$ref'] === 'string' ? pointerOfRef(part['$ref']) : undefined
      found.add(target ?? pointerTo(at, 'allOf', index))
    })
    if (parts.length > 0) found.add(at)
    for (const [name, each] of Object.entries(node)) visit(each, pointerTo(at, name))
  }
  visit(root, '')
  knownParts.set(root, found)
  return found
}
