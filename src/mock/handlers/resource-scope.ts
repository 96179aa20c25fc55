import { type Origin, originOf } from '../../fixtures/origin.ts'
import type { Api, CollectionSpec, JsonObject, ResourceUse } from '../../openapi/api.ts'
import { propertiesAt } from '../../openapi/entity.ts'
import { valueAt } from '../../openapi/pointer.ts'
import { foldedShape } from '../../openapi/sample-shape.ts'
import type { Query, Row } from '../../store/collection.ts'
import type { Exchange } from './handler.ts'

/** The parents that a path names: `/owners/{ownerId}/pets` holds the pets of one owner only. */
export interface Scope {
  /** Whether a row is one of the parents that the request names. */
  holds(row: Row, exchange: Exchange): boolean
  /** The attributes of a new row that name its parents. */
  attributes(exchange: Exchange): JsonObject
  /** What a new row remembers of parents that its schema has no attribute for. */
  origin(exchange: Exchange): Origin | undefined
  /** What an index can find the rows by; `undefined` where each row has to be looked at. */
  where(exchange: Exchange): NonNullable<Query['where']> | undefined
}

export function createScope(api: Api, collection: CollectionSpec, { scope }: ResourceUse): Scope {
  const named = scope.filter(({ attribute }) => attribute !== undefined) as readonly Named[]
  const unnamed = scope.filter(({ attribute }) => attribute === undefined)
  const types = lazily(() => typesOf(api, collection, named))
  const belowIn = ({ path }: Exchange): string => unnamed.map(({ parameter }) => String(path[parameter])).join('/')
  const valueIn = ({ path }: Exchange, { parameter, attribute }: Named): string | number =>
    typed(path[parameter], types().get(attribute))
  return {
    holds: (row, exchange) => {
      const below = originOf(row)?.below
      if (below !== undefined && unnamed.length > 0 && below !== belowIn(exchange)) return false
      return named.every((each) => String(row[each.attribute]) === String(valueIn(exchange, each)))
    },
    attributes: (exchange) => Object.fromEntries(named.map((each) => [each.attribute, valueIn(exchange, each)])),
    origin: (exchange) => (unnamed.length === 0 ? undefined : { below: belowIn(exchange) }),
    where: (exchange) =>
      unnamed.length > 0
        ? undefined
        : Object.fromEntries(named.map((each) => [`/${escaped(each.attribute)}`, valueIn(exchange, each)])),
  }
}

interface Named {
  readonly parameter: string
  readonly attribute: string
}

function typesOf(api: Api, { pointer }: CollectionSpec, named: readonly Named[]): Map<string, readonly unknown[]> {
  const places = propertiesAt(api.document, pointer)
  return new Map(
    named.map(({ attribute }) => {
      const place = places.get(attribute)
      const schema = place === undefined ? {} : foldedShape(api.document, valueAt(api.document, place), 0).schema
      return [attribute, [schema['type']].flat()] as const
    }),
  )
}

/** A value of the path in the type that the attribute has: one may be a number where the other is a string. */
function typed(value: unknown, types: readonly unknown[] = []): string | number {
  const isNumber = types.some((type) => type === 'integer' || type === 'number')
  if (isNumber && typeof value === 'string' && value !== '' && Number.isFinite(Number(value))) return Number(value)
  if (types.includes('string') || typeof value !== 'number') return String(value)
  return value
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}
