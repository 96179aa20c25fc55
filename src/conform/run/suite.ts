import type { Case, Verdict } from '../case.ts'
import { runCase } from './run-case.ts'
import { withoutOwnRows } from './adjust-verdict.ts'
import { cleanUp } from './clean-up.ts'
import { openSession } from './open-session.ts'
import { select } from './select.ts'
import type { RunOptions, ApiUnderTest } from './api-under-test.ts'

/** The cases of one API and a server to try them on, for a test file with one test a case. */
export interface Suite {
  readonly cases: readonly Case[]
  /** Brings the server to where the case begins, as far as it lets itself be brought there, and runs it. */
  run(testCase: Case): Promise<Verdict>
  /** Removes what the cases have created, and closes the connections. */
  close(): Promise<void>
}

/** Opens the suite of one API. Throws TARGET_UNREACHABLE when the server does not answer. */
export async function openSuite(apiUnderTest: ApiUnderTest, options: RunOptions = {}): Promise<Suite> {
  const { session, cases, close } = await openSession(apiUnderTest, options)
  const selected = select(cases, apiUnderTest.target, options)
  const skipped = new Map(selected.map((each) => [each.testCase, each.skipped]))
  return {
    cases: selected.map((each) => each.testCase),
    run: async (each) => {
      const reason = skipped.get(each)
      return reason === undefined
        ? withoutOwnRows(session, await runCase(session, each))
        : { kind: 'not-reached', reason }
    },
    close: async () => {
      await cleanUp(session)
      close()
    },
  }
}
