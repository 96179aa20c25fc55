import type { FuncKeywordDefinition } from 'ajv/dist/2020.js'
import type { JsonObject, Pointer } from './json.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from './pointer.ts'
import type { SchemaError, Validator } from './validator.ts'

/** Ajv's keyword for a `discriminator` beside alternatives; its value is the pointer of the schema that has both. */
export const DISCRIMINATED = 'x-discriminated'

/** Whether a schema has alternatives that the value of one property chooses among (OpenAPI 3.1, 4.8.25). */
export function isDiscriminated({ discriminator, oneOf, anyOf }: JsonObject): boolean {
  return isObject(discriminator) && typeof discriminator['propertyName'] === 'string' && Array.isArray(oneOf ?? anyOf)
}

/** What an error of the keyword has beside Ajv's properties: which alternatives of which value it speaks for. */
export interface DecidedError {
  readonly decided?: string
}

export function decisionOf(place: Pointer, instancePath: string): string {
  return `${place} ${instancePath}`
}

type Check = {
  (value: unknown, context?: { instancePath: string }): boolean
  errors?: object[]
}

/**
 * The keyword: a value has to be valid by the alternative that it names, and not by another that happens to allow it. A value that
 * names none is left to the alternatives, unless each of them has its name in the mapping.
 */
export function discriminatedKeyword(root: JsonObject, at: (pointer: Pointer) => Validator): FuncKeywordDefinition {
  return {
    keyword: DISCRIMINATED,
    type: 'object',
    errors: 'full',
    compile: (pointer: Pointer) => {
      const choice = choiceAt(root, pointer)
      const check: Check = (value, context) => {
        const errors = errorsOf(choice, value as JsonObject, at)
        const path = context?.instancePath ?? ''
        const decided = decisionOf(pointer, path)
        check.errors = errors.map(({ at: place, ...error }) => ({ ...error, instancePath: path + place, decided }))
        return errors.length === 0
      }
      return check
    },
  }
}

interface NamedAlternatives {
  readonly property: string
  /** Where the schema of each name stands. */
  readonly places: ReadonlyMap<string, Pointer>
  /** The names that values can have, where no other is possible. */
  readonly only: readonly string[] | undefined
  readonly mapping: Pointer
}

function choiceAt(root: JsonObject, pointer: Pointer): NamedAlternatives {
  const schema = valueAt(root, pointer) as JsonObject
  const { propertyName, mapping, defaultMapping } = schema['discriminator'] as JsonObject
  const refs = ((schema['oneOf'] ?? schema['anyOf']) as readonly unknown[]).map((each) =>
    isObject(each) && typeof each['$ref'] === 'string' ? pointerOfRef(each['$ref']) : undefined,
  )
  const implied = refs.flatMap((ref): [string, Pointer][] => (ref === undefined ? [] : [[ref.split('/').at(-1) ?? '', ref]]))
  const mapped = Object.entries(isObject(mapping) ? mapping : {}).flatMap(([name, target]): [string, Pointer][] => {
    const place = refs.find((ref) => ref !== undefined && (ref === pointerOfRef(String(target)) || ref.endsWith(`/schemas/${String(target)}`)))
    return place === undefined ? [] : [[name, place]]
  })
  const isWhole = defaultMapping === undefined && refs.every((ref) => mapped.some(([, place]) => place === ref))
  return {
    property: String(propertyName),
    places: new Map([...implied, ...mapped]),
    only: isWhole ? mapped.map(([name]) => name) : undefined,
    mapping: pointerTo(pointer, 'discriminator', 'mapping'),
  }
}

function errorsOf(choice: NamedAlternatives, value: JsonObject, at: (pointer: Pointer) => Validator): readonly SchemaError[] {
  const name = Object.hasOwn(value, choice.property) ? value[choice.property] : undefined
  if (typeof name !== 'string') return []
  const place = choice.places.get(name)
  if (place !== undefined) return at(place)(value)
  if (!choice.only) return []
  return [
    {
      at: pointerTo('', choice.property),
      keyword: 'enum',
      pointer: choice.mapping,
      message: 'must be equal to one of the allowed values',
      params: { allowedValues: choice.only },
    },
  ]
}
