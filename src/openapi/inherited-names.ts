import type { KeywordDefinition } from 'ajv/dist/2020.js'
import type { Pointer } from './json.ts'

/** Ajv's keyword for required properties whose names every object inherits; its value lists them. */
const OWN_REQUIRED = 'ownRequired'

/**
 * Ajv reads a property as `value.name`, and `value.toString` is there in every object. Where a schema names such properties, it gets
 * them in forms in which only a value's own ones count.
 */
export function withOwnNames(schema: Record<string, unknown>): Record<string, unknown> {
  const { required, properties } = schema
  const isNeeded = Array.isArray(required) && required.some(isInherited)
  const isNamed = typeof properties === 'object' && properties !== null && Object.keys(properties).some(isInherited)
  if (!isNeeded && !isNamed) return schema
  return { ...schema, ...(isNeeded && ownRequired(required)), ...(isNamed && ownProperties(schema)) }
}

function isInherited(name: string): boolean {
  return name in Object.prototype
}

function ownRequired(names: readonly string[]): Record<string, unknown> {
  return { required: names.filter((name) => !isInherited(name)), [OWN_REQUIRED]: names.filter(isInherited) }
}

/** A pattern is tried on the names that a value has. */
function ownProperties({ properties, patternProperties }: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(properties as object)
  const inherited = entries.filter(([name]) => isInherited(name))
  return {
    properties: Object.fromEntries(entries.filter(([name]) => !isInherited(name))),
    patternProperties: {
      ...(patternProperties as object | undefined),
      ...Object.fromEntries(inherited.map(([name, schema]) => [`^${name}$`, schema])),
    },
  }
}

type Check = {
  (value: object): boolean
  errors?: object[]
}

/** The keyword, whose errors are those of `required`. `placeOf`: where a schema stands in the document. */
export function ownRequiredKeyword(placeOf: (schema: unknown) => Pointer): KeywordDefinition {
  return {
    keyword: OWN_REQUIRED,
    type: 'object',
    errors: 'full',
    compile: (names: readonly string[], parent) => {
      const check: Check = (value) => {
        const missing = names.filter((name) => !Object.hasOwn(value, name))
        check.errors = missing.map((missingProperty) => ({
          keyword: 'required',
          pointer: `${placeOf(parent)}/required`,
          message: `must have required property '${missingProperty}'`,
          params: { missingProperty },
        }))
        return missing.length === 0
      }
      return check
    },
  }
}
