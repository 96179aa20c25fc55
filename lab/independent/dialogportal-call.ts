import type { HttpRequest } from './http.ts'
import type { Has } from './protocol.ts'

export interface State {
  next: number
  text?: unknown
  count: number
}

/** The account a path names and the group it ends with, both still encoded. */
export interface Target {
  readonly account: { readonly entityId: string } | { readonly key: string; readonly type: string }
  readonly groupId: string
}

export interface Call {
  readonly request: HttpRequest
  readonly has: Has
  readonly state: State
  readonly target: Target
}

export type Transaction = Readonly<Record<string, unknown>>
