import type { ApiName, OperationId, Pointer } from '../openapi/api.ts'
import type { CheckId } from './checks/registry.ts'
import type { Exchanged } from './transport/transport.ts'

/** Whether the vendor's page states it, or we do (`x-inferred`). */
export type Tier = 'documented' | 'assumed'

export { checks, type CheckId } from './checks/registry.ts'

/** One way in which the server under test differs from its spec. Never thrown: a value like any other. */
export interface Failure {
  readonly check: CheckId
  readonly api: ApiName
  /** `undefined` where no operation applies: an unknown path. */
  readonly operation: OperationId | undefined
  /** The id of the case that found it. */
  readonly caseId: string
  /** Into the spec: the keyword, response, header or operation whose promise is broken. */
  readonly pointer: Pointer
  /** One sentence without ids, times and other values that change from case to case: equal messages are one finding. */
  readonly message: string
  readonly expected: string
  readonly got: string
  readonly tier: Tier
  /** For an assumption: the reason that the spec gives for it. */
  readonly why?: string
  /** What was sent and what came, in order; the last one shows the failure. */
  readonly exchanges: readonly Exchanged[]
  /** A shell command that repeats the last request; secrets stand in it as environment variables. */
  readonly curl: string
  /** The same for every request, in order. */
  readonly curls: readonly string[]
  /** Of a walk beside the mock (`--against-mock`): a shell script that exits 1 while the failure is there. */
  readonly script?: string
}
