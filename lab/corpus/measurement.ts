/** What a document was good for. */
export interface Measurement {
  readonly file: string
  /** Why it does not load; nothing else was measured then. */
  readonly problem?: string
  readonly version: string
  readonly notes: number
  readonly operations: number
  /** Operations that answered a request without breaking the document. */
  readonly valid: number
  /** Operations whose request was refused as wrong. */
  readonly refused: number
  /** Operations that could not be sent anything. */
  readonly unsent: number
  /** Operations that the mock failed at, each with what it said. */
  readonly failed: readonly string[]
  /** Answers that broke the document, each with where. */
  readonly violations: readonly string[]
  /** Creates whose row could be read afterwards, of all that were taken. */
  readonly readable: number
  readonly created: number
  /** From reading the file to a mock that is ready. */
  readonly startMs: number
  /** Heap that the mock takes, in MiB. */
  readonly heapMib: number
  /** What the conformance suite says of the mock; missing where it was not asked. */
  readonly conform?: Conformance
}

/** A run of the conformance suite against the mock: each finding is false. */
export interface Conformance {
  /** Failures and flaky findings, each with its check, its operation and its place. */
  readonly findings: readonly string[]
  readonly cases: number
  readonly requests: number
  readonly notReached: number
  readonly durationMs: number
  /** It took longer than it may: the cases that were left are not counted. */
  readonly interrupted: boolean
}

export const unmeasured: Omit<Measurement, 'file'> = {
  version: '',
  notes: 0,
  operations: 0,
  valid: 0,
  refused: 0,
  unsent: 0,
  failed: [],
  violations: [],
  readable: 0,
  created: 0,
  startMs: 0,
  heapMib: 0,
}
