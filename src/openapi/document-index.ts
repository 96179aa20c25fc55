import type { OperationHead } from './compile-operations.ts'
import type { FoundResource } from './find-resources.ts'

/** What only a walk through all of a document tells, as JSON: kept beside it, a second start needs no walk. */
export interface DocumentIndex {
  readonly operations: readonly OperationHead[]
  readonly resources: readonly FoundResource[]
}
