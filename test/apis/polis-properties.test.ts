import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstTag, ids, type Interaction, requiredAttributes, startPolis } from './polis-client.ts'
import { applied, isValid, type Json, type Operation } from './polis-patch-model.ts'
import { setBackAfterEachTest } from './set-back.ts'

const polis = await startPolis()

setBackAfterEachTest(polis.mock)

/** Few ids each, so that filters select some rows and leave others. */
const id = (kind: number) => fc.nat({ max: 2 }).map((n) => `00000000-0000-4000-8000-0000000000${kind}${n}`)

describe('lists', () => {
  const filterable = ['campaignId', 'contactId', 'householdId', 'contactHouseholdId'] as const
  const sortable = [
    ...['id', ...filterable, 'timestamp', 'successful', 'unavailable', 'unavailableReason', 'distance', 'turfId'].map(
      (name) => `/data/${name}`,
    ),
    '/meta/created',
  ]

  const attributes = fc.record(
    {
      campaignId: id(1),
      contactId: id(2),
      householdId: fc.oneof(id(3), fc.constant(ids.household)),
      contactHouseholdId: id(4),
      timestamp: fc
        .date({ min: new Date('2000-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      survey: fc.constant({ surveyId: ids.survey }),
      unavailable: fc.boolean(),
      successful: fc.boolean(),
      unavailableReason: fc.string({ maxLength: 3 }),
      turfId: id(5),
      location: fc.record({
        lat: fc.double({ min: -90, max: 90, noNaN: true }),
        lng: fc.double({ min: -180, max: 180, noNaN: true }),
      }),
    },
    { requiredKeys: [...filterable, 'timestamp', 'survey', 'unavailable'] },
  )

  const asked = fc.record({
    filter: fc.record(
      { campaignId: id(1), contactId: id(2), householdId: id(3), contactHouseholdId: id(4) },
      { requiredKeys: [] },
    ),
    column: fc.constantFrom(...sortable),
    direction: fc.constantFrom('ASC', 'DESC'),
    limit: fc.integer({ min: 1, max: 7 }),
  })

  interface Asked {
    readonly filter: Readonly<Record<string, string>>
    readonly column: string
    readonly direction: string
    readonly limit: number
  }

  /** What the list must hold, by a model that knows no index. */
  function expectedRows(rows: readonly Interaction[], { filter, column, direction }: Asked): readonly Interaction[] {
    const selected = rows.filter(({ data }) => Object.entries(filter).every(([name, value]) => data[name] === value))
    const sign = direction === 'ASC' ? 1 : -1
    return selected.toSorted((a, b) => sign * compare(valueOf(a, column), valueOf(b, column)))
  }

  function valueOf(row: Interaction, column: string): unknown {
    const [part, name] = column.split('/').slice(1) as ['data' | 'meta', string]
    return column === '/data/id' ? row.id : (row[part][name] ?? null)
  }

  /** Absent values first, then by value; each column holds one type. */
  function compare(a: unknown, b: unknown): number {
    if (a === b) return 0
    if (a === null) return -1
    if (b === null) return 1
    return (a as string) < (b as string) ? -1 : 1
  }

  async function walk({ filter, column, direction, limit }: Asked): Promise<readonly Interaction[]> {
    const walked: Interaction[] = []
    for (let skip = 0; ; skip += limit) {
      const filters = Object.entries(filter).map(([name, value]): [string, string] => [`filter[/data/${name}]`, value])
      const query = new URLSearchParams([
        ...filters,
        ['skip', String(skip)],
        ['limit', String(limit)],
        ['sort', column],
        ['sort', direction],
      ])
      const page = await polis.list(query.toString())
      walked.push(...page)
      if (page.length < limit) return walked
    }
  }

  test('limit and skip walk what the filter selects once, in the order of the sort, both ways (polis 14, 16, 17, 18, 19, k, l)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(attributes, { maxLength: 25 }),
        fc.array(asked, { minLength: 1, maxLength: 6 }),
        async (bodies, questions) => {
          polis.mock.reset()
          const rows = [...(await polis.list())]
          for (const body of bodies) {
            const { status, body: created } = await polis.send('POST', '/v2/interactions', { body })
            expect(status).toBe(201)
            rows.push(created as Interaction)
          }
          for (const question of questions) {
            const walked = await walk(question)
            const expected = expectedRows(rows, question)
            // Rows that are equal in the column may stand in any order among themselves.
            expect(walked.map((row) => valueOf(row, question.column))).toEqual(
              expected.map((row) => valueOf(row, question.column)),
            )
            expect(walked.toSorted(byId)).toEqual(expected.toSorted(byId))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  function byId(a: Interaction, b: Interaction): number {
    return a.id < b.id ? -1 : 1
  }

  test('deletions and patches between two lists show in the second, whatever was listed before (polis e, l)', async () => {
    const step = fc.record({
      at: fc.nat(),
      remove: fc.boolean(),
      campaignId: id(1),
      reason: fc.string({ maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(attributes, { minLength: 1, maxLength: 10 }),
        fc.array(step, { maxLength: 12 }),
        asked,
        async (bodies, steps, question) => {
          polis.mock.reset()
          for (const body of bodies) await polis.send('POST', '/v2/interactions', { body })
          let rows = await polis.list()
          await walk(question)
          for (const { at, remove, campaignId, reason } of steps) {
            const row = rows[at % Math.max(1, rows.length)]
            if (!row) break
            const operations = [
              { op: 'replace', path: '/campaignId', value: campaignId },
              { op: 'add', path: '/unavailableReason', value: reason },
            ]
            const headers = { etag: String(row.meta['etag']) }
            const { status, body } = remove
              ? await polis.send('DELETE', `/v2/interactions/${row.id}`, { headers })
              : await polis.patch(row.id, operations, headers.etag)
            expect(status).toBe(200)
            rows = remove
              ? rows.filter((each) => each !== row)
              : rows.map((each) => (each === row ? (body as Interaction) : each))
            const walked = await walk(question)
            expect(walked.toSorted(byId)).toEqual(expectedRows(rows, question).toSorted(byId))
          }
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('patches', () => {
  const start = {
    ...requiredAttributes,
    unavailableReason: 'Come Back',
    location: { lat: 1, lng: 2 },
    notes: { list: ['a', { b: 1 }, ['c']], map: { d: null, 'e/f': 2, 'g~h': 3 }, '': 'empty' },
  }

  const listPaths = [
    '/notes/list',
    '/notes/list/0',
    '/notes/list/1',
    '/notes/list/-',
    '/notes/list/1/b',
    '/notes/list/2/0',
  ]
  const mapPaths = [
    '/notes',
    '/notes/',
    '/notes/map',
    '/notes/map/d',
    '/notes/map/e~1f',
    '/notes/map/g~0h',
    '/notes/map/new',
  ]
  const known = [
    '/unavailableReason',
    '/location',
    '/location/lat',
    '/location/confidence',
    '/unavailable',
    '/successful',
  ]
  const odd = [
    '/survey',
    '/shoeSize',
    '/turfId',
    '/location/alt',
    '/campaignId/0',
    '/notes/map/d/x',
    '/notes/more/deep',
  ]
  const oddIndexes = ['/notes/list/9', '/notes/list/01', '/notes/list/x', '/notes/list/length', '/notes/list/2/-/0']
  const paths = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...listPaths, '/notes/list/2/-', '/notes/new', ...mapPaths) },
    { weight: 3, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: fc.constantFrom(...odd, ...oddIndexes) },
  )
  const scalars: readonly Json[] = [null, true, false, 0, 1.5, '', 'x']
  const values = fc.constantFrom<Json>(...scalars, [], ['y', []], {}, { lat: 3 }, { z: { y: 'x' } })
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    fc.record({ op: fc.constantFrom('add', 'add', 'replace', 'replace', 'test'), path: paths, value: values }),
    fc.record({ op: fc.constantFrom('move', 'copy'), from: paths, path: paths }),
    fc.record({ op: fc.constant('remove'), path: paths }),
  )

  test('any sequence of operations does what RFC 6902 says, or is refused and changes nothing (polis 29, 30, n)', async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 6 }), async (operations) => {
        polis.mock.reset()
        const created = (await polis.send('POST', '/v2/interactions', { body: start })).body as Interaction
        const { distance, ...data } = created.data
        const model = operations.reduce<Json | undefined>(
          (document, each) => (document === undefined ? undefined : applied(document, each)),
          data as Json,
        )
        const { status, body } = await polis.patch(created.id, operations, String(created.meta['etag']))
        const after = await polis.read(created.id)
        if (model === undefined || !isValid(model)) {
          expect({ status, after }).toEqual({ status: 400, after: created })
        } else {
          accepted++
          expect({ status, body }).toEqual({ status: 200, body: after })
          expect(after.data).toEqual({ ...(model as object), distance })
          expect(after.meta['etag']).not.toBe(created.meta['etag'])
        }
      }),
      { numRuns: 600 },
    )
    expect(accepted).toBeGreaterThan(50)
  })

  test('operations that would apply have no effect when one after them does not (polis 29, n)', async () => {
    const failing = fc.constantFrom<Operation>(
      { op: 'test', path: '/unavailable', value: 'never' },
      { op: 'remove', path: '/walklistId' },
      { op: 'replace', path: '/customerId', value: ids.unknown },
      { op: 'add', path: '/shoeSize', value: 1 },
      { op: 'replace', path: '/timestamp', value: 'now' },
    )
    const good = fc.constantFrom<Operation>(
      { op: 'replace', path: '/unavailableReason', value: 'Moved' },
      { op: 'add', path: '/turfId', value: ids.unknown },
      { op: 'add', path: '/location', value: { lat: 3 } },
      { op: 'copy', from: '/campaignId', path: '/statusId' },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(good, { minLength: 1, maxLength: 4 }),
        failing,
        fc.array(good, { maxLength: 2 }),
        async (before, bad, after) => {
          polis.mock.reset()
          const { text } = await polis.send('GET', `/v2/interactions/${ids.first}`)
          const { status } = await polis.patch(ids.first, [...before, bad, ...after], firstTag)
          expect(status).toBe(400)
          expect((await polis.send('GET', `/v2/interactions/${ids.first}`)).text).toBe(text)
        },
      ),
      { numRuns: 100 },
    )
  })
})

test('any JSON in a new interaction, in any order, comes back as it was sent, and again when it is read (polis 10, d, g)', async () => {
  const note = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom('"etag":""', { etag: '' }, { meta: { etag: '' } }),
  )
  const members = fc.shuffledSubarray(
    Object.entries({ ...requiredAttributes, note: null, location: { lng: 1, lat: 2 } }),
    {
      minLength: Object.keys(requiredAttributes).length + 2,
    },
  )
  await fc.assert(
    fc.asyncProperty(members, note, async (shuffled, value) => {
      const sent = { ...Object.fromEntries(shuffled), note: value }
      const body = JSON.stringify(sent)
      fc.pre(!/"__proto__"|"constructor"/.test(body))
      const created = await polis.send('POST', '/v2/interactions', { body })
      expect(created.status).toBe(201)
      const { id, data } = created.body as Interaction
      const { distance, ...own } = data
      expect(distance).toBeTypeOf('number')
      expect(own).toEqual(JSON.parse(body))
      expect(created.text).toBe(JSON.stringify(created.body))
      expect((await polis.send('GET', `/v2/interactions/${id}`)).text).toBe(created.text)
    }),
    { numRuns: 200 },
  )
})

test('any query is answered with a list or a refusal, never with a failure (polis 14, 17, 18, 19)', async () => {
  const name = fc.constantFrom('filter', 'filter[/data/campaignId]', 'filter[]', 'limit', 'skip', 'sort', 'sort[]')
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('0', '1', 'ASC', 'id', '["id","ASC"]', '{"/data/contactId":"x"}', '"', '\\', '[', '{', '%'),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 8 }), async (pairs) => {
      const { status } = await polis.send('GET', `/v2/interactions?${new URLSearchParams(pairs).toString()}`)
      expect([200, 400]).toContain(status)
    }),
    { numRuns: 300 },
  )
})
