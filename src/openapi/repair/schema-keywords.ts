import { type Draft, isDraft } from './draft.ts'
import { nestings, shapes } from '../keywords.ts'
import { isKnownFormat } from '../formats.ts'
import { type At, below } from './at.ts'
import { unicodePattern } from './pattern.ts'
import type { Repair } from './repair.ts'
import { textOf } from '../text-of.ts'

type Mend = (repair: Repair, schema: Draft, at: At) => void

/** Makes the value of a keyword one that JSON Schema knows, or takes the keyword out; each with a note. */
export function mendKeyword(repair: Repair, schema: Draft, keyword: string, at: At): void {
  const value = schema[keyword]
  const before = mends[keyword]
  if (before) before(repair, schema, at)
  else if (nestings[keyword] === 'list') mendList(repair, schema, keyword, at)
  else if (nestings[keyword] === 'map' && !isDraft(value)) setAside(repair, schema, keyword, at, 'is not an object of schemas')
  if (!(keyword in schema)) return
  const shape = shapes[keyword]
  if (shape && !shape(schema[keyword])) mendShape(repair, schema, keyword, at, shape)
}

function mendShape(repair: Repair, schema: Draft, keyword: string, at: At, shape: (value: unknown) => boolean): void {
  const value = schema[keyword]
  const meant = typeof value === 'string' ? readAs(value) : undefined
  if (meant !== undefined && shape(meant)) {
    repair.count(at, `${keyword} has its value in quotes`, 'it is taken without them')
    schema[keyword] = meant
    return
  }
  // Words for readers decide nothing.
  if (typeof value === 'number' && shape(String(value))) schema[keyword] = String(value)
  else setAside(repair, schema, keyword, at, `${keyword} has a value of the wrong type`)
}

function readAs(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined
}

function setAside(repair: Repair, schema: Draft, keyword: string, at: At, what: string): void {
  repair.count(at, what, 'it is set aside')
  delete schema[keyword]
}

function mendList(repair: Repair, schema: Draft, keyword: string, at: At): void {
  const value = schema[keyword]
  if (Array.isArray(value) && value.length > 0) return
  if (isDraft(value)) {
    repair.note(at, `${keyword} is an object where an array of schemas is expected`, 'it is taken for the only one')
    schema[keyword] = [value]
    return
  }
  setAside(repair, schema, keyword, at, `${keyword} is not an array of schemas`)
}

/** Names of types that are none of JSON Schema, and what their writers mean. */
const typeAliases: ReadonlyMap<string, string> = new Map(Object.entries({
  int: 'integer',
  int32: 'integer',
  int64: 'integer',
  long: 'integer',
  float: 'number',
  double: 'number',
  decimal: 'number',
  bool: 'boolean',
  str: 'string',
  text: 'string',
  date: 'string',
  datetime: 'string',
  'date-time': 'string',
  uuid: 'string',
  enum: 'string',
  list: 'array',
  dict: 'object',
  map: 'object',
  hash: 'object',
}))

const types = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])

const mends: Readonly<Record<string, Mend>> = {
  type: (repair, schema, at) => {
    const { type } = schema
    const isList = Array.isArray(type)
    const given: unknown[] = isList ? type : [type]
    if (given.length > 0 && given.every((name) => types.has(name as string))) return
    const meant = given.flatMap((name) => {
      if (name === null) return 'null'
      const lower = textOf(name).toLowerCase()
      return types.has(lower) ? lower : (typeAliases.get(lower) ?? [])
    })
    const isWhole = meant.length === given.length && meant.length > 0
    const what = `the type ${JSON.stringify(type)} is none of JSON Schema`
    repair.count(at, what, isWhole ? `it is taken for ${[...new Set(meant)].join(' or ')}` : 'any type is valid there')
    if (!isWhole) delete schema['type']
    else schema['type'] = isList ? [...new Set(meant)] : meant[0]
  },
  format: (repair, schema, at) => {
    const { format } = schema
    if (typeof format === 'string' && !isKnownFormat(format))
      repair.count(at, `the format ${JSON.stringify(format)} is unknown`, 'it is not asserted')
  },
  pattern: (repair, schema, at) => {
    if (typeof schema['pattern'] !== 'string') return
    const pattern = unicodePattern(schema['pattern'])
    if (pattern === undefined) setAside(repair, schema, 'pattern', at, 'the pattern is not a regular expression of ECMA-262')
    else if (pattern !== schema['pattern']) schema['pattern'] = pattern
  },
  patternProperties: (repair, schema, at) => {
    const properties = schema['patternProperties']
    if (!isDraft(properties)) return setAside(repair, schema, 'patternProperties', at, 'is not an object of schemas')
    const entries = Object.entries(properties).map(([name, value]) => ({ name, value, pattern: unicodePattern(name) }))
    if (entries.every(({ name, pattern }) => name === pattern)) return
    for (const { name, pattern } of entries)
      if (pattern === undefined)
        repair.note(below(at, name), 'the pattern is not a regular expression of ECMA-262', 'it is set aside')
    schema['patternProperties'] = Object.fromEntries(
      entries.flatMap(({ value, pattern }) => (pattern === undefined ? [] : [[pattern, value]])),
    )
  },
  enum: (repair, schema, at) => {
    const values = schema['enum']
    if (Array.isArray(values) && values.length > 0) return
    setAside(repair, schema, 'enum', at, 'enum is not an array of values')
  },
  required: (repair, schema, at) => {
    const { required } = schema
    if (typeof required === 'string' && isDraft(schema['properties']) && required in schema['properties']) {
      repair.count(at, 'required is a string where an array of names is expected', 'it is taken for the only name')
      schema['required'] = [required]
    }
    if (Array.isArray(required) && new Set(required).size < required.length) schema['required'] = [...new Set(required)]
  },
  multipleOf: (repair, schema, at) => {
    const divisor = schema['multipleOf']
    if (typeof divisor === 'number' && !(divisor > 0))
      setAside(repair, schema, 'multipleOf', at, 'multipleOf is not above 0')
  },
  discriminator: (repair, schema, at) => {
    const { discriminator } = schema
    if (!isDraft(discriminator)) return
    const { mapping } = discriminator
    if (!isDraft(mapping)) return
    for (const [name, target] of Object.entries(mapping)) {
      if (typeof target !== 'string' || !/[/#]|\.(?:ya?ml|json)$/.test(target)) continue
      const part: Draft = { $ref: target }
      if (repair.follow(part, below(below(below(at, 'mapping'), name), ''), 'schema')) (mapping)[name] = part['$ref']
    }
  },
}
