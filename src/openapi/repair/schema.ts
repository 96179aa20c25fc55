import { type Draft, type Holder, isDraft } from './draft.ts'
import { nestings, shapes } from '../keywords.ts'
import { type At, below } from './at.ts'
import type { Repair, Visit } from './repair.ts'
import { mendKeyword } from './schema-keywords.ts'
import { upgradeSchema } from './schema-upgrade.ts'

/** Schemas nested deeper are taken for any value: no document needs it, and what walks schemas would run out of stack. */
const MAX_DEPTH = 200

const known = new Set([
  ...Object.keys(shapes),
  ...Object.keys(nestings),
  '$schema',
  '$id',
  '$anchor',
  '$dynamicAnchor',
  '$vocabulary',
  'contentSchema',
  'definitions',
  'id',
])

/** A schema, with all below it; what the kit can't validate by is taken out. */
export const visitSchema: Visit = (repair, holder, key, at) => {
  const schema = holder[key]
  if (typeof schema === 'boolean') return
  if (!isDraft(schema) || at.depth > MAX_DEPTH) {
    const what = isDraft(schema) ? `is nested deeper than ${MAX_DEPTH} levels` : `is ${typeNameOf(schema)} where a schema is expected`
    repair.note(at, what, 'any value is valid there')
    holder[key] = {}
    return
  }
  if (repair.seen('schema', schema)) return
  const draft = schema
  upgradeSchema(repair, draft, at)
  if ('$ref' in draft) visitRef(repair, draft, at)
  for (const keyword of Object.keys(draft)) visitKeyword(repair, draft, keyword, at)
}

function visitRef(repair: Repair, schema: Draft, at: At): void {
  if (typeof schema['$ref'] === 'string') {
    repair.follow(schema, at, 'schema')
    return
  }
  repair.note(below(at, '$ref'), 'is no string', 'it is set aside')
  delete schema['$ref']
}

function visitKeyword(repair: Repair, schema: Draft, keyword: string, at: At): void {
  if (keyword === '$ref' || keyword.startsWith('x-')) return
  const place = below(at, keyword)
  if (!known.has(keyword)) {
    repair.count(place, `${JSON.stringify(keyword)} is not a keyword of a schema`, 'it is set aside')
    return
  }
  mendKeyword(repair, schema, keyword, place)
  if (keyword in schema) visitNested(repair, schema, keyword, place)
}

function visitNested(repair: Repair, schema: Draft, keyword: string, at: At): void {
  const value = schema[keyword]
  switch (keyword === 'definitions' ? 'map' : keyword === 'contentSchema' ? 'schema' : nestings[keyword]) {
    case 'schema':
      return visitSchema(repair, schema, keyword, at)
    case 'list':
      return visitList(repair, value as Holder, (value as unknown[]).length, at)
    case 'map':
      for (const name of Object.keys(value as Holder)) visitSchema(repair, value as Holder, name, below(at, name))
      return
    case undefined:
  }
}

function visitList(repair: Repair, list: Holder, length: number, at: At): void {
  for (let index = 0; index < length; index++) visitSchema(repair, list, index, below(at, index))
}

export function typeNameOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
