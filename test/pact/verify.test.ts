import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateContracts } from '../../src/pact/generate.ts'
import { withUniqueNames } from '../../src/pact/unique-names.ts'
import { verifyContract } from '../../src/pact/verify.ts'
import type { VerifiedInteraction } from '../../src/pact/verified-interaction.ts'
import { targetAt, type Target } from '../../src/conform/target.ts'
import { smallApi, smallSeed } from './small-api.ts'

const api = smallApi()
const workshop = mkdtempSync(join(tmpdir(), 'understudy-verify-test-'))
const file = join(workshop, 'notes.pact.json')
beforeAll(() => generateContracts([api], [smallSeed], workshop))
afterAll(() => rmSync(workshop, { recursive: true, force: true }))

interface Seen {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly body: string
}

/** A server of notes that does what its spec says; `/states` is its hook. */
async function notesServer(
  onState: (
    body: { state: string; params: Record<string, unknown>; action: string },
    response: ServerResponse,
  ) => void = (_, response) => response.end('{}'),
) {
  const seen: Seen[] = []
  let archived = false
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const body = Buffer.concat(chunks).toString()
      if (url === '/states') {
        const change = JSON.parse(body) as { state: string; params: Record<string, unknown>; action: string }
        archived = change.action === 'setup'
        return onState(change, response)
      }
      seen.push({ method, url, authorization: headers.authorization, body })
      if (method === 'PUT') return response.writeHead(204).end()
      if (url === '/' || url.includes('/n9') || headers.authorization === undefined)
        return json(response, 404, { error: 'unknown' })
      return archived
        ? response.writeHead(410).end()
        : json(response, 200, { id: 'n1', text: 'milk', kind: 'short', tags: [] }, { version: 'v2' })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function hookTarget(url: string, more: Partial<Target> = {}): Target {
  return {
    ...targetAt(api, smallSeed, url),
    described: true,
    states: { kind: 'hook', url: `${url}/states`, headers: {}, unavailable: [] },
    ...more,
  }
}

function verdicts(results: readonly VerifiedInteraction[]): Record<string, string> {
  return Object.fromEntries(results.map(({ description, verdict }) => [description, verdict]))
}

const all = [
  'a request by nobody',
  'a request for a note',
  'a request for a note that is unknown',
  'a request for an archived note',
  'a request to keep a note',
]

test('credentials are added, states set by the hook, and values of the target take the place of ours', async () => {
  const states: unknown[] = []
  const server = await notesServer((change, response) => {
    states.push(change)
    response.end('{}')
  })
  const target = hookTarget(server.url, {
    variables: { firstNote: 'n77' },
    credentials: { ann: { authorization: 'Bearer real' }, bob: { authorization: 'Bearer bob' } },
  })
  const results = await verifyContract({ api, seed: smallSeed, target, source: { kind: 'file', file } })
  expect(verdicts(results)).toEqual(Object.fromEntries(all.map((description) => [description, 'passed'])))
  expect(states).toEqual([
    { state: 'the note is archived', params: { noteId: 'n77', year: 2021 }, action: 'setup' },
    { state: 'the note is archived', params: { noteId: 'n77', year: 2021 }, action: 'teardown' },
  ])
  expect(server.seen.slice(1).map(({ method, url, authorization }) => `${method} ${url} ${authorization}`)).toEqual([
    'GET /notes/n77 undefined',
    'GET /notes/n77 Bearer real',
    'GET /notes/n9 Bearer bob',
    'GET /notes/n77 Bearer real',
    'PUT /notes/n77 Bearer real',
  ])
  expect(JSON.parse(server.seen.at(-1)?.body ?? '')).toEqual({ id: 'n77', text: 'tea' })
  server.close()
})

test('a state that the hook refuses makes its interaction fail, and the message says why', async () => {
  const server = await notesServer((_, response) => response.writeHead(500).end('no archive today'))
  const results = await verifyContract({
    api,
    seed: smallSeed,
    target: hookTarget(server.url),
    source: { kind: 'file', file },
  })
  expect(results.find(({ description }) => description === 'a request for an archived note')).toMatchObject({
    verdict: 'failed',
    reasons: ['the state "the note is archived" could not be set: POST /states answered 500: no archive today'],
  })
  expect(results.filter(({ verdict }) => verdict === 'failed')).toHaveLength(1)
  server.close()
})

test('a difference from an assumption is told apart from a failure', async () => {
  const server = await notesServer()
  const picky = smallApi(
    (root) =>
      (root['paths']['/notes/{noteId}'].get.responses[404].content['application/json'].schema.properties.error = {
        type: 'integer',
      }),
  )
  const [contract] = await generateContracts([picky], [smallSeed], join(workshop, 'picky'))
  const results = await verifyContract({
    api,
    seed: smallSeed,
    target: hookTarget(server.url),
    source: { kind: 'file', file: contract?.file ?? '' },
  })
  expect(
    results.filter(({ verdict }) => verdict === 'assumption').map(({ description, reasons }) => [description, reasons]),
  ).toEqual([
    ['a request by nobody', [expect.stringContaining('body $.error')]],
    ['a request for a note that is unknown', [expect.stringContaining('body $.error')]],
  ])
  server.close()
})

test('what the target cannot do is skipped with the reason', async () => {
  const server = await notesServer()
  const target = hookTarget(server.url, {
    forbidden: ['putNote'],
    credentials: { ann: { authorization: 'Bearer real' } },
    states: { kind: 'hook', url: `${server.url}/states`, headers: {}, unavailable: ['the note is archived'] },
  })
  const results = await verifyContract({ api, seed: smallSeed, target, source: { kind: 'file', file } })
  expect(
    results.filter(({ verdict }) => verdict === 'skipped').map(({ description, reasons }) => [description, reasons[0]]),
  ).toEqual([
    ['a request for a note that is unknown', 'the target has no credential "bob"'],
    ['a request for an archived note', "the target says that this state can't be set: the note is archived"],
    ['a request to keep a note', 'the target forbids putNote'],
  ])
  server.close()
})

test('a server without a control plane is verified as far as it goes', async () => {
  const server = await notesServer()
  const results = await verifyContract({
    api,
    seed: smallSeed,
    target: { ...targetAt(api, smallSeed, server.url), described: true },
    source: { kind: 'file', file },
  })
  expect(verdicts(results)).toMatchObject({
    'a request for an archived note': 'skipped',
    'a request for a note': 'passed',
  })
  server.close()
})

test('a server that does not answer is said to be unreachable', async () => {
  await expect(
    verifyContract({
      api,
      seed: smallSeed,
      target: targetAt(api, smallSeed, 'http://127.0.0.1:1'),
      source: { kind: 'file', file },
    }),
  ).rejects.toMatchObject({
    code: 'TARGET_UNREACHABLE',
    exitCode: 3,
  })
})

test('pacts of a broker are read with the token, and a state that nobody can set is published as a failure', async () => {
  const server = await notesServer((_, response) => response.writeHead(400).end('unknown'))
  const broker = await fakeBroker()
  const results = await verifyContract({
    api,
    seed: smallSeed,
    target: hookTarget(server.url),
    source: {
      kind: 'broker',
      options: {
        pactBrokerUrl: broker.url,
        pactBrokerToken: 'secret',
        consumerVersionSelectors: [{ mainBranch: true }],
        providerVersion: '1.2.3',
        providerVersionBranch: 'main',
        publishVerificationResult: true,
      },
    },
  })
  expect(results).toMatchObject([
    { description: 'a request for the note of the day', verdict: 'passed' },
    {
      description: 'a request for a note in a state that nobody knows',
      verdict: 'failed',
      reasons: [expect.stringContaining('the moon is full')],
    },
  ])
  expect(new Set(broker.tokens)).toEqual(new Set(['Bearer secret']))
  expect(broker.published).toMatchObject([{ success: false, providerApplicationVersion: '1.2.3' }])
  broker.close()
  server.close()
})

test('results that the broker does not take are a failure', async () => {
  const server = await notesServer()
  const broker = await fakeBroker(500)
  const options = {
    pactBrokerUrl: broker.url,
    consumerVersionSelectors: [{ mainBranch: true }],
    providerVersion: '1.2.3',
    publishVerificationResult: true,
  }
  const results = await verifyContract({
    api,
    seed: smallSeed,
    target: hookTarget(server.url),
    source: { kind: 'broker', options },
  })
  expect(results.at(-1)).toMatchObject({ description: 'publishing the results', verdict: 'failed' })
  broker.close()
  server.close()
})

/** As much of a Pact Broker as the verifier asks for: one pact of one consumer. */
async function fakeBroker(writeStatus = 201) {
  const tokens: (string | undefined)[] = []
  const published: unknown[] = []
  const interaction = (description: string, providerState?: string) => ({
    description,
    ...(providerState !== undefined && { providerState }),
    request: { method: 'GET', path: '/notes/n1', headers: { authorization: 'Bearer app', tenant: 'north' } },
    response: { status: 200, body: { id: 'n1' } },
  })
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      tokens.push(request.headers.authorization)
      const base = `http://${request.headers.host}`
      const pact = `${base}/pacts/app`
      if (request.method === 'POST' && request.url === '/results')
        published.push(JSON.parse(Buffer.concat(chunks).toString()))
      const answers: Record<string, unknown> = {
        '/': {
          _links: {
            'pb:provider-pacts-for-verification': { href: `${base}/for-verification/{provider}`, templated: true },
          },
        },
        '/for-verification/notes': {
          _embedded: {
            pacts: [
              {
                shortDescription: 'latest',
                verificationProperties: { notices: [] },
                _links: { self: { href: pact, name: 'the pact' } },
              },
            ],
          },
          _links: { self: { href: `${base}/for-verification/notes` } },
        },
        '/pacticipants/notes': {
          name: 'notes',
          _links: {
            self: { href: `${base}/pacticipants/notes` },
            'pb:branch-version': { href: `${base}/branches/{branch}/{version}`, templated: true },
          },
        },
        '/pacts/app': {
          consumer: { name: 'app' },
          provider: { name: 'notes' },
          interactions: [
            interaction('a request for the note of the day'),
            interaction('a request for a note in a state that nobody knows', 'the moon is full'),
          ],
          metadata: { pactSpecification: { version: '2.0.0' } },
          _links: {
            self: { href: pact },
            'pb:provider': { href: `${base}/pacticipants/notes` },
            'pb:publish-verification-results': { href: `${base}/results` },
          },
        },
      }
      const answer = answers[request.url ?? '']
      const isWrite = request.url === '/results' || request.method === 'PUT'
      json(response, isWrite ? writeStatus : answer === undefined ? 404 : 200, answer ?? {}, {
        'content-type': 'application/hal+json',
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens,
    published,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

test('interactions of one description are told apart by their states', () => {
  const interaction = (name?: string) => ({
    description: 'a request',
    ...(name !== undefined && { providerStates: [{ name }] }),
    request: { method: 'GET', path: '/notes/n1' },
    response: { status: 200 },
  })
  const pact = {
    consumer: { name: 'app' },
    provider: { name: 'notes' },
    interactions: [
      interaction('the note is archived'),
      interaction(),
      interaction(),
      { ...interaction(), description: 'another' },
    ],
  }
  expect(withUniqueNames(pact).interactions.map(({ description }) => description)).toEqual([
    'a request (given the note is archived)',
    'a request (in any state)',
    'a request (in any state) #2',
    'another',
  ])
})
