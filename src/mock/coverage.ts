import type { Api, JsonObject, Operation } from '../spec/api.ts'
import { isObject, pointerTo, valueAt } from '../spec/pointer.ts'
import { deref } from './error-body.ts'
import type { Exchange } from './handler.ts'

/** What was used of one operation, and what it has. */
export interface OperationCoverage {
  readonly api: string
  readonly operationId: string
  readonly requests: number
  readonly statuses: Readonly<Record<string, number>>
  readonly parameters: Readonly<Record<string, boolean>>
  /** Answered, but not declared: what faults and foreign refusals leave. */
  readonly undeclared: Readonly<Record<string, number>>
  /** Enum values of the request body by JSON pointer: value → used. */
  readonly values: Readonly<Record<string, Readonly<Record<string, boolean>>>>
}

export interface CoverageReport {
  /** Used parts of all parts, in percent with one decimal. */
  readonly percent: number
  readonly operations: readonly OperationCoverage[]
}

interface Used {
  requests: number
  readonly statuses: Map<number, number>
  readonly parameters: Set<string>
  /** `pointer value`. */
  readonly values: Set<string>
}

/** Which operations, statuses, parameters and enum values a session has seen. */
export class Coverage {
  #used: Map<Operation, Used> | undefined

  clear(): void {
    this.#used = undefined
  }

  /** `exchange` is missing where the request was refused before it could be read. */
  note(operation: Operation, status: number, exchange: Exchange | undefined, points: readonly EnumPoint[]): void {
    this.#used ??= new Map()
    const known = this.#used.get(operation)
    const used = known ?? { requests: 0, statuses: new Map(), parameters: new Set(), values: new Set() }
    if (!known) this.#used.set(operation, used)
    used.requests++
    used.statuses.set(status, (used.statuses.get(status) ?? 0) + 1)
    if (!exchange) return
    for (const name in exchange.path) used.parameters.add(`path ${name}`)
    for (const name in exchange.query) used.parameters.add(`query ${name}`)
    for (const name in exchange.headers) used.parameters.add(`header ${name}`)
    for (const { pointer } of points) {
      const value = valueAt(exchange.body, pointer)
      if (value !== undefined) used.values.add(`${pointer} ${String(value)}`)
    }
  }

  report(apis: readonly Api[]): CoverageReport {
    const operations = apis.flatMap((api) => api.operations.map((operation) => this.#reportOf(api, operation)))
    const marks = operations.flatMap(marksOf)
    const share = marks.length === 0 ? 1 : marks.filter(Boolean).length / marks.length
    return { percent: Math.round(share * 1000) / 10, operations }
  }

  #reportOf(api: Api, operation: Operation): OperationCoverage {
    const used = this.#used?.get(operation)
    const declared = Object.keys(operation.responses)
    const answered = [...(used?.statuses ?? [])]
    return {
      api: api.name,
      operationId: operation.id,
      requests: used?.requests ?? 0,
      statuses: Object.fromEntries(declared.map((status) => [status, used?.statuses.get(Number(status)) ?? 0])),
      undeclared: Object.fromEntries(answered.filter(([status]) => !declared.includes(String(status)))),
      parameters: Object.fromEntries(
        operation.parameters.map((parameter) => {
          const name = `${parameter.in} ${parameter.name}`
          return [name, used?.parameters.has(name) ?? false]
        }),
      ),
      values: Object.fromEntries(
        enumPoints(api, operation).map(({ pointer, values }) => [
          pointer,
          Object.fromEntries(values.map((value) => [String(value), used?.values.has(`${pointer} ${String(value)}`) ?? false])),
        ]),
      ),
    }
  }
}

/** A member of a request body that takes one of a few values. */
export interface EnumPoint {
  readonly pointer: string
  readonly values: readonly unknown[]
}

const MAX_DEPTH = 4

/** Enums of the members of a JSON request body, as far as members have fixed names. */
export function enumPoints(api: Api, operation: Operation): readonly EnumPoint[] {
  const schema = operation.requestBody?.content['application/json']?.schema
  return schema ? pointsIn(api, schema, '', 0) : []
}

function pointsIn(api: Api, source: JsonObject, pointer: string, depth: number): EnumPoint[] {
  const schema = deref(api, source)
  if (Array.isArray(schema['enum']) && pointer !== '') return [{ pointer, values: schema['enum'] }]
  if (depth === MAX_DEPTH) return []
  const members = Object.entries(isObject(schema['properties']) ? schema['properties'] : {})
  const own = members.flatMap(([name, member]) => (isObject(member) ? pointsIn(api, member, pointerTo(pointer, name), depth + 1) : []))
  const parts = ['then', 'else'].flatMap((name) => (isObject(schema[name]) ? pointsIn(api, schema[name], pointer, depth + 1) : []))
  const all = Array.isArray(schema['allOf']) ? schema['allOf'].filter(isObject).flatMap((part) => pointsIn(api, part, pointer, depth + 1)) : []
  return [...own, ...parts, ...all]
}

function marksOf(coverage: OperationCoverage): boolean[] {
  return [
    ...Object.values(coverage.statuses).map((count) => count > 0),
    ...Object.values(coverage.parameters),
    ...Object.values(coverage.values).flatMap((values) => Object.values(values)),
  ]
}
