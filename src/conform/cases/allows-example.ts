import { decodeText, type Parameter } from '../../openapi/parameter.ts'

/** Whether the schema of a parameter allows its example: who refuses one that it does not is not to be blamed. */
export function allowsExample({ types, validate }: Parameter, value: unknown): boolean {
  return validate(typeof value === 'string' ? decodeText(value, types) : value).length === 0
}
