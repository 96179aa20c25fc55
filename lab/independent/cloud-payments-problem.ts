import { Crash, type Has } from './protocol.ts'

/** One thing that is wrong with a body. */
export interface Problem {
  readonly field: string
  readonly text: string
}

export type Body = Readonly<Record<string, unknown>>

/** Where a field stands, so that a mistake can be made in one operation only. */
export interface Place {
  readonly operation: 'self' | 'privilege' | 'status'
  readonly has: Has
}

/** A member that is there; `undefined` is one that was left out. */
export function problem(field: string, text: string): readonly Problem[] {
  return [{ field, text }]
}

export function textProblems(body: Body, field: string, { operation, has }: Place): readonly Problem[] {
  const value = body[field]
  if (value === undefined) {
    return has(`${operation}/${field}-optional`) ? [] : problem(field, 'is needed')
  }
  if (typeof value === 'string') return []
  if (value === null && has(`${operation}/null-accepted`)) return []
  if (value === null && has(`${operation}/null-crashes`)) throw new Crash(new TypeError('null.length'))
  if (value !== null && has(`${operation}/${field}-any-type`)) return []
  return problem(field, 'has to be text')
}
