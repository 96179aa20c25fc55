import type { Parameter } from '../../openapi/parameter.ts'
import { declaredKey } from '../../openapi/responses.ts'
import type { Api, JsonObject, Operation } from '../../openapi/api.ts'
import { isObject, pointerTo, valueAt } from '../../openapi/pointer.ts'
import { deref } from '../engine/error-body.ts'
import type { Exchange } from '../handlers/handler.ts'
import { textOf } from '../../openapi/text-of.ts'

/** What was used of one operation, and what it has. */
export interface OperationCoverage {
  readonly api: string
  readonly operationId: string
  readonly requests: number
  /** Declared status → how often it was answered. */
  readonly statuses: Readonly<Record<string, number>>
  /** Answered, but not declared: what faults and foreign refusals leave. */
  readonly undeclared: Readonly<Record<string, number>>
  /** `query limit` → used. */
  readonly parameters: Readonly<Record<string, boolean>>
  /** Enum values by place (`body /userRole`, `query order`): value → used. */
  readonly values: Readonly<Record<string, Readonly<Record<string, boolean>>>>
}

export interface CoverageReport {
  /** Used parts of all parts, in percent with one decimal, rounded down. */
  readonly percent: number
  readonly operations: readonly OperationCoverage[]
}

/** The report of these operations. */
export function coverageOf(operations: readonly OperationCoverage[]): CoverageReport {
  const marks = operations.flatMap(marksOf)
  const share = marks.length === 0 ? 1 : marks.filter(Boolean).length / marks.length
  return { percent: Math.floor(share * 1000) / 10, operations }
}

interface Used {
  requests: number
  readonly statuses: Map<number, number>
  readonly path: Set<string>
  readonly query: Set<string>
  readonly header: Set<string>
  readonly cookie: Set<string>
  readonly values: Map<EnumPoint['place'], Set<unknown>>
}

/** Which operations, statuses, parameters and enum values were used, by all sessions together and whatever was reset since. */
export class Coverage {
  #used = new Map<Operation, Used>()

  clear(): void {
    this.#used = new Map()
  }

  /** `exchange` is missing where the request was refused before it could be read; `status` is 0 where none was answered. */
  note(
    operation: Operation,
    status: number,
    exchange: Pick<Exchange, 'path' | 'query' | 'headers' | 'cookies' | 'body'> | undefined,
    points: readonly EnumPoint[],
  ): void {
    const used = this.#usedOf(operation)
    used.requests++
    if (status !== 0) used.statuses.set(status, (used.statuses.get(status) ?? 0) + 1)
    if (!exchange) return
    for (const name in exchange.path) used.path.add(name)
    for (const name in exchange.query) used.query.add(name)
    for (const name in exchange.headers) used.header.add(name)
    for (const name in exchange.cookies) used.cookie.add(name)
    for (const point of points) noteValues(used, point, valueAt(exchange[point.in], point.pointer))
  }

  report(apis: readonly Api[]): CoverageReport {
    return coverageOf(apis.flatMap((api) => api.operations.map((operation) => this.#reportOf(api, operation))))
  }

  #usedOf(operation: Operation): Used {
    const known = this.#used.get(operation)
    if (known) return known
    const used: Used = {
      requests: 0,
      statuses: new Map(),
      path: new Set(),
      query: new Set(),
      header: new Set(),
      cookie: new Set(),
      values: new Map(),
    }
    this.#used.set(operation, used)
    return used
  }

  #reportOf(api: Api, operation: Operation): OperationCoverage {
    const used = this.#used.get(operation)
    const declared = Object.keys(operation.responses)
    const counts = new Map(declared.map((status) => [status, 0]))
    const undeclared: Record<string, number> = {}
    for (const [status, count] of used?.statuses ?? []) {
      const key = declaredKey(operation.responses, status)
      if (key === undefined) undeclared[status] = count
      else counts.set(key, (counts.get(key) ?? 0) + count)
    }
    return {
      api: api.name,
      operationId: operation.id,
      requests: used?.requests ?? 0,
      statuses: Object.fromEntries(counts),
      undeclared,
      parameters: Object.fromEntries(
        operation.parameters.map(({ in: place, name }) => [
          `${place} ${name}`,
          used?.[place === 'querystring' ? 'query' : place].has(name) ?? false,
        ]),
      ),
      values: Object.fromEntries(
        enumPoints(api, operation).map(({ place, values }) => [
          place,
          Object.fromEntries(values.map((value) => [textOf(value), used?.values.get(place)?.has(value) ?? false])),
        ]),
      ),
    }
  }
}

/** A place of a request that takes one of a few values. */
export interface EnumPoint {
  /** `body /userRole` or `query order`. */
  readonly place: string
  readonly in: 'body' | 'path' | 'query' | 'headers' | 'cookies'
  /** JSON pointer into that part of the request. */
  readonly pointer: string
  readonly values: readonly unknown[]
}

const MAX_DEPTH = 4

/** Enums of the parameters, and of the properties of a JSON request body as far as these have fixed names. */
export function enumPoints(api: Api, operation: Operation): readonly EnumPoint[] {
  const inParameters = operation.parameters.flatMap(({ in: place, name, schema }) => {
    const values = enumOf(api, schema) ?? enumOf(api, isObject(schema['items']) ? schema['items'] : {})
    return values
      ? [
          {
            place: `${place} ${name}`,
            in: partOf(place),
            pointer: pointerTo('', name),
            values,
          } as const,
        ]
      : []
  })
  const schema = operation.requestBody?.content['application/json']?.schema
  const inBody = schema ? pointsIn(api, schema, '', 0) : []
  return [...inParameters, ...new Map(inBody.map((point) => [point.pointer, point])).values()]
}

/** The part of an exchange that has the decoded parameters of a place. */
function partOf(place: Parameter['in']): EnumPoint['in'] {
  switch (place) {
    case 'header':
      return 'headers'
    case 'cookie':
      return 'cookies'
    case 'querystring':
      return 'query'
    default:
      return place
  }
}

function pointsIn(api: Api, source: JsonObject, pointer: string, depth: number): EnumPoint[] {
  const schema = deref(api, source)
  if (Array.isArray(schema['enum']) && pointer !== '')
    return [{ place: `body ${pointer}`, in: 'body', pointer, values: schema['enum'] }]
  if (depth === MAX_DEPTH) return []
  const members = Object.entries(isObject(schema['properties']) ? schema['properties'] : {})
  const own = members.flatMap(([name, member]) =>
    isObject(member) ? pointsIn(api, member, pointerTo(pointer, name), depth + 1) : [],
  )
  const parts = ['then', 'else'].flatMap((name) =>
    isObject(schema[name]) ? pointsIn(api, schema[name], pointer, depth + 1) : [],
  )
  const all = Array.isArray(schema['allOf'])
    ? schema['allOf'].filter(isObject).flatMap((part) => pointsIn(api, part, pointer, depth + 1))
    : []
  // Where a condition narrows an enum, the whole enum of `properties` is what can be covered, so it comes last and wins.
  return [...parts, ...all, ...own]
}

function enumOf(api: Api, source: JsonObject): readonly unknown[] | undefined {
  const schema = deref(api, source)
  return Array.isArray(schema['enum']) ? schema['enum'] : undefined
}

/** Only what the enum has, for where it holds under a condition anything else may stand there. */
function noteValues(used: Used, { place, values }: EnumPoint, sent: unknown): void {
  for (const value of Array.isArray(sent) ? sent : [sent]) {
    if (!values.includes(value)) continue
    const known = used.values.get(place)
    if (known) known.add(value)
    else used.values.set(place, new Set([value]))
  }
}

/** Every part of an operation that can be used, and whether it was. */
export function marksOf(coverage: OperationCoverage): boolean[] {
  return [
    coverage.requests > 0,
    ...Object.values(coverage.statuses).map((count) => count > 0),
    ...Object.values(coverage.parameters),
    ...Object.values(coverage.values).flatMap((values) => Object.values(values)),
  ]
}
