import { type Draft, isDraft } from './draft.ts'
import { type At, below } from './at.ts'
import type { Repair } from './repair.ts'

/** Writes a schema of 2.0 and 3.0 as one of 3.1, and older drafts of JSON Schema likewise, which people use anywhere. */
export function upgradeSchema(repair: Repair, schema: Draft, at: At): void {
  const isOld = repair.version === '2.0' || repair.version === '3.0'
  if (isOld && '$ref' in schema) dropSiblings(repair, schema, at)
  if (repair.version === '2.0') upgradeSwagger(schema)
  exclusiveBound(repair, schema, at, 'exclusiveMinimum', 'minimum')
  exclusiveBound(repair, schema, at, 'exclusiveMaximum', 'maximum')
  tupleItems(repair, schema, at)
  dependencies(schema)
  if (typeof schema['required'] === 'boolean') {
    repair.count(below(at, 'required'), 'required is a boolean, as in draft 3 of JSON Schema', 'it is set aside')
    delete schema['required']
  }
  dynamicRef(repair, schema, at)
  if ('nullable' in schema) nullable(repair, schema, at, isOld)
  if (isOld && isDraft(schema['examples'])) delete schema['examples']
}

/** Siblings of `$ref` that only readers see. */
const words = new Set(['$ref', 'description', 'summary', 'title', 'example', 'default', 'deprecated', 'externalDocs', 'nullable'])

/** 3.0.4, 4.8.23: what stands beside a `$ref` is ignored. `nullable` is what people mean all the same. */
function dropSiblings(repair: Repair, schema: Draft, at: At): void {
  if (typeof schema['$ref'] !== 'string') return
  for (const name of Object.keys(schema)) {
    if (words.has(name) || name.startsWith('x-')) continue
    repair.count(below(at, name), `${name} stands beside a $ref`, 'it is ignored, as the version of the document says')
    delete schema[name]
  }
}

function upgradeSwagger(schema: Draft): void {
  if (typeof schema['discriminator'] === 'string') schema['discriminator'] = { propertyName: schema['discriminator'] }
  if (typeof schema['x-nullable'] === 'boolean') {
    schema['nullable'] ??= schema['x-nullable']
    delete schema['x-nullable']
  }
  if (schema['type'] === 'file') Object.assign(schema, { type: 'string', format: 'binary' })
}

/** Draft 4 has a boolean beside the bound, later ones have the bound itself. */
function exclusiveBound(repair: Repair, schema: Draft, at: At, exclusive: string, bound: string): void {
  const value = schema[exclusive]
  if (typeof value !== 'boolean') return
  delete schema[exclusive]
  if (repair.version !== '2.0' && repair.version !== '3.0')
    repair.count(below(at, exclusive), `${exclusive} is a boolean, as in draft 4 of JSON Schema`, 'it is read so')
  if (!value || typeof schema[bound] !== 'number') return
  schema[exclusive] = schema[bound]
  delete schema[bound]
}

function tupleItems(repair: Repair, schema: Draft, at: At): void {
  const { items, additionalItems } = schema
  if (!Array.isArray(items)) {
    if ('additionalItems' in schema) delete schema['additionalItems']
    return
  }
  repair.move(below(at, 'items'), below(at, 'prefixItems'))
  if (items.length > 0) schema['prefixItems'] = items
  delete schema['items']
  delete schema['additionalItems']
  if (additionalItems !== undefined) schema['items'] = additionalItems
}

/** Draft 7's keyword for what are two in 2020-12. */
function dependencies(schema: Draft): void {
  const source = schema['dependencies']
  if (!isDraft(source)) return
  delete schema['dependencies']
  const entries = Object.entries(source)
  const required = entries.filter(([, value]) => Array.isArray(value))
  const schemas = entries.filter(([, value]) => isDraft(value))
  if (required.length > 0) schema['dependentRequired'] = Object.fromEntries(required)
  if (schemas.length > 0) schema['dependentSchemas'] = Object.fromEntries(schemas)
}

/** A dynamic reference is taken for a plain one to the anchor of that name. */
function dynamicRef(repair: Repair, schema: Draft, at: At): void {
  for (const keyword of ['$dynamicRef', '$recursiveRef']) {
    if (!(keyword in schema)) continue
    const ref = schema[keyword]
    delete schema[keyword]
    if (typeof ref !== 'string' || '$ref' in schema) continue
    repair.note(below(at, keyword), `${keyword} depends on the way to it`, 'it is taken for a $ref')
    schema['$ref'] = ref
  }
  delete schema['$recursiveAnchor']
}

/** In 3.1 `nullable` is gone; before, it lets null be valid whatever else the schema says. */
function nullable(repair: Repair, schema: Draft, at: At, isOld: boolean): void {
  const value = schema['nullable']
  const place = below(at, 'nullable')
  delete schema['nullable']
  if (!isOld) {
    repair.count(place, 'nullable is not a keyword since OpenAPI 3.1', 'it is set aside; type: [..., "null"] says it')
    return
  }
  if (value !== true && value !== 'true') return
  if (composing.some((keyword) => keyword in schema)) return wrap(repair, schema, at)
  const { type } = schema
  if (typeof type === 'string' && type !== 'null') schema['type'] = [type, 'null']
  else if (Array.isArray(type) && !type.includes('null')) schema['type'] = [...(type as unknown[]), 'null']
  const values = schema['enum']
  if (Array.isArray(values) && !values.includes(null)) schema['enum'] = [...(values as unknown[]), null]
}

const composing = ['$ref', 'allOf', 'oneOf', 'anyOf', 'not', 'const']

/** What readers see of a schema stays outside. */
const outside = new Set(['title', 'description', 'example', 'examples', 'default', 'deprecated', 'readOnly', 'writeOnly', 'xml'])

/** The schema as one of two alternatives, of which the other is null. */
function wrap(repair: Repair, schema: Draft, at: At): void {
  const inner: Draft = {}
  const place = below(below(at, 'anyOf'), 0)
  for (const keyword of Object.keys(schema)) {
    if (outside.has(keyword) || keyword.startsWith('x-')) continue
    inner[keyword] = schema[keyword]
    delete schema[keyword]
    repair.move(below(at, keyword), below(place, keyword))
  }
  repair.derive(at, place)
  repair.derive(below(at, 'nullable'), below(below(at, 'anyOf'), 1))
  schema['anyOf'] = [inner, { type: 'null' }]
}
