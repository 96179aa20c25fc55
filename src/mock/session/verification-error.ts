import type { Assertion, Verdict } from './verify.ts'

/** An assertion on the journal that does not hold; its message lists what nearly matched, credentials masked. */
export class VerificationError extends Error {
  readonly assertion: Assertion
  readonly verdict: Verdict

  constructor(assertion: Assertion, verdict: Verdict) {
    super(describeVerdict(assertion, verdict))
    this.name = 'VerificationError'
    this.assertion = assertion
    this.verdict = verdict
  }
}

/** What a person wants to read of a verdict, over several lines. */
export function describeVerdict(
  { operationId, status }: Assertion,
  { verified, count, reason, nearMisses }: Verdict,
): string {
  const what = status === undefined ? operationId : `${operationId} with status ${status}`
  const head = verified ? `${what}: ${count} requests match` : `${what}: ${reason ?? 'the requests do not match'}`
  if (nearMisses.length === 0) return head
  const lines = nearMisses.map(({ id, differences }) => `  request ${id}: ${differences.join('; ')}`)
  return [head, 'What nearly matched, the latest first:', ...lines].join('\n')
}
