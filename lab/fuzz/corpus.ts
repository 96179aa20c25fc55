import type { Understudy } from '../../src/index.ts'
import type { Api, Operation } from '../../src/openapi/api.ts'
import type { Parameter } from '../../src/openapi/parameter.ts'
import { type Scenario, scenariosOf } from '../../src/openapi/scenario.ts'
import type { RawRequest } from './raw-request.ts'

type Headers = Readonly<Record<string, string>>

/** Every documented request of every API that a mock serves, and the calls of its control plane. */
export async function corpusOf(mock: Understudy): Promise<RawRequest[]> {
  const credentials = (await mock.inject('/__mock/credentials')).json<
    Record<string, { id: string; headers: Headers }[]>
  >()
  const documented = mock.apis.flatMap((api) =>
    api.operations.flatMap((operation) =>
      scenariosOf(api, operation).map((scenario) => requestOf(api, operation, scenario, credentials[api.name] ?? [])),
    ),
  )
  return [...documented, ...controlRequests(mock)]
}

function requestOf(
  api: Api,
  operation: Operation,
  scenario: Scenario,
  credentials: readonly { id: string; headers: Headers }[],
): RawRequest {
  const { credential } = scenario
  const row = credential === undefined ? credentials[0] : credentials.find(({ id }) => id === credential)
  const query = valuesIn('query', operation, scenario).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(value))}`,
  )
  const path = valuesIn('path', operation, scenario).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(textOf(value))),
    operation.path,
  )
  const [type, body] = bodyOf(operation, scenario)
  const headers = {
    ...row?.headers,
    ...Object.fromEntries(valuesIn('header', operation, scenario).map(([name, value]) => [name, textOf(value)])),
  }
  return raw(operation.method, `${api.bases[0] ?? ''}${path}${query.length > 0 ? `?${query.join('&')}` : ''}`, body, {
    ...headers,
    ...(type !== undefined && { 'content-type': type }),
  })
}

function valuesIn(place: Parameter['in'], operation: Operation, scenario: Scenario): [string, unknown][] {
  return operation.parameters
    .filter((parameter) => parameter.in === place)
    .flatMap((parameter): [string, unknown][] => {
      const own = Object.entries(scenario.parameters).find(
        ([name]) => name.toLowerCase() === parameter.name.toLowerCase(),
      )
      const value = own ? own[1] : Object.values(parameter.examples)[0]?.value
      return value === undefined || value === null ? [] : [[parameter.name, value]]
    })
}

function bodyOf({ requestBody }: Operation, scenario: Scenario): [type: string | undefined, body: string] {
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? []
  if (type === undefined) return [undefined, '']
  if (scenario.rawBody !== undefined) return [scenario.contentType ?? type, scenario.rawBody]
  if (type === 'multipart/form-data') return [`${type}; boundary=b`, FORM]
  const example =
    scenario.example === undefined ? Object.values(media?.examples ?? {})[0] : media?.examples[scenario.example]
  const value = scenario.body ?? example?.value
  return [scenario.contentType ?? type, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')]
}

const FORM =
  '--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n'

function controlRequests({ apis }: Understudy): RawRequest[] {
  const operationId = apis[0]?.operations[0]?.id
  const calls: [method: string, path: string, body?: unknown][] = [
    ['GET', '/__mock/health'],
    ['GET', '/__mock/openapi.json'],
    ['POST', '/__mock/reset'],
    ['GET', '/__mock/state'],
    ['PUT', '/__mock/state', {}],
    ['PUT', '/__mock/state', Object.fromEntries(apis.map(({ name }) => [name, {}]))],
    ['POST', '/__mock/states', { state: 'nothing', params: { id: 1 }, action: 'setup' }],
    ['GET', '/__mock/credentials'],
    ['POST', '/__mock/sessions', { from: 'seed', seed: 3, now: '2026-01-01T00:00:00Z' }],
    ['DELETE', '/__mock/sessions/nobody'],
    ['POST', '/__mock/snapshots/one'],
    ['POST', '/__mock/snapshots/one/restore'],
    ['GET', '/__mock/clock'],
    ['PUT', '/__mock/clock', { now: '2026-02-03T04:05:06Z' }],
    ['PUT', '/__mock/clock', { advanceMs: 1000 }],
    ['GET', '/__mock/faults'],
    ['POST', '/__mock/faults', { kind: 'status', status: 503, operationId, count: 1, rate: 1 }],
    ['DELETE', '/__mock/faults/fault-1'],
    ['GET', '/__mock/overrides'],
    ['POST', '/__mock/overrides', { operationId, status: 200, body: {}, times: 1, unchecked: true }],
    ['GET', '/__mock/requests?limit=5'],
    ['POST', '/__mock/requests/verify', { operationId, count: { atLeast: 1 }, body: { a: [1] } }],
    ['GET', '/__mock/violations'],
    ['GET', '/__mock/coverage'],
    ['GET', '/__mock/notes'],
    ['GET', '/docs'],
    ['GET', '/'],
  ]
  return calls.map(([method, path, body]) =>
    raw(
      method,
      path,
      body === undefined ? '' : JSON.stringify(body),
      body === undefined ? {} : { 'content-type': 'application/json' },
    ),
  )
}

function raw(method: string, target: string, text: string, headers: Headers): RawRequest {
  const body = Buffer.from(text)
  const length = body.length === 0 && ['GET', 'HEAD', 'DELETE', 'OPTIONS'].includes(method) ? undefined : body.length
  const own: [string, string][] = [['Host', 'localhost'], ['Connection', 'close'], ...Object.entries(headers)]
  return { method, target: target === '' ? '/' : target, version: 'HTTP/1.1', headers: own, body, length }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
