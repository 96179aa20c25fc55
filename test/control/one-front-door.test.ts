import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type NewFault, type Understudy } from '../../src/index.ts'
import { valueAt } from '../../src/openapi/pointer.ts'

let mock: Understudy

beforeAll(async () => {
  mock = await createUnderstudy({ apis: ['polis'], listen: false })
})

beforeEach(() => mock.reset())

afterAll(() => mock.close())

const ask = async (
  method: 'GET' | 'POST',
  path: string,
  payload?: object,
): Promise<{ status: number; detail: string; pointer: string }> => {
  const { statusCode, headers, body } = await mock.inject({
    method,
    url: `/__mock/${path}`,
    ...(payload && { payload }),
  })
  const { detail = '' } = JSON.parse(body) as { detail?: string }
  return { status: statusCode, detail, pointer: String(headers['x-mock-pointer']) }
}

/** In process TypeScript refuses most of these; a test in JavaScript, or one that reads them from a file, has no such help. */
const untyped = (value: unknown): never => value as never

describe('what HTTP refuses with 400, the library throws as wrong usage', () => {
  test.each<[string, object, RegExp]>([
    [
      'an operation that does not exist',
      { operationId: 'getInteractions', count: 0 },
      /no operation "getInteractions"/,
    ],
    ['no operation at all', { count: 0 }, /operationId/],
    ['a status that is none', { operationId: 'getInteraction', status: 'ok' }, /status/],
    ['a count below zero', { operationId: 'getInteraction', count: -1 }, /count/],
    ['a property that nobody knows', { operationId: 'getInteraction', times: 1 }, /times/],
    ['bounds that no count fits', { operationId: 'getInteraction', count: { atLeast: 2, atMost: 1 } }, /no count/i],
  ])('verify: %s', async (_, assertion, message) => {
    const { status, detail } = await ask('POST', 'requests/verify', assertion)
    expect([status, detail]).toEqual([400, expect.stringMatching(message)])
    expect(() => mock.verify(untyped(assertion))).toThrow(message)
    expect(() => mock.verify(untyped(assertion))).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })

  test.each<[string, object, RegExp]>([
    ['a preset that nobody knows', { preset: 'rate-limit' }, /preset .*rate-limited/],
    ['neither kind nor preset', { status: 503 }, /kind/],
    ['a status that is none', { kind: 'status', status: 1000 }, /status must be <= 599/],
    ['a success as a status', { kind: 'status', status: 200 }, /status must be >= 400/],
    ['an operation that is not served', { kind: 'drop', operationId: 'getPet' }, /no operationId "getPet"/],
    ['a property that nobody knows', { kind: 'drop', often: true }, /often/],
  ])('fault: %s', async (_, rule, message) => {
    const { status, detail } = await ask('POST', 'faults', rule)
    expect([status, detail]).toEqual([400, expect.stringMatching(message)])
    expect(() => mock.fault(rule as NewFault)).toThrow(message)
    expect((await mock.inject('/__mock/faults')).json()).toMatchObject({ faults: [] })
  })

  test.each<[string, object, RegExp]>([
    ['an unknown name lists the known ones', { state: 'all is well' }, /known: .*"the customer has no interactions"/],
    [
      'an unknown parameter lists the known ones',
      { state: 'the customer has no interactions', params: { colour: 'red' } },
      /no parameter colour; it takes/,
    ],
  ])('setState: %s', async (_, request, message) => {
    const { state, params } = request as { state: string; params?: Record<string, unknown> }
    const { status, detail } = await ask('POST', 'states', request)
    expect([status, detail]).toEqual([400, expect.stringMatching(message)])
    expect(() => mock.setState(state, params)).toThrow(message)
  })

  test('a filter of the journal that names nothing', async () => {
    expect(await ask('GET', 'requests?operationId=getPet')).toMatchObject({ status: 400 })
    expect(() => mock.requests({ operationId: 'getPet' })).toThrow('no operationId "getPet"')
  })

  test('the name of a snapshot, and how many there may be', async () => {
    expect(await ask('POST', 'snapshots/a%20b')).toMatchObject({ status: 400 })
    expect(() => mock.snapshot('a b')).toThrow('up to 64 letters')
  })
})

test.each(['setup', 'teardown'] as const)(
  'the empty state of the Pact verifier changes nothing at %s',
  async (action) => {
    const before = (await mock.inject('/__mock/state')).body
    expect(await ask('POST', 'states', { state: '', params: {}, action })).toMatchObject({ status: 200 })
    expect((await mock.inject('/__mock/state')).body).toBe(before)
  },
)

test.each([
  ['a property of a body', 'POST', 'faults', { kind: 'status', status: 200 }],
  ['a property of a shared schema', 'POST', 'states', { state: 1 }],
  ['a parameter', 'GET', 'requests?limit=0', undefined],
  ['a parameter that is unknown', 'GET', 'requests?limits=1', undefined],
  ['an unknown row', 'POST', 'snapshots/none/restore', undefined],
] as const)('x-mock-pointer leads to a place in the document: %s', async (_, method, path, payload) => {
  const { pointer } = await ask(method, path, payload)
  const document = (await mock.inject('/__mock/openapi.json')).json<object>()
  expect(pointer).toMatch(/^\//)
  expect(valueAt(document, pointer)).toBeDefined()
})

test('a body that is too large is told the limit of the control plane, not of the APIs', async () => {
  const answer = await mock.inject({
    method: 'PUT',
    url: '/__mock/state',
    headers: { 'content-type': 'application/json', 'content-length': String(2 ** 30) },
    payload: '{}',
  })
  expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
    413,
    `The body is larger than ${256 * 2 ** 20} bytes.`,
  ])
  expect(answer.headers['x-mock-refused-by']).toBe('size')
})

test('only a call that may come without its body says so in the document', async () => {
  const { paths } = (await mock.inject('/__mock/openapi.json')).json<{
    paths: Record<string, Record<string, { requestBody?: { required: boolean } }>>
  }>()
  const optional = Object.values(paths)
    .flatMap((item) => Object.values(item))
    .filter(({ requestBody }) => requestBody?.required === false)
  expect(optional).toEqual([expect.objectContaining({ operationId: 'createSession' })])
})
