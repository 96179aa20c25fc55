import type { Api, ApiName, Operation, OperationId, Pointer } from '../openapi/api.ts'
import type { GivenState } from '../openapi/scenario.ts'
import type { Seed } from '../fixtures/seed.ts'
import type { CheckId, Failure, Tier } from './check.ts'
import type { Target } from './target.ts'
import type { Exchanged, OutgoingRequest } from './transport/transport.ts'

/** One thing to try on a server: a request of its own, or a flow of several. */
export type Case = RequestCase | FlowCase

export type CaseKind =
  | 'example'
  | 'boundary'
  | 'mutation'
  | 'protocol'
  | 'security'
  | 'list'
  | 'state'
  | 'flow'
  | 'random'

interface CaseBase {
  /** Stable and unique: `polis/createInteraction: body.timestamp invalid-format`. */
  readonly id: string
  /** The part of the id behind the operation. */
  readonly name: string
  readonly kind: CaseKind
  readonly api: ApiName
  /** `undefined` where no operation applies: an unknown path. */
  readonly operation: Operation | undefined
  /** The checks that it can raise besides those made on every answer. */
  readonly checks: readonly CheckId[]
  /** The place in the spec that it puts to the test. */
  readonly pointer: Pointer
  readonly tier: Tier
  /** For an assumption: the reason that the spec gives for it. */
  readonly why?: string
  /** Provider states that have to hold before. */
  readonly given: readonly GivenState[]
  /** Whether a correct server is left as it was. */
  readonly changesNothing: boolean
}

export interface RequestCase extends CaseBase {
  readonly request: OutgoingRequest
  /** Whether nobody said which thing the path is to name: neither the spec nor the seed has one. */
  readonly guessed?: true
  readonly expectation: Expectation
}

/** Several requests, each depending on the answers before it. */
export interface FlowCase extends CaseBase {
  readonly play: (runner: FlowRunner) => Promise<Verdict>
}

export type Expectation =
  /** One of these statuses; any other 2xx is `success-status`, a refusal is `valid-refused`. */
  | { readonly kind: 'success'; readonly statuses: readonly string[] }
  /** One of these statuses; a success raises `accepted`, another refusal `refusal-status`. */
  | {
      readonly kind: 'refusal'
      readonly statuses: readonly string[]
      readonly accepted: CheckId
      readonly allow?: readonly string[]
      /** An example of the response: the answer has to have its properties. */
      readonly answer?: { readonly pointer: Pointer; readonly value: unknown }
      /** The request lacks what the page calls required: a success is a broken promise, whatever is known of errors. */
      readonly lacksRequired?: boolean
      /** What is refused is not there, whatever else the operation declares: no other refusal means that. */
      readonly isExact?: boolean
    }
  /** Only the checks that are made on every answer. */
  | { readonly kind: 'any' }

/** What a flow gets to work with; requests sent through it are recorded and paced. */
export interface FlowRunner {
  readonly api: Api
  readonly seed: Seed
  readonly target: Target
  send(request: OutgoingRequest): Promise<Exchanged>
  /** Remembers how to remove what this flow has created; called at the end, newest first, where the server can't be reset. */
  created(undo: () => Promise<void>): void
  /** Undoes what the answered request has done, where the spec links it to the operation that does; not where the server can be reset. */
  undo(exchanged: Exchanged): Promise<void>
  /** The answers with which this run has made things through an operation, where they stay for good. */
  earlier(operation: OperationId): readonly Exchanged[]
  /** Back to the seed; `false` where the server can't. */
  reset(): Promise<boolean>
  /** Sets a provider state; `undefined` when the target cannot. Values that the state provides otherwise. */
  setState(given: GivenState): Promise<Readonly<Record<string, unknown>> | undefined>
  /** Everything sent in this flow so far. */
  readonly exchanges: readonly Exchanged[]
}

export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly failures: readonly Failure[] }
  /** The server could not be brought to where the check begins: neither passed nor failed. */
  | { readonly kind: 'not-reached'; readonly reason: string }

/** Whether a case sends several requests, each depending on the answers before it. */
export function isFlow(testCase: Case): testCase is FlowCase {
  return 'play' in testCase
}
