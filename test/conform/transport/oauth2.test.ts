import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readTarget, type Target } from '../../../src/conform/target.ts'
import { openTransport } from '../../../src/conform/transport/open-transport.ts'
import { curlOf } from '../../../src/conform/report/curl.ts'
import { loadSeed } from '../../../src/fixtures/load.ts'
import type { Api } from '../../../src/openapi/api.ts'
import { loadApis } from '../../../src/openapi/load.ts'
import { ownFixtures, ownSpecs } from '../../../src/paths.ts'

const [api] = loadApis(ownSpecs, ['polis']) as [Api]
const seed = loadSeed(api, ownFixtures)
const closing: (() => void)[] = []

afterEach(() => closing.splice(0).forEach((close) => close()))

interface Issuer {
  readonly url: string
  /** Bodies and authorizations of the requests for a token. */
  readonly asked: { body: string; authorization: string | undefined }[]
  /** Tokens that the API was called with. */
  readonly used: (string | undefined)[]
}

/** Issues token-1, token-2, …; the API beside it takes those that `takes` says. */
async function issuer(
  expiresIn: number | undefined,
  takes: (token: string | undefined) => boolean,
  status = 200,
): Promise<Issuer> {
  const issued: Issuer = { url: '', asked: [], used: [] }
  const server = createServer(async (request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '')
    if (request.url !== '/token') {
      issued.used.push(token)
      return void response.writeHead(takes(token) ? 200 : 401).end(`you are ${token}`)
    }
    issued.asked.push({ body: await textOf(request), authorization: request.headers.authorization })
    const answer = { access_token: `token-${issued.asked.length}`, expires_in: expiresIn, error: 'invalid_client' }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return Object.assign(issued, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

function targetFor(url: string, oauth2: string): Target {
  const path = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'target.yaml')
  writeFileSync(
    path,
    `baseUrl: ${url}\ncredentials:\n  user-a:\n    oauth2: { tokenUrl: ${url}/token, clientId: me, clientSecret: '\${SECRET}', ${oauth2} }\n`,
  )
  return readTarget(path, api, seed, { SECRET: 'hush', PASSWORD: 'pssst' })
}

async function send(target: Target, times = 1): Promise<string[]> {
  const transport = openTransport(target)
  const headers = Object.entries(target.credentials['user-a'] ?? {})
  const shown: string[] = []
  for (let count = 0; count < times; count++) {
    const exchanged = await transport.send({ method: 'GET', path: '/me', headers })
    shown.push(`${JSON.stringify(exchanged)} ${curlOf(exchanged.sent, target.secrets)}`)
  }
  transport.close()
  return shown
}

test('a token is fetched once with the client credentials, sent, and shown nowhere', async () => {
  const server = await issuer(3600, () => true)
  const shown = await send(targetFor(server.url, "scope: 'a b'"), 3)
  expect(server.asked).toEqual([
    {
      body: 'grant_type=client_credentials&scope=a+b',
      authorization: `Basic ${Buffer.from('me:hush').toString('base64')}`,
    },
  ])
  expect(server.used).toEqual(['token-1', 'token-1', 'token-1'])
  expect(shown.join('')).not.toContain('token-1')
  expect(shown[0]).toContain(`-H 'authorization: Bearer '"$TOKEN_USER_A"''`)
})

test('the password flow sends name and password, and the client in the body if asked to', async () => {
  const server = await issuer(3600, () => true)
  await send(
    targetFor(server.url, "flow: password, username: ann, password: '${PASSWORD}', clientAuthentication: body"),
  )
  expect(server.asked).toEqual([
    {
      body: 'grant_type=password&username=ann&password=pssst&client_id=me&client_secret=hush',
      authorization: undefined,
    },
  ])
})

test('a token that has expired is renewed', async () => {
  const server = await issuer(0.000_1, () => true)
  await send(targetFor(server.url, ''), 2)
  expect(server.used).toEqual(['token-1', 'token-2'])
})

test('a fresh token that is refused is not fetched again and again', async () => {
  const server = await issuer(undefined, () => false)
  await send(targetFor(server.url, ''), 2)
  expect(server.asked).toHaveLength(1)
})

test('a server that gives no token ends the run, with the reason', async () => {
  const server = await issuer(3600, () => true, 400)
  await expect(send(targetFor(server.url, ''))).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining('/token: gives no token: 400 invalid_client'),
  })
})

test('the password flow without a password is refused with its place', () => {
  expect(() => targetFor('http://127.0.0.1:1', 'flow: password')).toThrow(/#\/credentials\/user-a\/oauth2/)
})
