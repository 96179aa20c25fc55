import type { MediaTypeSpec } from '../../openapi/api.ts'
import { decodeText } from '../../openapi/parameter.ts'
import { isObject } from '../../openapi/pointer.ts'

/** The fields of a form, each as the type that the schema gives it; a list is a field that comes several times. */
export function formValue(media: MediaTypeSpec | undefined, text: string): unknown {
  const properties = isObject(media?.schema?.['properties']) ? media.schema['properties'] : {}
  const fields = new Map<string, unknown[]>()
  for (const [name, value] of new URLSearchParams(text)) {
    const schema = properties[name]
    const { type, items } = isObject(schema) ? schema : {}
    const own = type === 'array' && isObject(items) ? items['type'] : type
    const decoded = decodeText(value, { own: [own].flat().map(String), items: [], rest: undefined, members: {} })
    fields.set(name, [...(fields.get(name) ?? []), decoded])
  }
  const isList = (name: string): boolean => isObject(properties[name]) && properties[name]['type'] === 'array'
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, isList(name) || values.length > 1 ? values : values[0]]),
  )
}
