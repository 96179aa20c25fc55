import type { Problem } from './cloud-payments-problem.ts'
import type { Person } from './cloud-payments-people.ts'
import type { HttpRequest } from './http.ts'
import type { Ids } from './ids.ts'
import type { Has } from './protocol.ts'

export type OperationName = 'self' | 'privilege' | 'status'

export type Body = Readonly<Record<string, unknown>>

export interface State {
  people: Map<string, Person>
  ids: Ids
}

/** One call: what came, who called, and what is kept. */
export interface Call {
  readonly request: HttpRequest
  readonly operation: OperationName | undefined
  readonly has: Has
  readonly state: State
}

/** A registration or a change of status, when nothing about the request itself is wrong. */
export interface Checked extends Call {
  readonly operation: OperationName
  readonly tenant: string
  readonly caller: Person | undefined
  readonly body: Body
}

export interface Failure {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly problems?: readonly Problem[]
  readonly headers?: Readonly<Record<string, string>>
}

export const CODES: Readonly<Record<number, string>> = {
  400: 'INVALID_REQUEST',
  401: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
}
