import { describe, expect, test } from 'vitest'
import { Clock } from '../../src/store/clock.ts'
import { Ids } from '../../src/store/ids.ts'
import { World } from '../../src/store/world.ts'

const layout = { pets: { animals: 'id', owners: 'name' } }
const frozen = { mode: 'frozen', nowMs: 0 } as const

describe('a world', () => {
  test('forgets what happened after a snapshot when it goes back: rows, ids, time, chance', () => {
    const world = World.empty(layout, 1, frozen)
    const walk = (): unknown[] => {
      const { ids, clock } = world.state('pets')
      const animals = world.state('pets').collection('animals')
      animals.put({ id: ids.uuid('animals'), at: clock.iso() })
      world.clock.advance(1000)
      return [[...animals.all()], ids.next('numbers', 10), ids.hex('tags', 8), clock.iso(), world.chance('fault-1')]
    }
    walk()
    const moment = world.snapshot()
    const first = walk()
    expect(walk()).not.toEqual(first)
    world.restore(moment)
    expect(walk()).toEqual(first)
  })

  test('is not changed by another world that was made from its snapshot', () => {
    const one = World.empty(layout, 1, frozen)
    one.state('pets').collection('owners').put({ name: 'Ann' })
    const other = new World(layout, one.snapshot())
    other.state('pets').collection('owners').delete('Ann')
    other.state('pets').ids.next('numbers', 1)
    other.clock.advance(5)
    expect([...one.state('pets').collection('owners').all()]).toEqual([{ name: 'Ann' }])
    expect([one.state('pets').ids.next('numbers', 1), one.clock.now()]).toEqual([1, 0])
  })

  test('puts the rows of one API back and leaves ids and clock as they are', () => {
    const world = World.empty(layout, 1, frozen)
    const moment = world.snapshot()
    world.state('pets').collection('owners').put({ name: 'Ann' })
    world.state('pets').ids.next('numbers', 1)
    world.restoreRows('pets', moment)
    expect(world.state('pets').collection('owners').size).toBe(0)
    expect(world.state('pets').ids.next('numbers', 1)).toBe(2)
  })

  test('throws for a collection that the spec does not declare', () => {
    expect(() => World.empty(layout, 1, frozen).state('pets').collection('plants')).toThrow(
      'the spec declares no collection plants',
    )
  })
})

describe('ids', () => {
  test('depend on the seed, the stream and the count only', () => {
    const of = (seed: number): string[] => {
      const ids = new Ids(seed)
      return [ids.uuid('a'), ids.uuid('b'), ids.uuid('a')]
    }
    expect(of(1)).toEqual(of(1))
    expect(new Set([...of(1), ...of(2)]).size).toBe(6)
    expect(of(1)[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})

describe('a clock', () => {
  test('stands still when frozen, and moves when told', () => {
    const clock = new Clock({ mode: 'frozen', nowMs: Date.parse('2026-02-28T23:59:59.500Z') })
    expect([clock.iso(), clock.iso()]).toEqual(['2026-02-28T23:59:59.500Z', '2026-02-28T23:59:59.500Z'])
    clock.advance(500)
    expect([clock.iso(), clock.httpDate()]).toEqual(['2026-03-01T00:00:00.000Z', 'Sun, 01 Mar 2026 00:00:00 GMT'])
  })

  test('runs with the machine’s when real, from wherever it was moved to', () => {
    const clock = new Clock({ mode: 'real', offsetMs: 0 })
    clock.advance(3_600_000)
    expect(Math.abs(clock.now() - Date.now() - 3_600_000)).toBeLessThan(1000)
  })
})
