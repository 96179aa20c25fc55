import { type Draft, type Holder, isDraft } from './draft.ts'
import { type At, below } from './at.ts'
import type { Kind, Repair, Visit } from './repair.ts'
import { typeNameOf, visitSchema } from './schema.ts'

/** A part behind its `$ref`, or nothing: what leads nowhere is taken out of its holder. */
export function objectIn(repair: Repair, holder: Holder, key: string | number, at: At, kind: Kind): Draft | undefined {
  const part = holder[key]
  if (!isDraft(part)) {
    if (part !== undefined) repair.note(at, `is ${typeNameOf(part)} where an object is expected`, 'it is left out')
    delete holder[key]
    return undefined
  }
  if (typeof part['$ref'] === 'string') {
    if (!repair.follow(part, at, kind)) delete holder[key]
    return undefined
  }
  return repair.seen(kind, part) ? undefined : (part)
}

/** Visits each entry of a map, such as `content` or `components.responses`; extensions stay unseen. */
export function visitMap(repair: Repair, owner: Draft, key: string, at: At, visit: Visit): void {
  const map = owner[key]
  if (map === undefined) return
  const place = below(at, key)
  if (!isDraft(map)) {
    repair.note(place, `is ${typeNameOf(map)} where an object is expected`, 'it is left out')
    delete owner[key]
    return
  }
  for (const name of Object.keys(map)) if (!name.startsWith('x-')) visit(repair, map, name, below(place, name))
}

/** Headers may be called so, too. */
function visitHeaders(repair: Repair, owner: Draft, at: At): void {
  const headers = owner['headers']
  if (!isDraft(headers)) return visitMap(repair, owner, 'headers', at, visitHeader)
  for (const name of Object.keys(headers)) visitHeader(repair, headers, name, below(below(at, 'headers'), name))
}

export const visitMediaType: Visit = (repair, holder, key, at) => {
  const media = objectIn(repair, holder, key, at, 'mediaType')
  if (!media) return
  if ('schema' in media) visitSchema(repair, media, 'schema', below(at, 'schema'))
  if ('itemSchema' in media) itemSchema(repair, media, at)
  visitExamples(repair, media, at)
  if (media['encoding'] !== undefined && !isDraft(media['encoding'])) delete media['encoding']
  if (isDraft(media['encoding']))
    for (const name of Object.keys(media['encoding'])) {
      const encoding = media['encoding'][name]
      if (isDraft(encoding)) visitHeaders(repair, encoding, below(below(at, 'encoding'), name))
      else delete (media['encoding'])[name]
    }
}

/** 3.2: the schema of each item of a stream. Where nothing else is said, the whole of it is an array of them. */
function itemSchema(repair: Repair, media: Draft, at: At): void {
  visitSchema(repair, media, 'itemSchema', below(at, 'itemSchema'))
  if ('schema' in media) return
  media['schema'] = { type: 'array', items: media['itemSchema'] }
  const place = below(at, 'schema')
  repair.derive(below(at, 'itemSchema'), place)
  repair.derive(below(at, 'itemSchema'), below(place, 'items'))
}

export function visitExamples(repair: Repair, owner: Draft, at: At): void {
  const { examples } = owner
  if (examples === undefined) return
  const place = below(at, 'examples')
  if (Array.isArray(examples)) {
    repair.note(place, 'is an array where named examples are expected', 'they are named by their number')
    owner['examples'] = Object.fromEntries(examples.map((value: unknown, index) => [String(index), { value }]))
    return
  }
  visitMap(repair, owner, 'examples', at, visitExample)
  if (isDraft(examples) && Object.keys(examples).length === 0) delete owner['examples']
}

export const visitExample: Visit = (repair, holder, key, at) => {
  const part = holder[key]
  // The value as it is, without the object around it: a common slip.
  if (part !== undefined && !isDraft(part)) {
    repair.note(at, 'is a value where an object with the value is expected', 'it is taken for the value')
    holder[key] = { value: part }
    return
  }
  const example = objectIn(repair, holder, key, at, 'example')
  if (!example || 'value' in example) return
  if ('dataValue' in example) example['value'] = example['dataValue']
  else if ('serializedValue' in example) example['value'] = example['serializedValue']
  else if ('externalValue' in example) {
    repair.count(at, 'the example stands in another place (externalValue)', 'it is left out')
    delete holder[key]
  } else if (!('summary' in example) && !('description' in example)) {
    repair.note(at, 'has no value', 'all of it is taken for the value')
    holder[key] = { value: example }
  } else {
    repair.note(at, 'has no value', 'it is left out')
    delete holder[key]
  }
}

export const visitHeader: Visit = (repair, holder, key, at) => {
  const header = objectIn(repair, holder, key, at, 'header')
  if (!header) return
  if (repair.version === '2.0' || !('schema' in header)) schemaOfHeader(repair, header, at)
  visitSchema(repair, header, 'schema', below(at, 'schema'))
  visitMap(repair, header, 'content', at, visitMediaType)
  visitExamples(repair, header, at)
}

const schemaKeywords = new Set([
  'type',
  'format',
  'items',
  'default',
  'enum',
  'pattern',
  'multipleOf',
  'x-nullable',
  'x-example',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'maxItems',
  'minItems',
  'uniqueItems',
])

/** 2.0 writes the schema of parameters and headers into them. */
export function takeSchema(owner: Draft): Draft {
  const schema: Draft = {}
  for (const keyword of Object.keys(owner)) {
    if (!schemaKeywords.has(keyword)) continue
    schema[keyword] = owner[keyword]
    delete owner[keyword]
  }
  if ('x-example' in schema) {
    owner['example'] ??= schema['x-example']
    delete schema['x-example']
  }
  return schema
}

function schemaOfHeader(repair: Repair, header: Draft, at: At): void {
  const [media] = isDraft(header['content']) ? Object.values(header['content']) : []
  if (isDraft(media) && isDraft(media['schema'])) {
    header['schema'] = media['schema']
    return
  }
  header['schema'] = takeSchema(header)
  repair.derive(at, below(at, 'schema'))
}

export const visitResponse: Visit = (repair, holder, key, at) => {
  const response = objectIn(repair, holder, key, at, 'response')
  if (!response) return
  visitHeaders(repair, response, at)
  visitMap(repair, response, 'content', at, visitMediaType)
  if (response['links'] !== undefined && !isDraft(response['links'])) delete response['links']
  visitMap(repair, response, 'links', at, visitLink)
}

export const visitLink: Visit = (repair, holder, key, at) => void objectIn(repair, holder, key, at, 'link')

export const visitRequestBody: Visit = (repair, holder, key, at) => {
  const body = objectIn(repair, holder, key, at, 'requestBody')
  if (body) visitMap(repair, body, 'content', at, visitMediaType)
}
