import * as fc from 'fast-check'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { documentedPost, ids } from '../apis/polis-client.ts'

/** One thing that a user of a session does: a request to an API, or to the control plane. */
export interface Step {
  readonly request: InjectOptions
  /** Steers the session, so a comparison of its answers may leave it out. */
  readonly control?: boolean
}

/** The answer, as far as a client can tell two apart. */
export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

const polis = { authorization: 'Bearer polis-user-a' }
const chalk = { authorization: 'Bearer digitalchalk-admin' }
const json = { 'content-type': 'application/json' }
const USER = '6629aeada89133acedfad6d7d110123d'
const offerings = ['d931', 'd932', 'd933', 'd934', 'd935'].map((ending) => `89cd2eada89133acedfad6d766a2${ending}`)

const listUrl = (field: string, order: string): string =>
  `/v2/interactions?filter%5B%2Fdata%2FcampaignId%5D=${ids.campaign}&limit=10&skip=0&sort=%2F${field}&sort=${order}`

const control = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object): Step => ({
  control: true,
  request: { method, url: `/__mock/${path}`, ...(payload && { headers: json, payload }) },
})

/** Everything that changes or shows the state of a session, of two APIs; `key` tells its named snapshots from those of others. */
export function stepsOf(key: string): fc.Arbitrary<Step> {
  const id = fc.constantFrom<string>(ids.first, ids.second, ids.unknown)
  const requests: fc.Arbitrary<InjectOptions>[] = [
    id.map((each) => ({ method: 'GET', url: `/v2/interactions/${each}`, headers: polis })),
    fc
      .tuple(fc.constantFrom('meta/created', 'data/contactId', 'id'), fc.constantFrom('ASC', 'DESC'))
      .map(([field, order]) => ({ method: 'GET', url: listUrl(field, order), headers: polis })),
    fc.constant({ method: 'POST', url: '/v2/interactions', headers: { ...polis, ...json }, payload: documentedPost }),
    id.map((each) => ({ method: 'DELETE', url: `/v2/interactions/${each}`, headers: { ...polis, 'if-match': '*' } })),
    fc.constantFrom(...offerings).map((offeringId) => ({
      method: 'POST',
      url: '/dc/api/v5/registrations',
      headers: { ...chalk, ...json },
      payload: { userId: USER, offeringId },
    })),
    fc.constant({ method: 'GET', url: '/dc/api/v5/registrations/65ade781cc98d136543678191005431a', headers: chalk }),
    fc.constant({ method: 'GET', url: '/v2/nothing', headers: polis }),
    fc.constant({ method: 'POST', url: '/v2/interactions', headers: { ...polis, ...json }, payload: '{' }),
  ]
  const controls: fc.Arbitrary<Step>[] = [
    fc.constant(control('POST', 'reset')),
    fc.constant(control('GET', 'state')),
    fc.constant(control('GET', 'clock')),
    fc.constant(control('GET', 'requests')),
    fc.constant(control('GET', 'faults')),
    fc.nat(100_000).map((advanceMs) => control('PUT', 'clock', { advanceMs })),
    fc.constant(control('PUT', 'clock', { now: '2026-05-04T03:02:01.000Z' })),
    fc.constant(control('PUT', 'state', { polis: { interactions: [] } })),
    fc
      .constantFrom(
        'the customer has no interactions',
        'the offering is not open for registration',
        'the user is already registered in the offering',
      )
      .map((state) => control('POST', 'states', { state })),
    fc.constant(control('POST', 'states', { state: 'the customer has no interactions', action: 'teardown' })),
    fc
      .record({
        kind: fc.constant('status'),
        status: fc.constantFrom(429, 503),
        rate: fc.constantFrom(0.3, 0.7),
        phase: fc.constantFrom('before', 'after'),
      })
      .map((fault) => control('POST', 'faults', fault)),
    fc.constant(
      control('POST', 'faults', {
        kind: 'status',
        status: 500,
        count: 1,
        operationId: 'createInteraction',
        expiresInMs: 50_000,
      }),
    ),
    fc.constant(control('DELETE', 'faults')),
    fc.constant(control('POST', `snapshots/${key}`)),
    fc.constant(control('POST', `snapshots/${key}/restore`)),
  ]
  return fc.oneof(
    { weight: 3, arbitrary: fc.oneof(...requests).map((request) => ({ request })) },
    { weight: 2, arbitrary: fc.oneof(...controls) },
  )
}

export function told(answer: LightMyRequestResponse): Told {
  return { status: answer.statusCode, headers: answer.headers, body: answer.body }
}

interface Injects {
  inject(options: InjectOptions): Promise<LightMyRequestResponse>
}

export async function play(mock: Injects, steps: readonly Step[]): Promise<Told[]> {
  const answers: Told[] = []
  for (const { request } of steps) answers.push(told(await mock.inject(request)))
  return answers
}
