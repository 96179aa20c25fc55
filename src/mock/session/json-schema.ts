import type { JsonObject } from '../../openapi/api.ts'

/** A closed object; all properties are required unless a list says which. */
export function object(properties: JsonObject, required: readonly string[] = Object.keys(properties)): JsonObject {
  return { type: 'object', required, properties, additionalProperties: false }
}

/** A reference to a shared schema by its `$id`, as Fastify writes it. */
export function ref(id: string): { readonly $ref: string } {
  return { $ref: `${id}#` }
}

export const text = { type: 'string' } as const
export const count = { type: 'integer', minimum: 0 } as const
export const dateTime = { type: 'string', format: 'date-time' } as const
/** What sessions and snapshots may be called. */
export const name = { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,64}$' } as const
