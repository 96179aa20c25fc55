import * as fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import type { Api, JsonObject, Operation } from '../../src/openapi/api.ts'
import { compileApi } from '../../src/openapi/compile.ts'
import { ids } from '../apis/polis-client.ts'

const json = { 'content-type': 'application/json' }

let mock: Understudy
let control: Api
/** A snapshot as a file. */
let file: string

beforeAll(async () => {
  mock = await createUnderstudy({ apis: ['polis', 'digitalchalk'], listen: false, maxSessions: 3 })
  const document = (await mock.inject('/__mock/openapi.json')).json<JsonObject>()
  control = compileApi({ file: 'control-plane.json', root: document })
  mock.snapshot('file')
  file = (await mock.inject('/__mock/snapshots/file')).body
  await mock.inject({ method: 'DELETE', url: '/__mock/snapshots/file' })
})

beforeEach(async () => {
  for (const url of ['/__mock/sessions/one', '/__mock/snapshots/one']) await mock.inject({ method: 'DELETE', url })
  mock.reset()
})

// The control plane's answers are checked like all others, and counted in the session that asked.
afterEach(() => expect(mock.violations()).toEqual([]))

afterAll(() => mock.close())

type Ask = readonly [status: number, request: InjectOptions, before?: readonly InjectOptions[]]

const call = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  payload?: object | string,
  headers: Record<string, string> = json,
): InjectOptions => ({
  method,
  url: `/__mock/${path}`,
  ...(payload !== undefined && { payload, headers }),
})
const session = call('POST', 'sessions', { id: 'one' })
const fault = call('POST', 'faults', { kind: 'drop' })
const override = call('POST', 'overrides', { operationId: 'getInteraction', status: 404 })
const snapshot = call('POST', 'snapshots/one')
const snapshotFile = 'the snapshot'
const manySnapshots = Array.from({ length: 1000 }, (_, n) => call('POST', `snapshots/n${n}`))
const manyOverrides = Array.from({ length: 100 }, () => override)
const manyFaults = Array.from({ length: 100 }, () => fault)

/** For every operation: what provokes each of its statuses. */
const asks: Readonly<Record<string, readonly Ask[]>> = {
  getControlDocument: [[200, call('GET', 'openapi.json')]],
  getHealth: [[200, call('GET', 'health')]],
  getCredentials: [[200, call('GET', 'credentials')]],
  getNotes: [[200, call('GET', 'notes')]],
  resetSession: [[204, call('POST', 'reset')]],
  getState: [[200, call('GET', 'state')]],
  putState: [
    [204, call('PUT', 'state', { polis: { interactions: [] } })],
    [400, call('PUT', 'state', { polis: { interactions: [{ id: 1 }] } })],
  ],
  listProviderStates: [[200, call('GET', 'states')]],
  setProviderState: [
    [200, call('POST', 'states', { state: 'the customer has no interactions' })],
    [400, call('POST', 'states', { state: 'all is well' })],
  ],
  listSessions: [
    [200, call('GET', 'sessions')],
    [400, call('GET', 'sessions?limit=0')],
  ],
  createSession: [
    [201, session],
    [400, call('POST', 'sessions', { from: 'nowhere' })],
    [409, session, [session]],
  ],
  deleteSession: [
    [204, call('DELETE', 'sessions/one'), [session]],
    [404, call('DELETE', 'sessions/one')],
    [409, call('DELETE', 'sessions/default')],
  ],
  listSnapshots: [[200, call('GET', 'snapshots')]],
  getSnapshot: [
    [200, call('GET', 'snapshots/one'), [snapshot]],
    [404, call('GET', 'snapshots/none')],
  ],
  putSnapshot: [
    [204, call('PUT', 'snapshots/one', snapshotFile)],
    [400, call('PUT', 'snapshots/one', {})],
    [409, call('PUT', 'snapshots/one', snapshotFile), manySnapshots],
  ],
  takeSnapshot: [
    [201, snapshot],
    [400, call('POST', 'snapshots/a%20b')],
    [409, snapshot, manySnapshots],
  ],
  deleteSnapshot: [
    [204, call('DELETE', 'snapshots/one'), [snapshot]],
    [404, call('DELETE', 'snapshots/none')],
  ],
  restoreSnapshot: [
    [204, call('POST', 'snapshots/one/restore'), [snapshot]],
    [404, call('POST', 'snapshots/none/restore')],
  ],
  getClock: [[200, call('GET', 'clock')]],
  putClock: [
    [200, call('PUT', 'clock', { advanceMs: 1 })],
    [400, call('PUT', 'clock', { advanceMs: 'much' })],
  ],
  listFaults: [[200, call('GET', 'faults'), [fault]]],
  addFault: [
    [201, fault],
    [400, call('POST', 'faults', {})],
    [409, fault, manyFaults],
  ],
  deleteFaults: [[204, call('DELETE', 'faults')]],
  deleteFault: [
    [204, call('DELETE', 'faults/fault-1'), [fault]],
    [404, call('DELETE', 'faults/fault-1')],
  ],
  listOverrides: [[200, call('GET', 'overrides'), [override]]],
  addOverride: [
    [201, override],
    [400, call('POST', 'overrides', { operationId: 'getInteraction', status: 418 })],
    [409, override, manyOverrides],
  ],
  deleteOverrides: [[204, call('DELETE', 'overrides')]],
  deleteOverride: [
    [204, call('DELETE', 'overrides/override-1'), [override]],
    [404, call('DELETE', 'overrides/override-1')],
  ],
  getViolations: [[200, call('GET', 'violations')]],
  listRequests: [
    [200, call('GET', 'requests'), [{ url: `/v2/interactions/${ids.first}` }]],
    [400, call('GET', 'requests?limit=many')],
  ],
  streamRequests: [
    [200, call('GET', 'requests/stream?limit=0')],
    [400, call('GET', 'requests/stream?limit=-1')],
  ],
  clearRequests: [[204, call('DELETE', 'requests')]],
  verifyRequests: [
    [200, call('POST', 'requests/verify', { operationId: 'getInteraction' })],
    [400, call('POST', 'requests/verify', {})],
  ],
  getCoverage: [
    [200, call('GET', 'coverage')],
    [400, call('GET', 'coverage?api=none')],
  ],
  clearCoverage: [[204, call('DELETE', 'coverage')]],
}

const bodied = (): Operation[] => control.operations.filter(({ requestBody }) => requestBody !== undefined)
const urlOf = ({ path }: Operation): string => path.replaceAll(/\{\w+\}/g, 'one')

test('describes every call of the control plane, and each has its place in this test', () => {
  expect(control.operations.map(({ id }) => id).toSorted()).toEqual(Object.keys(asks).toSorted())
  for (const call of [
    'GET /__mock/health',
    'POST /__mock/reset',
    'GET /__mock/state',
    'PUT /__mock/state',
    'POST /__mock/states',
    'GET /__mock/credentials',
    'POST /__mock/sessions',
    'DELETE /__mock/sessions/{id}',
    'POST /__mock/snapshots/{name}',
    'POST /__mock/snapshots/{name}/restore',
    'GET /__mock/clock',
    'PUT /__mock/clock',
    'GET /__mock/faults',
    'POST /__mock/faults',
    'DELETE /__mock/faults',
    'GET /__mock/overrides',
    'POST /__mock/overrides',
    'DELETE /__mock/overrides',
    'DELETE /__mock/overrides/{id}',
    'GET /__mock/requests',
    'DELETE /__mock/requests',
    'POST /__mock/requests/verify',
    'GET /__mock/violations',
    'GET /__mock/coverage',
  ]) {
    expect(control.operations.map(({ method, path }) => `${method} ${path}`)).toContain(call)
  }
})

describe.each(Object.entries(asks))('%s', (id, all) => {
  test.each(all.map((ask) => ({ ask, status: ask[0] })))(
    'answers $status',
    async ({ ask: [status, request, before = []] }) => {
      for (const each of before) await mock.inject(each)
      const options: InjectOptions = request
      const answer = await mock.inject(options.payload === snapshotFile ? { ...options, payload: file } : options)
      expect(answer.statusCode).toBe(status)
      expect(String(answer.headers['content-type'])).toMatch(
        status >= 400
          ? /^application\/problem\+json/
          : status === 204
            ? /^undefined$/
            : id === 'streamRequests'
              ? /^text\/event-stream/
              : /^application\/json/,
      )
      const operation = control.operations.find((each) => each.id === id)
      expect(Object.keys(operation?.responses ?? {})).toContain(String(status))
      if (before === manySnapshots)
        for (const { url } of before) await mock.inject({ method: 'DELETE', ...(url !== undefined && { url }) })
    },
  )

  test('has every status that it declares played above, but the too large and the not JSON', () => {
    const declared = Object.keys(control.operations.find((each) => each.id === id)?.responses ?? {})
    expect(new Set(all.map(([status]) => String(status)))).toEqual(
      new Set(declared.filter((status) => status !== '413' && status !== '415')),
    )
  })
})

describe('every call with a body', () => {
  const hostile: readonly (readonly [string, string])[] = [
    ['is cut off', '{"a":'],
    ['is null', 'null'],
    ['is a list', '[]'],
    ['is a text', '"text"'],
    ['has a member that nobody knows', '{"surplus":1}'],
    ['reaches for a prototype', '{"__proto__":{"a":1}}'],
  ]

  test.each(hostile)('refuses one that %s', async (_, payload) => {
    for (const operation of bodied()) {
      const before = (await mock.inject('/__mock/state')).body
      const answer = await mock.inject({
        method: operation.method as 'POST',
        url: urlOf(operation),
        headers: json,
        payload,
      })
      // `state` takes any API's name as a member, so a surplus one is an unknown API there.
      expect([operation.id, answer.statusCode, answer.headers['content-type']]).toEqual([
        operation.id,
        400,
        'application/problem+json',
      ])
      expect(['syntax', 'validation', 'rule']).toContain(answer.headers['x-mock-refused-by'])
      expect((await mock.inject('/__mock/state')).body).toBe(before)
    }
  })

  test('refuses one that is not JSON', async () => {
    for (const operation of bodied()) {
      const answer = await mock.inject({
        method: operation.method as 'POST',
        url: urlOf(operation),
        headers: { 'content-type': 'text/csv' },
        payload: 'a,b',
      })
      expect([operation.id, answer.statusCode]).toEqual([operation.id, 415])
    }
  })

  test('survives any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bodied()), fc.jsonValue(), async (operation, payload) => {
        const answer = await mock.inject({
          method: operation.method as 'POST',
          url: urlOf(operation),
          headers: json,
          payload: JSON.stringify(payload),
        })
        expect(Object.keys(operation.responses)).toContain(String(answer.statusCode))
        for (const id of ['one', 'two']) await mock.inject({ method: 'DELETE', url: `/__mock/sessions/${id}` })
      }),
      { numRuns: 300 },
    )
  })

  test('survives any member of the right name with a wrong value', async () => {
    const members = fc.constantFrom(
      'id',
      'from',
      'seed',
      'now',
      'kind',
      'status',
      'delayMs',
      'phase',
      'count',
      'rate',
      'header',
      'advanceMs',
      'mode',
      'state',
      'params',
      'action',
      'operationId',
      'body',
      'preset',
      'format',
      'clock',
      'ids',
      'faults',
      'rows',
      'polis',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...bodied()),
        fc.dictionary(
          members,
          fc.oneof(
            fc.jsonValue({ maxDepth: 2 }),
            fc.constantFrom('seed', 'session:default', 'status', 'before', 'real', 'setup', 'getInteraction', 'outage'),
          ),
        ),
        async (operation, payload) => {
          const answer = await mock.inject({
            method: operation.method as 'POST',
            url: urlOf(operation),
            headers: json,
            payload: { ...payload },
          })
          expect(Object.keys(operation.responses)).toContain(String(answer.statusCode))
          expect((await mock.inject('/__mock/health')).statusCode).toBe(200)
          const { sessions } = (await mock.inject('/__mock/sessions')).json<{ sessions: { id: string }[] }>()
          for (const { id } of sessions)
            if (id !== 'default') await mock.inject({ method: 'DELETE', url: `/__mock/sessions/${id}` })
        },
      ),
      { numRuns: 400 },
    )
  })
})

describe('every path', () => {
  test('refuses other methods with 405 and Allow', async () => {
    for (const path of new Set(control.operations.map((operation) => operation.path))) {
      const methods = control.operations.filter((operation) => operation.path === path).map(({ method }) => method)
      const other = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].find((method) => !methods.includes(method)) as 'PATCH'
      const answer = await mock.inject({ method: other, url: path.replaceAll(/\{\w+\}/g, 'one') })
      expect([path, answer.statusCode, answer.headers['x-mock-refused-by']]).toEqual([path, 405, 'routing'])
      for (const method of methods) expect(String(answer.headers['allow']).split(', ')).toContain(method)
    }
  })

  test('answers 404 below /__mock where there is nothing', async () => {
    const answer = await mock.inject('/__mock/nothing')
    expect([answer.statusCode, answer.headers['content-type'], answer.headers['x-mock-refused-by']]).toEqual([
      404,
      'application/problem+json',
      'routing',
    ])
  })
})

test('putting the state back as it was shown changes nothing', async () => {
  const before = await mock.inject('/__mock/state')
  mock.setState('the customer has no interactions')
  expect(
    (await mock.inject({ method: 'PUT', url: '/__mock/state', headers: json, payload: before.body })).statusCode,
  ).toBe(204)
  expect((await mock.inject('/__mock/state')).body).toBe(before.body)
})

test('a state with one bad row changes nothing at all', async () => {
  const before = (await mock.inject('/__mock/state')).body
  const answer = await mock.inject({
    method: 'PUT',
    url: '/__mock/state',
    headers: json,
    payload: { digitalchalk: { registrations: [] }, polis: { interactions: [{ id: 'x' }] } },
  })
  expect(answer.json<{ detail: string }>().detail).toMatch(/^\/polis\/interactions\/0/)
  expect((await mock.inject('/__mock/state')).body).toBe(before)
})
