import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { generateContracts } from '../../src/pact/generate.ts'
import type { VerifiedInteraction } from '../../src/pact/verified-interaction.ts'
import { verifyContract } from '../../src/pact/verify.ts'
import { targetAt } from '../../src/conform/target.ts'
import { runHere } from '../support/cli.ts'
import { smallApi, smallSeed } from './small-api.ts'

const api = smallApi()
const workshop = mkdtempSync(join(tmpdir(), 'understudy-silent-'))
const file = join(workshop, 'notes.pact.json')
const servers: Server[] = []

beforeAll(() => generateContracts([api], [smallSeed], workshop))
afterAll(() => rmSync(workshop, { recursive: true, force: true }))
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

/** A server of notes that hangs up instead of answering some of its requests, counted from 1; the first asks whether it is there. */
async function notesServer(isSilent: (request: number) => boolean): Promise<string> {
  let count = 0
  const server = createServer(({ url = '', method, headers, socket }, response) => {
    count++
    if (isSilent(count)) return void socket.destroy()
    const isKnown = url !== '/' && !url.includes('/n9') && headers.authorization !== undefined
    if (method === 'PUT') return void response.writeHead(204).end()
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json', version: 'v2' })
    response.end(JSON.stringify(isKnown ? { id: 'n1', text: 'milk', kind: 'short', tags: [] } : { error: 'unknown' }))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function verify(url: string): Promise<VerifiedInteraction[]> {
  const target = { ...targetAt(api, smallSeed, url), described: true, states: { kind: 'none' as const } }
  return verifyContract({ api, seed: smallSeed, target, source: { kind: 'file', file } })
}

test('an interaction that gets no answer fails with the reason; the others are played', async () => {
  const results = await verify(await notesServer((request) => request === 3 || request === 4))
  expect(results.map(({ description, verdict, reasons }) => [description, verdict, ...reasons])).toEqual([
    ['a request by nobody', 'passed'],
    ['a request for a note', 'failed', expect.stringMatching(/^the server gave no answer \(ECONNRESET\): /) as unknown],
    ['a request for a note that is unknown', 'passed'],
    ['a request for an archived note', 'skipped', expect.any(String) as unknown],
    ['a request to keep a note', 'passed'],
  ])
  expect(results.some(({ unreachable }) => unreachable === true)).toBe(false)
})

test('a server that dies ends the verification with 3, and the reports are written', async () => {
  const url = await notesServer((request) => request > 4)
  const reports = { json: join(workshop, 'dead.json'), junit: join(workshop, 'dead.xml') }
  const files = ['--json', reports.json, '--junit', reports.junit]
  const { code, stdout, stderr } = await runHere('pact', 'verify', 'digitalchalk', '--base-url', url, ...files)
  expect(code).toBe(3)
  expect(stderr).toMatch(/^understudy: \S+: the server no longer answers; at last: the server gave no answer/)
  const { results } = JSON.parse(readFileSync(reports.json, 'utf8')) as { results: VerifiedInteraction[] }
  expect(results.length).toBeGreaterThan(10)
  expect(results.at(-1)).toMatchObject({ verdict: 'failed', unreachable: true })
  expect(stdout.match(/^FAILED /gm)).toHaveLength(results.filter(({ verdict }) => verdict === 'failed').length)
  expect(readFileSync(reports.junit, 'utf8')).toContain('the server no longer answers')
})

test('a server that was never there ends it with 3, and the report says so', async () => {
  const json = join(workshop, 'never.json')
  const { code, stderr } = await runHere(
    'pact',
    'verify',
    'digitalchalk',
    '--base-url',
    'http://127.0.0.1:9',
    '--json',
    json,
  )
  expect(code).toBe(3)
  expect(stderr).toMatch(/^understudy: http:\/\/127\.0\.0\.1:9: does not answer \(ECONNREFUSED\)/)
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
    results: [{ api: 'digitalchalk', description: 'reaching the server', verdict: 'failed' }],
  })
})
