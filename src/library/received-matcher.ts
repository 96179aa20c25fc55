import { describeVerdict } from '../mock/session/verification-error.ts'
import type { SessionControl } from '../mock/session/session-control.ts'
import type { Assertion } from '../mock/session/verify.ts'

/** What an assertion needs of a mock, a session or the fixture `mock`. */
type Verifiable = Pick<SessionControl, 'verify'>

export interface MatcherResult {
  readonly pass: boolean
  message(): string
}

/**
 * `expect(mock).toHaveReceived('createPet')`, or with an assertion, `{ operationId: 'createPet', count: 2, body: { … } }`. Its message
 * lists what nearly matched. `.not` fails for any request that matches.
 */
export function toHaveReceived(mock: unknown, expected: string | Assertion): MatcherResult {
  const assertion = typeof expected === 'string' ? { operationId: expected } : expected
  const verdict = (mock as Verifiable).verify(assertion, { throws: false })
  return { pass: verdict.verified, message: () => describeVerdict(assertion, verdict) }
}
