import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ProxySummary } from '../../src/proxy/watcher.ts'
import { killAll, run, started } from '../support/cli.ts'
import { keeper, pets, petsFolders } from '../support/pets.ts'

const { openapi } = petsFolders()
let server: Server
let upstream: string

/** Pet 1 is as the spec has it, every other is a cow. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const kind = request.url === '/pets/1' ? 'cat' : 'cow'
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...pets[0], kind }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(killAll)

afterAll(() => new Promise((resolve) => void server.close(resolve).closeAllConnections()))

function proxyOf(target: string, ...more: readonly string[]): ReturnType<typeof started> {
  return started('proxy', 'pets', '--openapi', openapi, '--upstream', target, '--port', '0', ...more)
}

describe('understudy proxy', () => {
  test('ends with 0 when every answer was as specified, and has recorded them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-proxy-'))
    const proxy = await proxyOf(upstream, '--record', folder)
    expect((await fetch(`${proxy.url}/pets/1`, { headers: keeper })).status).toBe(200)
    const { code, stdout, stderr } = await proxy.end()
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('1 requests, 0 without an answer, 0 unknown to the spec')
    expect(stdout).toContain(`recorded into ${folder}: 1 pets`)
    expect(JSON.parse(readFileSync(join(folder, 'pets', 'pets.json'), 'utf8'))).toEqual([pets[0]])
  })

  test('ends with 3 when the server answered nothing at all', async () => {
    const nowhere = 'http://127.0.0.1:1'
    const proxy = await proxyOf(nowhere)
    expect((await fetch(`${proxy.url}/pets/1`, { headers: keeper })).status).toBe(502)
    const { code, stdout } = await proxy.end()
    expect(stdout).toContain('1 requests, 1 without an answer, 0 unknown to the spec')
    expect(code).toBe(3)
  })

  test('ends with 1 when an answer broke the spec, says so at once and sums it up', async () => {
    const json = join(mkdtempSync(join(tmpdir(), 'understudy-proxy-')), 'proxy.json')
    const proxy = await proxyOf(upstream, '--json', json)
    expect(await (await fetch(`${proxy.url}/pets/2`, { headers: keeper })).json()).toEqual({ ...pets[0], kind: 'cow' })
    await fetch(`${proxy.url}/plants`)
    const { code, stdout, stderr } = await proxy.end()
    expect(code).toBe(1)
    expect(stderr).toBe(
      `pets getPet: answer 200: body /kind must be equal to one of the allowed values [openapi/pets.yaml#/components/schemas/Kind/enum]
pets unknown operation: request (answered 200): there is no GET /plants in the spec [openapi/pets.yaml#/paths]
`,
    )
    expect(stdout).toContain('1 answers broke what the page states, 0 only an assumption\n1 requests broke the spec\n')
    expect(JSON.parse(readFileSync(json, 'utf8')) as ProxySummary).toMatchObject({
      requests: 2,
      unrouted: 1,
      brokenAnswers: { documented: 1, inferred: 0 },
    })
  })

  test.each([
    ['no upstream', ['proxy', 'pets'], '--upstream'],
    [
      'an upstream that is not a URL',
      ['proxy', 'pets', '--openapi', openapi, '--upstream', 'staging'],
      '--upstream: is not an http(s) URL: "staging"',
    ],
    [
      'an API that nobody knows',
      ['proxy', 'plants', '--openapi', openapi, '--upstream', 'http://127.0.0.1:1'],
      'there is no API "plants"',
    ],
  ])('ends with 2 for %s', async (_, args, message) => {
    expect(await run(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string })
  })
})
