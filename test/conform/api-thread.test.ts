import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApiThread } from '../../dist/conform/run/api-thread.js'
import { openApisUnderTest } from '../../src/conform/conformance-suite.ts'
import type { CaseResult } from '../../src/conform/report/report.ts'
import { runConformance } from '../../src/conform/run/run.ts'
import { UnderstudyError } from '../../src/errors.ts'
import { createUnderstudy, type Understudy } from '../../src/index.ts'

// A thread runs what was built: the sources are TypeScript.

const names = ['digitalchalk', 'dialogportal', 'regit']
const options = { randomCases: 1, maxCases: 60 }
let mock: Understudy

beforeAll(async () => (mock = await createUnderstudy({ apis: names })))
afterAll(() => mock.close())

const verdicts = (cases: readonly CaseResult[]): string[] => cases.map(({ id, verdict }) => `${id} ${verdict}`)

test('APIs of which a thread runs some come to the results that they come to without, in the same order', async () => {
  const thread = startApiThread(names, { baseUrl: mock.url })
  const heard = new Set<string>()
  const apis = openApisUnderTest(names, { baseUrl: mock.url })
  const beside = {
    ...thread,
    run: (...args: Parameters<typeof thread.run>) => (heard.add(args[0]), thread.run(...args)),
  }
  const [alone, together] = [await runConformance(apis, options), await runConformance(apis, options, beside)]
  thread.end()
  expect(heard).toContain('regit')
  expect(verdicts(together.cases)).toEqual(verdicts(alone.cases))
  expect(together.totals).toEqual(alone.totals)
  expect(together.operations).toEqual(alone.operations)
})

test('a finding of the thread has what was sent and what came', async () => {
  const broken = createServer((_, response) => response.writeHead(500).end('oops')).listen(0, '127.0.0.1')
  await once(broken, 'listening')
  const baseUrl = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`
  const thread = startApiThread(['digitalchalk'], { baseUrl })
  const run = await thread.run('digitalchalk', { ...options, maxCases: 6 }, undefined)
  thread.end()
  broken.close()
  const [failure] = run?.results.flatMap(({ failures }) => failures) ?? []
  const outcome = { kind: 'answer', status: 500, text: 'oops' }
  expect(failure).toMatchObject({ check: 'server-error', exchanges: [{ outcome }] })
  expect(failure?.curl).toContain(baseUrl)
})

test('what a thread cannot reach is the same error as without, and a thread that is over runs nothing', async () => {
  const thread = startApiThread(['regit'], { baseUrl: 'http://127.0.0.1:9' })
  const error = await thread.run('regit', options, undefined).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'UnderstudyError', code: 'TARGET_UNREACHABLE' })
  expect(new UnderstudyError('TARGET_UNREACHABLE', '').exitCode).toBe((error as UnderstudyError).exitCode)
  const last = thread.run('regit', options, undefined)
  thread.end()
  expect(await last).toBeUndefined()
  expect(await thread.run('regit', options, undefined)).toBeUndefined()
})
