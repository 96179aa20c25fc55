import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { readBaseline, silencedBy } from '../../src/conform/run/baseline.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import type { RunOptions } from '../../src/conform/run/api-under-test.ts'
import { exitCodeOf } from '../../src/conform/report/exit-code.ts'
import { summaryOf } from '../../src/conform/report/summary.ts'
import { targetAt, type TargetOptions } from '../../src/conform/target.ts'
import type { Report } from '../../src/conform/report/report.ts'
import { UnderstudyError } from '../../src/errors.ts'
import type { Seed } from '../../src/fixtures/seed.ts'
import type { Api } from '../../src/openapi/api.ts'
import { loadApis } from '../../src/openapi/load.ts'
import { openShop, type Fault, type Shop } from '../../lab/faulty/shop.ts'

const api = loadApis(fileURLToPath(new URL('../../lab/faulty', import.meta.url)), ['shop'])[0] as Api
const seed: Seed = {
  api: 'shop',
  rows: {
    items: [{ id: '11111111-1111-4111-8111-111111111111', name: 'Chair', colour: 'green', size: 2, version: 1 }],
  },
  credentials: [{ id: 'user', description: 'a customer', headers: { authorization: 'Bearer shop-user' } }],
  states: [],
}

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function shopWith(fault?: Fault, options: { reset?: boolean; token?: string } = {}): Promise<Shop> {
  const shop = await openShop(fault, options)
  closing.push(() => shop.close())
  return shop
}

async function conform(shop: Pick<Shop, 'url'>, options: RunOptions & TargetOptions = {}): Promise<Report> {
  return runConformance([{ api, seed, target: targetAt(api, seed, shop.url, options) }], { randomCases: 2, ...options })
}

describe('a report', () => {
  test('groups what has one cause into one finding, with a command that shows it', async () => {
    const report = await conform(await shopWith('no maximum'), { randomCases: 0 })
    const finding = report.failures.find(
      ({ check, pointer }) => check === 'invalid-accepted' && pointer === '/components/schemas/Size/maximum',
    )
    expect(finding).toMatchObject({
      check: 'invalid-accepted',
      operation: 'createItem',
      tier: 'documented',
      message: 'a request that breaks this is answered with 201',
    })
    expect(finding?.example.curl).toContain(`--data-binary '{"name":"Lamp","colour":"red","size":10,"note":"bright"}'`)
    expect(exitCodeOf(report)).toBe(1)
    expect(finding?.title).toBe('accepts a body whose size is above the maximum (201)')
    expect(summaryOf(report)).toContain('invalid-accepted createItem: accepts a body')
  })

  test('keeps apart what did not come back when it was tried again', async () => {
    const report = await conform(await shopWith('flaky'), { randomCases: 0 })
    expect(report.flaky.map(({ check }) => check)).toContain('status-undeclared')
    expect(report.failures).toEqual([])
    expect(exitCodeOf(report)).toBe(0)
  })

  test('is silent about what the baseline knows, until its day has passed', async () => {
    const shop = await shopWith('false allow')
    const [first] = (await conform(shop, { randomCases: 0 })).failures.concat(
      (await conform(shop, { randomCases: 0 })).assumptions,
    )
    const entries = [{ key: first?.key ?? '', until: '2026-06-30', reason: 'known' }]
    const silent = await conform(shop, { randomCases: 0, baseline: { entries, today: '2026-06-30' } })
    expect(silent.silenced.map(({ key }) => key)).toEqual([first?.key])
    const late = await conform(shop, { randomCases: 0, baseline: { entries, today: '2026-07-01' } })
    expect(late.silenced).toEqual([])
  })

  test('takes an assumption that is not shared for a failure only when asked to be strict', async () => {
    const shop = await shopWith('no head')
    expect(exitCodeOf(await conform(shop, { randomCases: 0 }))).toBe(0)
    expect(exitCodeOf(await conform(shop, { randomCases: 0, strict: true }))).toBe(1)
  })
})

describe('a run', () => {
  test('sends only what changes nothing when it has to be safe', async () => {
    const shop = await shopWith()
    const report = await conform(shop, { safe: true })
    expect(new Set(shop.requests.map((request) => request.split(' ')[0]))).toEqual(new Set(['GET', 'HEAD', 'OPTIONS']))
    expect(report.notReached.map(({ reason }) => reason)).toContain(
      'only requests that change nothing are sent (--safe)',
    )
    expect(report.failures).toEqual([])
  })

  test('does not call what the target forbids', async () => {
    const shop = await shopWith()
    const target = { ...targetAt(api, seed, shop.url), forbidden: ['deleteItem'] }
    const report = await runConformance([{ api, seed, target }], { randomCases: 0 })
    expect(report.notReached.some(({ reason }) => reason === 'deleteItem must not be called on this server')).toBe(true)
  })

  test('runs only the cases that can raise the checks it is asked for', async () => {
    const report = await conform(await shopWith('no security'), { only: ['credentials-ignored'], randomCases: 0 })
    expect([...new Set(report.failures.map(({ check }) => check))]).toEqual(['credentials-ignored'])
    expect(report.totals.cases).toBeLessThan(60)
  })

  test('stops at the number of cases that it is given', async () => {
    expect((await conform(await shopWith(), { maxCases: 7 })).totals.cases).toBe(7)
  })

  test('sends no more requests a second than it may', async () => {
    const started = performance.now()
    const report = await conform(await shopWith(), { maxCases: 20, rate: 100 })
    expect(performance.now() - started).toBeGreaterThan((report.totals.requests - 1) * 10 - 5)
  })
})

describe('a server that cannot be tested', () => {
  const refused = async (
    server: Pick<Shop, 'url'>,
    options: RunOptions & TargetOptions = {},
  ): Promise<UnderstudyError> => {
    try {
      await conform(server, options)
    } catch (error) {
      if (error instanceof UnderstudyError) return error
      throw error
    }
    throw new Error('the run went through')
  }

  test('is not reached where nothing listens', async () => {
    const shop = await openShop()
    await shop.close()
    expect(await refused(shop)).toMatchObject({ code: 'TARGET_UNREACHABLE', exitCode: 3 })
  })

  test('is not reached when it never answers', async () => {
    const server = await listening(() => undefined)
    expect((await refused(server, { timeoutMs: 50 })).message).toContain('no complete answer within 50 ms')
  })

  test('is not reached when it speaks something else than HTTP', async () => {
    const socket = createSocketServer((connection) => {
      closing.unshift(() => connection.destroy())
      connection.end('SSH-2.0-understudy\r\n')
    })
    await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve))
    closing.push(() => new Promise((resolve) => socket.close(resolve)))
    expect(await refused({ url: `http://127.0.0.1:${(socket.address() as AddressInfo).port}` })).toMatchObject({
      exitCode: 3,
    })
  })

  test('is left alone at once when it refuses the credentials', async () => {
    const shop = await shopWith(undefined, { token: 'another' })
    expect((await refused(shop)).message).toContain('refuses the credentials of shop with 401')
    expect(shop.requests.length).toBeLessThan(12)
  })
})

test('a redirect is an answer, and is not followed', async () => {
  const server = await listening((request, response) => {
    response.writeHead(request.method === 'POST' ? 302 : 200, { location: '/elsewhere' }).end()
  })
  const report = await conform(server)
  expect(report.failures.map(({ message }) => message)).toContain(
    'every request is redirected with 302: give the address that it leads to as the base URL',
  )
})

async function listening(listener: RequestListener): Promise<{ url: string }> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe('a baseline file', () => {
  const file = (content: string): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'baseline.yaml')
    writeFileSync(path, content)
    return path
  }

  test('names findings, days and reasons', () => {
    const baseline = readBaseline(file('- { key: a, until: 2026-01-31, reason: known }'), '2026-01-31')
    expect(silencedBy(baseline, 'a')).toBe(true)
    expect(silencedBy(baseline, 'b')).toBe(false)
  })

  test.each([
    ['{ key: a }', ': must be an array'],
    ['- { until: 2026-01-31, reason: known }', '#/0/key: needs the key'],
    ['- { key: a, until: soon, reason: known }', '#/0/until: needs a day'],
    ['- { key: a, until: 2026-01-31 }', '#/0/reason: needs a reason'],
    ['- { key: a, until: 2026-01-31, reason: known, unti: 2026-02-01 }', '#/0/unti: is unknown'],
    ['- [', ': is not valid YAML'],
  ])('is refused with a place: %s', (content, message) => {
    expect(() => readBaseline(file(content), '2026-01-01')).toThrow(message)
  })
})
