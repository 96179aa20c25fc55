import type { Api, JsonObject, Operation, Pointer } from '../openapi/api.ts'
import { isObject, pointerOfRef, pointerTo, valueAt } from '../openapi/pointer.ts'
import { anchor } from './anchor.ts'
import type { SearchEntry, SearchKind } from './client/search-entry.ts'
import type { DocumentedApi } from './documented-api.ts'
import { mockHeaders } from './mock-headers.ts'

/** Everything that the search of every page finds, over all APIs and the control plane. */
export function searchIndex(all: readonly DocumentedApi[]): SearchEntry[] {
  return [...all.flatMap(entriesOf), ...mockHeaders.map(({ name, text }) => mockHeaderEntry(name, text))]
}

function mockHeaderEntry(name: string, text: string): SearchEntry {
  return { kind: 'header', title: name, detail: text.replaceAll('`', ''), api: 'mock', href: '#mock-headers' }
}

function entriesOf({ api, states, credentials }: DocumentedApi): SearchEntry[] {
  const page = encodeURIComponent(api.name)
  const about = (kind: SearchKind, section: string, title: string, detail: string): SearchEntry => ({
    kind,
    title,
    detail,
    api: api.name,
    href: `${page}#about-${section}`,
  })
  return [
    ...api.operations.map((operation) => operationEntry(api, operation)),
    ...namesOf(api),
    ...states.map(({ name, description }) => about('state', 'states', name, description)),
    ...credentials.map(({ id, description }) => about('credential', 'setup', id, description)),
    ...Object.keys(asObject(api.document['x-variables'])).map((name) => about('variable', 'variables', name, '')),
  ]
}

function operationEntry({ name }: Api, { id, method, path, summary }: Operation): SearchEntry {
  const detail = summary === '' || summary === id ? id : `${summary} · ${id}`
  return { kind: 'operation', title: `${method} ${path}`, detail, api: name, href: hrefTo(name, id) }
}

/** The address of a place within an operation: the script opens what it is folded into and marks it. */
function hrefTo(api: string, operationId: string, pointer?: Pointer): string {
  const place = pointer === undefined ? '' : `:${encodeURIComponent(pointer).replaceAll('%2F', '/')}`
  return `${encodeURIComponent(api)}#${encodeURIComponent(anchor(operationId))}${place}`
}

interface Found {
  readonly kind: SearchKind
  readonly name: string
  readonly operation: Operation
  readonly pointer: Pointer
  /** In how many places the name stands. */
  places: number
}

/** Parameters, headers, properties and listed values of one API, each name once with the place where it stands first. */
class Names {
  readonly #found = new Map<string, Found>()
  /** Schemas that were walked already, by pointer: each named one counts once. */
  readonly #walked = new Set<Pointer>()
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  note(kind: SearchKind, name: string, operation: Operation, pointer: Pointer): void {
    const key = `${kind} ${name}`
    const known = this.#found.get(key)
    if (known) known.places++
    else this.#found.set(key, { kind, name, operation, pointer, places: 1 })
  }

  schema(pointer: Pointer, operation: Operation, valueKind: SearchKind, depth = 0): void {
    if (this.#walked.has(pointer) || depth > MAX_DEPTH) return
    this.#walked.add(pointer)
    const schema = valueAt(this.#api.document, pointer)
    if (!isObject(schema)) return
    const target = typeof schema['$ref'] === 'string' ? pointerOfRef(schema['$ref']) : undefined
    if (target !== undefined) this.schema(target, operation, valueKind, depth + 1)
    for (const value of valuesOf(schema)) this.note(valueKind, value, operation, pointer)
    for (const name of Object.keys(asObject(schema['properties']))) {
      const at = pointerTo(pointer, 'properties', name)
      this.note('property', name, operation, at)
      this.schema(at, operation, name === 'preset' ? 'preset' : valueKind, depth + 1)
    }
    for (const at of partsOf(schema, pointer)) this.schema(at, operation, valueKind, depth + 1)
  }

  entries(): SearchEntry[] {
    return [...this.#found.values()].map(({ kind, name, operation, pointer, places }) => ({
      kind,
      title: name,
      detail: places === 1 ? operation.id : `${operation.id} and ${places - 1} more`,
      api: this.#api.name,
      href: hrefTo(this.#api.name, operation.id, pointer),
    }))
  }
}

/** Deep enough for any schema that a person wrote, and an end for those that a program did. */
const MAX_DEPTH = 40
/** Longer values are sentences, not codes. */
const MAX_VALUE_LENGTH = 60

function namesOf(api: Api): SearchEntry[] {
  const names = new Names(api)
  for (const operation of api.operations) {
    for (const { in: place, name, pointer } of operation.parameters) {
      names.note(place === 'header' ? 'header' : 'parameter', name, operation, pointer)
      names.schema(pointerTo(pointer, 'schema'), operation, 'value')
    }
    for (const { pointer } of Object.values(operation.requestBody?.content ?? {}))
      names.schema(pointerTo(pointer, 'schema'), operation, 'value')
    for (const [status, { content, headers }] of Object.entries(operation.responses)) {
      for (const [name, { pointer }] of Object.entries(headers)) names.note('header', name, operation, pointer)
      const valueKind = /^[45]/.test(status) ? 'error code' : 'value'
      for (const { pointer } of Object.values(content))
        names.schema(pointerTo(pointer, 'schema'), operation, valueKind)
    }
  }
  return names.entries()
}

function valuesOf(schema: JsonObject): string[] {
  const listed: readonly unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : []
  return [...listed, schema['const']].filter(
    (value): value is string => typeof value === 'string' && value !== '' && value.length <= MAX_VALUE_LENGTH,
  )
}

function partsOf(schema: JsonObject, pointer: Pointer): Pointer[] {
  const single = ['items', 'contains', 'additionalProperties', 'if', 'then', 'else', 'not']
  const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
  return [
    ...single.filter((keyword) => isObject(schema[keyword])).map((keyword) => pointerTo(pointer, keyword)),
    ...lists.flatMap((keyword) => {
      const list = schema[keyword]
      return Array.isArray(list) ? list.map((_, index) => pointerTo(pointer, keyword, index)) : []
    }),
  ]
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}
