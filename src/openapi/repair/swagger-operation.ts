import { type Draft, isDraft } from './draft.ts'
import { type At, below } from './at.ts'
import { takeSchema } from './content.ts'
import type { Repair } from './repair.ts'
import { textOf } from '../text-of.ts'

const FORM = 'application/x-www-form-urlencoded'
const MULTIPART = 'multipart/form-data'

interface Found {
  readonly parameter: Draft
  readonly at: At
}

/** Writes an operation of 2.0 as one of 3.x: body and form parameters as its request body, media types at each response. */
export function swaggerOperation(repair: Repair, item: Draft, method: string, above: At): void {
  const operation = item[method]
  if (!isDraft(operation) || repair.seen('requestBody', operation)) return
  const at = below(above, method)
  const draft = operation
  const own = parametersIn(repair, draft, at)
  const shared = parametersIn(repair, item, above).filter(({ parameter }) => !own.some((each) => isSame(each, parameter)))
  const all = [...own, ...shared]
  const body = all.find(({ parameter }) => parameter['in'] === 'body')
  const fields = all.filter(({ parameter }) => parameter['in'] === 'formData')
  const consumes = mediaTypes(draft['consumes'] ?? repair.root['consumes'])
  if (body) draft['requestBody'] = bodyOf(repair, body, consumes, below(at, 'requestBody'))
  else if (fields.length > 0) draft['requestBody'] = formOf(repair, fields, consumes, below(at, 'requestBody'))
  dropBodies(repair, draft, at)
  const produces = mediaTypes(draft['produces'] ?? repair.root['produces'])
  const { responses } = draft
  if (isDraft(responses))
    for (const status of Object.keys(responses))
      swaggerResponse(repair, responses[status], produces, below(below(at, 'responses'), status))
  delete draft['consumes']
  delete draft['produces']
  delete draft['schemes']
}

function parametersIn(repair: Repair, owner: Draft, at: At): Found[] {
  const { parameters } = owner
  if (!Array.isArray(parameters)) return []
  return parameters.flatMap((each: unknown, index) => {
    const found = repair.peek(each, below(below(at, 'parameters'), index))
    return isDraft(found.part) ? [{ parameter: found.part, at: found.at }] : []
  })
}

function isSame({ parameter }: Found, other: Draft): boolean {
  return parameter['in'] === other['in'] && (parameter['name'] === other['name'] || other['in'] === 'body')
}

/** References to shared bodies would lead to what is no parameter any more. */
function dropBodies(repair: Repair, owner: Draft, at: At): void {
  const { parameters } = owner
  if (!Array.isArray(parameters)) return
  parameters.forEach((each: unknown, index) => {
    if (!isDraft(each) || typeof each['$ref'] !== 'string') return
    const { part } = repair.peek(each, below(below(at, 'parameters'), index))
    if (isDraft(part) && (part['in'] === 'body' || part['in'] === 'formData')) parameters[index] = part
  })
}

function bodyOf(repair: Repair, { parameter, at: from }: Found, consumes: readonly string[], at: At): Draft {
  const types = consumes.length > 0 ? consumes : ['application/json']
  repair.derive(from, at)
  const content = types.map((type) => {
    const media: Draft = { schema: parameter['schema'] ?? {} }
    const examples = parameter['x-examples']
    if (isDraft(examples) && type in examples) media['example'] = examples[type]
    else if ('x-example' in parameter) media['example'] = parameter['x-example']
    const place = below(below(at, 'content'), type)
    repair.move(below(from, 'schema'), below(place, 'schema'))
    return [type, media]
  })
  return { ...wordsOf(parameter), required: parameter['required'] === true, content: Object.fromEntries(content) }
}

function formOf(repair: Repair, fields: readonly Found[], consumes: readonly string[], at: At): Draft {
  const isUpload = fields.some(({ parameter }) => parameter['type'] === 'file')
  const declared = consumes.filter((type) => type === FORM || type === MULTIPART)
  const types = isUpload ? [MULTIPART] : declared.length > 0 ? declared : [FORM]
  const first = fields[0] as Found
  repair.derive(first.at, at)
  const properties: Draft = {}
  const encoding: Draft = {}
  const required: string[] = []
  for (const { parameter } of fields) {
    const name = textOf(parameter['name'])
    if (parameter['required'] === true) required.push(name)
    if (parameter['type'] === 'array') encoding[name] = { style: 'form', explode: parameter['collectionFormat'] === 'multi' }
    properties[name] = { ...wordsOf(parameter), ...takeSchema({ ...parameter }) }
  }
  const schema: Draft = { type: 'object', properties, ...(required.length > 0 && { required }) }
  const content = types.map((type) => {
    const place = below(below(below(at, 'content'), type), 'schema')
    for (const { parameter, at: from } of fields)
      repair.derive(from, below(below(place, 'properties'), textOf(parameter['name'])))
    return [type, { schema, ...(Object.keys(encoding).length > 0 && { encoding }) }]
  })
  return { required: required.length > 0, content: Object.fromEntries(content) }
}

function wordsOf({ description }: Draft): Draft {
  return typeof description === 'string' ? { description } : {}
}

/** `schema` and `examples` of a response by media type. */
export function swaggerResponse(repair: Repair, response: unknown, produces: readonly string[], at: At): void {
  if (!isDraft(response) || typeof response['$ref'] === 'string' || repair.seen('link', response)) return
  const draft = response
  const { schema, examples } = draft
  delete draft['schema']
  delete draft['examples']
  const byType: Readonly<Record<string, unknown>> = isDraft(examples) ? examples : {}
  const exampled = Object.keys(byType).filter((type) => type.includes('/'))
  if (schema === undefined && exampled.length === 0) return
  const isFile = isDraft(schema) && schema['type'] === 'file'
  const usual = isFile ? 'application/octet-stream' : 'application/json'
  const types = [...new Set([...(produces.length > 0 ? produces : exampled.length > 0 ? [] : [usual]), ...exampled])]
  draft['content'] = Object.fromEntries(
    types.map((type) => {
      const place = below(below(at, 'content'), type)
      repair.move(below(at, 'schema'), below(place, 'schema'))
      repair.derive(below(below(at, 'examples'), type), below(place, 'example'))
      return [type, { ...(schema !== undefined && { schema }), ...(type in byType && { example: byType[type] }) }]
    }),
  )
}

export function mediaTypes(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((type) => typeof type === 'string') : typeof list === 'string' ? [list] : []
}
