import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import { runDifferential } from '../../src/compare/run.ts'
import type { DifferentialOptions } from '../../src/compare/differential-options.ts'
import type { Finding, Report } from '../../src/conform/report/report.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'
import { petsFolders } from '../support/pets.ts'
import { alteringServer, inJson, type Passing } from '../pact/altering-server.ts'

const folders = petsFolders()
let mock: Understudy
let other: Understudy

beforeAll(async () => {
  mock = await createUnderstudy(folders)
  // Another build: other ids, another time.
  other = await createUnderstudy({ ...folders, seed: 99, now: '2031-05-06T07:08:09.000Z' })
})

afterAll(async () => {
  await mock.close()
  await other.close()
})

type Alter = Parameters<typeof alteringServer>[1]

/** Runs the walk against the other mock behind something that alters its answers. */
async function differences(
  alter: Alter,
  options: Partial<DifferentialOptions> = {},
): Promise<{ report: Report; url: string; close: () => Promise<void> }> {
  const server = await alteringServer(other.url, alter)
  const apisUnderTest = openApisUnderTest(['pets'], { baseUrl: server.url, ...folders })
  const report = await runDifferential(apisUnderTest, { mockUrl: mock.url, steps: 60, ...options })
  return { report, ...server }
}

/** Messages by operation, and how many requests the shortest walk has. */
function told(findings: readonly Finding[]): string[] {
  return findings.map(({ operation, message, example }) => `${operation}: ${message} (${example.exchanges.length})`)
}

function isRead({ method, path }: { method: string; path: string }): boolean {
  return method === 'GET' && /^\/pets\/[^/?]+$/.test(path)
}

describe('a server of another build', () => {
  test.each([1, 2, 3])('does not differ by its ids and times, seed %i', async (seed) => {
    const { report, close } = await differences(() => undefined, { seed, steps: 120 })
    expect(told([...report.failures, ...report.assumptions, ...report.flaky])).toEqual([])
    expect(report.totals).toMatchObject({ cases: 120, passed: 120, notReached: 0 })
    await close()
  })

  test('does not differ by the words of a refusal, more headers, an absolute Location or the order of members', async () => {
    const { report, close } = await differences((answer) => {
      answer.headers['x-build'] = '7'
      if (answer.headers['location'])
        answer.headers['location'] = `http://pets.example.com${answer.headers['location']}`
      inJson(answer, (body) => {
        if (answer.status >= 400) Object.assign(body, { title: 'No', detail: 'Other words.' })
        const members = Object.entries(body).toReversed()
        for (const [name] of members) delete body[name]
        Object.assign(body, Object.fromEntries(members))
      })
    })
    expect(told([...report.failures, ...report.assumptions])).toEqual([])
    await close()
  })

  test('gets the same requests from the same seed', async () => {
    const walks: string[][] = []
    for (const seed of [4, 4, 5]) {
      const walk: string[] = []
      const { close } = await differences((_, { method, path }) => void walk.push(`${method} ${path}`), {
        seed,
        steps: 40,
      })
      walks.push(walk)
      await close()
      other.reset()
    }
    expect(walks[1]).toEqual(walks[0])
    expect(walks[2]).not.toEqual(walks[0])
  })
})

describe('a faulty server', () => {
  const deleted = new Set<string>()
  test.each<[string, Alter, string]>([
    [
      'leaves out a header',
      (answer) => void delete answer.headers['location'],
      'createPet: 201: the header location is missing (1)',
    ],
    [
      'leaves out a member',
      (answer, request) => isRead(request) && inJson(answer, (body) => delete body['kind']),
      'getPet: 200: /kind is missing (1)',
    ],
    [
      'adds a member',
      (answer, request) => isRead(request) && inJson(answer, (body) => Object.assign(body, { age: 3 })),
      'getPet: 200: /age is there; the mock does not send it (1)',
    ],
    [
      'changes a value',
      (answer, request) => isRead(request) && inJson(answer, (body) => Object.assign(body, { name: 'Nobody' })),
      'getPet: 200: /name differs (1)',
    ],
    [
      'answers with another status',
      (answer, request) =>
        request.method === 'DELETE' && answer.status === 204 && Object.assign(answer, { status: 202 }),
      'deletePet: answered with 202; the mock answers 204 (1)',
    ],
    [
      'lists what is not there',
      (answer, { method, path }) =>
        method === 'GET' &&
        path.startsWith('/pets') &&
        inJson(answer, (body) => Array.isArray(body['items']) && (body['items'] as unknown[]).pop()),
      'listPets: 200: /items has another number of items (1)',
    ],
    [
      'lists in another order',
      (answer, { method, path }) =>
        method === 'GET' &&
        path.startsWith('/pets') &&
        inJson(answer, (body) => {
          if (Array.isArray(body['items'])) body['items'] = (body['items'] as unknown[]).toReversed()
        }),
      'listPets: 200: /items is in another order (1)',
    ],
    [
      'forgets that it has deleted something',
      forgetful(deleted),
      'deletePet: answered with 204; the mock answers 404 (2)',
    ],
    [
      'repeats an id',
      (answer, { method }) => method === 'POST' && answer.status === 201 && repeatId(answer),
      'createPet: 201: /id differs (2)',
    ],
  ])('that %s is found by the shortest walk', async (_, alter, message) => {
    deleted.clear()
    const { report, close } = await differences(alter, { steps: message.endsWith('(1)') ? 60 : 400 })
    expect(told(report.failures)).toContain(message)
    await close()
  })

  /** All that is created is called the same. */
  function repeatId(answer: Passing): void {
    const id = 'a3f1c2d4-0000-4000-8000-0000000000ff'
    answer.headers['location'] = `/pets/${id}`
    inJson(answer, (body) => Object.assign(body, { id }))
  }

  /** The second DELETE of one thing is answered as the first one was. */
  function forgetful(gone: Set<string>): Alter {
    return (answer, { method, path }) => {
      if (method !== 'DELETE') return
      if (answer.status === 204) gone.add(path)
      else if (gone.has(path) && answer.status === 404) Object.assign(answer, { status: 204, body: '' })
    }
  }
})

describe('the script of a difference', () => {
  const faults: [string, Alter, string][] = [
    ['a header', (answer) => void delete answer.headers['location'], 'the header location is missing'],
    [
      'a missing member',
      (answer, request) => isRead(request) && inJson(answer, (body) => delete body['kind']),
      '/kind is missing',
    ],
    [
      'a further member',
      (answer, request) => isRead(request) && inJson(answer, (body) => Object.assign(body, { age: 3 })),
      '/age is there',
    ],
    [
      'a value',
      (answer, request) => isRead(request) && inJson(answer, (body) => Object.assign(body, { kind: 'parrot' })),
      '/kind differs',
    ],
    [
      'a status',
      (answer, request) =>
        request.method === 'DELETE' && answer.status === 204 && Object.assign(answer, { status: 202 }),
      'answered with 202',
    ],
    [
      'a list',
      (answer, { method, path }) =>
        method === 'GET' &&
        path.startsWith('/pets') &&
        inJson(answer, (body) => Array.isArray(body['items']) && (body['items'] as unknown[]).pop()),
      'another number of items',
    ],
  ]

  test.each(faults)('of %s exits 1 while it is there, and 0 when it is gone', async (_, alter, message) => {
    let isFaulty = true
    const { report, close } = await differences((answer: Passing, request) => void (isFaulty && alter(answer, request)))
    const script = report.failures.find((each) => each.message.includes(message))?.example.script ?? ''
    expect(await run(script)).toBe(1)
    isFaulty = false
    expect(await run(script)).toBe(0)
    await close()
  })

  test('takes ids out of the answers', async () => {
    const { report, close } = await differences(
      (answer, { method, path }) =>
        method === 'GET' &&
        !path.startsWith('/pets/a3f1') &&
        isRead({ method, path }) &&
        answer.status === 200 &&
        void Object.assign(answer, { status: 404, body: '{}' }),
    )
    const finding = report.failures.find(({ operation }) => operation === 'getPet')
    expect(told(finding ? [finding] : [])).toEqual(['getPet: answered with 404; the mock answers 200 (2)'])
    expect(finding?.example.script).toMatch(/v1=\$\(header location \|.*\n[^]*\/pets\/'"\$v1"''/)
    expect(await run(finding?.example.script ?? '')).toBe(1)
    await close()
  })
})

describe('a server that cannot be set back', () => {
  /** Only the control plane is missing. */
  const withoutControl: Alter = () => undefined

  async function walk(alter: Alter): Promise<Report> {
    other.reset()
    const server = await alteringServer(other.url, alter, { hides: '/__mock/' })
    const report = await runDifferential(openApisUnderTest(['pets'], { baseUrl: server.url, ...folders }), {
      mockUrl: mock.url,
      steps: 120,
    })
    await server.close()
    return report
  }

  test('is walked through once, and what was created is removed', async () => {
    const report = await walk(withoutControl)
    expect(told([...report.failures, ...report.assumptions])).toEqual([])
    const { items } = (await other.inject({ url: '/pets', headers: { authorization: 'Bearer keeper' } })).json<{
      items: { name: string }[]
    }>()
    expect(items.length).toBeLessThanOrEqual(3)
  })

  test('is not blamed for what follows from going another way', async () => {
    const report = await walk(
      (answer, { method }) =>
        method === 'POST' && answer.status === 201 && void Object.assign(answer, { status: 400, body: '{}' }),
    )
    expect(told(report.failures).map((each) => each.replace(/ \(\d+\)/, ''))).toEqual([
      'createPet: answered with 400; the mock answers 201',
    ])
    expect(report.notReached.map(({ reason }) => reason)).toContain(
      'the servers went different ways before, and the target cannot be set back',
    )
  })
})

test('a server that is not there is no difference', async () => {
  const apisUnderTest = openApisUnderTest(['pets'], { baseUrl: 'http://127.0.0.1:1', ...folders })
  await expect(runDifferential(apisUnderTest, { mockUrl: mock.url })).rejects.toMatchObject({
    code: 'TARGET_UNREACHABLE',
    exitCode: 3,
  })
})

async function run(script: string): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-s'], { stdio: ['pipe', 'ignore', 'ignore'] })
    child.on('close', resolve)
    child.stdin.end(script)
  })
}
