import type { Api, JsonObject, MediaTypeSpec, Operation } from './api.ts'
import type { Parameter } from './parameter.ts'
import { isObject, pointerTo } from './pointer.ts'
import { createSchemaTypes, propertyName, type SchemaTypes, union } from './schema-type.ts'

/** A TypeScript module with the types of an API: its schemas, its rows, and what each operation takes and answers. */
export function apiTypes(api: Api): string {
  const names = schemaNames(api.document)
  const types = createSchemaTypes(api.document, names)
  const schemas = [...names].map(([pointer, name]) => `export type ${name} = ${types.typeOf(schemaAt(api, pointer))}\n`)
  const collections = Object.values(api.collections).map(
    ({ name, schema }) => `  readonly ${propertyName(name)}: ${types.typeOf(schema)}\n`,
  )
  return [
    `// Made by \`understudy types ${api.name}\` from ${api.file}; do not edit.\n`,
    `import type { Refusal } from 'understudy'\n\n`,
    schemas.join('\n'),
    `\n/** The rows of each collection. */\nexport interface Collections {\n${collections.join('')}}\n`,
    `\n/** What each operation takes, and its answers by status. */\nexport interface Operations {\n`,
    ...api.operations.map((operation) => operationType(operation, types)),
    '}\n',
    RULES,
  ].join('')
}

const RULES = `
/** The rows of one collection in the session of the request. */
export interface Rows<Row> {
  readonly size: number
  get(key: string): Row | undefined
  put(row: Row): Row
  delete(key: string): boolean
  all(): IterableIterator<Row>
}

/** A request that passed routing, security and validation. */
export interface Request<Id extends keyof Operations> {
  readonly path: Operations[Id]['path']
  readonly query: Operations[Id]['query']
  readonly headers: Operations[Id]['headers']
  readonly body: Operations[Id]['body']
  readonly credential: { readonly id: string; readonly [attribute: string]: unknown } | undefined
  readonly state: {
    collection<Name extends keyof Collections>(name: Name): Rows<Collections[Name]>
    readonly clock: { now(): number; iso(): string }
    readonly ids: { uuid(stream: string): string; hex(stream: string, digits: number): string; next(stream: string, first: number): number }
  }
}

type AnswerOf<Answers> = {
  [Status in keyof Answers]: {
    readonly status: Status
    readonly body?: Answers[Status]
    readonly headers?: Readonly<Record<string, string>>
  }
}[keyof Answers]

/** The handlers of a rules file, by operationId. */
export type Handlers = {
  readonly [Id in keyof Operations]?: (request: Request<Id>) => AnswerOf<Operations[Id]['answers']> | Refusal
}
`

/** Of `components.schemas`, by their pointers. */
function schemaNames({ components }: JsonObject): Map<string, string> {
  const schemas = isObject(components) && isObject(components['schemas']) ? components['schemas'] : {}
  const taken = new Set(['Collections', 'Operations', 'Rows', 'Request', 'AnswerOf', 'Handlers', 'Refusal'])
  return new Map(
    Object.keys(schemas).map((name) => {
      const wanted = name.replaceAll(/[^A-Za-z0-9_$]+/g, '_').replace(/^(?=\d)/, '_')
      let free = wanted
      for (let count = 2; taken.has(free); count++) free = `${wanted}${count}`
      taken.add(free)
      return [pointerTo('/components/schemas', name), free]
    }),
  )
}

function schemaAt({ document }: Api, pointer: string): unknown {
  const { components } = document as { readonly components: { readonly schemas: JsonObject } }
  const name = pointer.slice('/components/schemas/'.length).replaceAll('~1', '/').replaceAll('~0', '~')
  return components.schemas[name]
}

function operationType(operation: Operation, types: SchemaTypes): string {
  const { id, parameters, requestBody, responses } = operation
  const body = requestBody ? contentType(requestBody.content, types) : 'undefined'
  const answers = Object.entries(responses)
    .filter(([status]) => /^\d{3}$/.test(status))
    .map(([status, { content }]) => `readonly ${status}: ${contentType(content, types)}`)
  return [
    `  readonly ${propertyName(id)}: {\n`,
    ...(['path', 'query', 'header'] as const).map((place) => {
      const own = parameters.filter((each) => each.in === place)
      return `    readonly ${place === 'header' ? 'headers' : place}: ${parametersType(own, types)}\n`
    }),
    `    readonly body: ${requestBody && !requestBody.required ? union([body, 'undefined']) : body}\n`,
    `    readonly answers: { ${answers.join('; ')} }\n`,
    '  }\n',
  ].join('')
}

function parametersType(parameters: readonly Parameter[], types: SchemaTypes): string {
  if (parameters.length === 0) return '{}'
  const fields = parameters.map(({ name, required, schema }) => {
    const type = types.typeOf(schema)
    return `readonly ${propertyName(name)}${required ? '' : '?'}: ${type}`
  })
  return `{ ${fields.join('; ')} }`
}

function contentType(content: Readonly<Record<string, MediaTypeSpec>>, types: SchemaTypes): string {
  const media = Object.values(content)
  return media.length === 0 ? 'undefined' : union(media.map(({ schema }) => types.typeOf(schema)))
}
