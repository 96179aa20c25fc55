import { isObject } from '../../openapi/pointer.ts'

/** A value of another JSON type that says the same, as careless servers write it. */
export function otherType(old: unknown): unknown {
  if (typeof old === 'string') return /^-?\d+(\.\d+)?$/.test(old) ? Number(old) : 7
  if (typeof old === 'number' || typeof old === 'boolean') return String(old)
  if (Array.isArray(old)) return { items: old }
  return isObject(old) ? [old] : 7
}
