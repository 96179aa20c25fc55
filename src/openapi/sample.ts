import type { Faker } from '@faker-js/faker'
import type { Api, JsonObject } from './api.ts'
import { isObject, pointerOfRef, valueAt } from './pointer.ts'

import { shapeOf } from './shape.ts'

export interface SampleContext {
  readonly faker: Faker
  /** A row to take after: what refers to other rows, and what no schema explains, stays as it is there. */
  readonly model: unknown
  /** The attribute that must be new in every row; `undefined` for what is no row. */
  readonly key: string | undefined
}

/** A value for a schema. Members that the model has and that identify or classify (ids, enums) are taken over from it. */
export function sampleOf(api: Api, schema: JsonObject, context: SampleContext): unknown {
  return sample(api, schema, context, '')
}

function sample(api: Api, schema: unknown, context: SampleContext, name: string): unknown {
  const { model, faker } = context
  const resolved = model === undefined ? shapeOf(api, schema) : deref(api, schema)
  if ('const' in resolved) return resolved['const']
  if (isObject(resolved['properties'])) return sampleObject(api, resolved, context)
  if (name === context.key) return freshKey(resolved, faker, model)
  if (model !== undefined && !isFree(resolved, name)) return model
  if (Array.isArray(resolved['enum'])) return faker.helpers.arrayElement(resolved['enum'])
  return sampleByType(api, resolved, context, name)
}

function sampleObject(api: Api, schema: JsonObject, context: SampleContext): JsonObject {
  const { faker } = context
  const model = isObject(context.model) ? context.model : undefined
  const required = new Set(schema['required'] as string[] | undefined)
  const names = Object.keys(schema['properties'] as JsonObject)
  const wanted = model ? Object.keys(model) : names.filter((name) => required.has(name) || faker.datatype.boolean())
  return Object.fromEntries(
    wanted.map((name) => {
      const member = (schema['properties'] as JsonObject)[name]
      return [
        name,
        member === undefined ? model?.[name] : sample(api, member, { ...context, model: model?.[name] }, name),
      ]
    }),
  )
}

/** Times, numbers and names may vary from row to row; everything else could refer to another row. */
function isFree(schema: JsonObject, name: string): boolean {
  const { type, format } = schema
  if (format === 'date-time' || format === 'date') return true
  return (
    type === 'string' &&
    /(?:first|last|display)name$|^(?:title|text|description|reason)$|^unavailableReason$/i.test(name)
  )
}

function freshKey(schema: JsonObject, faker: Faker, model: unknown): unknown {
  const { type, format } = schema
  if (type === 'integer' || type === 'number') return faker.number.int({ min: 1, max: 2 ** 31 })
  if (format === 'uuid' || (typeof model === 'string' && /^[\da-f]{8}-/.test(model))) return faker.string.uuid()
  if (typeof model === 'string' && /^\d+$/.test(model))
    return faker.string.numeric({ length: model.length + 4, allowLeadingZeros: false })
  if (typeof model === 'string' && /^[\da-f]+$/.test(model))
    return faker.string.hexadecimal({ length: model.length, prefix: '', casing: 'lower' })
  return faker.string.hexadecimal({ length: 24, prefix: '', casing: 'lower' })
}

function sampleByType(api: Api, schema: JsonObject, context: SampleContext, name: string): unknown {
  const { faker } = context
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type']
  switch (type) {
    case 'string':
      return sampleText(schema, faker, name)
    case 'integer':
      return faker.number.int(bounds(schema, 0, 1000))
    case 'number':
      return faker.number.float({ ...bounds(schema, 0, 1000), fractionDigits: 2 })
    case 'boolean':
      return faker.datatype.boolean()
    case 'array': {
      const length = faker.number.int({ min: Number(schema['minItems'] ?? 0), max: Number(schema['maxItems'] ?? 3) })
      return Array.from({ length }, () => sample(api, schema['items'] ?? {}, { ...context, model: undefined }, ''))
    }
    default:
      return type === 'null' ? null : {}
  }
}

function sampleText(schema: JsonObject, faker: Faker, name: string): string {
  const formats: Readonly<Record<string, () => string>> = {
    'date-time': () =>
      faker.date.between({ from: '2024-01-01T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z' }).toISOString(),
    date: () =>
      faker.date
        .between({ from: '2024-01-01T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z' })
        .toISOString()
        .slice(0, 10),
    uuid: () => faker.string.uuid(),
    email: () => faker.internet.exampleEmail(),
    uri: () => faker.internet.url(),
    ipv4: () => faker.internet.ipv4(),
  }
  const format = formats[String(schema['format'])]
  if (format) return format()
  if (typeof schema['pattern'] === 'string')
    return faker.helpers.fromRegExp(schema['pattern'].replaceAll(/^\^|\$$/g, ''))
  const text = textNamed(name, faker)
  const min = Number(schema['minLength'] ?? 0)
  return text.padEnd(min, 'x').slice(0, Number(schema['maxLength'] ?? 200))
}

function textNamed(name: string, faker: Faker): string {
  if (/first.?name/i.test(name)) return faker.person.firstName()
  if (/last.?name/i.test(name)) return faker.person.lastName()
  if (/name$/i.test(name)) return faker.person.fullName()
  if (/city/i.test(name)) return faker.location.city()
  if (/country/i.test(name)) return faker.location.country()
  return faker.lorem.words(3)
}

function bounds(schema: JsonObject, min: number, max: number): { min: number; max: number } {
  const low = Number(schema['minimum'] ?? min)
  return { min: low, max: Math.max(low, Number(schema['maximum'] ?? max)) }
}

function deref(api: Api, schema: unknown): JsonObject {
  if (!isObject(schema)) return {}
  if (typeof schema['$ref'] !== 'string') return schema
  return deref(api, valueAt(api.document, pointerOfRef(schema['$ref']) ?? ''))
}
