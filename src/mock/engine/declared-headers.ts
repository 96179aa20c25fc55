import type { Api, HeaderSpec, ResponseSpec } from '../../openapi/api.ts'
import { decodeText } from '../../openapi/parameter.ts'
import { isObject, valueAt } from '../../openapi/pointer.ts'
import { sampleOf } from '../../openapi/sample.ts'

type Headers = Readonly<Record<string, string>>

/** What describes how an answer travels, or who may read it, is the host's business, whatever a document says of it. */
const ofHost =
  /^(?:content-(?:type|length|encoding|range)|transfer-encoding|connection|keep-alive|upgrade|trailer|date|vary|access-control-.*|x-mock-.*)$/

export function isOfHost(header: string): boolean {
  return ofHost.test(header)
}

/** Makes the headers that a response declares and has to have, or shows by an example; made when a response is first sent. */
export function createDeclaredHeaders(api: Api): (response: ResponseSpec) => Headers {
  const made = new Map<ResponseSpec, Headers>()
  return (response) => {
    const known = made.get(response)
    if (known) return known
    const entries = Object.entries(response.headers)
      .filter(([name]) => !isOfHost(name))
      .flatMap(([name, header]) => {
        const text = headerText(api, name, header)
        return text === undefined ? [] : [[name, text] as const]
      })
    const headers = Object.fromEntries(entries)
    made.set(response, headers)
    return headers
  }
}

function headerText(api: Api, name: string, header: HeaderSpec): string | undefined {
  const source = valueAt(api.document, header.pointer)
  const shown = isObject(source) ? exampleIn(source) : undefined
  if (shown === undefined && !header.required) return undefined
  const isFitting = (value: unknown): boolean => header.validate(decodeText(textOf(value), header.types)).length === 0
  if (shown !== undefined && isFitting(shown)) return textOf(shown)
  if (!header.required) return shown === undefined ? undefined : textOf(shown)
  const { value } = sampleOf(api.document, header.schema, { name, validate: header.validate })
  return textOf(value)
}

function exampleIn({ example, examples, schema }: Readonly<Record<string, unknown>>): unknown {
  if (example !== undefined) return example
  const [first] = isObject(examples) ? Object.values(examples) : []
  if (isObject(first) && first['value'] !== undefined) return first['value']
  if (!isObject(schema)) return undefined
  return schema['example'] ?? (Array.isArray(schema['examples']) ? (schema['examples'][0] as unknown) : undefined)
}

/** Style `simple`; nothing that ends a line gets into a header. */
function textOf(value: unknown): string {
  const text = Array.isArray(value)
    ? value.map(String).join(',')
    : isObject(value)
      ? Object.entries(value).flat().map(String).join(',')
      : String(value)
  return text.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, ' ')
}
