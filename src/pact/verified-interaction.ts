/** What came of one interaction of a contract. */
export interface VerifiedInteraction {
  readonly api: string
  readonly description: string
  /** `assumption`: the server does not share what rests on an assumption of ours, or a pact calls pending. */
  readonly verdict: 'passed' | 'failed' | 'assumption' | 'skipped'
  /** What differs, or why it was skipped. */
  readonly reasons: readonly string[]
  readonly durationMs: number
  /** Whether it got no answer from a server that gave none until the end. */
  readonly unreachable?: boolean
}
