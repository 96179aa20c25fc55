import type { Operation, Pointer, ResponseSpec } from '../openapi/api.ts'
import type { Context } from '../conform/context.ts'
import type { Correspondence } from './correspondence.ts'

/** One thing in which the target answers otherwise than the mock. */
export interface Difference {
  readonly pointer: Pointer
  /** Without values that change from walk to walk. */
  readonly message: string
  readonly expected: string
  readonly got: string
  readonly why: string | undefined
  readonly place: Place
}

/** Where in the answer it is, for the script that looks for it again. */
type Place =
  | { readonly kind: 'status' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'body'; readonly at: string; readonly change: 'missing' | 'extra' | 'value' | 'length' }

/** What both servers are compared by. */
export interface ComparisonContext {
  readonly context: Context
  readonly same: Correspondence
  /** Whether the target is known to have the rows of the seed. */
  readonly hasOurRows: boolean
}

/** Two answers of one declared status. */
export interface Whole extends ComparisonContext {
  readonly operation: Operation
  readonly spec: ResponseSpec
  /** How the operation names the response: `200`, `4XX` or `default`. */
  readonly key: string
  readonly status: number
}
