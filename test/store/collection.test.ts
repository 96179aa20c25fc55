import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Query, Row } from '../../src/store/collection.ts'
import { compareScalars, getterFor } from '../../src/store/attribute.ts'
import { Table, type TableSnapshot } from '../../src/store/table.ts'

/** What a collection promises, written down as plainly as possible. */
class Model {
  rows: Row[] = []

  static of(rows: readonly Row[]): Model {
    const model = new Model()
    model.rows = [...rows]
    return model
  }

  get(key: string): Row | undefined {
    return this.rows.find((row) => String(row['id']) === key)
  }

  put(row: Row): void {
    const at = this.rows.findIndex((each) => String(each['id']) === String(row['id']))
    if (at < 0) this.rows.push(row)
    else this.rows[at] = row
  }

  delete(key: string): boolean {
    const before = this.rows.length
    this.rows = this.rows.filter((row) => String(row['id']) !== key)
    return this.rows.length < before
  }

  find({ where = {}, orderBy, descending = false, skip = 0, limit = Infinity }: Query): Row[] {
    const found = this.rows.filter((row) =>
      Object.entries(where).every(([pointer, value]) => getterFor(pointer)(row) === value),
    )
    const get = orderBy === undefined ? undefined : getterFor(orderBy)
    const sorted = get ? found.toSorted((a, b) => compareScalars(get(a), get(b))) : found
    return (descending ? sorted.toReversed() : sorted).slice(skip, skip + limit)
  }
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const scalar = fc.constantFrom<string | number | boolean | null>('x', 'y', 1, 2, true, null)
const row = fc.record({
  id: key,
  kind: scalar,
  data: fc.record({ size: scalar }),
  odd: fc.constantFrom(undefined, [1], { deep: 1 }),
})
const loaded = fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 4 })
const pointer = fc.constantFrom('/kind', '/data/size', '/id', '/absent', '/odd')
const query = fc.record(
  {
    where: fc.dictionary(pointer, scalar, { maxKeys: 2 }),
    orderBy: pointer,
    descending: fc.boolean(),
    skip: fc.nat(3),
    limit: fc.nat(4),
  },
  { requiredKeys: [] },
)

type Step =
  | { readonly kind: 'put'; readonly row: Row }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'find'; readonly query: Query }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'restore'; readonly index: number }
  | { readonly kind: 'fork'; readonly index: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: row.map((each) => ({ kind: 'put', row: each }) as const) },
  { weight: 2, arbitrary: key.map((each) => ({ kind: 'delete', key: each }) as const) },
  { weight: 4, arbitrary: query.map((each) => ({ kind: 'find', query: each as Query }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'snapshot' } as const) },
  { weight: 1, arbitrary: fc.nat(5).map((index) => ({ kind: 'restore', index }) as const) },
  { weight: 1, arbitrary: fc.nat(5).map((index) => ({ kind: 'fork', index }) as const) },
)

describe('a collection', () => {
  test('answers like a list of rows, whatever is put, deleted, found, kept and forked in between', () => {
    fc.assert(
      fc.property(loaded, fc.array(fc.tuple(fc.nat(3), step), { maxLength: 60 }), (rows, steps) => {
        const table = new Table('id')
        table.replaceAll(rows)
        const worlds = [{ table, model: Model.of(rows) }]
        const kept: { snapshot: TableSnapshot; rows: readonly Row[] }[] = []
        for (const [which, each] of steps) {
          const { table, model } = worlds[which % worlds.length] as (typeof worlds)[number]
          const moment = 'index' in each ? kept[each.index % Math.max(kept.length, 1)] : undefined
          if (each.kind === 'put') {
            model.put(each.row)
            expect(table.put(each.row)).toEqual(each.row)
          } else if (each.kind === 'delete') expect(table.delete(each.key)).toBe(model.delete(each.key))
          else if (each.kind === 'find') {
            expect(table.find(each.query)).toEqual(model.find(each.query))
            expect(table.count(each.query.where ?? {})).toBe(model.find({ where: each.query.where ?? {} }).length)
          } else if (each.kind === 'snapshot') kept.push({ snapshot: table.snapshot(), rows: [...model.rows] })
          else if (moment && each.kind === 'restore') {
            table.restore(moment.snapshot)
            model.rows = [...moment.rows]
          } else if (moment && worlds.length < 4)
            worlds.push({ table: new Table('id', moment.snapshot), model: Model.of(moment.rows) })
        }
        for (const { table, model } of worlds) {
          expect([...table.all()]).toEqual(model.rows)
          expect(table.size).toBe(model.rows.length)
          for (const id of 'abcdef') expect(table.get(id)).toEqual(model.get(id))
        }
      }),
      { numRuns: 400 },
    )
  })

  test('orders points in time whatever their offset, and keeps equal ones apart', () => {
    const times = [
      '2020-01-01T05:00:00+05:00',
      '2020-01-01T00:00:00Z',
      '2020-01-01T00:00:00.5Z',
      '2020-01-01T01:00:00Z',
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray([...times, null], { minLength: 5 }), (shuffled) => {
        const table = new Table('id')
        for (const [index, at] of shuffled.entries()) table.put({ id: index, at })
        const found = table.find({ orderBy: '/at', byInstant: true }).map(({ at }) => at)
        expect(found).toEqual([null, times[1], times[0], times[2], times[3]])
      }),
    )
    const texts = new Table('id')
    for (const [index, at] of times.entries()) texts.put({ id: index, at })
    expect(texts.find({ orderBy: '/at' })[0]).toMatchObject({ at: times[2] })
  })

  test('freezes its rows, all the way down', () => {
    const stored = new Table('id').put({ id: 'a', data: { list: [{ deep: 1 }] } }) as { data: { list: [object] } }
    expect(Object.isFrozen(stored)).toBe(true)
    expect(Object.isFrozen(stored.data.list[0])).toBe(true)
  })

  test('refuses a row without its key', () => {
    expect(() => new Table('id').put({ name: 'Rex' })).toThrow('a row needs a string or a number as its key id')
  })

  test('keeps the place of a row that is replaced', () => {
    const table = new Table('id')
    for (const id of ['a', 'b', 'c']) table.put({ id, version: 1 })
    table.put({ id: 'b', version: 2 })
    expect([...table.all()].map((each) => [each['id'], each['version']])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 1],
    ])
  })
})
