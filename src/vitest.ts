import { expect, test as base, type TestAPI } from 'vitest'
import type { JournalEntry } from './mock/session/journal-entry.ts'
import type { RefusedBy } from './mock/handlers/handler.ts'
import type { Assertion } from './mock/session/verify.ts'
import type { SessionControl } from './mock/session/session-control.ts'
import type { Understudy, UnderstudySession } from './library/in-process.ts'
import { toHaveReceived } from './library/received-matcher.ts'
import { createUnderstudy } from './understudy.ts'
import type { UnderstudyOptions } from './assembly/understudy-options.ts'

declare module 'vitest' {
  interface Matchers<T> {
    /**
     * Whether a mock or a session was asked: an operationId, or an assertion on number, status and body. A failure lists what
     * nearly matched.
     */
    toHaveReceived(expected: string | Assertion): T
  }
}

expect.extend({ toHaveReceived })

/** What `understudy/vitest` takes beside the options of the mock. */
export interface MockTestOptions extends UnderstudyOptions {
  /** `allow`: no test fails because of requests that the specs forbid. Default `fail`. */
  readonly refusals?: 'fail' | 'allow'
}

/** The mock of one test: a session of its own, fresh at its beginning and gone at its end. */
export interface TestMock extends UnderstudySession {
  /** Moves the time of the session on. */
  advance(ms: number): void
  /**
   * Says that this test means to send requests which the specs forbid: of the given stages, or of any. Without it such a
   * request fails the test, however well the client took the refusal. A stage that is named has to refuse one, too.
   */
  expectRefusals(...by: RefusedBy[]): void
}

export type MockTest = TestAPI<{
  /** The mock of this test. */
  mock: TestMock
  /** The mock that all tests of the worker share, for what concerns all of them. */
  understudy: Understudy
}>

/** Vitest's `test` with the fixture `mock`, for a mock with options of its own. One mock serves a worker; each test gets a session. */
export function mockTest({ refusals = 'fail', ...options }: MockTestOptions = {}): MockTest {
  return base.extend<{ $worker: { understudy: Understudy }; $test: { mock: TestMock } }>({
    understudy: [
      // oxlint-disable-next-line no-empty-pattern -- Vitest reads the names of the fixtures that this one needs out of the pattern
      async ({}, use) => {
        const understudy = await createUnderstudy(options)
        await use(understudy)
        await understudy.close()
      },
      { scope: 'worker' },
    ],
    mock: async ({ understudy }, use) => {
      const session = understudy.createSession()
      const expected = new Set<RefusedBy>()
      let expectsAny = refusals === 'allow'
      await use(
        Object.create(session, {
          advance: { value: (ms: number) => session.clock.advance(ms) },
          expectRefusals: {
            value: (...by: RefusedBy[]) => {
              for (const each of by) expected.add(each)
              expectsAny ||= by.length === 0
            },
          },
        }) as TestMock,
      )
      const problems = [...problemsOf(session, expectsAny ? 'any' : expected), ...missing(session, expected)]
      session.close()
      if (problems.length > 0) throw new Error(problems.join('\n'))
    },
  })
}

/** Vitest's `test` with the fixture `mock`: all APIs of the package, time frozen, seed 1. */
export const test: MockTest = mockTest()

function problemsOf(session: SessionControl, expected: ReadonlySet<RefusedBy> | 'any'): string[] {
  const forbidden =
    expected === 'any' ? [] : session.refusals().filter(({ refusedBy }) => !(refusedBy && expected.has(refusedBy)))
  const violations = session.violations()
  const evicted = expected === 'any' ? 0 : session.evicted()
  return [
    ...(forbidden.length > 0
      ? ['The specs forbid what this test sent; if it means to, mock.expectRefusals() says so:']
      : []),
    ...forbidden.map(describe),
    ...(violations.length > 0 ? ['The mock broke its own specs:'] : []),
    ...violations.map(
      ({ operationId, status, message, pointer }) => `  ${operationId} ${status}: ${message} (${pointer})`,
    ),
    ...(evicted > 0
      ? [
          `${evicted} requests are no longer in the journal, so nobody can tell whether the specs forbid them; raise journalEntries or journalBytes.`,
        ]
      : []),
  ]
}

/** Stages of which the test said that they would refuse something, and none did. */
function missing(session: SessionControl, expected: ReadonlySet<RefusedBy>): string[] {
  // A rule of the API or a fault is no refusal of the specs, but may be expected all the same.
  const seen = new Set(session.requests().map(({ refusedBy }) => refusedBy))
  return [...expected]
    .filter((stage) => !seen.has(stage))
    .map((stage) => `mock.expectRefusals('${stage}') was said, but nothing was refused by ${stage}.`)
}

function describe({ method, path, query, status, refusedBy, response }: JournalEntry): string {
  const pointer = response.headers['x-mock-pointer']
  const rule = pointer === undefined ? '' : ` (${pointer})`
  return `  ${method} ${path}${query === '' ? '' : `?${query}`} → ${status}, refused by ${refusedBy}${rule}: ${JSON.stringify(response.body)}`
}
