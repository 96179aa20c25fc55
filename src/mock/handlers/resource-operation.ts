import type { Api, CollectionSpec, Operation, ResourceUse } from '../../openapi/api.ts'
import type { RowMaker } from './complete-row.ts'
import type { AnswerShape } from './resource-answer.ts'
import type { Scope } from './resource-scope.ts'

/** An operation of a collection, with what its requests need. */
export interface Resource {
  readonly api: Api
  readonly operation: Operation
  readonly collection: CollectionSpec
  readonly use: ResourceUse
  readonly status: number
  readonly scope: Scope
  readonly answer: AnswerShape
  readonly rows: RowMaker
}
